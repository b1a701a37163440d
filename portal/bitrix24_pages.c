// SPDX-License-Identifier: MIT
// The pages of a box, its push server, and all its addresses.
#include <stdio.h>
#include <stdlib.h>

#include "portal/bitrix24_hit.h"
#include "portal/channel.h"
#include "portal/page.h"
#include "portal/qr_picture.h"
#include "portal/route.h"

#define POLL_MS      25000
#define QR_TEXT_MAX  128u
#define ADDRESS_SIZE (BASE_URL_MAX + REQUEST_PATH_MAX)

// The page that was asked for, as the address of its own forms; the portal's root if it holds
// what needs escaping.
static void own_address(const struct portal *portal, const struct request *request,
                        char out[static ADDRESS_SIZE])
{
    const char *path = request->path;
    size_t size = strlen(path);
    bool plain = size < REQUEST_PATH_MAX && path[0] == '/' && path[1] != '/' &&
                 strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              "-._~/") == size;
    if (plain)
        snprintf(out, ADDRESS_SIZE, "%s", path);
    else
        snprintf(out, ADDRESS_SIZE, "%s/", portal->path);
}

static const char *login_error(const struct bitrix24_hit *hit)
{
    switch (hit->login.result) {
    case BITRIX24_LOGIN_NONE:
    case BITRIX24_LOGIN_DONE:
    case BITRIX24_LOGIN_OTP:
        return NULL;
    case BITRIX24_LOGIN_WRONG_OTP:
        return "wrong-one-time-code";
    case BITRIX24_LOGIN_FAULT:
        return "fault";
    default:
        return hit->login.captcha[0] ? "captcha-needed" : "wrong-password";
    }
}

static const char *text_of(const char *id, const struct bitrix24_hit *hit)
{
    const char *text = id ? word(id, hit->request.language) : NULL;
    return text ? text : "";
}

static void reply_two_step(struct portal *portal, struct bitrix24_hit *hit,
                           const struct pending *pending, struct reply *reply)
{
    char action[ADDRESS_SIZE], cancel[ADDRESS_SIZE + 16];
    own_address(portal, &hit->request, action);
    snprintf(cancel, sizeof(cancel), "%s?logout=yes", action);
    const char *error = login_error(hit);
    page_reply(portal, &hit->request, reply, 200, "two-step.html", NULL,
               json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "error", text_of(error, hit),
                         "tries", (json_int_t)(error ? pending->tries_left : 0), "action",
                         action, "cancel", cancel, "field", "USER_OTP", "sessid",
                         hit->visit.sessid));
}

// The code of this view of the page, and the channel at which it waits. Inside a transaction.
static void add_code(struct portal *portal, json_t *values)
{
    char unique[BITRIX24_UNIQUE_ID + 1], tag[BITRIX24_CHANNEL_TAG + 1], channel[CHANNEL_ID + 1];
    char text[QR_TEXT_MAX];
    bitrix24_unique_id(portal, unique);
    bitrix24_random(portal, BITRIX24_ALPHANUMERIC, BITRIX24_CHANNEL_TAG, tag);
    channel_id(portal, tag, channel);
    snprintf(text, sizeof(text), "https://b24.to/a/" BITRIX24_SITE "/%s/%s/", unique, tag);
    json_object_set_new(values, "text", json_string(text));
    json_object_set_new(values, "channel", json_string(channel));
    json_t *picture = qr_picture(text);
    json_object_update(values, picture);
    json_decref(picture);
}

void bitrix24_login_page(struct portal *portal, struct bitrix24_hit *hit, struct reply *reply)
{
    char action[ADDRESS_SIZE], login[FORM_VALUE_MAX + 1];
    struct pending pending;

    own_address(portal, &hit->request, action);
    request_form(&hit->request, "USER_LOGIN", login);

    portal_begin(portal);
    bool pends = pending_find(portal, hit->visit.id, &pending);
    // A box shows the button where the option is on and the module is there; whether its push
    // server runs does not matter: then the code is drawn, and nothing is heard.
    bool qr = config_switch(&portal->store, CONFIG_ALLOW_QR) &&
              bitrix24_has_module(&portal->store, CONFIG_MODULE_PULL) &&
              bitrix24_has_qrcode_auth(&portal->store);

    json_t *values =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "error", text_of(login_error(hit), hit),
                  "action", action, "sessid", hit->visit.sessid, "login", login, "captcha",
                  hit->login.captcha, "qr", qr && !pends);
    if (qr && !pends)
        add_code(portal, values);
    if (!portal_end(portal, true) || pends) {
        json_decref(values);
        if (pends)
            reply_two_step(portal, hit, &pending, reply);
        else
            page_missing(portal, &hit->request, reply, 500);
        return;
    }

    page_reply(portal, &hit->request, reply, 200, "bitrix24-login.html", NULL, values);
}

