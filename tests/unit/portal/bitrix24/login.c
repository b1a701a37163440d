// SPDX-License-Identifier: MIT
// How a device signs in at a box: the checklist of the protocol, B5 to B9.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "box.h"
#include "portal/bitrix24/app_passwords.h"
#include "portal/bitrix24/recovery_codes.h"

#define WRONG "anna:not the password"

static bool has(const struct wire_reply *reply, const char *key)
{
    return json_object_get(reply->json, key) != NULL;
}

static void expect_failed(const char *user, struct wire_reply *reply)
{
    CURL *device = wire_client();
    box_checkout(device, user, reply);
    assert_int_equal(reply->status, 401);
    assert_string_equal(box_string(reply, "status"), "failed");
    assert_int_equal(strlen(box_string(reply, "bitrix_sessid")), BITRIX24_SESSID);
    assert_non_null(strstr(reply->headers.p, "BX-Mobile-Action: checkout"));
    curl_easy_cleanup(device);
}

static void app_password(const char *user, const char *kind, char *out)
{
    struct portal *portal = &box.wire.bench.portal;
    struct app_password wanted = {.user = strcmp(user, "otto") == 0 ? box.otto : box.anna};
    char made[APP_PASSWORD_LETTERS + 1];
    snprintf(wanted.application, sizeof(wanted.application), "%s", kind);
    portal_begin(portal);
    app_passwords_add(portal, &wanted, made);
    assert_true(portal_end(portal, true));
    snprintf(out, 64, "%s:%s", user, made);
}

static void b5_sessid_belongs_to_the_cookie(void **state)
{
    (void)state;
    char sessid[BITRIX24_SESSID + 1], other[BITRIX24_SESSID + 1], codes[BOX_CODES], text[256];
    struct box_page page;
    struct wire_reply reply;
    CURL *device = box_device(BOX_ANNA, sessid), *second = box_device(BOX_ANNA, other);
    CURL *browser = wire_client();

    box_look(browser, "/", &page);
    assert_int_equal(strspn(sessid, "0123456789abcdef"), BITRIX24_SESSID);
    assert_string_not_equal(sessid, other);
    box_confirm(device, other, &page, codes);
    assert_string_equal(codes, "invalid_csrf");
    box_confirm(second, other, &page, codes);
    assert_string_equal(codes, "success");

    // As a header, and as a field of a GET.
    const struct bitrix24_challenge *code = &page.challenge.bitrix24;
    snprintf(text, sizeof(text),
             "siteId=s1&uniqueId=%s&channelTag=%s&redirectUrl=", code->unique_id,
             code->channel_tag);
    char header[80], path[512];
    snprintf(header, sizeof(header), "X-Bitrix-Csrf-Token: %s", sessid);
    wire_ask(
        &box.wire, device,
        &(struct wire_request){.path = BOX_AJAX "pushToken", .body = text, .headers = {header}},
        &reply);
    box_codes(&reply, codes);
    assert_string_equal(codes, "success");
    wire_reply_free(&reply);
    snprintf(path, sizeof(path), BOX_AJAX "pushToken&%s&sessid=%s", text, sessid);
    wire_ask(&box.wire, device, &(struct wire_request){.path = path}, &reply);
    box_codes(&reply, codes);
    assert_string_equal(codes, "success");
    wire_reply_free(&reply);

    curl_easy_cleanup(device);
    curl_easy_cleanup(second);
    curl_easy_cleanup(browser);
}

// The session gets a new id at the login, and keeps its token.
static void b5_sessid_survives_the_login(void **state)
{
    (void)state;
    struct wire_reply probe, reply;
    CURL *device = wire_client();
    wire_ask(&box.wire, device, &(struct wire_request){.path = BOX_CHECKOUT "&servercheck=1"},
             &probe);
    box_checkout(device, BOX_ANNA, &reply);
    assert_string_equal(box_string(&probe, "bitrix_sessid"), box_string(&reply, "sessid_md5"));
    assert_non_null(strstr(reply.headers.p, "Set-Cookie: PHPSESSID="));
    wire_reply_free(&probe);
    wire_reply_free(&reply);
    curl_easy_cleanup(device);
}

