// SPDX-License-Identifier: MIT
// The Bitrix24 client against a server that writes down what it really sends. Names begin with
// the number of the conformance checklist's item.
#include "tests/unit/net/scratch.h"

#include "net/bitrix24_pairing.h"
#include "net/outbox.h"
#include "tests/unit/net/parts/box.h"
#include "tests/unit/net/parts/device.h"

#define NOW      INT64_C(1795500000)
#define PROBE    "/mobile/?mobile_action=checkout&servercheck=1"
#define CHECKOUT "/mobile/?mobile_action=checkout"
#define PUSH     "/bitrix/services/main/ajax.php?action=main.qrcodeauth.pushToken"
#define UNIQUE   "AbCdEfGhIjKlMnOp"
#define CODE     "https://b24.to/a/s1/" UNIQUE "/0123456789abcdefghijklmnopqrstuv/"
#define OTHER    "https://b24.to/a/s1/zzzzzzzzzzzzzzzz/0123456789abcdefghijklmnopqrstuv/"
#define SESSID   "0123456789abcdef0123456789abcdef"
#define SESSID2  "fedcba9876543210fedcba9876543210"
#define APP      "abcdefghijklmnop"
// base64 of "anna:correct horse" and "anna:" APP
#define BASIC_HUMAN "Basic YW5uYTpjb3JyZWN0IGhvcnNl"
#define BASIC_APP   "Basic YW5uYTphYmNkZWZnaGlqa2xtbm9w"

#define FAILED "{\"status\":\"failed\",\"bitrix_sessid\":\"" SESSID "\"}"
#define IN     "{\"status\":\"success\",\"id\":7,\"name\":\"Anna\",\"sessid_md5\":\"" SESSID "\"}"
#define IN_PASSWORD                                                                            \
    "{\"status\":\"success\",\"id\":\"7\",\"login\":\"anna\",\"name\":\"Anna\","               \
    "\"sessid_md5\":\"" SESSID "\",\"appPassword\":\"" APP "\"}"
#define SENT "{\"status\":\"success\",\"data\":null,\"errors\":[]}"
#define NO_SESSION                                                                             \
    "{\"status\":\"error\",\"data\":null,\"errors\":["                                         \
    "{\"message\":\"x\",\"code\":\"invalid_csrf\",\"customData\":{\"csrf\":\"" SESSID2 "\"}}," \
    "{\"message\":\"y\",\"code\":\"invalid_authentication\",\"customData\":null}]}"
#define NO_CSRF                                                                                \
    "{\"status\":\"error\",\"data\":null,\"errors\":["                                         \
    "{\"message\":\"x\",\"code\":\"invalid_csrf\",\"customData\":{\"csrf\":\"" SESSID2         \
    "\"}}]}"
#define PAGE "<script>qr({text: 'https://b24.to/a/s1/" UNIQUE "/aaaa/'});</script>"

static struct certificate certificate;
static struct box box;
static struct device device;
static char url[64], pin[64];
static uint8_t picture[NET_CAPTCHA_MAX];

static void add(const char *target, unsigned status, const char *body)
{
    box_add(&box, (struct box_reply){.target = target, .status = status, .body = body});
}

static void add_page(const char *body)
{
    box_add(&box, (struct box_reply){
                      .target = "/", .status = 200, .type = "text/html", .body = body});
}

static int set_up(void **state)
{
    scratch_make(state);
    const struct scratch *scratch = *state;
    certificate_make(&certificate, "localhost", NOW - 86400, NOW + INT64_C(86400) * 365 * 20);
    box_start(&box, &certificate);
    snprintf(url, sizeof(url), "https://localhost:%d", box.port);
    pin_text(certificate.pin, pin);
    device_start(&device, scratch->path);
    return 0;
}

static int tear_down(void **state)
{
    device_stop(&device);
    box_stop(&box);
    return scratch_remove(state);
}

// ---- pairing -----------------------------------------------------------------------------

static void begin_pairing(void)
{
    struct net_event event;
    net_worker_pair_by_url(device.worker, url, pin, "кухня phone");
    device_expect(&device, NET_EVENT_LOGIN, &event);
    assert_int_equal(event.login.need, NET_LOGIN_PASSWORD);
    assert_int_equal(event.login.why, FAILURE_NONE);
}

static void type_password(const char *password)
{
    struct net_login_answer answer = {.login = "anna"};
    snprintf(answer.password, sizeof(answer.password), "%s", password);
    net_worker_log_in(device.worker, &answer);
}

