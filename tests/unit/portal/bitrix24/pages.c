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

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOX_TEST(login_name_is_shown_again_where_it_is_a_text),
        BOX_TEST(every_application_password_is_listed),
    };

    return cmocka_run_group_tests_name("bitrix24 pages", tests, NULL, NULL);
}
