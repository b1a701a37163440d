// SPDX-License-Identifier: MIT
// The Bitrix24 client pairs by address at a server that writes down what it really sends. Names
// begin with the number of the conformance checklist's item.
#include "tests/unit/net/scratch.h"

#include "net/bitrix24/bitrix24.h"
#include "net/bitrix24/bitrix24_pairing.h"
#include "net/known_codes.h"
#include "tests/unit/net/parts/boxed.h"

static uint8_t picture[NET_CAPTCHA_MAX];

static void c2_the_login_page_may_move_within_the_portal_only(void **state)
{
    (void)state;
    boxed_answer(PROBE, 200, FAILED);
    boxed_answer(CHECKOUT, 200, IN_PASSWORD);
    boxed_answer(CHECKOUT, 200, IN);
    box_add(&boxed.box, (struct box_reply){.target = "/",
                                           .status = 302,
                                           .body = "",
                                           .header = "Location",
                                           .value = "//other.example/"});
    box_add(&boxed.box, (struct box_reply){.target = "/auth/",
                                           .status = 302,
                                           .body = "",
                                           .header = "Location",
                                           .value = "/auth/form"});
    box_add(&boxed.box,
            (struct box_reply){
                .target = "/auth/form", .status = 200, .type = "text/html", .body = PAGE});

    boxed_begin_pairing();
    boxed_type_password("correct horse");
    boxed_keep();

    struct pairing pairing;
    assert_true(pairing_store_get(boxed.device.pairings, 0, &pairing));
    assert_string_equal(bitrix24_facts_of(&pairing).unique_id, UNIQUE);
    static struct known_codes known;
    known_codes_of(boxed.device.pairings, &known);
    assert_int_equal(known.count, 1);
    assert_string_equal(known.code[0].text, "https://b24.to/a/s1/" UNIQUE "/");
    assert_string_equal(box_asked(&boxed.box, "/auth/form", 0)->cookie, "");
}

static void pair_by_password(void)
{
    boxed_answer(PROBE, 200, FAILED);
    boxed_answer(CHECKOUT, 200, IN_PASSWORD);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer_page(PAGE);
    boxed_begin_pairing();
    boxed_type_password("correct horse");
    boxed_keep();
}

static void c7_headers_of_the_app_are_sent_and_only_its_password_is_kept(void **state)
{
    pair_by_password();
    const struct box_request *first = box_asked(&boxed.box, CHECKOUT, 1); // 0 is the probe
    assert_string_equal(first->authorization, BASIC_HUMAN);
    assert_string_equal(first->app_pass, "mobile");
    assert_int_equal(strlen(first->app_uuid), 36);
    assert_int_equal(strspn(first->app_uuid, "0123456789ABCDEF-"), 36);
    assert_string_equal(first->device_name, "кухня phone");

    char uuid[64];
    snprintf(uuid, sizeof(uuid), "%s", first->app_uuid);
    const struct box_request *proof = box_asked(&boxed.box, CHECKOUT, 2);
    assert_string_equal(proof->authorization, BASIC_APP);
    assert_string_equal(proof->app_uuid, uuid);
    assert_true(boxed_is_on_disk(state, APP));
    assert_false(boxed_is_on_disk(state, "correct horse"));

    // Paired again: the same installation, and one pairing.
    box_clear(&boxed.box);
    pair_by_password();
    assert_string_equal(box_asked(&boxed.box, CHECKOUT, 1)->app_uuid, uuid);
    assert_int_equal(pairing_store_count(boxed.device.pairings), 1);
}

static void c8_the_second_step_is_a_form_in_the_same_session(void **state)
{
    (void)state;
    boxed_answer(PROBE, 200, FAILED);
    box_add(&boxed.box, (struct box_reply){.target = CHECKOUT,
                                           .status = 401,
                                           .body = "{\"status\":\"failed\",\"needOtp\":true,"
                                                   "\"bitrix_sessid\":\"" SESSID2 "\"}",
                                           .header = "Set-Cookie",
                                           .value = "PHPSESSID=otp; path=/"});
    boxed_answer(CHECKOUT, 200, IN_PASSWORD);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer_page(PAGE);

    boxed_begin_pairing();
    boxed_type_password("correct horse");
    boxed_expect_login(NET_LOGIN_OTP, FAILURE_NONE);
    boxed_type_word("123456");
    boxed_keep();

    const struct box_request *step = box_asked(&boxed.box, CHECKOUT, 2);
    assert_string_equal(step->method, "POST");
    assert_string_equal(step->authorization, "");
    assert_string_equal(step->cookie, "PHPSESSID=otp");
    assert_string_equal(step->body, "AUTH_FORM=Y&TYPE=OTP&USER_OTP=123456&sessid=" SESSID2);
    assert_string_equal(step->app_pass, "mobile");
}

