// SPDX-License-Identifier: MIT
#include "portal/bitrix24/request.h"

#include <sodium.h>
#include <stdio.h>
#include <strings.h>

#include "net/protocol/base64.h"
#include "portal/pages/page.h"

#define LOGIN_COOKIE_S 31536000 // how long the browser keeps the login name
#define BASIC_MAX      512u     // bytes of login and password

static bool is_yes(const char *value, const char *yes)
{
    return value && strcmp(value, yes) == 0;
}

void bitrix24_log_out(struct portal *portal, struct bitrix24_request *asked,
                      struct reply *reply)
{
    char stored[COOKIE_VALUE_MAX + 1];
    request_cookie(portal, &asked->request, COOKIE_STORED, stored);
    portal_begin(portal);
    bitrix24_visit_sign_out(portal, &asked->visit);
    bitrix24_stored_forget(portal, stored);
    portal_end(portal, true);
    reply->action = "logout";
    if (stored[0])
        reply_cookie(reply, COOKIE_STORED, "", 0, false);
}

// "Remember me" of an earlier visit.
static void log_in_by_cookie(struct portal *portal, struct bitrix24_request *asked)
{
    char stored[COOKIE_VALUE_MAX + 1];
    struct client client;
    int64_t user;
    struct pending pending;

    page_client(&asked->request, &client);
    request_cookie(portal, &asked->request, COOKIE_STORED, stored);
    if (stored[0] == '\0')
        return;

    portal_begin(portal);
    if (!pending_find(portal, asked->visit.id, &pending) &&
        bitrix24_stored_find(portal, stored, &user)) {
        const struct signin signin = {.user = user, .how = SIGNIN_BY_PASSWORD};
        bitrix24_visit_sign_in(portal, &asked->visit, &signin, &client, 0);
    }
    portal_end(portal, true);
}

static void log_in(struct portal *portal, struct bitrix24_request *asked, const char *login,
                   const char *password, bool remember)
{
    char sid[FORM_VALUE_MAX + 1], word[FORM_VALUE_MAX + 1];
    struct client client;
    bitrix24_parameter(&asked->request, "captcha_sid", sid);
    bitrix24_parameter(&asked->request, "captcha_word", word);
    page_client(&asked->request, &client);
    const struct bitrix24_credentials credentials = {login, password, sid, word, remember};
    bitrix24_login_password(portal, &asked->visit, &credentials, &client, &asked->login);
    asked->entered = asked->login.result == BITRIX24_LOGIN_DONE;
}

// Only where nobody is signed in, or somebody else.
static void log_in_by_basic(struct portal *portal, struct bitrix24_request *asked)
{
    static const char basic[] = "Basic ";
    char text[BASIC_MAX + 1];
    size_t size;

    const char *header = request_header(&asked->request, "Authorization");
    if (!header || strncasecmp(header, basic, sizeof(basic) - 1) != 0 ||
        !base64_read(span_str(header + sizeof(basic) - 1), sodium_base64_VARIANT_ORIGINAL,
                     (uint8_t *)text, BASIC_MAX, &size) ||
        memchr(text, '\0', size) != NULL)
        return;

    text[size] = '\0';
    char *password = strchr(text, ':');
    if (password) {
        *password++ = '\0';
        char login[USER_NAME_MAX + 1], held[USER_NAME_MAX + 1];
        users_name_key(text, login);
        users_name_key(asked->visit.session.user.name, held);
        if (!asked->visit.signed_in || strcmp(held, login) != 0)
            log_in(portal, asked, text, password, false);
    }

    sodium_memzero(text, sizeof(text));
}

static void log_in_by_form(struct portal *portal, struct bitrix24_request *asked)
{
    char type[FORM_VALUE_MAX + 1], first[FORM_VALUE_MAX + 1], second[FORM_VALUE_MAX + 1];
    char code[TYPED_CODE_MAX + 1];
    const struct request *request = &asked->request;
    struct client client;

    request_form(request, "TYPE", type);
    if (strcmp(type, "AUTH") == 0) {
        char remember[FORM_VALUE_MAX + 1];
        request_form(request, "USER_LOGIN", first);
        request_form(request, "USER_PASSWORD", second);
        request_form(request, "USER_REMEMBER", remember);
        asked->form = true;
        log_in(portal, asked, first, second, is_yes(remember, "Y"));
        sodium_memzero(second, sizeof(second));
    } else if (strcmp(type, "OTP") == 0) {
        request_code(request, "USER_OTP", code);
        page_client(request, &client);
        asked->form = true;
        bitrix24_login_otp(portal, &asked->visit, code, &client, &asked->login);
        asked->entered = asked->login.result == BITRIX24_LOGIN_DONE;
    }
}

// A form that another site's page sends: browsers say so.
static bool is_foreign(const struct portal *portal, const struct request *request)
{
    return request_header(request, "Origin") && !request_is_same_origin(portal, request);
}

static void check_permissions(struct portal *portal, struct bitrix24_request *asked,
                              struct reply *reply)
{
    char auth_form[FORM_VALUE_MAX + 1], logout[FORM_VALUE_MAX + 1];
    const struct request *request = &asked->request;
    bitrix24_parameter(request, "logout", logout);
    request_form(request, "AUTH_FORM", auth_form);
    if (is_yes(logout, "yes"))
        bitrix24_log_out(portal, asked, reply);
    else if (!asked->visit.signed_in)
        log_in_by_cookie(portal, asked);
    log_in_by_basic(portal, asked);
    if (request->method == HTTP_POST && strcmp(auth_form, "Y") == 0 &&
        !is_foreign(portal, request))
        log_in_by_form(portal, asked);
}

static bool in_scope(const struct portal *portal, const struct bitrix24_request *asked)
{
    const struct bitrix24_visit *visit = &asked->visit;
    return !visit->signed_in || !visit->has_app_password ||
           app_passwords_permit(visit->app_password.application,
                                asked->request.path + strlen(portal->path));
}

static void set_cookies(struct portal *portal, const struct bitrix24_request *asked,
                        const char *cookie, struct reply *reply)
{
    const struct bitrix24_visit *visit = &asked->visit;
    if (strcmp(cookie, visit->id) != 0)
        reply_cookie(reply, COOKIE_SESSION, visit->id, 0, false);
    if (!asked->entered || !visit->signed_in)
        return;
    reply_cookie(reply, COOKIE_LOGIN, visit->session.user.name, LOGIN_COOKIE_S, false);
    if (visit->remember) {
        struct token token;
        portal_begin(portal);
        bitrix24_stored_make(portal, visit->session.signin.user, &token);
        portal_end(portal, true);
        reply_cookie(reply, COOKIE_STORED, token.text, BITRIX24_STORED_S, false);
    }
}

void bitrix24_run(struct portal *portal, const struct request *request, struct reply *reply,
                  enum bitrix24_check check, bitrix24_handler *handle)
{
    char cookie[COOKIE_VALUE_MAX + 1];
    struct bitrix24_request asked = {.request = *request};

    request_cookie(portal, request, COOKIE_SESSION, cookie);
    portal_begin(portal);
    bitrix24_visit_find(portal, cookie, &asked.visit);
    if (!portal_end(portal, true)) {
        page_missing(portal, request, reply, 500);
        return;
    }

    if (check == BITRIX24_CHECKED)
        check_permissions(portal, &asked, reply);
    snprintf(asked.request.session, sizeof(asked.request.session), "%s", asked.visit.id);

    if (in_scope(portal, &asked))
        handle(portal, &asked, reply);
    else
        reply->status = 403; // and not a byte more

    set_cookies(portal, &asked, cookie, reply);
}
