// SPDX-License-Identifier: MIT
#include "portal/pages/pages.h"

#include <string.h>

#include "portal/pages/assets.h"
#include "portal/pages/page.h"

static void serve_asset(struct reply *reply, const char *name, const char *type)
{
    const struct asset *asset = asset_find(page_assets, name);
    if (!asset)
        return;
    reply->status = 200;
    reply->type = type;
    text_add(&reply->body, asset->text, asset->size);
}

#define ASSET(handler, name, type)                                                             \
    static void handler(struct portal *portal, const struct request *request,                  \
                        struct reply *reply)                                                   \
    {                                                                                          \
        (void)portal;                                                                          \
        (void)request;                                                                         \
        serve_asset(reply, name, type);                                                        \
    }
ASSET(style_css, "style.css", "text/css; charset=utf-8")
ASSET(login_js, "login.js", "text/javascript; charset=utf-8")
ASSET(bitrix24_js, "bitrix24.js", "text/javascript; charset=utf-8")
ASSET(pairing_js, "pairing.js", "text/javascript; charset=utf-8")
ASSET(copy_code_js, "copy-code.js", "text/javascript; charset=utf-8")
ASSET(login_steps_js, "login-steps.js", "text/javascript; charset=utf-8")
ASSET(times_js, "times.js", "text/javascript; charset=utf-8")
ASSET(icon_svg, "icon.svg", "image/svg+xml")

const struct route ROUTES_PAGES[] = {
    {HTTP_GET, "/", ROUTE_EXACT, page_home},
    {HTTP_GET, "/login", ROUTE_EXACT, page_login},
    {HTTP_POST, "/login", ROUTE_EXACT, page_login_post},
    {HTTP_GET, "/two-step", ROUTE_EXACT, page_two_step},
    {HTTP_POST, "/two-step", ROUTE_EXACT, page_two_step_post},
    {HTTP_POST, "/logout", ROUTE_EXACT, page_logout_post},
    {HTTP_GET, "/devices", ROUTE_EXACT, page_devices},
    {HTTP_GET, "/devices/add", ROUTE_EXACT, page_devices_pairing_again},
    {HTTP_POST, "/devices/add", ROUTE_EXACT, page_devices_add},
    {HTTP_POST, "/devices/confirm", ROUTE_EXACT, page_devices_confirm},
    {HTTP_GET, "/devices/pairing", ROUTE_EXACT, page_devices_pairing},
    {HTTP_POST, "/devices/revoke", ROUTE_EXACT, page_devices_revoke},
    {HTTP_POST, "/devices/end", ROUTE_EXACT, page_devices_end},
    {HTTP_POST, "/devices/mark", ROUTE_EXACT, page_devices_mark},
    {HTTP_POST, "/devices/unmark", ROUTE_EXACT, page_devices_unmark},
    {HTTP_GET, "/badges", ROUTE_EXACT, page_badges},
    {HTTP_POST, "/badges/confirm", ROUTE_EXACT, page_badges_confirm},
    {HTTP_POST, "/badges/refuse", ROUTE_EXACT, page_badges_refuse},
    {HTTP_POST, "/badges/revoke", ROUTE_EXACT, page_badges_revoke},
    {HTTP_GET, "/admin", ROUTE_EXACT, page_admin},
    {HTTP_POST, "/admin", ROUTE_EXACT, page_admin_post},
    {HTTP_GET, "/admin/devices", ROUTE_EXACT, page_admin_devices},
    {HTTP_POST, "/admin/devices", ROUTE_EXACT, page_admin_devices_post},
    {HTTP_GET, "/Q/1/", ROUTE_PREFIX_AT_ROOT, page_scanned_login},
    {HTTP_GET, "/Q/P/", ROUTE_PREFIX_AT_ROOT, page_scanned_pairing},
    {HTTP_OTHER, NULL, ROUTE_EXACT, NULL},
};

const struct route ROUTES_ASSETS[] = {
    {HTTP_GET, "/assets/style.css", ROUTE_EXACT, style_css},
    {HTTP_GET, "/assets/login.js", ROUTE_EXACT, login_js},
    {HTTP_GET, "/assets/bitrix24.js", ROUTE_EXACT, bitrix24_js},
    {HTTP_GET, "/assets/pairing.js", ROUTE_EXACT, pairing_js},
    {HTTP_GET, "/assets/copy-code.js", ROUTE_EXACT, copy_code_js},
    {HTTP_GET, "/assets/login-steps.js", ROUTE_EXACT, login_steps_js},
    {HTTP_GET, "/assets/times.js", ROUTE_EXACT, times_js},
    {HTTP_GET, "/assets/icon.svg", ROUTE_EXACT, icon_svg},
    {HTTP_OTHER, NULL, ROUTE_EXACT, NULL},
};
