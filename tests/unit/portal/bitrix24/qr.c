// SPDX-License-Identifier: MIT
// Sign-in by QR at a box: the checklist of the protocol, B1 to B4, B10 to B13 and B15.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "box.h"
#include "portal/bitrix24/channel.h"

#define ALPHANUMERIC "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static void b1_login_page_holds_the_code(void **state)
{
    (void)state;
    struct box_page first, second, elsewhere;
    CURL *browser = wire_client();

    box_look(browser, "/", &first);
    box_look(browser, "/", &second);
    box_look(browser, "/company/nowhere/", &elsewhere);

    const struct bitrix24_challenge *code = &first.challenge.bitrix24;
    assert_int_equal(first.challenge.kind, PAYLOAD_BITRIX24);
    assert_int_equal(elsewhere.challenge.kind, PAYLOAD_BITRIX24);
    assert_string_equal(code->site_id, "s1");
    assert_int_equal(strlen(code->unique_id), 16);
    assert_int_equal(strspn(code->unique_id, ALPHANUMERIC), 16);
    assert_int_equal(strlen(code->channel_tag), 32);
    assert_int_equal(strspn(code->channel_tag, ALPHANUMERIC), 32);
    assert_int_equal(strlen(first.text), strlen("https://b24.to/a/s1//") + 16 + 1 + 32);
    assert_int_equal(first.text[strlen(first.text) - 1], '/');
    assert_string_equal(code->unique_id, second.challenge.bitrix24.unique_id);
    assert_string_not_equal(code->channel_tag, second.challenge.bitrix24.channel_tag);

    wire_restart(&box.wire);
    curl_easy_cleanup(browser);
    browser = wire_client();
    box_look(browser, "/", &second);
    assert_string_equal(code->unique_id, second.challenge.bitrix24.unique_id);
    curl_easy_cleanup(browser);
}

struct poll {
    pthread_t thread;
    char path[160];
    struct wire_reply reply;
};

static void *poll_channel(void *userdata)
{
    struct poll *poll = userdata;
    CURL *client = wire_client();
    wire_ask(&box.wire, client, &(struct wire_request){.path = poll->path}, &poll->reply);
    curl_easy_cleanup(client);
    return NULL;
}

// The page's long poll comes back with the message of its channel, and of no other.
static void b2_page_hears_its_channel_only(void **state)
{
    (void)state;
    struct box_scene scene;
    struct box_page other;
    struct poll poll = {0};
    char codes[BOX_CODES];

    box_scene_open(&scene);
    box_look(scene.browser, "/", &other);
    box_confirm(scene.device, scene.sessid, &other, codes);
    assert_string_equal(codes, "success");

    snprintf(poll.path, sizeof(poll.path), "/bitrix/sub/?CHANNEL_ID=%s&mid=0",
             scene.page.channel);
    assert_int_equal(pthread_create(&poll.thread, NULL, poll_channel, &poll), 0);

    box_confirm(scene.device, scene.sessid, &scene.page, codes);
    assert_string_equal(codes, "success");
    pthread_join(poll.thread, NULL);
    const json_t *messages = json_object_get(poll.reply.json, "messages");
    assert_int_equal(json_array_size(messages), 1);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(messages, 0), "mid")),
                     2);
    wire_reply_free(&poll.reply);

    // The tag stands in the code for all to see; it opens nothing.
    json_t *heard = box_messages(scene.page.challenge.bitrix24.channel_tag);
    assert_int_equal(json_array_size(heard), 0);
    json_decref(heard);
    box_scene_close(&scene);
}

static void b2_unknown_channel_is_taken(void **state)
{
    (void)state;
    struct box_scene scene;
    char fields[256], codes[BOX_CODES];
    box_scene_open(&scene);
    snprintf(fields, sizeof(fields), "siteId=s1&uniqueId=%s&channelTag=nobodyListens",
             scene.page.challenge.bitrix24.unique_id);
    box_push(scene.device, scene.sessid, fields, codes);
    assert_string_equal(codes, "success");
    box_scene_close(&scene);
}