static void type_word(const char *word)
{
    struct net_login_answer answer = {0};
    snprintf(answer.word, sizeof(answer.word), "%s", word);
    net_worker_log_in(device.worker, &answer);
}

static void expect_login(enum net_login_need need, enum failure why)
{
    struct net_event event;
    device_expect(&device, NET_EVENT_LOGIN, &event);
    assert_int_equal(event.login.need, need);
    assert_string_equal(failure_code(event.login.why), failure_code(why));
}

static void keep(void)
{
    struct net_event event;
    device_expect(&device, NET_EVENT_PAIRED, &event);
    assert_string_equal(event.pairing.account_name, "Anna");
    net_worker_keep_pairing(device.worker, true);
    device_expect(&device, NET_EVENT_KEPT, &event);
}

static void pair_with(const char *page)
{
    add(PROBE, 200, FAILED);
    add(CHECKOUT, 200, IN_PASSWORD);
    add(CHECKOUT, 200, IN);
    add_page(page);
    begin_pairing();
    type_password("correct horse");
    keep();
    box_clear(&box);
}

static void pair(void)
{
    pair_with(PAGE);
}

// ---- signing in --------------------------------------------------------------------------

static void ask(const char *code, struct net_event *event)
{
    struct challenge challenge = device_read(code, PAYLOAD_BITRIX24);
    net_worker_resolve(device.worker, &challenge);
    device_expect(&device, NET_EVENT_CONTEXT, event);
}

static void approve(const char *code)
{
    struct net_event event;
    ask(code, &event);
    net_worker_decide(device.worker, NET_APPROVE);
}

static void expect_sent(void)
{
    struct net_event event;
    device_expect(&device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_SENT);
    assert_false(event.receipt.may_end);
}

static void expect_end(unsigned status, const char *body, enum failure failure)
{
    box_clear(&box);
    add(CHECKOUT, 200, IN);
    add(PUSH, status, body);
    approve(CODE);
    device_expect_failure(&device, failure);
    assert_int_equal(box_count(&box, PUSH), 1);
}

// ---- the checklist -----------------------------------------------------------------------

static void c1_only_the_exact_form_is_a_code_and_nothing_else_is_asked_for(void **state)
{
    (void)state;
    static const char *const others[] = {
        "http://b24.to/a/s1/u/c/",  "https://b24.to/A/s1/u/c/", "https://B24.to/a/s1/u/c/",
        "https://b24.to/a/s1/u/",   "https://b24.to/a/s1//c/",  "https://b24.to/a/s1/u/c d/",
        " https://b24.to/a/s1/u/c", "https://b24.to/gi/s1/u/c"};
    struct challenge read;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        challenge_parse(span_str(others[i]), &read);
        assert_int_not_equal(read.kind, PAYLOAD_BITRIX24);
    }
    read = device_read("https://b24.to/a/s1/u_-/c/more/segments", PAYLOAD_BITRIX24);
    assert_string_equal(read.bitrix24.unique_id, "u_-");
    assert_string_equal(read.bitrix24.channel_tag, "c");
    pair();
    net_worker_resolve(device.worker, &read);
    device_expect_failure(&device, FAILURE_CHALLENGE_OTHER_PORTAL);
    assert_int_equal(box.request_count, 0);
}

static void c2_a_redirect_to_another_host_is_not_followed(void **state)
{
    (void)state;
    pair();
    box_add(&box, (struct box_reply){.target = CHECKOUT,
                                     .status = 302,
                                     .body = "",
                                     .header = "Location",
                                     .value = "https://other.example/"});
    approve(CODE);
    device_expect_failure(&device, FAILURE_NET_REDIRECT);
    assert_int_equal(box.request_count, 1);
}

static void c2_the_login_page_may_move_within_the_portal_only(void **state)
{
    (void)state;
    add(PROBE, 200, FAILED);
    add(CHECKOUT, 200, IN_PASSWORD);
    add(CHECKOUT, 200, IN);
    box_add(&box, (struct box_reply){.target = "/",
                                     .status = 302,
                                     .body = "",
                                     .header = "Location",
                                     .value = "//other.example/"});
    box_add(&box, (struct box_reply){.target = "/auth/",
                                     .status = 302,
                                     .body = "",
                                     .header = "Location",
                                     .value = "/auth/form"});
    box_add(&box,
            (struct box_reply){
                .target = "/auth/form", .status = 200, .type = "text/html", .body = PAGE});
    begin_pairing();
    type_password("correct horse");
    keep();
    struct pairing pairing;
    assert_true(pairing_store_get(device.pairings, 0, &pairing));
    assert_string_equal(pairing.bitrix24.unique_id, UNIQUE);
    assert_string_equal(box_asked(&box, "/auth/form", 0)->cookie, "");
}