static void b6_basic_counts_at_mobile_and_not_at_ajax(void **state)
{
    (void)state;
    struct wire_reply reply;
    char codes[BOX_CODES];
    CURL *device = wire_client();

    wire_ask(&box.wire, device,
             &(struct wire_request){.path = BOX_AJAX "pushToken",
                                    .body = "siteId=s1&uniqueId=a&channelTag=b",
                                    .user = BOX_ANNA},
             &reply);
    box_codes(&reply, codes);
    assert_non_null(strstr(codes, "invalid_authentication"));
    wire_reply_free(&reply);

    box_checkout(device, BOX_ANNA, &reply);
    assert_int_equal(reply.status, 200);
    wire_reply_free(&reply);

    // Signed in already: what is sent along is not even looked at.
    box_checkout(device, WRONG, &reply);
    assert_int_equal(reply.status, 200);
    wire_reply_free(&reply);

    curl_easy_cleanup(device);
}

static void check_keys(bool newer)
{
    struct wire_reply reply;
    CURL *device = wire_client();

    box_generation(newer);
    box_checkout(device, BOX_ANNA, &reply);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.headers.p, "BX-Mobile-Action: checkout"));
    assert_non_null(strstr(reply.headers.p, "Content-Type: application/json"));
    assert_string_equal(box_string(&reply, "status"), "success");
    assert_string_equal(box_string(&reply, "name"), "anna");
    assert_int_equal(strlen(box_string(&reply, "target")), 32);
    assert_int_equal(strlen(box_string(&reply, "sessid_md5")), 32);
    const char *password = box_string(&reply, "appPassword");
    assert_int_equal(strlen(password), 16);
    assert_int_equal(strspn(password, "abcdefghijklmnopqrstuvwxyz"), 16);
    assert_int_equal(json_is_integer(json_object_get(reply.json, "id")), newer);
    assert_int_equal(has(&reply, "login"), newer);
    assert_int_equal(has(&reply, "cloud"), newer);
    assert_int_equal(has(&reply, "backend_version"), newer);
    assert_false(has(&reply, "photoUrl"));
    wire_reply_free(&reply);

    // Without BX-APP-PASS there is no application password; GET will do.
    wire_ask(&box.wire, device, &(struct wire_request){.path = BOX_CHECKOUT}, &reply);
    assert_int_equal(reply.status, 200);
    assert_false(has(&reply, "appPassword"));
    wire_reply_free(&reply);

    curl_easy_cleanup(device);
}

static void b7_checkout_has_its_keys_newer(void **state)
{
    (void)state;
    check_keys(true);
}

static void b7_checkout_has_its_keys_older(void **state)
{
    (void)state;
    check_keys(false);
}

static void b7_probe_needs_no_login(void **state)
{
    (void)state;
    for (int newer = 0; newer < 2; newer++) {
        struct wire_reply reply;
        CURL *device = wire_client();
        box_generation(newer);

        wire_ask(&box.wire, device,
                 &(struct wire_request){.path = BOX_CHECKOUT "&servercheck=1"}, &reply);
        assert_int_equal(reply.status, 200);
        assert_string_equal(box_string(&reply, "status"), "failed");
        assert_int_equal(strlen(box_string(&reply, "bitrix_sessid")), 32);
        assert_true(json_is_false(json_object_get(reply.json, "cloud")));
        assert_int_equal(has(&reply, "host"), newer);
        wire_reply_free(&reply);

        box_set("module.mobile", "absent");
        wire_ask(&box.wire, device,
                 &(struct wire_request){.path = BOX_CHECKOUT "&servercheck=1"}, &reply);
        assert_int_equal(reply.status, 404);
        assert_non_null(strstr(reply.headers.p, "text/html"));
        wire_reply_free(&reply);

        curl_easy_cleanup(device);
    }
}