// Everything is wrong at once; what is mended uncovers the next check.
static void check_order(bool newer)
{
    struct box_scene scene;
    char wrong[256], right[256], token[SIGN_IN_TOKEN + 1];

    box_scene_open(&scene);
    box_generation(newer);
    box_set("bitrix24.handler", "on");
    box_set("allow-qr", "off");
    box_set("push", "off");
    box_set("bitrix24.token-fails", "on");

    box_fields(&scene.page, "0000000000000000", wrong, sizeof(wrong));
    box_fields(&scene.page, NULL, right, sizeof(right));
    box_expect(&scene, "siteId=s1&uniqueId=&channelTag=x", "ERR_PARAMS");
    box_expect(&scene, "siteId=&uniqueId=x&channelTag=x", "ERR_PARAMS");
    box_expect(&scene, "siteId=s1&uniqueId=x&channelTag=", "ERR_PARAMS");
    box_expect(&scene, wrong, "ERR_FROM_EVENT");

    box_set("bitrix24.handler", "off");
    box_expect(&scene, wrong, "ERR_UNIQUE_ID");
    box_expect(&scene, right, "ERR_OPTION");
    box_set("allow-qr", "on");
    box_expect(&scene, right, "ERR_PULL");
    box_set("push", "on");
    box_set("module.pull", "absent");
    box_expect(&scene, right, "ERR_PULL");
    box_set("module.pull", "25.100.0");
    box_expect(&scene, right, newer ? "ERR_GET_TOKEN" : "success");

    json_t *messages = box_messages(scene.page.channel);
    assert_int_equal(json_array_size(messages), newer ? 0 : 1);
    json_decref(messages);

    if (newer) {
        box_set("bitrix24.token-fails", "off");
        box_expect(&scene, right, "success");
        box_token(&scene.page, token);
        assert_int_equal(strlen(token), SIGN_IN_TOKEN);
    }
    box_scene_close(&scene);
}

static void b3_checks_come_in_order_newer(void **state)
{
    (void)state;
    check_order(true);
}

static void b3_checks_come_in_order_older(void **state)
{
    (void)state;
    check_order(false);
}

static void b3_what_the_framework_refuses(void **state)
{
    (void)state;
    struct box_scene scene;
    box_scene_open(&scene);
    box_expect(&scene, "siteId=s1&channelTag=x", "100");
    box_expect(&scene, "siteId=s1&uniqueId[]=x&channelTag=x", "100");
    box_generation(false);
    box_expect(&scene, "siteId=s1&channelTag=x", "ERR_PARAMS");
    box_set("module.main", "21.700.0");
    box_expect(&scene, "siteId=s1&uniqueId=x&channelTag=x", "22002");
    box_set("module.main", "absent");
    box_expect(&scene, "siteId=s1&uniqueId=x&channelTag=x", "22002");
    box_scene_close(&scene);
}

// Neither login nor sessid: both errors, and the right token for the next try.
static void check_filters(bool newer)
{
    struct wire_reply reply;
    char codes[BOX_CODES], sessid[BITRIX24_SESSID + 1];
    CURL *guest = wire_client();

    box_generation(newer);
    const struct wire_request request = {.path = BOX_AJAX "pushToken", .body = "siteId=s1"};
    wire_ask(&box.wire, guest, &request, &reply);
    assert_int_equal(reply.status, newer ? 401 : 200);
    box_codes(&reply, codes);
    assert_string_equal(codes, "invalid_authentication invalid_csrf");
    const json_t *error = json_array_get(json_object_get(reply.json, "errors"), 1);
    assert_string_equal(json_string_value(json_object_get(error, "message")),
                        "Invalid csrf token");
    const json_t *csrf = json_object_get(json_object_get(error, "customData"), "csrf");
    assert_int_equal(json_string_length(csrf), BITRIX24_SESSID);
    snprintf(sessid, sizeof(sessid), "%s", json_string_value(csrf));
    wire_reply_free(&reply);

    box_push(guest, sessid, "siteId=s1", codes);
    assert_string_equal(codes, "invalid_authentication");

    const struct wire_request put = {
        .path = BOX_AJAX "pushToken", .body = "siteId=s1", .method = "PUT"};
    wire_ask(&box.wire, guest, &put, &reply);
    box_codes(&reply, codes);
    assert_string_equal(codes, "invalid_authentication invalid_method invalid_csrf");
    wire_reply_free(&reply);
    curl_easy_cleanup(guest);
}