static void c3_nothing_is_sent_before_the_yes_and_a_no_sends_nothing(void **state)
{
    (void)state;
    struct net_event event;
    pair();
    ask(CODE, &event);
    assert_string_equal(event.context.origin, url);
    assert_string_equal(event.context.account_name, "Anna");
    assert_false(event.context.tells_browser);
    assert_int_equal(event.context.expires_in_s, 120);
    net_worker_decide(device.worker, NET_DENY);
    device_expect(&device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_DENIED);
    assert_int_equal(box.request_count, 0);
}

static void c4_a_code_of_another_portal_sends_nothing(void **state)
{
    (void)state;
    pair();
    struct challenge challenge = device_read(OTHER, PAYLOAD_BITRIX24);
    net_worker_resolve(device.worker, &challenge);
    device_expect_failure(&device, FAILURE_CHALLENGE_OTHER_PORTAL);
    assert_int_equal(failure_exit(FAILURE_CHALLENGE_OTHER_PORTAL), EXIT_CODE_CHALLENGE);
    assert_int_equal(box.request_count, 0);
}

static void c4_where_the_id_is_not_known_the_portal_judges(void **state)
{
    (void)state;
    pair_with("<p>a page without a code</p>");
    add(CHECKOUT, 200, IN);
    add(PUSH, 200,
        "{\"status\":\"error\",\"errors\":[{\"code\":\"ERR_UNIQUE_ID\",\"message\":\"\"}]}");
    approve(OTHER);
    device_expect_failure(&device, FAILURE_CHALLENGE_WRONG_PROFILE);
    assert_int_equal(failure_exit(FAILURE_CHALLENGE_WRONG_PROFILE), EXIT_CODE_CHALLENGE);
    assert_non_null(strstr(box_asked(&box, PUSH, 0)->body, "uniqueId=zzzzzzzzzzzzzzzz&"));
}

static void c5_push_token_is_a_form_with_exactly_these_fields(void **state)
{
    (void)state;
    static const char expected[] =
        "siteId=s1&uniqueId=" UNIQUE "&channelTag=0123456789abcdefghijklmnopqrstuv"
        "&redirectUrl=&sessid=" SESSID "&statement=%7B";
    pair();
    add(CHECKOUT, 200, IN);
    add(PUSH, 200, SENT);
    approve(CODE);
    expect_sent();
    const struct box_request *push = box_asked(&box, PUSH, 0);
    assert_string_equal(push->method, "POST");
    assert_string_equal(push->target, PUSH);
    assert_memory_equal(push->body, expected, sizeof(expected) - 1);
    const char *statement = strstr(push->body, "&statement=");
    assert_null(strchr(statement + 1, '&')); // the last field
    assert_null(strstr(push->body, "SITE_ID"));
}

static void c6_basic_is_sent_at_once_to_mobile_and_never_to_ajax(void **state)
{
    (void)state;
    pair();
    box_add(&box, (struct box_reply){.target = CHECKOUT,
                                     .status = 200,
                                     .body = IN,
                                     .header = "Set-Cookie",
                                     .value = "PHPSESSID=abc; path=/; HttpOnly"});
    add(PUSH, 200, SENT);
    approve(CODE);
    expect_sent();
    const struct box_request *checkout = box_asked(&box, CHECKOUT, 0);
    assert_string_equal(checkout->method, "POST");
    assert_string_equal(checkout->authorization, BASIC_APP);
    assert_string_equal(checkout->cookie, "");
    assert_string_equal(box_asked(&box, PUSH, 0)->authorization, "");
    assert_string_equal(box_asked(&box, PUSH, 0)->cookie, "PHPSESSID=abc");
    assert_int_equal(box.request_count, 2);
}