// Pairs with a UUID; whether the password of before still works then.
static bool works_after_second_pairing(const char *uuid)
{
    char header[80], user[64];
    struct wire_reply first, second, again;
    CURL *device = wire_client(), *other = wire_client(), *third = wire_client();

    snprintf(header, sizeof(header), "BX-APP-UUID: %s", uuid);
    const struct wire_request request = {
        .path = BOX_CHECKOUT, .user = BOX_ANNA, .headers = {"BX-APP-PASS: mobile", header}};
    wire_ask(&box.wire, device, &request, &first);
    wire_ask(&box.wire, other, &request, &second);
    assert_string_not_equal(box_string(&first, "appPassword"),
                            box_string(&second, "appPassword"));

    snprintf(user, sizeof(user), "anna:%s", box_string(&first, "appPassword"));
    box_checkout(third, user, &again);
    bool works = again.status == 200;

    wire_reply_free(&first);
    wire_reply_free(&second);
    wire_reply_free(&again);
    curl_easy_cleanup(device);
    curl_easy_cleanup(other);
    curl_easy_cleanup(third);
    return works;
}

static void b7_same_uuid_replaces_the_password(void **state)
{
    (void)state;
    box_generation(true);
    assert_false(works_after_second_pairing(BOX_UUID));
    // The newer module looks for capitals, but keeps what was sent.
    assert_true(works_after_second_pairing("0f8fad5b-small"));
    box_generation(false);
    assert_false(works_after_second_pairing("0f8fad5b-small"));
}

static void b7_reply_may_be_large(void **state)
{
    (void)state;
    struct wire_reply reply;
    CURL *device = wire_client();
    box_set("bitrix24.large-checkout", "on");
    box_checkout(device, BOX_ANNA, &reply);
    assert_true(reply.body.n > 100 * 1024);
    assert_string_equal(box_string(&reply, "status"), "success");
    wire_reply_free(&reply);
    curl_easy_cleanup(device);
}

static void b8_plain_failure_tells_nothing(void **state)
{
    (void)state;
    static const char *const users[] = {WRONG, "nobody:" BOX_PASSWORD, "anna:", NULL};
    for (const char *const *user = users;; user++) {
        struct wire_reply reply;
        expect_failed(*user, &reply);
        assert_int_equal(json_object_size(reply.json), 2);
        wire_reply_free(&reply);
        if (!*user)
            break;
    }
}

static void captcha_of(const struct wire_reply *reply, char word[static CAPTCHA_WORD + 1])
{
    struct portal *portal = &box.wire.bench.portal;
    portal_begin(portal);
    assert_true(captcha_word(portal, box_string(reply, "captchaCode"), word));
    assert_true(portal_end(portal, false));
}

// The third wrong password brings the captcha; then even the right one needs the word.
static void b8_captcha_after_wrong_passwords(void **state)
{
    (void)state;
    struct wire_reply reply, right;
    char word[CAPTCHA_WORD + 1], path[256];

    for (int i = 0; i < 2; i++) {
        expect_failed(WRONG, &reply);
        assert_false(has(&reply, "captchaCode"));
        wire_reply_free(&reply);
    }

    expect_failed(WRONG, &reply);
    assert_true(has(&reply, "captchaCode"));
    wire_reply_free(&reply);
    expect_failed(BOX_ANNA, &reply);
    captcha_of(&reply, word);

    CURL *device = wire_client();
    snprintf(path, sizeof(path), BOX_CHECKOUT "&captcha_sid=%s&captcha_word=wrong",
             box_string(&reply, "captchaCode"));
    wire_ask(&box.wire, device, &(struct wire_request){.path = path, .user = BOX_ANNA}, &right);
    assert_int_equal(right.status, 401);
    assert_string_not_equal(box_string(&right, "captchaCode"),
                            box_string(&reply, "captchaCode"));
    wire_reply_free(&right);

    // Used up by the wrong word.
    snprintf(path, sizeof(path), BOX_CHECKOUT "&captcha_sid=%s&captcha_word=%s",
             box_string(&reply, "captchaCode"), word);
    wire_ask(&box.wire, device, &(struct wire_request){.path = path, .user = BOX_ANNA}, &right);
    assert_int_equal(right.status, 401);
    captcha_of(&right, word);
    snprintf(path, sizeof(path), BOX_CHECKOUT "&captcha_sid=%s&captcha_word=%s",
             box_string(&right, "captchaCode"), word);
    wire_reply_free(&right);
    wire_ask(&box.wire, device, &(struct wire_request){.path = path, .user = BOX_ANNA}, &right);
    assert_int_equal(right.status, 200);
    wire_reply_free(&right);
    wire_reply_free(&reply);
    curl_easy_cleanup(device);

    expect_failed(WRONG, &reply); // a right password forgets the wrong ones
    assert_false(has(&reply, "captchaCode"));
    wire_reply_free(&reply);
}

