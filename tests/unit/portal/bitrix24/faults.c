// SPDX-License-Identifier: MIT
// Faults of a box and of the network that can be asked for; the log; other sites' forms.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "box.h"

// The faults that can be asked for: each so many times as set, then all is well.
static void session_is_lost_as_often_as_set(void **state)
{
    (void)state;
    struct box_scene scene;
    char codes[BOX_CODES];

    box_scene_open(&scene);
    box_set("bitrix24.lose-csrf", "1");
    box_confirm(scene.device, scene.sessid, &scene.page, codes);
    assert_string_equal(codes, "invalid_csrf");

    box_set("bitrix24.lose-session", "1");
    box_confirm(scene.device, scene.sessid, &scene.page, codes);
    assert_string_equal(codes, "invalid_authentication invalid_csrf");

    curl_easy_cleanup(scene.device);
    scene.device = box_device(BOX_ANNA, scene.sessid);
    box_confirm(scene.device, scene.sessid, &scene.page, codes);
    assert_string_equal(codes, "success");

    box_scene_close(&scene);
}

// The reply is cut, but the work was done.
static void cut_reply_has_published(void **state)
{
    (void)state;
    static const char *const bytes[] = {"0", "10"};
    for (int i = 0; i < 2; i++) {
        struct box_scene scene;
        struct wire_reply reply;
        char fields[256], body[512], token[33];

        box_scene_open(&scene);
        box_set("bitrix24.reply-bytes", bytes[i]);
        // On a connection that was used before, libcurl would send the request once more.
        curl_easy_setopt(scene.device, CURLOPT_FRESH_CONNECT, 1L);
        box_fields(&scene.page, NULL, fields, sizeof(fields));
        snprintf(body, sizeof(body), "%s&sessid=%s", fields, scene.sessid);

        wire_ask(&box.wire, scene.device,
                 &(struct wire_request){.path = BOX_AJAX "pushToken", .body = body}, &reply);

        assert_int_equal(reply.status, -1);
        assert_int_equal(reply.body.n, i == 0 ? 0 : 10);
        wire_reply_free(&reply);

        box_token(&scene.page, token);
        assert_int_equal(strlen(token), SIGN_IN_TOKEN);

        box_scene_close(&scene);
    }
}

static void log_names_the_action_and_no_secret(void **state)
{
    (void)state;
    struct box_scene scene;
    char codes[BOX_CODES];
    box_scene_open(&scene);
    box_confirm(scene.device, scene.sessid, &scene.page, codes);

    struct wire_reply reply;
    wire_ask(&box.wire, scene.device,
             &(struct wire_request){.path = BITRIX24_AJAX "?action=some.secret", .body = ""},
             &reply);
    wire_reply_free(&reply);

    box_set("allow-qr", "off");
    box_confirm(scene.device, scene.sessid, &scene.page, codes);

    char *log = wire_log(&box.wire);
    assert_non_null(strstr(log, "\"status\":200,\"code\":\"ERR_OPTION\""));
    assert_non_null(strstr(log, "\"path\":\"/mobile/\",\"status\":200,\"code\":\"\","
                                "\"action\":\"checkout\""));
    assert_non_null(strstr(log, "\"path\":\"" BITRIX24_AJAX "\",\"status\":200,\"code\":\"\","
                                "\"action\":\"main.qrcodeauth.pushToken\""));
    assert_non_null(strstr(log, "\"action\":\"unknown\""));
    assert_null(strstr(log, "secret"));
    assert_null(strstr(log, scene.sessid));
    assert_null(strstr(log, scene.page.challenge.bitrix24.channel_tag));

    free(log);
    box_scene_close(&scene);
}

// Another site's page cannot sign this browser in, nor out of two-step.
static void foreign_forms_sign_nobody_in(void **state)
{
    (void)state;
    struct wire_reply reply;
    char who[USER_NAME_MAX + 1];
    CURL *browser = wire_client();
    const struct wire_request request = {
        .path = "/",
        .body = "AUTH_FORM=Y&TYPE=AUTH&USER_LOGIN=anna&USER_PASSWORD=correct+horse",
        .headers = {"Origin: https://evil.example"}};
    wire_ask(&box.wire, browser, &request, &reply);
    wire_reply_free(&reply);
    box_who(browser, who);
    assert_string_equal(who, "");
    curl_easy_cleanup(browser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOX_TEST(session_is_lost_as_often_as_set),
        BOX_TEST(cut_reply_has_published),
        BOX_TEST(log_names_the_action_and_no_secret),
        BOX_TEST(foreign_forms_sign_nobody_in),
    };
    return cmocka_run_group_tests_name("bitrix24 faults", tests, NULL, NULL);
}