// True if a file below the folder holds the text.
static const char *wanted;
static bool found;
static int look_into(const char *path, const struct stat *is, int kind, struct FTW *walk)
{
    static char bytes[65536];
    (void)walk;
    if (kind == FTW_F && is->st_size < (off_t)sizeof(bytes)) {
        size_t size = scratch_read(path, bytes, sizeof(bytes));
        found = found || memmem(bytes, size, wanted, strlen(wanted));
    }
    return 0;
}

static bool is_on_disk(void **state, const char *text)
{
    const struct scratch *scratch = *state;
    wanted = text;
    found = false;
    nftw(scratch->path, look_into, 8, FTW_PHYS);
    return found;
}

static void c7_headers_of_the_app_are_sent_and_only_its_password_is_kept(void **state)
{
    add(PROBE, 200, FAILED);
    add(CHECKOUT, 200, IN_PASSWORD);
    add(CHECKOUT, 200, IN);
    add_page(PAGE);
    begin_pairing();
    type_password("correct horse");
    keep();
    const struct box_request *first = box_asked(&box, CHECKOUT "", 1); // 0 is the probe
    assert_string_equal(first->authorization, BASIC_HUMAN);
    assert_string_equal(first->app_pass, "mobile");
    assert_int_equal(strlen(first->app_uuid), 36);
    assert_int_equal(strspn(first->app_uuid, "0123456789ABCDEF-"), 36);
    assert_string_equal(first->device_name, "кухня phone");
    char uuid[64];
    snprintf(uuid, sizeof(uuid), "%s", first->app_uuid);
    const struct box_request *proof = box_asked(&box, CHECKOUT, 2);
    assert_string_equal(proof->authorization, BASIC_APP);
    assert_string_equal(proof->app_uuid, uuid);
    assert_true(is_on_disk(state, APP));
    assert_false(is_on_disk(state, "correct horse"));
    // Paired again: the same installation, and one pairing.
    box_clear(&box);
    add(PROBE, 200, FAILED);
    add(CHECKOUT, 200, IN_PASSWORD);
    add(CHECKOUT, 200, IN);
    add_page(PAGE);
    begin_pairing();
    type_password("correct horse");
    keep();
    assert_string_equal(box_asked(&box, CHECKOUT, 1)->app_uuid, uuid);
    assert_int_equal(pairing_store_count(device.pairings), 1);
}

static void c8_the_second_step_is_a_form_in_the_same_session(void **state)
{
    (void)state;
    add(PROBE, 200, FAILED);
    box_add(&box, (struct box_reply){.target = CHECKOUT,
                                     .status = 401,
                                     .body = "{\"status\":\"failed\",\"needOtp\":true,"
                                             "\"bitrix_sessid\":\"" SESSID2 "\"}",
                                     .header = "Set-Cookie",
                                     .value = "PHPSESSID=otp; path=/"});
    add(CHECKOUT, 200, IN_PASSWORD);
    add(CHECKOUT, 200, IN);
    add_page(PAGE);
    begin_pairing();
    type_password("correct horse");
    expect_login(NET_LOGIN_OTP, FAILURE_NONE);
    type_word("123456");
    keep();
    const struct box_request *step = box_asked(&box, CHECKOUT, 2);
    assert_string_equal(step->method, "POST");
    assert_string_equal(step->authorization, "");
    assert_string_equal(step->cookie, "PHPSESSID=otp");
    assert_string_equal(step->body, "AUTH_FORM=Y&TYPE=OTP&USER_OTP=123456&sessid=" SESSID2);
    assert_string_equal(step->app_pass, "mobile");
}

static void c8_a_portal_without_that_form_gets_the_next_code_behind_the_password(void **state)
{
    (void)state;
    add(PROBE, 200, FAILED);
    add(CHECKOUT, 401, "{\"status\":\"failed\",\"needOtp\":true}");
    add(CHECKOUT, 401, FAILED); // it does not know the form
    add(CHECKOUT, 200, IN_PASSWORD);
    add(CHECKOUT, 200, IN);
    add_page(PAGE);
    begin_pairing();
    type_password("correct horse");
    expect_login(NET_LOGIN_OTP, FAILURE_NONE);
    type_word("111111");
    expect_login(NET_LOGIN_OTP, FAILURE_PORTAL_WRONG_CODE); // nothing was sent by itself
    assert_int_equal(box_count(&box, CHECKOUT), 3);
    type_word("222222");
    keep();
    // base64 of "anna:correct horse222222"
    assert_string_equal(box_asked(&box, CHECKOUT, 3)->authorization,
                        "Basic YW5uYTpjb3JyZWN0IGhvcnNlMjIyMjIy");
}