static void b8_captcha_is_a_picture_at_both_addresses(void **state)
{
    (void)state;
    static const char *const addresses[] = {"/mobile/", "/bitrix/tools/captcha.php"};
    struct wire_reply failed, picture;
    char path[128];

    box_set("bitrix24.captcha-after", "1");
    expect_failed(WRONG, &failed);
    for (int i = 0; i < 2; i++) {
        CURL *device = wire_client();
        snprintf(path, sizeof(path), "%s?captcha_sid=%s", addresses[i],
                 box_string(&failed, "captchaCode"));
        wire_ask(&box.wire, device, &(struct wire_request){.path = path}, &picture);
        assert_int_equal(picture.status, 200);
        assert_non_null(strstr(picture.headers.p, "Content-Type: image/png"));
        assert_memory_equal(picture.body.p, "\x89PNG\r\n\x1a\n", 8);
        assert_memory_equal(picture.body.p + 16, "\0\0\0\xf0\0\0\0\x50", 8); // 240 by 80
        wire_reply_free(&picture);
        curl_easy_cleanup(device);
    }

    wire_reply_free(&failed);
}

// The second step of a sign-in in a session; the reply, to be freed.
static void send_otp(CURL *device, const struct wire_reply *first, const char *code,
                     struct wire_reply *out)
{
    char body[256];
    snprintf(body, sizeof(body), "AUTH_FORM=Y&TYPE=OTP&USER_OTP=%s&sessid=%s", code,
             box_string(first, "bitrix_sessid"));
    const struct wire_request request = {
        .path = BOX_CHECKOUT,
        .body = body,
        .headers = {"BX-APP-PASS: mobile", "BX-APP-UUID: " BOX_UUID}};
    wire_ask(&box.wire, device, &request, out);
}

static void check_second_step(bool newer)
{
    struct wire_reply first, reply;
    char code[CODE_DIGITS + 1];
    CURL *device = wire_client(), *other = wire_client();
    box_generation(newer);
    box_checkout(device, BOX_OTTO, &first);
    assert_int_equal(first.status, 401);
    assert_true(json_is_true(json_object_get(first.json, "needOtp")));
    assert_int_equal(has(&first, "otpType"), newer);
    assert_false(has(&first, "captchaCode"));

    box_otp(newer ? 0 : 1, code);
    send_otp(other, &first, code, &reply); // not the session whose password was right
    assert_int_equal(reply.status, 401);
    assert_false(has(&reply, "needOtp"));
    wire_reply_free(&reply);

    send_otp(device, &first, "000000", &reply);
    assert_int_equal(reply.status, 401);
    assert_true(json_is_true(json_object_get(reply.json, "needOtp")));
    const char *why =
        json_string_value(json_object_get(json_object_get(reply.json, "error"), "code"));
    assert_true(newer ? why && strcmp(why, "WRONG_OTP") == 0 : !why);
    wire_reply_free(&reply);

    send_otp(device, &first, code, &reply);
    assert_int_equal(reply.status, 200);
    assert_int_equal(strlen(box_string(&reply, "appPassword")), 16);
    wire_reply_free(&reply);
    wire_reply_free(&first);
    curl_easy_cleanup(device);
    curl_easy_cleanup(other);
}

