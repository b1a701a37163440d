// SPDX-License-Identifier: MIT
// The window of the application for computers: once it was signed in by QR, it asks for an
// application password of its own, which outlives that session.
#include <stdio.h>

#include "portal/bitrix24/request.h"

static void refuse(struct reply *reply, unsigned status, const char *code)
{
    reply->refusal = code;
    reply_json(reply, status, json_pack("{s:s, s:s}", "status", "error", "error", code));
}

static bool has_token(const struct bitrix24_request *asked)
{
    const char *token = request_header(&asked->request, "X-Bitrix-Csrf-Token");
    return token && strcmp(token, asked->visit.sessid) == 0;
}

static void copy_header(const struct bitrix24_request *asked, const char *name,
                        char out[static APP_PASSWORD_TEXT_MAX + 1])
{
    const char *value = request_header(&asked->request, name);
    snprintf(out, APP_PASSWORD_TEXT_MAX + 1, "%s", value ? value : "");
}

static void give_password(struct portal *portal, struct bitrix24_request *asked,
                          struct reply *reply)
{
    const struct user *user = &asked->visit.session.user;
    struct app_password wanted = {.user = user->id, .application = APP_PASSWORD_DESKTOP};
    char made[APP_PASSWORD_LETTERS + 1];
    copy_header(asked, "X-Desktop-Mark", wanted.code);
    copy_header(asked, "X-Desktop-Account", wanted.comment);

    portal_begin(portal);
    app_passwords_add(portal, &wanted, made);
    if (portal_end(portal, true))
        reply_json(reply, 200,
                   json_pack("{s:s, s:s}", "appPassword", made, "userLogin", user->name));
    else
        refuse(reply, 403, "internal");
}

void bitrix24_desktop(struct portal *portal, struct bitrix24_request *asked,
                      struct reply *reply)
{
    const struct bitrix24_visit *visit = &asked->visit;
    reply->action = "desktop";
    if (!visit->signed_in) {
        refuse(reply, 401, "user_unauthorized");
    } else if (visit->session.signin.how != SIGNIN_BY_QR) {
        refuse(reply, 404, "qrcodeauth_error");
    } else if (asked->request.method == HTTP_GET) { // HEAD, which has no body
        reply->status = 200;
        reply->header = "X-Bitrix-Csrf-Token";
        snprintf(reply->header_value, sizeof(reply->header_value), "%s", visit->sessid);
    } else if (!has_token(asked)) {
        refuse(reply, 401, "csrf_token_mismatch");
    } else {
        give_password(portal, asked, reply);
    }
}