static void b4_filters_report_both_errors_newer(void **state)
{
    (void)state;
    check_filters(true);
}

static void b4_filters_report_both_errors_older(void **state)
{
    (void)state;
    check_filters(false);
}

static void b4_authenticate_needs_the_csrf_token_alone(void **state)
{
    (void)state;
    struct box_scene scene;
    struct box_page forged;
    char codes[BOX_CODES];
    box_scene_open(&scene);
    forged = scene.page;
    memset(forged.sessid, '0', BITRIX24_SESSID);
    box_authenticate(scene.browser, &forged, "x", false, codes);
    assert_string_equal(codes, "invalid_csrf");
    box_authenticate(scene.browser, &scene.page, "x", false, codes);
    assert_string_equal(codes, "ERR_AUTH");
    box_authenticate(scene.browser, &scene.page, "", false, codes);
    assert_string_equal(codes, "ERR_PARAMS");
    box_scene_close(&scene);
}

static void b10_token_signs_in_once(void **state)
{
    (void)state;
    struct box_scene scene;
    char codes[BOX_CODES], token[SIGN_IN_TOKEN + 1], who[USER_NAME_MAX + 1];

    for (int newer = 0; newer < 2; newer++) {
        box_generation(newer);
        box_scene_open(&scene);
        box_confirm(scene.device, scene.sessid, &scene.page, codes);
        box_token(&scene.page, token);
        assert_int_equal(strlen(token), 32);
        assert_int_equal(strspn(token, ALPHANUMERIC), 32);

        char changed[SIGN_IN_TOKEN + 1];
        memcpy(changed, token, sizeof(changed));
        for (char *c = changed; *c; c++) // capitals and small letters are not the same
            *c = (char)(*c >= 'a' && *c <= 'z'   ? *c - 32
                        : *c >= 'A' && *c <= 'Z' ? *c + 32
                                                 : *c);

        box_authenticate(scene.browser, &scene.page, changed, false, codes);
        assert_string_equal(codes, "ERR_AUTH");
        box_authenticate(scene.browser, &scene.page, token, false, codes);
        assert_string_equal(codes, "success");
        box_who(scene.browser, who);
        assert_string_equal(who, "anna");
        box_authenticate(scene.browser, &scene.page, token, false, codes);
        assert_string_equal(codes, "ERR_AUTH");
        box_scene_close(&scene);
    }
}

static void b10_token_lives_a_minute_and_is_reused(void **state)
{
    (void)state;
    struct box_scene scene;
    struct box_page other, third;
    char codes[BOX_CODES], token[33], again[33], later[33];

    box_scene_open(&scene);
    box_look(scene.browser, "/", &other);
    box_look(scene.browser, "/", &third);
    box_confirm(scene.device, scene.sessid, &scene.page, codes);
    box_token(&scene.page, token);

    bench_pass(&box.wire.bench, 59);
    box_confirm(scene.device, scene.sessid, &other, codes);
    box_token(&other, again);
    assert_string_equal(token, again);

    bench_pass(&box.wire.bench, 1);
    box_authenticate(scene.browser, &scene.page, token, false, codes);
    assert_string_equal(codes, "ERR_AUTH");

    box_confirm(scene.device, scene.sessid, &third, codes);
    box_token(&third, later);
    assert_string_not_equal(token, later);
    box_scene_close(&scene);
}

