// SPDX-License-Identifier: MIT
// Home page: who is signed in, how, since when; and the pages behind the codes, which a phone's
// own camera opens.
#include <stdio.h>

#include "portal/core/config.h"
#include "portal/pages/page.h"

PAGE_HANDLER(page_home)
{
    struct session session;
    struct device device = {0};
    char since[PAGE_TIME_MAX];
    if (!page_session(portal, request, reply, &session))
        return;

    portal_begin(portal);
    if (session.signin.has_login)
        devices_find(&portal->store, session.signin.device_id, &device);
    bool may_mark =
        session.signin.may_mark && config_switch(&portal->store, CONFIG_KNOWN_BROWSERS);
    portal_end(portal, false);

    page_time(session.created, since);
    page_reply(portal, request, reply, 200, "home.html", &session,
               json_pack("{s:s, s:b, s:s, s:s, s:b, s:b}", "name", session.user.name, "by_qr",
                         session.signin.how == SIGNIN_BY_QR, "device", device.label, "since",
                         since, "may_mark", may_mark, "otp", session.user.otp));
}

static void reply_scanned(struct portal *portal, const struct request *request,
                          struct reply *reply, bool pairing)
{
    reply->no_referrer = true; // the path may hold a token
    page_reply(portal, request, reply, 200, "scanned.html", NULL,
               json_pack("{s:b}", "pairing", pairing));
}

PAGE_HANDLER(page_scanned_login)
{
    reply_scanned(portal, request, reply, false);
}

PAGE_HANDLER(page_scanned_pairing)
{
    reply_scanned(portal, request, reply, true);
}