static void c9_the_picture_is_shown_and_one_word_sent_once(void **state)
{
    (void)state;
    add(PROBE, 200, FAILED);
    add(CHECKOUT, 401, "{\"status\":\"failed\",\"captchaCode\":\"c0ffee\"}");
    add(CHECKOUT, 401, "{\"status\":\"failed\",\"captchaCode\":\"facade\"}");
    box_add(&box, (struct box_reply){.target = "/mobile/?captcha_sid=c0ffee",
                                     .status = 200,
                                     .type = "image/jpeg",
                                     .body = "a picture"});
    begin_pairing();
    type_password("correct horse");
    expect_login(NET_LOGIN_CAPTCHA, FAILURE_NONE);
    assert_int_equal(net_worker_captcha(device.worker, picture), 9);
    assert_memory_equal(picture, "a picture", 9);
    type_word("AB12C");
    expect_login(NET_LOGIN_PASSWORD, FAILURE_PORTAL_WRONG_CAPTCHA);
    const struct box_request *again = box_asked(&box, CHECKOUT, 2);
    assert_string_equal(again->body, "captcha_sid=c0ffee&captcha_word=AB12C");
    assert_string_equal(again->authorization, BASIC_HUMAN);
    assert_int_equal(box_count(&box, CHECKOUT), 3);
}

static void c9_a_wrong_password_is_asked_again_and_never_tried_again(void **state)
{
    (void)state;
    add(PROBE, 200, FAILED);
    add(CHECKOUT, 401, FAILED);
    begin_pairing();
    type_password("wrong");
    expect_login(NET_LOGIN_PASSWORD, FAILURE_PORTAL_WRONG_PASSWORD);
    assert_int_equal(box_count(&box, CHECKOUT), 2); // the probe, and one try
    net_worker_cancel(device.worker);
}

static void c10_a_typed_application_password_is_kept(void **state)
{
    add(PROBE, 200, FAILED);
    add(CHECKOUT, 200, IN);
    add_page(PAGE);
    begin_pairing();
    type_password("abcd efgh ijkl mnop");
    keep();
    assert_true(is_on_disk(state, APP)); // spaces are for people
}

static void c10_what_is_no_application_password_is_not_kept(void **state)
{
    add(PROBE, 200, FAILED);
    add(CHECKOUT, 200, IN);
    begin_pairing();
    type_password("correct horse");
    device_expect_failure(&device, FAILURE_PORTAL_PASSWORD_SCOPE);
    assert_int_equal(pairing_store_count(device.pairings), 0);
    assert_false(is_on_disk(state, "correct horse"));
    begin_pairing();
    type_password("Correct-Horse-16"); // as long as one, but not of letters
    device_expect_failure(&device, FAILURE_PORTAL_PASSWORD_SCOPE);
    assert_false(is_on_disk(state, "Correct-Horse-16"));
}

static void c11_the_json_counts_whatever_the_status_says(void **state)
{
    (void)state;
    static const unsigned statuses[] = {200, 400, 401, 404, 500};
    pair();
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        expect_end(statuses[i],
                   "{\"status\":\"error\",\"errors\":[{\"code\":\"ERR_OPTION\","
                   "\"message\":\"The Push and Pull module is not installed.\"}]}",
                   FAILURE_PORTAL_QR_DISABLED);
    box_clear(&box);
    add(CHECKOUT, 200, IN);
    add(PUSH, 401, SENT);
    approve(CODE);
    expect_sent();
}

static void c11_all_errors_are_looked_through(void **state)
{
    (void)state;
    pair();
    add(CHECKOUT, 200, IN);
    add(CHECKOUT, 200, IN);
    add(PUSH, 200, NO_SESSION); // the session's error is the second one
    add(PUSH, 200, SENT);
    approve(CODE);
    expect_sent();
    assert_int_equal(box_count(&box, CHECKOUT), 2);
}

static void c12_csrf_is_repeated_once(void **state)
{
    (void)state;
    pair();
    add(CHECKOUT, 200, IN);
    add(PUSH, 200, NO_CSRF);
    add(PUSH, 200, SENT);
    approve(CODE);
    expect_sent();
    assert_int_equal(box_count(&box, CHECKOUT), 1);
    const struct box_request *first = box_asked(&box, PUSH, 0);
    const struct box_request *second = box_asked(&box, PUSH, 1);
    assert_non_null(strstr(first->body, "sessid=" SESSID "&"));
    assert_non_null(strstr(second->body, "sessid=" SESSID2 "&"));
    assert_string_equal(strstr(first->body, "statement="), strstr(second->body, "statement="));
}