static void b10_token_is_of_its_user_and_site(void **state)
{
    (void)state;
    struct box_scene scene;
    struct box_page second;
    char codes[BOX_CODES], fields[256], token[33], other[33], sessid[BITRIX24_SESSID + 1];
    char user[64], otp[CODE_DIGITS + 1];

    box_scene_open(&scene);
    // Another site's token is published, and signs in nobody here.
    snprintf(fields, sizeof(fields), "siteId=s2&uniqueId=%s&channelTag=%s",
             scene.page.challenge.bitrix24.unique_id,
             scene.page.challenge.bitrix24.channel_tag);
    box_expect(&scene, fields, "success");
    box_token(&scene.page, token);
    box_authenticate(scene.browser, &scene.page, token, false, codes);
    assert_string_equal(codes, "ERR_AUTH");

    box_look(scene.browser, "/", &second);
    box_confirm(scene.device, scene.sessid, &second, codes);
    box_token(&second, other);
    assert_string_not_equal(token, other);

    box_otp(0, otp);
    snprintf(user, sizeof(user), BOX_OTTO "%s", otp);
    CURL *device = box_device(user, sessid);
    struct box_page third;
    box_look(scene.browser, "/", &third);
    box_confirm(device, sessid, &third, codes);
    box_token(&third, token);
    assert_string_not_equal(token, other);
    curl_easy_cleanup(device);
    box_scene_close(&scene);
}

// The cookie that signs in again comes with remember=1 only, and does.
static void b10_remember_is_remembered(void **state)
{
    (void)state;
    char codes[BOX_CODES], token[33], who[USER_NAME_MAX + 1];

    for (int remember = 0; remember < 2; remember++) {
        struct box_scene scene;
        box_scene_open(&scene);
        box_confirm(scene.device, scene.sessid, &scene.page, codes);
        box_token(&scene.page, token);
        box_authenticate(scene.browser, &scene.page, token, remember, codes);
        assert_string_equal(codes, "success");

        bench_pass(&box.wire.bench, SESSION_LIFE_S + 1);
        box_who(scene.browser, who);
        assert_string_equal(who, remember ? "anna" : "");
        struct wire_reply reply; // logging out forgets it
        wire_ask(&box.wire, scene.browser,
                 &(struct wire_request){.path = "/logout",
                                        .body = "",
                                        .headers = {"Origin: https://portal.example.com"}},
                 &reply);
        assert_int_equal(reply.status, 303);
        wire_reply_free(&reply);

        box_who(scene.browser, who);
        assert_string_equal(who, "");
        box_scene_close(&scene);
    }
}

static void b11_option_is_off_by_default(void **state)
{
    (void)state;
    enum config_id id;
    assert_true(config_find("allow-qr", &id));
    assert_string_equal(config_rows[id].value, "off");
    box_set("allow-qr", "off");
    struct wire_reply reply;
    CURL *browser = wire_client();
    wire_ask(&box.wire, browser, &(struct wire_request){.path = "/"}, &reply);
    assert_null(strstr(reply.body.p, "b24.to"));
    assert_null(strstr(reply.body.p, "qr-open"));
    wire_reply_free(&reply);
    curl_easy_cleanup(browser);
}

static void b11_one_page_shows_option_push_and_modules(void **state)
{
    (void)state;
    struct wire_reply reply;
    CURL *browser = wire_client();
    struct portal *portal = &box.wire.bench.portal;

    portal_begin(portal);
    store_run(&portal->store, "UPDATE users SET admin = 1", "");
    portal_end(portal, true);

    box_set("module.main", "23.456.7");
    wire_ask(&box.wire, browser, &(struct wire_request){.path = "/admin", .user = BOX_ANNA},
             &reply);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body.p, "id=\"allow-qr\""));
    assert_non_null(strstr(reply.body.p, "data-module=\"push\""));
    assert_non_null(strstr(reply.body.p, "data-module=\"pull\""));
    assert_non_null(strstr(reply.body.p, "23.456.7"));
    wire_reply_free(&reply);

    wire_ask(&box.wire, browser,
             &(struct wire_request){.path = "/admin",
                                    .body = "allow_qr=",
                                    .headers = {"Origin: https://portal.example.com"}},
             &reply);
    assert_int_equal(reply.status, 200);
    wire_reply_free(&reply);
    curl_easy_cleanup(browser);

    browser = wire_client();
    wire_ask(&box.wire, browser, &(struct wire_request){.path = "/"}, &reply);
    assert_null(strstr(reply.body.p, "b24.to"));
    wire_reply_free(&reply);
    curl_easy_cleanup(browser);
}