static void b8_second_step_needs_the_same_session(void **state)
{
    (void)state;
    check_second_step(true);
    check_second_step(false);
}

static void b8_code_may_stand_behind_the_password(void **state)
{
    (void)state;
    char user[64], code[CODE_DIGITS + 1];
    struct wire_reply reply;
    CURL *device = wire_client();
    box_otp(0, code);
    snprintf(user, sizeof(user), BOX_OTTO "%s", code);
    box_checkout(device, user, &reply);
    assert_int_equal(reply.status, 200);
    assert_int_equal(strlen(box_string(&reply, "appPassword")), 16);
    wire_reply_free(&reply);
    curl_easy_cleanup(device);
    expect_failed(user, &reply); // each code counts once
    wire_reply_free(&reply);
}

static void b8_push_takes_recovery_codes_only(void **state)
{
    (void)state;
    char code[CODE_DIGITS + 1], codes[RECOVERY_CODES][RECOVERY_CODE + 1];
    struct wire_reply first, reply;
    struct portal *portal = &box.wire.bench.portal;
    CURL *device = wire_client();

    box_set("bitrix24.push-otp", "on");
    portal_begin(portal);
    recovery_codes_make(portal, box.otto, codes);
    assert_true(portal_end(portal, true));

    box_checkout(device, BOX_OTTO, &first);
    assert_string_equal(box_string(&first, "otpType"), "push");
    assert_true(json_is_true(json_object_get(first.json, "canUseRecoveryCodes")));
    assert_true(json_is_false(json_object_get(first.json, "canLoginBySms")));
    box_otp(0, code);
    send_otp(device, &first, code, &reply);
    assert_int_equal(reply.status, 401);
    wire_reply_free(&reply);
    send_otp(device, &first, codes[3], &reply);
    assert_int_equal(reply.status, 200);
    wire_reply_free(&reply);
    wire_reply_free(&first);

    curl_easy_cleanup(device);
    device = wire_client();
    box_checkout(device, BOX_OTTO, &first);
    send_otp(device, &first, codes[3], &reply); // each counts once
    assert_int_equal(reply.status, 401);
    wire_reply_free(&reply);
    wire_reply_free(&first);
    curl_easy_cleanup(device);
}

static void b8_application_passwords_skip_the_second_step(void **state)
{
    (void)state;
    char user[64];
    struct wire_reply reply;
    CURL *device = wire_client();

    box_set("bitrix24.push-otp", "on");
    app_password("otto", "mobile", user);
    box_checkout(device, user, &reply);
    assert_int_equal(reply.status, 200);
    assert_false(has(&reply, "appPassword")); // the typed one is one already
    wire_reply_free(&reply);
    curl_easy_cleanup(device);

    // Spaces do not count, and it is nobody else's.
    char spaced[64], other[64];
    snprintf(spaced, sizeof(spaced), "otto:%.4s %.4s %.4s %.4s", user + 5, user + 9, user + 13,
             user + 17);
    snprintf(other, sizeof(other), "anna:%s", user + 5);
    device = wire_client();
    box_checkout(device, spaced, &reply);
    assert_int_equal(reply.status, 200);
    wire_reply_free(&reply);
    curl_easy_cleanup(device);

    expect_failed(other, &reply);
    wire_reply_free(&reply);
}

static void expect_empty_403(CURL *device, const char *path, const char *user)
{
    struct wire_reply reply;
    wire_ask(&box.wire, device, &(struct wire_request){.path = path, .user = user}, &reply);
    if (reply.status != 403 || reply.body.n != 0)
        fail_msg("%s: %ld %s", path, reply.status, reply.body.p);
    wire_reply_free(&reply);
}

