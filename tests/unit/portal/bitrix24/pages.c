// SPDX-License-Identifier: MIT
// What somebody sent is shown on the pages of a box where it is a text, and breaks none where
// it is not.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "box.h"

static void sign_in(CURL *browser)
{
    struct wire_reply reply;
    wire_ask(&box.wire, browser,
             &(struct wire_request){.path = "/",
                                    .body = "AUTH_FORM=Y&TYPE=AUTH&USER_LOGIN=anna&"
                                            "USER_PASSWORD=correct+horse"},
             &reply);
    assert_int_equal(reply.status, 303);
    wire_reply_free(&reply);
}

static void expect_on_page(CURL *browser, const char *path, const char *body,
                           const char *wanted)
{
    struct wire_reply reply;
    wire_ask(&box.wire, browser,
             &(struct wire_request){
                 .path = path, .body = body, .headers = {"Origin: https://portal.example.com"}},
             &reply);
    assert_int_equal(reply.status, 200);
    if (!strstr(reply.body.p, wanted))
        fail_msg("%s shows no %s:\n%s", path, wanted, reply.body.p);
    wire_reply_free(&reply);
}

static void login_name_is_shown_again_where_it_is_a_text(void **state)
{
    (void)state;
    CURL *browser = wire_client();
    expect_on_page(browser, "/", "AUTH_FORM=Y&TYPE=AUTH&USER_LOGIN=anna&USER_PASSWORD=x",
                   "value=\"anna\"");
    expect_on_page(browser, "/", "AUTH_FORM=Y&TYPE=AUTH&USER_LOGIN=an%ffna&USER_PASSWORD=x",
                   "name=\"USER_LOGIN\" value=\"\"");
    curl_easy_cleanup(browser);
}

// One that was not listed could not be deleted.
static void every_application_password_is_listed(void **state)
{
    (void)state;
    CURL *browser = wire_client();
    sign_in(browser);
    expect_on_page(browser, "/personal/passwords/add", "application=dav&comment=a%ffb",
                   "data-application=\"dav\"><div class=\"what\"><strong "
                   "class=\"app-password-comment\">?<");
    expect_on_page(browser, "/personal/passwords/add",
                   "application=desktop&comment=%D0%A6%D0%B5%D1%85",
                   "data-application=\"desktop\"><div class=\"what\"><strong "
                   "class=\"app-password-comment\">Цех<");
    curl_easy_cleanup(browser);
}

// What the window of the application for computers asks for once it is signed in.
static void ask_desktop(CURL *window, const char *method, const char *token,
                        struct wire_reply *out)
{
    char header[80];
    snprintf(header, sizeof(header), "X-Bitrix-Csrf-Token: %s", token);
    const struct wire_request request = {
        .path = "/desktop_app/login/qr.php",
        .method = method,
        .body = strcmp(method, "POST") == 0 ? "" : NULL,
        .headers = {header, "X-Desktop-Mark: 7", "X-Desktop-Account: portal.example.com"}};
    wire_ask(&box.wire, window, &request, out);
}

static void expect_desktop(CURL *window, const char *token, long status, const char *error)
{
    struct wire_reply reply;
    ask_desktop(window, "POST", token, &reply);
    assert_int_equal(reply.status, status);
    assert_string_equal(box_string(&reply, "error"), error);
    wire_reply_free(&reply);
}

// It outlives the session, and needs no one-time code.
static void window_of_the_desktop_gets_a_password_of_its_own(void **state)
{
    (void)state;
    struct box_scene scene;
    struct wire_reply reply;
    char codes[BOX_CODES], token[SIGN_IN_TOKEN + 1], login[64], sessid[BITRIX24_SESSID + 1];
    box_scene_open(&scene);
    expect_desktop(scene.browser, scene.page.sessid, 401, "user_unauthorized");
    expect_desktop(scene.device, scene.sessid, 404, "qrcodeauth_error"); // by password
    CURL *other = wire_client();
    sign_in(other);
    expect_desktop(other, "", 404, "qrcodeauth_error");
    curl_easy_cleanup(other);

    box_confirm(scene.device, scene.sessid, &scene.page, codes);
    box_token(&scene.page, token);
    box_authenticate(scene.browser, &scene.page, token, true, codes);
    assert_string_equal(codes, "success");
    expect_desktop(scene.browser, "wrong", 401, "csrf_token_mismatch");
    ask_desktop(scene.browser, "GET", "", &reply);
    assert_int_equal(reply.status, 200);
    const char *header = strstr(reply.headers.p, "X-Bitrix-Csrf-Token: ");
    assert_non_null(header);
    snprintf(sessid, sizeof(sessid), "%s", header + strlen("X-Bitrix-Csrf-Token: "));
    wire_reply_free(&reply);

    ask_desktop(scene.browser, "POST", sessid, &reply);
    assert_int_equal(reply.status, 200);
    assert_string_equal(box_string(&reply, "userLogin"), "anna");
    snprintf(login, sizeof(login), "anna:%s", box_string(&reply, "appPassword"));
    wire_reply_free(&reply);
    expect_on_page(scene.browser, "/personal/passwords", NULL, "data-application=\"desktop\"");

    CURL *desktop = wire_client();
    wire_ask(&box.wire, desktop,
             &(struct wire_request){.path = "/desktop_app/login/", .user = login}, &reply);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body.p, "data-name=\"anna\""));
    wire_reply_free(&reply);
    curl_easy_cleanup(desktop);
    box_scene_close(&scene);
}

// The newest page offers no choice whether to be remembered, and ticks before it knows.
static void generations_show_their_own_window(void **state)
{
    (void)state;
    CURL *browser = wire_client();
    box_set("allow-qr", "on");
    expect_on_page(browser, "/", NULL, "id=\"qr-accepted\"");
    box_generation(false);
    expect_on_page(browser, "/", NULL, "id=\"remember-qr\"");
    curl_easy_cleanup(browser);
}

// Name and password, then a picture: in the newest page each is a step.
static void captcha_is_a_step_of_the_newest_form(void **state)
{
    (void)state;
    static const char wrong[] = "AUTH_FORM=Y&TYPE=AUTH&USER_LOGIN=anna&USER_PASSWORD=x";
    CURL *browser = wire_client();
    box_set("bitrix24.captcha-after", "1");
    expect_on_page(browser, "/", wrong, "data-continue=\"Continue\"");
    expect_on_page(browser, "/assets/login-steps.js", NULL, "captcha-step");
    box_generation(false);
    expect_on_page(browser, "/", wrong, "type=\"submit\">Sign in<");
    curl_easy_cleanup(browser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOX_TEST(login_name_is_shown_again_where_it_is_a_text),
        BOX_TEST(every_application_password_is_listed),
        BOX_TEST(window_of_the_desktop_gets_a_password_of_its_own),
        BOX_TEST(generations_show_their_own_window),
        BOX_TEST(captcha_is_a_step_of_the_newest_form),
    };

    return cmocka_run_group_tests_name("bitrix24 pages", tests, NULL, NULL);
}