// Otto confirms by a device that gave its code; then his browser.
static void confirm_as_otto(CURL *browser, struct box_page *page)
{
    char codes[BOX_CODES], token[33], user[64], sessid[BITRIX24_SESSID + 1];
    char otp[CODE_DIGITS + 1];
    box_otp(0, otp);
    snprintf(user, sizeof(user), BOX_OTTO "%s", otp);
    CURL *device = box_device(user, sessid);
    box_look(browser, "/", page);
    box_confirm(device, sessid, page, codes);
    box_token(page, token);
    box_authenticate(browser, page, token, true, codes);
    assert_string_equal(codes, "success");
    curl_easy_cleanup(device);
}

static void type_code(CURL *browser, const char *code, long expected)
{
    char body[128];
    struct wire_reply reply;
    snprintf(body, sizeof(body), "AUTH_FORM=Y&TYPE=OTP&USER_OTP=%s", code);
    wire_ask(&box.wire, browser, &(struct wire_request){.path = "/", .body = body}, &reply);
    assert_int_equal(reply.status, expected);
    wire_reply_free(&reply);
}

static void b12_browser_owes_the_one_time_code(void **state)
{
    (void)state;
    struct wire_reply reply;
    struct box_page page;
    char who[USER_NAME_MAX + 1], otp[CODE_DIGITS + 1];
    CURL *browser = wire_client();

    confirm_as_otto(browser, &page);
    wire_ask(&box.wire, browser, &(struct wire_request){.path = "/personal/passwords"}, &reply);
    assert_non_null(strstr(reply.body.p, "id=\"otp-code\""));
    assert_null(strstr(reply.body.p, "app-password-form"));
    wire_reply_free(&reply);

    box_who(browser, who);
    assert_string_equal(who, "");
    type_code(browser, "000000", 200);
    box_who(browser, who);
    assert_string_equal(who, "");

    box_otp(1, otp); // the device has used the one of now
    type_code(browser, otp, 303);
    box_who(browser, who);
    assert_string_equal(who, "otto");
    curl_easy_cleanup(browser);
}

static void b12_a_switch_asks_for_no_code(void **state)
{
    (void)state;
    struct box_page page;
    char who[USER_NAME_MAX + 1];
    CURL *browser = wire_client();
    box_set("bitrix24.ask-otp", "off");
    confirm_as_otto(browser, &page);
    box_who(browser, who);
    assert_string_equal(who, "otto");
    curl_easy_cleanup(browser);
}

static void b13_message_has_its_form(void **state)
{
    (void)state;
    struct box_scene scene;
    char fields[512], expected[256], token[33];

    box_scene_open(&scene);
    box_fields(&scene.page, NULL, fields, sizeof(fields));
    strcat(fields, "%2Fcrm%2F%3Fa%3D1");
    box_expect(&scene, fields, "success");
    box_token(&scene.page, token);

    json_t *messages = box_messages(scene.page.channel);
    char *text = json_dumps(json_object_get(json_array_get(messages, 0), "text"), JSON_COMPACT);
    snprintf(expected, sizeof(expected),
             "{\"module_id\":\"main\",\"command\":\"qrAuthorize\",\"expiry\":60,"
             "\"params\":{\"token\":\"%s\",\"redirectUrl\":\"/crm/?a=1\"}}",
             token);
    assert_string_equal(text, expected);
    free(text);
    json_decref(messages);

    bench_pass(&box.wire.bench, 60);
    messages = box_messages(scene.page.channel);
    assert_int_equal(json_array_size(messages), 0);
    json_decref(messages);
    box_scene_close(&scene);
}