// A page for people who are signed in. After a form it is asked for anew, so that a reload does
// not send the form again.
static void page_of(struct portal *portal, struct bitrix24_hit *hit, struct reply *reply,
                    route_handler *page)
{
    if (hit->form && hit->visit.signed_in) {
        char address[ADDRESS_SIZE];
        own_address(portal, &hit->request, address);
        reply_redirect(portal, reply, address + strlen(portal->path));
    } else if (hit->visit.signed_in) {
        page(portal, &hit->request, reply);
    } else {
        bitrix24_login_page(portal, hit, reply);
    }
}

static void missing(struct portal *portal, const struct request *request, struct reply *reply)
{
    page_missing(portal, request, reply, 404);
}

#define PAGE(name, page)                                                                       \
    static void name##_hit(struct portal *portal, struct bitrix24_hit *hit,                    \
                           struct reply *reply)                                                \
    {                                                                                          \
        page_of(portal, hit, reply, page);                                                     \
    }                                                                                          \
    static void name(struct portal *portal, const struct request *request,                     \
                     struct reply *reply)                                                      \
    {                                                                                          \
        bitrix24_run(portal, request, reply, BITRIX24_CHECKED, name##_hit);                    \
    }
PAGE(home, page_home)
PAGE(passwords, page_passwords)
PAGE(passwords_add, page_passwords_add)
PAGE(passwords_delete, page_passwords_delete)
PAGE(admin, page_admin)
PAGE(admin_post, page_admin_post)
PAGE(other, missing)

static void log_out_hit(struct portal *portal, struct bitrix24_hit *hit, struct reply *reply)
{
    if (!page_post_allowed(portal, &hit->request, reply))
        return;
    bitrix24_log_out(portal, hit, reply);
    reply_redirect(portal, reply, "/");
}

static void log_out(struct portal *portal, const struct request *request, struct reply *reply)
{
    bitrix24_run(portal, request, reply, BITRIX24_CHECKED, log_out_hit);
}

static void mobile(struct portal *portal, const struct request *request, struct reply *reply)
{
    bitrix24_run(portal, request, reply, BITRIX24_CHECKED, bitrix24_mobile);
}

static void ajax(struct portal *portal, const struct request *request, struct reply *reply)
{
    bitrix24_ajax_disturb(portal, request);
    bitrix24_run(portal, request, reply, BITRIX24_UNCHECKED, bitrix24_ajax);
}

static void sub(struct portal *portal, const struct request *request, struct reply *reply)
{
    const char *channel = request_query(request, "CHANNEL_ID");
    const char *last = request_query(request, "mid");
    int64_t after = last ? strtoll(last, NULL, 10) : 0;
    json_t *messages = NULL;
    bool running = true, push = true;

    for (int64_t waited = 0; running; waited += STREAM_LOOK_MS) {
        uint64_t seen = changes_count(&portal->changes);
        portal_begin(portal);
        push = config_switch(&portal->store, CONFIG_PUSH);
        messages = push && channel ? channel_read(portal, channel, after) : json_array();
        portal_end(portal, false);

        if (json_array_size(messages) > 0 || waited >= POLL_MS)
            break;

        json_decref(messages);
        messages = NULL;
        running = changes_wait(&portal->changes, seen, STREAM_LOOK_MS);
    }

    reply_json(reply, 200, json_pack("{s:o}", "messages", messages ? messages : json_array()));
}

const struct route ROUTES_BITRIX24[] = {
    {HTTP_GET, BITRIX24_AJAX, ROUTE_EXACT, ajax},
    {HTTP_POST, BITRIX24_AJAX, ROUTE_EXACT, ajax},
    {HTTP_OTHER, BITRIX24_AJAX, ROUTE_EXACT, ajax},
    {HTTP_GET, BITRIX24_MOBILE, ROUTE_EXACT, mobile},
    {HTTP_POST, BITRIX24_MOBILE, ROUTE_EXACT, mobile},
    {HTTP_GET, "/bitrix/sub/", ROUTE_EXACT, sub},
    {HTTP_GET, "/bitrix/tools/captcha.php", ROUTE_EXACT, bitrix24_captcha_picture},
    {HTTP_GET, "/", ROUTE_EXACT, home},
    {HTTP_POST, "/", ROUTE_EXACT, home},
    {HTTP_GET, "/personal/passwords", ROUTE_EXACT, passwords},
    {HTTP_POST, "/personal/passwords/add", ROUTE_EXACT, passwords_add},
    {HTTP_POST, "/personal/passwords/delete", ROUTE_EXACT, passwords_delete},
    {HTTP_GET, "/admin", ROUTE_EXACT, admin},
    {HTTP_POST, "/admin", ROUTE_EXACT, admin_post},
    {HTTP_POST, "/logout", ROUTE_EXACT, log_out},
    {HTTP_GET, "/", ROUTE_PREFIX, other},
    {HTTP_POST, "/", ROUTE_PREFIX, other},
    {HTTP_OTHER, NULL, ROUTE_EXACT, NULL},
};