static void c8_a_portal_without_that_form_gets_the_next_code_behind_the_password(void **state)
{
    (void)state;
    boxed_answer(PROBE, 200, FAILED);
    boxed_answer(CHECKOUT, 401, "{\"status\":\"failed\",\"needOtp\":true}");
    boxed_answer(CHECKOUT, 401, FAILED); // it does not know the form
    boxed_answer(CHECKOUT, 200, IN_PASSWORD);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer_page(PAGE);

    boxed_begin_pairing();
    boxed_type_password("correct horse");
    boxed_expect_login(NET_LOGIN_OTP, FAILURE_NONE);
    boxed_type_word("111111");
    boxed_expect_login(NET_LOGIN_OTP, FAILURE_PORTAL_WRONG_CODE); // nothing was sent by itself
    assert_int_equal(box_count(&boxed.box, CHECKOUT), 3);
    boxed_type_word("222222");
    boxed_keep();

    // base64 of "anna:correct horse222222"
    assert_string_equal(box_asked(&boxed.box, CHECKOUT, 3)->authorization,
                        "Basic YW5uYTpjb3JyZWN0IGhvcnNlMjIyMjIy");
}

static void c9_the_picture_is_shown_and_one_word_sent_once(void **state)
{
    (void)state;
    boxed_answer(PROBE, 200, FAILED);
    boxed_answer(CHECKOUT, 401, "{\"status\":\"failed\",\"captchaCode\":\"c0ffee\"}");
    boxed_answer(CHECKOUT, 401, "{\"status\":\"failed\",\"captchaCode\":\"facade\"}");
    box_add(&boxed.box, (struct box_reply){.target = "/mobile/?captcha_sid=c0ffee",
                                           .status = 200,
                                           .type = "image/jpeg",
                                           .body = "a picture"});

    boxed_begin_pairing();
    boxed_type_password("correct horse");
    boxed_expect_login(NET_LOGIN_CAPTCHA, FAILURE_NONE);
    assert_int_equal(net_worker_captcha(boxed.device.worker, picture), 9);
    assert_memory_equal(picture, "a picture", 9);
    boxed_type_word("AB12C");
    boxed_expect_login(NET_LOGIN_PASSWORD, FAILURE_PORTAL_WRONG_CAPTCHA);

    const struct box_request *again = box_asked(&boxed.box, CHECKOUT, 2);
    assert_string_equal(again->body, "captcha_sid=c0ffee&captcha_word=AB12C");
    assert_string_equal(again->authorization, BASIC_HUMAN);
    assert_int_equal(box_count(&boxed.box, CHECKOUT), 3);
}

static void c9_a_wrong_password_is_asked_again_and_never_tried_again(void **state)
{
    (void)state;
    boxed_answer(PROBE, 200, FAILED);
    boxed_answer(CHECKOUT, 401, FAILED);
    boxed_begin_pairing();
    boxed_type_password("wrong");
    boxed_expect_login(NET_LOGIN_PASSWORD, FAILURE_PORTAL_WRONG_PASSWORD);
    assert_int_equal(box_count(&boxed.box, CHECKOUT), 2); // the probe, and one try
    net_worker_cancel(boxed.device.worker);
}

static void c10_a_typed_application_password_is_kept(void **state)
{
    boxed_answer(PROBE, 200, FAILED);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_answer_page(PAGE);
    boxed_begin_pairing();
    boxed_type_password("abcd efgh ijkl mnop");
    boxed_keep();
    assert_true(boxed_is_on_disk(state, APP)); // spaces are for people
}

static void c10_what_is_no_application_password_is_not_kept(void **state)
{
    boxed_answer(PROBE, 200, FAILED);
    boxed_answer(CHECKOUT, 200, IN);
    boxed_begin_pairing();
    boxed_type_password("correct horse");
    device_expect_failure(&boxed.device, FAILURE_PORTAL_PASSWORD_SCOPE);
    assert_int_equal(pairing_store_count(boxed.device.pairings), 0);
    assert_false(boxed_is_on_disk(state, "correct horse"));
    boxed_begin_pairing();
    boxed_type_password("Correct-Horse-16"); // as long as one, but not of letters
    device_expect_failure(&boxed.device, FAILURE_PORTAL_PASSWORD_SCOPE);
    assert_false(boxed_is_on_disk(state, "Correct-Horse-16"));
}