static void expect_message(struct box_scene *scene, const char *fields, bool russian,
                           const char *message)
{
    struct wire_reply reply;
    char body[512];
    snprintf(body, sizeof(body), "%s&sessid=%s", fields, scene->sessid);
    wire_ask(&box.wire, scene->device,
             &(struct wire_request){
                 .path = BOX_AJAX "pushToken",
                 .body = body,
                 .headers = {russian ? "Accept-Language: ru" : "Accept-Language: en"}},
             &reply);
    const json_t *error = json_array_get(json_object_get(reply.json, "errors"), 0);
    assert_string_equal(json_string_value(json_object_get(error, "message")), message);
    wire_reply_free(&reply);
}

static void b15_messages_are_those_of_a_box(void **state)
{
    (void)state;
    struct box_scene scene;
    char right[256], token_failed[2][128];

    box_scene_open(&scene);
    box_fields(&scene.page, NULL, right, sizeof(right));
    for (int russian = 0; russian < 2; russian++) {
        expect_message(&scene, "siteId=&uniqueId=x&channelTag=x", russian,
                       russian ? "Некорректный запрос." : "Invalid request.");
        expect_message(&scene, "siteId=s1&uniqueId=x&channelTag=x", russian,
                       russian ? "Указан неверный профиль для аутентификации."
                               : "Incorrect profile selected for authentication.");
        box_set("allow-qr", "off");
        expect_message(&scene, right, russian,
                       russian ? "Возможность аутентификации по QR отключена."
                               : "QR code authentication is disabled.");
        box_set("allow-qr", "on");
        box_set("push", "off");
        expect_message(&scene, right, russian,
                       russian ? "Модуль Push and Pull не установлен."
                               : "The Push and Pull module is not installed.");
        box_set("push", "on");
        box_set("bitrix24.token-fails", "on");
        snprintf(token_failed[russian], sizeof(token_failed[russian]), "%s",
                 translate(languages_find(russian ? "ru" : "en"),
                           N_("The sign-in token could not be made.")));
        expect_message(&scene, right, russian, token_failed[russian]);
        box_set("bitrix24.token-fails", "off");
    }

    assert_string_not_equal(token_failed[0], token_failed[1]);
    assert_string_equal(translate(languages_find("ru"), N_("Authentication error.")),
                        "Ошибка аутентификации.");
    box_scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOX_TEST(b1_login_page_holds_the_code),
        BOX_TEST(b2_page_hears_its_channel_only),
        BOX_TEST(b2_unknown_channel_is_taken),
        BOX_TEST(b3_checks_come_in_order_newer),
        BOX_TEST(b3_checks_come_in_order_older),
        BOX_TEST(b3_what_the_framework_refuses),
        BOX_TEST(b4_filters_report_both_errors_newer),
        BOX_TEST(b4_filters_report_both_errors_older),
        BOX_TEST(b4_authenticate_needs_the_csrf_token_alone),
        BOX_TEST(b10_token_signs_in_once),
        BOX_TEST(b10_token_lives_a_minute_and_is_reused),
        BOX_TEST(b10_token_is_of_its_user_and_site),
        BOX_TEST(b10_remember_is_remembered),
        BOX_TEST(b11_option_is_off_by_default),
        BOX_TEST(b11_one_page_shows_option_push_and_modules),
        BOX_TEST(b12_browser_owes_the_one_time_code),
        BOX_TEST(b12_a_switch_asks_for_no_code),
        BOX_TEST(b13_message_has_its_form),
        BOX_TEST(b15_messages_are_those_of_a_box),
    };

    return cmocka_run_group_tests_name("bitrix24 qr", tests, NULL, NULL);
}
