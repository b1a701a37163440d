// SPDX-License-Identifier: MIT
#include "portal/bitrix24/login_page.h"

#include <stdio.h>

#include "portal/base/qr_picture.h"
#include "portal/bitrix24/channel.h"
#include "portal/pages/page.h"

#define QR_TEXT_MAX 128u

void bitrix24_own_address(const struct portal *portal, const struct request *request,
                          char out[static BITRIX24_ADDRESS_SIZE])
{
    const char *path = request->path;
    size_t size = strlen(path);
    bool plain = size < REQUEST_PATH_MAX && path[0] == '/' && path[1] != '/' &&
                 strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              "-._~/") == size;
    if (plain)
        snprintf(out, BITRIX24_ADDRESS_SIZE, "%s", path);
    else
        snprintf(out, BITRIX24_ADDRESS_SIZE, "%s/", portal->path);
}

static const char *login_error(const struct bitrix24_request *asked)
{
    switch (asked->login.result) {
    case BITRIX24_LOGIN_NONE:
    case BITRIX24_LOGIN_DONE:
    case BITRIX24_LOGIN_OTP:
        return NULL;
    case BITRIX24_LOGIN_WRONG_OTP:
        return N_("That code is wrong or was used already. Each code counts once.");
    case BITRIX24_LOGIN_FAULT:
        return page_fault;
    default:
        return asked->login.captcha[0]
                   ? N_("The name or the password is wrong. From now on the "
                        "word of the picture is needed too.")
                   : N_("The name or the password is wrong.");
    }
}

static const char *text_of(const char *error, const struct bitrix24_request *asked)
{
    return error ? translate(asked->request.language, error) : "";
}

static void reply_two_step(struct portal *portal, struct bitrix24_request *asked,
                           const struct pending *pending, struct reply *reply)
{
    char action[BITRIX24_ADDRESS_SIZE], cancel[BITRIX24_ADDRESS_SIZE + 16];
    bitrix24_own_address(portal, &asked->request, action);
    snprintf(cancel, sizeof(cancel), "%s?logout=yes", action);
    const char *error = login_error(asked);
    page_reply(portal, &asked->request, reply, 200, "two-step.html", NULL,
               json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "error", text_of(error, asked),
                         "tries", (json_int_t)(error ? pending->tries_left : 0), "action",
                         action, "cancel", cancel, "field", "USER_OTP", "sessid",
                         asked->visit.sessid));
}

// The code of this view of the page, and the channel at which it waits. Inside a transaction.
static void add_code(struct portal *portal, bool newest, json_t *values)
{
    char unique[BITRIX24_UNIQUE_ID + 1], tag[BITRIX24_CHANNEL_TAG + 1], channel[CHANNEL_ID + 1];
    char text[QR_TEXT_MAX];
    bitrix24_unique_id(portal, unique);
    bitrix24_random(portal, BITRIX24_ALPHANUMERIC, BITRIX24_CHANNEL_TAG, tag);
    channel_id(portal, tag, channel);
    snprintf(text, sizeof(text), "https://b24.to/a/" BITRIX24_SITE "/%s/%s/", unique, tag);
    json_object_set_new(values, "text", json_string(text));
    json_object_set_new(values, "channel", json_string(channel));
    json_object_set_new(values, "newest", json_boolean(newest));
    json_t *modules = qr_modules(text);
    json_object_update(values, modules);
    json_decref(modules);
}

void bitrix24_login_page(struct portal *portal, struct bitrix24_request *asked,
                         struct reply *reply)
{
    char action[BITRIX24_ADDRESS_SIZE], login[FORM_VALUE_MAX + 1];
    struct pending pending;

    bitrix24_own_address(portal, &asked->request, action);
    request_form(&asked->request, "USER_LOGIN", login);

    portal_begin(portal);
    bool pends = pending_find(portal, asked->visit.id, &pending);
    // A box shows the button where the option is on and the module is there; whether its push
    // server runs does not matter: then the code is drawn, and nothing is heard.
    bool qr = config_switch(&portal->store, CONFIG_ALLOW_QR) &&
              bitrix24_has_module(&portal->store, CONFIG_MODULE_PULL) &&
              bitrix24_has_qrcode_auth(&portal->store);

    bool newest = bitrix24_is_newer(&portal->store, CONFIG_MODULE_MAIN);
    const char *captcha = asked->login.captcha;
    json_t *values = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "error",
                               text_of(login_error(asked), asked), "action", action, "sessid",
                               asked->visit.sessid, "login", page_text(login, ""), "captcha",
                               captcha, "steps", newest && captcha[0], "qr", qr && !pends);
    if (qr && !pends)
        add_code(portal, newest, values);
    if (!portal_end(portal, true) || pends) {
        json_decref(values);
        if (pends)
            reply_two_step(portal, asked, &pending, reply);
        else
            page_missing(portal, &asked->request, reply, 500);
        return;
    }

    page_reply(portal, &asked->request, reply, 200, "bitrix24-login.html", NULL, values);
}