static void b9_application_password_has_its_scope(void **state)
{
    (void)state;
    char user[64], sessid[BITRIX24_SESSID + 1], codes[BOX_CODES];
    struct box_page page;
    CURL *browser = wire_client();

    box_look(browser, "/", &page);
    app_password("anna", "mobile", user);
    CURL *device = box_device(user, sessid);
    box_confirm(device, sessid, &page, codes);
    assert_string_equal(codes, "success");

    expect_empty_403(device, "/", NULL);
    expect_empty_403(device, "/personal/passwords", NULL);
    expect_empty_403(device, "/admin", NULL);
    curl_easy_cleanup(device);

    // Another kind gets in at checkout, and no further.
    app_password("anna", "desktop", user);
    device = box_device(user, sessid);
    expect_empty_403(device, BOX_AJAX "pushToken", NULL);
    curl_easy_cleanup(device);
    app_password("anna", "dav", user);
    device = wire_client();
    expect_empty_403(device, BOX_CHECKOUT, user);
    curl_easy_cleanup(device);
    curl_easy_cleanup(browser);
}

// Deleting the password in the profile ends what it opened.
static void b9_deleted_password_ends_its_sessions(void **state)
{
    (void)state;
    char sessid[BITRIX24_SESSID + 1], codes[BOX_CODES];
    struct box_page page;
    struct wire_reply paired, reply;
    CURL *browser = wire_client(), *device = wire_client();
    char user[64], body[64];

    box_checkout(device, BOX_ANNA, &paired);
    snprintf(user, sizeof(user), "anna:%s", box_string(&paired, "appPassword"));
    wire_reply_free(&paired);
    curl_easy_cleanup(device);
    device = box_device(user, sessid);

    box_look(browser, "/", &page);
    wire_ask(&box.wire, browser,
             &(struct wire_request){.path = "/",
                                    .body = "AUTH_FORM=Y&TYPE=AUTH&USER_LOGIN=anna&"
                                            "USER_PASSWORD=correct+horse"},
             &reply);
    assert_int_equal(reply.status, 303);
    wire_reply_free(&reply);

    snprintf(body, sizeof(body), "id=%lld",
             (long long)bench_number(&box.wire.bench, "SELECT id FROM app_passwords"));
    wire_ask(&box.wire, browser,
             &(struct wire_request){.path = "/personal/passwords/delete",
                                    .body = body,
                                    .headers = {"Origin: https://portal.example.com"}},
             &reply);
    assert_int_equal(reply.status, 303);
    wire_reply_free(&reply);

    box_confirm(device, sessid, &page, codes);
    assert_string_equal(codes, "invalid_authentication");
    expect_failed(user, &reply);
    wire_reply_free(&reply);
    curl_easy_cleanup(device);
    curl_easy_cleanup(browser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOX_TEST(b5_sessid_belongs_to_the_cookie),
        BOX_TEST(b5_sessid_survives_the_login),
        BOX_TEST(b6_basic_counts_at_mobile_and_not_at_ajax),
        BOX_TEST(b7_checkout_has_its_keys_newer),
        BOX_TEST(b7_checkout_has_its_keys_older),
        BOX_TEST(b7_probe_needs_no_login),
        BOX_TEST(b7_same_uuid_replaces_the_password),
        BOX_TEST(b7_reply_may_be_large),
        BOX_TEST(b8_plain_failure_tells_nothing),
        BOX_TEST(b8_captcha_after_wrong_passwords),
        BOX_TEST(b8_captcha_is_a_picture_at_both_addresses),
        BOX_TEST(b8_second_step_needs_the_same_session),
        BOX_TEST(b8_code_may_stand_behind_the_password),
        BOX_TEST(b8_push_takes_recovery_codes_only),
        BOX_TEST(b8_application_passwords_skip_the_second_step),
        BOX_TEST(b9_application_password_has_its_scope),
        BOX_TEST(b9_deleted_password_ends_its_sessions),
    };

    return cmocka_run_group_tests_name("bitrix24 login", tests, NULL, NULL);
}