static void c12_lost_sessions_end_after_one_repetition(void **state)
{
    (void)state;
    pair();
    add(CHECKOUT, 200, IN);
    add(PUSH, 401, NO_SESSION);
    approve(CODE);
    device_expect_failure(&device, FAILURE_PORTAL_SESSION_LOST);
    assert_int_equal(box_count(&box, PUSH), 2);
    assert_int_equal(box_count(&box, CHECKOUT), 2);
    box_clear(&box);
    add(CHECKOUT, 200, IN);
    add(PUSH, 200, NO_CSRF);
    approve(CODE);
    device_expect_failure(&device, FAILURE_PORTAL_SESSION_LOST);
    assert_int_equal(box_count(&box, PUSH), 2);
}

#define ERROR(code, message)                                                                   \
    "{\"status\":\"error\",\"errors\":[{\"code\":" code ",\"message\":\"" message "\"}]}"

static void c13_each_code_has_its_own_message(void **state)
{
    (void)state;
    pair();
    expect_end(200, ERROR("\"ERR_PARAMS\"", ""), FAILURE_PORTAL_MALFORMED);
    expect_end(200, ERROR("\"ERR_UNIQUE_ID\"", ""), FAILURE_CHALLENGE_WRONG_PROFILE);
    expect_end(200, ERROR("\"ERR_OPTION\"", ""), FAILURE_PORTAL_QR_DISABLED);
    expect_end(200, ERROR("\"ERR_PULL\"", ""), FAILURE_PORTAL_PUSH_OFF);
    expect_end(200, ERROR("\"ERR_GET_TOKEN\"", ""), FAILURE_PORTAL_TOKEN_NOT_MADE);
    expect_end(200, ERROR("22002", "unknown action"), FAILURE_PORTAL_NOT_OFFERED);
    expect_end(404, "<html></html>", FAILURE_PORTAL_NOT_OFFERED);
    expect_end(200, "<html>login</html>", FAILURE_PORTAL_NOT_OFFERED);
    expect_end(403, "", FAILURE_PORTAL_PASSWORD_SCOPE);
    expect_end(200, "{\"status\":\"error\",\"errors\":[]}", FAILURE_PORTAL_REFUSED);
}

static void c13_an_unknown_code_shows_the_servers_text_cleaned(void **state)
{
    (void)state;
    struct net_event event;
    pair();
    add(CHECKOUT, 200, IN);
    add(PUSH, 200, ERROR("\"ERR_FROM_EVENT\"", "Not\\u0007 on\\u202e Sundays"));
    approve(CODE);
    device_expect(&device, NET_EVENT_FAILED, &event);
    assert_int_equal(event.fault.failure, FAILURE_PORTAL_REFUSED);
    assert_string_equal(event.fault.detail, "Not  on  Sundays");
}

static void c15_a_revoked_password_is_told_and_nothing_deleted(void **state)
{
    pair();
    add(CHECKOUT, 401, FAILED);
    approve(CODE);
    device_expect_failure(&device, FAILURE_PORTAL_PASSWORD_REVOKED);
    assert_int_equal(pairing_store_count(device.pairings), 1);
    assert_true(is_on_disk(state, APP));
    assert_int_equal(box.request_count, 1);
}

static char *large_reply(size_t size)
{
    char *body = malloc(size + 1);
    assert_non_null(body);
    memset(body, ' ', size);
    memcpy(body, IN, sizeof(IN) - 1);
    body[size] = 0;
    return body;
}

static void c16_a_reply_may_have_a_mebibyte_and_not_more(void **state)
{
    (void)state;
    assert_true(HTTP_LARGE_MAX >= 1048576u);
    pair();
    char *body = large_reply(HTTP_LARGE_MAX);
    add(CHECKOUT, 200, body);
    add(PUSH, 200, SENT);
    approve(CODE);
    expect_sent();
    free(body);
    box_clear(&box);
    body = large_reply(HTTP_LARGE_MAX + 1);
    add(CHECKOUT, 200, body);
    approve(CODE);
    device_expect_failure(&device, FAILURE_NET_TOO_LARGE);
    assert_int_equal(box_count(&box, PUSH), 0);
    free(body);
}

