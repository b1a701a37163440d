// SPDX-License-Identifier: MIT
// Home page: who is signed in, how, since when; and the pages behind the codes, which a phone's
// own camera opens.
#include <stdio.h>
#include <stdlib.h>

#include "portal/core/config.h"
#include "portal/core/devices.h"
#include "portal/pages/page.h"

#define LATELY_S 604800 // a week

// Devices that were paired lately. Inside a transaction.
static void add_new_devices(struct portal *portal, const struct session *own, json_t *list)
{
    struct device *devices;
    size_t count = devices_of_user(&portal->store, own->user.id, &devices);
    for (size_t i = 0; i < count; i++) {
        char at[PAGE_TIME_MAX];
        if (devices[i].revoked_at > 0 || devices[i].created < portal_wall_s(portal) - LATELY_S)
            continue;
        page_time(devices[i].created, at);
        json_array_append_new(list, json_pack("{s:b, s:s, s:s, s:s}", "device", 1, "what",
                                              devices[i].label, "at", at, "address",
                                              devices[i].last_address));
    }
    free(devices);
}

// Other browsers that are signed in. Inside a transaction.
static void add_other_browsers(struct portal *portal, const struct session *own,
                               const struct language *language, json_t *list)
{
    struct session sessions[SESSIONS_SHOWN];
    size_t count = sessions_of_user(portal, own->user.id, sessions);
    for (size_t i = 0; i < count; i++) {
        char at[PAGE_TIME_MAX];
        if (memcmp(sessions[i].id_hash, own->id_hash, TOKEN_HASH_SIZE) == 0)
            continue;
        page_time(sessions[i].created, at);
        json_array_append_new(list, json_pack("{s:b, s:s, s:s, s:s}", "device", 0, "what",
                                              agent_words(sessions[i].client.agent, language),
                                              "at", at, "address", sessions[i].client.address));
    }
}

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
    json_t *lately = json_array();
    add_new_devices(portal, &session, lately);
    add_other_browsers(portal, &session, request->language, lately);
    portal_end(portal, false);

    page_time(session.created, since);
    page_reply(portal, request, reply, 200, "home.html", &session,
               json_pack("{s:s, s:b, s:s, s:s, s:b, s:b, s:o}", "name", session.user.name,
                         "by_qr", session.signin.how == SIGNIN_BY_QR, "device", device.label,
                         "since", since, "may_mark", may_mark, "otp", session.user.otp,
                         "lately", lately));
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
