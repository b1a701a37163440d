// SPDX-License-Identifier: MIT
// Login page, two-step page, log out.
#include <sodium.h>

#include "portal/core/config.h"
#include "portal/core/notices.h"
#include "portal/core/policy.h"
#include "portal/core/signin.h"
#include "portal/pages/page.h"

static const char too_many_tries[] = N_("Too many tries. Wait ten minutes and try again.");

// `name`: what was typed, which nobody should have to type again.
static void reply_login(struct portal *portal, const struct request *request,
                        struct reply *reply, unsigned status, const char *error,
                        const char *name)
{
    portal_begin(portal);
    bool qr = policy_qr_enabled(&portal->store);
    int64_t unattended = config_number(&portal->store, CONFIG_TIME_UNATTENDED);
    portal_end(portal, false);
    const char *text = error ? translate(request->language, error) : "";
    page_reply(portal, request, reply, status, "login.html", NULL,
               json_pack("{s:b, s:s, s:s, s:I}", "qr", qr, "error", text, "name",
                         page_text(name, ""), "unattended", (json_int_t)unattended));
}

static bool signed_in(struct portal *portal, const struct request *request)
{
    char cookie[COOKIE_VALUE_MAX + 1];
    struct session session;
    request_cookie(portal, request, COOKIE_SESSION, cookie);
    portal_begin(portal);
    bool found = sessions_find(portal, cookie, &session);
    portal_end(portal, false);
    return found;
}

PAGE_HANDLER(page_login)
{
    if (signed_in(portal, request))
        reply_redirect(portal, reply, "/");
    else
        reply_login(portal, request, reply, 200, NULL, "");
}

// A session that this browser had is over once it has another.
static void close_old_session(struct portal *portal, const struct request *request)
{
    char cookie[COOKIE_VALUE_MAX + 1];
    request_cookie(portal, request, COOKIE_SESSION, cookie);
    portal_begin(portal);
    sessions_replace(portal, cookie);
    portal_end(portal, true);
}

PAGE_HANDLER(page_login_post)
{
    if (!page_post_allowed(portal, request, reply))
        return;

    char name[FORM_VALUE_MAX + 1], password[FORM_VALUE_MAX + 1];
    struct client client;
    struct signin_reply signin;

    request_form(request, "name", name);
    request_form(request, "password", password);
    page_client(request, &client);
    signin_password(portal, name, password, &client, &signin);
    sodium_memzero(password, sizeof(password));

    switch (signin.result) {
    case SIGNIN_DONE:
        notices_signed_in(portal, signin.token.text, request->language);
        close_old_session(portal, request);
        reply_cookie(reply, COOKIE_SESSION, signin.token.text, 0, false);
        reply_redirect(portal, reply, "/");
        break;
    case SIGNIN_OTP:
        reply_cookie(reply, COOKIE_PENDING, signin.token.text, 0, false);
        reply_redirect(portal, reply, "/two-step");
        break;
    case SIGNIN_LIMITED:
        reply->outcome = OUTCOME_RATE_LIMITED;
        reply_login(portal, request, reply, 429, too_many_tries, name);
        break;
    case SIGNIN_FAULT:
        page_missing(portal, request, reply, 500);
        break;
    default:
        reply_login(portal, request, reply, 403, N_("The name or the password is wrong."),
                    name);
    }
}

static bool pending_of(struct portal *portal, const struct request *request,
                       char cookie[static COOKIE_VALUE_MAX + 1], struct pending *out)
{
    request_cookie(portal, request, COOKIE_PENDING, cookie);
    portal_begin(portal);
    bool found = pending_find(portal, cookie, out);
    portal_end(portal, false);
    return found;
}

static void reply_two_step(struct portal *portal, const struct request *request,
                           struct reply *reply, unsigned status, const char *error,
                           int64_t tries_left)
{
    const char *text = error ? translate(request->language, error) : "";
    char action[BASE_URL_MAX], cancel[BASE_URL_MAX];
    snprintf(action, sizeof(action), "%s/two-step", portal->path);
    snprintf(cancel, sizeof(cancel), "%s/login", portal->path);
    page_reply(portal, request, reply, status, "two-step.html", NULL,
               json_pack("{s:s, s:I, s:s, s:s, s:s}", "error", text, "tries",
                         (json_int_t)tries_left, "action", action, "field", "code", "cancel",
                         cancel));
}

PAGE_HANDLER(page_two_step)
{
    char cookie[COOKIE_VALUE_MAX + 1];
    struct pending pending;
    if (pending_of(portal, request, cookie, &pending))
        reply_two_step(portal, request, reply, 200, NULL, pending.tries_left);
    else
        reply_redirect(portal, reply, "/login");
}

PAGE_HANDLER(page_two_step_post)
{
    if (!page_post_allowed(portal, request, reply))
        return;

    char cookie[COOKIE_VALUE_MAX + 1], code[TYPED_CODE_MAX + 1];
    struct client client;
    struct signin_reply signin;

    request_cookie(portal, request, COOKIE_PENDING, cookie);
    request_code(request, "code", code);
    page_client(request, &client);
    signin_otp(portal, cookie, code, &client, &signin);

    switch (signin.result) {
    case SIGNIN_DONE:
        notices_signed_in(portal, signin.token.text, request->language);
        close_old_session(portal, request);
        reply_cookie(reply, COOKIE_SESSION, signin.token.text, 0, false);
        reply_cookie(reply, COOKIE_PENDING, "", 0, false);
        reply_redirect(portal, reply, "/");
        break;
    case SIGNIN_WRONG:
        reply_two_step(portal, request, reply, 403,
                       N_("That code is wrong or was used already. Each code counts once."),
                       signin.tries_left);
        break;
    case SIGNIN_LIMITED:
        reply->outcome = OUTCOME_RATE_LIMITED;
        reply_two_step(portal, request, reply, 429, too_many_tries, 0);
        break;
    case SIGNIN_FAULT:
        page_missing(portal, request, reply, 500);
        break;
    default:
        reply_cookie(reply, COOKIE_PENDING, "", 0, false);
        reply_login(portal, request, reply, 403, N_("This sign-in is over. Begin again."), "");
    }
}

PAGE_HANDLER(page_logout_post)
{
    struct session session;
    if (!page_post_session(portal, request, reply, &session))
        return;
    portal_begin(portal);
    sessions_close(portal, &session);
    if (!portal_end(portal, true)) {
        page_missing(portal, request, reply, 500);
        return;
    }
    reply_cookie(reply, COOKIE_SESSION, "", 0, false);
    reply_redirect(portal, reply, "/login");
}