static bool never(void *userdata)
{
    (void)userdata;
    return false;
}

static void c17_every_wait_is_limited_and_a_lost_reply_is_not_resent(void **state)
{
    (void)state;
    const struct http_limits limits = {.connect_ms = 2000, .call_ms = 400, .cookies = true};
    struct http_client *client = http_client_new(&device.environment, &limits, NULL);
    struct net_action action = {.environment = &device.environment,
                                .pairings = device.pairings,
                                .http_session = client,
                                .stop = {never, NULL}};
    struct challenge challenge = device_read(CODE, PAYLOAD_BITRIX24);
    struct app_password *password = app_password_new();
    struct pairing pairing;
    struct fault fault = {0};
    pair();
    assert_true(pairing_store_get(device.pairings, 0, &pairing));
    struct bitrix24_session *session = bitrix24_session_new(&action, &pairing, "x");
    box_add(&box,
            (struct box_reply){.target = PUSH, .status = 200, .body = SENT, .silent = true});
    assert_false(bitrix24_push_token(session, password, &challenge.bitrix24, NULL, &fault));
    assert_string_equal(failure_code(fault.failure), "net.no-receipt");
    assert_int_equal(box_count(&box, PUSH), 1);
    bitrix24_session_free(session);
    app_password_free(password);
    http_client_free(client);
}

// ---- keys --------------------------------------------------------------------------------

static void another_key_than_the_pinned_one_ends_it_before_a_password_is_sent(void **state)
{
    (void)state;
    struct certificate other;
    pair();
    box_stop(&box);
    int port = box.port;
    certificate_make(&other, "localhost", NOW - 86400, NOW + INT64_C(86400) * 365 * 20);
    box_start(&box, &other);
    struct pairing pairing;
    assert_true(pairing_store_get(device.pairings, 0, &pairing));
    snprintf(pairing.portal.base_url, sizeof(pairing.portal.base_url), "https://localhost:%d",
             box.port);
    assert_int_not_equal(port, 0);
    assert_true(pairing_store_save(device.pairings, &pairing, NULL));
    add(CHECKOUT, 200, IN);
    approve(CODE);
    device_expect_failure(&device, FAILURE_NET_PIN);
    assert_int_equal(box.request_count, 0);
}

static void a_key_that_nobody_vouches_for_is_shown_and_needs_a_yes(void **state)
{
    (void)state;
    struct net_event event;
    add(PROBE, 200, FAILED);
    net_worker_pair_by_url(device.worker, url, NULL, "phone");
    device_expect(&device, NET_EVENT_CERTIFICATE, &event);
    assert_string_equal(event.certificate.pin, pin);
    assert_string_equal(event.certificate.origin, url);
    net_worker_trust(device.worker, false);
    device_expect_failure(&device, FAILURE_NET_TLS);
    assert_int_equal(box.request_count, 1); // who is there?
    assert_string_equal(box_asked(&box, "/mobile/", 0)->authorization, "");
    net_worker_pair_by_url(device.worker, url, NULL, "phone");
    device_expect(&device, NET_EVENT_CERTIFICATE, &event);
    net_worker_trust(device.worker, true);
    device_expect(&device, NET_EVENT_LOGIN, &event);
}

static void the_pin_of_the_device_seals_the_application_password_too(void **state)
{
    struct net_event event;
    struct fault fault;
    int64_t wait_ms;
    const struct span digits = span_str("246810");
    pair();
    assert_true(is_on_disk(state, APP));
    assert_true(
        pairing_store_change_pin(device.pairings, span_str(""), digits, 1, &wait_ms, &fault));
    assert_false(is_on_disk(state, APP));
    add(CHECKOUT, 200, IN);
    add(PUSH, 200, SENT);
    approve(CODE);
    device_expect_failure(&device, FAILURE_KEY_LOCKED);
    assert_int_equal(box.request_count, 0);
    net_worker_unlock(device.worker, digits);
    device_expect(&device, NET_EVENT_UNLOCKED, &event);
    approve(CODE);
    expect_sent();
    assert_string_equal(box_asked(&box, CHECKOUT, 0)->authorization, BASIC_APP);
}