static void a_key_that_nobody_vouches_for_is_shown_and_needs_a_yes(void **state)
{
    (void)state;
    struct net_event event;
    boxed_answer(PROBE, 200, FAILED);
    net_worker_pair_by_url(boxed.device.worker, boxed.url, NULL, "phone");
    device_expect(&boxed.device, NET_EVENT_CERTIFICATE, &event);
    assert_string_equal(event.certificate.pin, boxed.pin);
    assert_string_equal(event.certificate.origin, boxed.url);

    net_worker_trust(boxed.device.worker, false);
    device_expect_failure(&boxed.device, FAILURE_NET_TLS);
    assert_int_equal(boxed.box.request_count, 1); // who is there?
    assert_string_equal(box_asked(&boxed.box, "/mobile/", 0)->authorization, "");

    net_worker_pair_by_url(boxed.device.worker, boxed.url, NULL, "phone");
    device_expect(&boxed.device, NET_EVENT_CERTIFICATE, &event);
    net_worker_trust(boxed.device.worker, true);
    device_expect(&boxed.device, NET_EVENT_LOGIN, &event);
}

static void a_pin_that_was_given_must_be_the_one(void **state)
{
    (void)state;
    boxed_answer(PROBE, 200, FAILED);
    net_worker_pair_by_url(boxed.device.worker, boxed.url,
                           "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "phone");
    device_expect_failure(&boxed.device, FAILURE_NET_PIN);
}

static void a_site_without_the_mobile_module_asks_for_no_password(void **state)
{
    (void)state;
    net_worker_pair_by_url(boxed.device.worker, boxed.url, boxed.pin, "phone");
    device_expect_failure(&boxed.device, FAILURE_PORTAL_NO_MOBILE);
}

static void addresses_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text, *url;
    } good[] = {
        {"portal.example.com", "https://portal.example.com"},
        {"Portal.Example.COM/", "https://portal.example.com"},
        {"https://portal.example.com:443/", "https://portal.example.com"},
        {"https://portal.example.com:8443", "https://portal.example.com:8443"},
        {"https://portal.example.com/stream/?a=b#c", "https://portal.example.com"},
        {"http://localhost:8080", "http://localhost:8080"},
        {" https://Портал.рф. ", "https://xn--80awhdgm.xn--p1ai"},
    };
    static const char *const bad[] = {"",
                                      "https://",
                                      "ftp://portal.example.com",
                                      "http://portal.example.com",
                                      "portal example.com",
                                      "https://anna:x@portal.example.com"};

    struct http_client *client = http_client_new(&boxed.device.environment, NULL, NULL);
    struct net_action action = boxed_action(client);
    struct fault fault;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct pairing_try *pairing = bitrix24_pairing_new(&action, &bitrix24_dialect,
                                                           good[i].text, NULL, "phone", &fault);
        assert_non_null(pairing);
        assert_string_equal(pairing->pairing.portal.base_url, good[i].url);
        bitrix24_pairing_free(pairing);
    }

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_null(
            bitrix24_pairing_new(&action, &bitrix24_dialect, bad[i], NULL, "phone", &fault));
        assert_int_equal(strncmp(failure_code(fault.failure), "address.", 8), 0);
    }
    http_client_free(client);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, boxed_set_up, boxed_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(c2_the_login_page_may_move_within_the_portal_only),
        WITH(c7_headers_of_the_app_are_sent_and_only_its_password_is_kept),
        WITH(c8_the_second_step_is_a_form_in_the_same_session),
        WITH(c8_a_portal_without_that_form_gets_the_next_code_behind_the_password),
        WITH(c9_the_picture_is_shown_and_one_word_sent_once),
        WITH(c9_a_wrong_password_is_asked_again_and_never_tried_again),
        WITH(c10_a_typed_application_password_is_kept),
        WITH(c10_what_is_no_application_password_is_not_kept),
        WITH(a_key_that_nobody_vouches_for_is_shown_and_needs_a_yes),
        WITH(a_pin_that_was_given_must_be_the_one),
        WITH(a_site_without_the_mobile_module_asks_for_no_password),
        WITH(addresses_are_read_as_people_write_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
