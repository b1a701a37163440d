// SPDX-License-Identifier: MIT
#include "portal/bitrix24/pages.h"

#include <stdlib.h>

#include "portal/bitrix24/channel.h"
#include "portal/bitrix24/login_page.h"
#include "portal/bitrix24/passwords.h"

#define POLL_MS 25000

// A page for people who are signed in. After a form it is asked for anew, so that a reload does
// not send the form again.
static void page_of(struct portal *portal, struct bitrix24_request *asked, struct reply *reply,
                    route_handler *page)
{
    if (asked->form && asked->visit.signed_in) {
        char address[BITRIX24_ADDRESS_SIZE];
        bitrix24_own_address(portal, &asked->request, address);
        reply_redirect(portal, reply, address + strlen(portal->path));
    } else if (asked->visit.signed_in) {
        page(portal, &asked->request, reply);
    } else {
        bitrix24_login_page(portal, asked, reply);
    }
}

static void missing(struct portal *portal, const struct request *request, struct reply *reply)
{
    page_missing(portal, request, reply, 404);
}

#define PAGE(name, page)                                                                       \
    static void name##_asked(struct portal *portal, struct bitrix24_request *asked,            \
                             struct reply *reply)                                              \
    {                                                                                          \
        page_of(portal, asked, reply, page);                                                   \
    }                                                                                          \
    static void name(struct portal *portal, const struct request *request,                     \
                     struct reply *reply)                                                      \
    {                                                                                          \
        bitrix24_run(portal, request, reply, BITRIX24_CHECKED, name##_asked);                  \
    }
PAGE(home, page_home)
PAGE(passwords, page_passwords)
PAGE(passwords_add, page_passwords_add)
PAGE(passwords_delete, page_passwords_delete)
PAGE(admin, page_admin)
PAGE(admin_post, page_admin_post)
PAGE(other, missing)

static void log_out_asked(struct portal *portal, struct bitrix24_request *asked,
                          struct reply *reply)
{
    if (!page_post_allowed(portal, &asked->request, reply))
        return;
    bitrix24_log_out(portal, asked, reply);
    reply_redirect(portal, reply, "/");
}

static void log_out(struct portal *portal, const struct request *request, struct reply *reply)
{
    bitrix24_run(portal, request, reply, BITRIX24_CHECKED, log_out_asked);
}

static void mobile(struct portal *portal, const struct request *request, struct reply *reply)
{
    bitrix24_run(portal, request, reply, BITRIX24_CHECKED, bitrix24_mobile);
}

static void desktop(struct portal *portal, const struct request *request, struct reply *reply)
{
    bitrix24_run(portal, request, reply, BITRIX24_UNCHECKED, bitrix24_desktop);
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

    portal_begin(portal);
    bool push = config_switch(&portal->store, CONFIG_PUSH);
    json_t *messages = push && channel ? channel_read(portal, channel, after) : json_array();
    portal_end(portal, false);

    if (json_array_size(messages) == 0)
        reply->wait_ms = POLL_MS;
    reply->subject = SUBJECT_CHANNELS;
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
    {HTTP_GET, "/desktop_app/login/", ROUTE_EXACT, home},
    {HTTP_POST, "/desktop_app/login/", ROUTE_EXACT, home},
    {HTTP_GET, "/desktop_app/login/qr.php", ROUTE_EXACT, desktop},
    {HTTP_POST, "/desktop_app/login/qr.php", ROUTE_EXACT, desktop},
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