// Another program has signed meanwhile: this one takes the number after.
static void a_number_is_used_once_whichever_program_signs(void **state)
{
    (void)state;
    struct pairing pairing;
    struct outbox outbox;
    static struct outbox_statement made;
    pair();
    assert_true(pairing_store_get(device.pairings, 0, &pairing));
    assert_true(outbox_open(&outbox, device.state, pairing.id, 0, NULL));
    made.message = MESSAGE_BITRIX24;
    assert_true(outbox_put(&outbox, &made, 41, NULL));
    assert_true(outbox_end(&outbox, NULL));
    outbox_close(&outbox);
    add(CHECKOUT, 200, IN);
    add(PUSH, 200, SENT);
    approve(CODE);
    expect_sent();
    assert_true(pairing_store_get(device.pairings, 0, &pairing));
    assert_int_equal(pairing.sequence, 42);
}

static void a_pin_that_was_given_must_be_the_one(void **state)
{
    (void)state;
    add(PROBE, 200, FAILED);
    net_worker_pair_by_url(device.worker, url,
                           "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "phone");
    device_expect_failure(&device, FAILURE_NET_PIN);
}

static void a_site_without_the_mobile_module_asks_for_no_password(void **state)
{
    (void)state;
    net_worker_pair_by_url(device.worker, url, pin, "phone");
    device_expect_failure(&device, FAILURE_PORTAL_NO_MOBILE);
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
    };
    static const char *const bad[] = {"",
                                      "https://",
                                      "ftp://portal.example.com",
                                      "http://portal.example.com",
                                      "portal example.com",
                                      "https://anna:x@portal.example.com"};
    struct http_client *client = http_client_new(&device.environment, NULL, NULL);
    struct net_action action = {.environment = &device.environment,
                                .pairings = device.pairings,
                                .http_session = client,
                                .stop = {never, NULL}};
    struct fault fault;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct bitrix24_pairing *pairing =
            bitrix24_pairing_new(&action, good[i].text, NULL, "phone", &fault);
        assert_non_null(pairing);
        assert_string_equal(pairing->pairing.portal.base_url, good[i].url);
        bitrix24_pairing_free(pairing);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_null(bitrix24_pairing_new(&action, bad[i], NULL, "phone", &fault));
        assert_string_equal(failure_code(fault.failure), "usage.argument");
    }
    http_client_free(client);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(c1_only_the_exact_form_is_a_code_and_nothing_else_is_asked_for),
        WITH(c2_a_redirect_to_another_host_is_not_followed),
        WITH(c2_the_login_page_may_move_within_the_portal_only),
        WITH(c3_nothing_is_sent_before_the_yes_and_a_no_sends_nothing),
        WITH(c4_a_code_of_another_portal_sends_nothing),
        WITH(c4_where_the_id_is_not_known_the_portal_judges),
        WITH(c5_push_token_is_a_form_with_exactly_these_fields),
        WITH(c6_basic_is_sent_at_once_to_mobile_and_never_to_ajax),
        WITH(c7_headers_of_the_app_are_sent_and_only_its_password_is_kept),
        WITH(c8_the_second_step_is_a_form_in_the_same_session),
        WITH(c8_a_portal_without_that_form_gets_the_next_code_behind_the_password),
        WITH(c9_the_picture_is_shown_and_one_word_sent_once),
        WITH(c9_a_wrong_password_is_asked_again_and_never_tried_again),
        WITH(c10_a_typed_application_password_is_kept),
        WITH(c10_what_is_no_application_password_is_not_kept),
        WITH(c11_the_json_counts_whatever_the_status_says),
        WITH(c11_all_errors_are_looked_through),
        WITH(c12_csrf_is_repeated_once),
        WITH(c12_lost_sessions_end_after_one_repetition),
        WITH(c13_each_code_has_its_own_message),
        WITH(c13_an_unknown_code_shows_the_servers_text_cleaned),
        WITH(c15_a_revoked_password_is_told_and_nothing_deleted),
        WITH(c16_a_reply_may_have_a_mebibyte_and_not_more),
        WITH(c17_every_wait_is_limited_and_a_lost_reply_is_not_resent),
        WITH(another_key_than_the_pinned_one_ends_it_before_a_password_is_sent),
        WITH(a_key_that_nobody_vouches_for_is_shown_and_needs_a_yes),
        WITH(the_pin_of_the_device_seals_the_application_password_too),
        WITH(a_number_is_used_once_whichever_program_signs),
        WITH(a_pin_that_was_given_must_be_the_one),
        WITH(a_site_without_the_mobile_module_asks_for_no_password),
        WITH(addresses_are_read_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
