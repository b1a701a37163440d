// SPDX-License-Identifier: MIT
// The administrator's page, tab Authorisation.
#include <stdio.h>
#include <string.h>

#include "net/protocol/pin_shown.h"
#include "portal/core/pins.h"
#include "portal/core/policy.h"
#include "portal/pages/page.h"

#define REPORTS_SHOWN 20

// What QR sign-in needs, and what is there of it. Inside a transaction.
static json_t *requirement_list(struct store *store, bool *ok)
{
    struct requirements needed;
    policy_requirements(store, &needed);
    json_t *list = json_array();
    for (size_t i = 0; i < REQUIREMENTS; i++) {
        const struct requirement *item = &needed.item[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:b, s:b, s:b}", "module", item->name,
                                        "required", item->required, "found", item->found, "ok",
                                        item->ok, "push", strcmp(item->name, "push") == 0,
                                        "absent", strcmp(item->found, "absent") == 0));
    }
    *ok = needed.ok;
    return list;
}

// The newest sign-ins that people reported. Inside a transaction.
static json_t *report_list(struct store *store, const struct language *language)
{
    json_t *list = json_array();
    struct rows rows;

    rows_open(&rows, store,
              "SELECT reports.at, users.name, reports.address, reports.agent FROM reports "
              "JOIN users ON users.id = reports.user ORDER BY reports.rowid DESC LIMIT ?",
              "i", (int64_t)REPORTS_SHOWN);

    while (rows_next(&rows)) {
        char at[PAGE_TIME_MAX], name[USER_NAME_MAX + 1], address[ADDRESS_MAX + 1];
        char agent[AGENT_MAX + 1];

        page_time(rows_int(&rows, 0), at);
        rows_text(&rows, 1, name, sizeof(name));
        rows_text(&rows, 2, address, sizeof(address));
        rows_text(&rows, 3, agent, sizeof(agent));

        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "at", at, "name", name,
                                              "address", address, "agent",
                                              agent_words(agent, language)));
    }

    return list;
}

// As the devices show it that pair by address, for whoever compares the two.
static struct pin_shown own_key(const struct portal *portal)
{
    char pin[PIN_TEXT_SIZE + 1] = "";
    if (portal->has_pin)
        pin_write(portal->pin, pin);
    return pin_shown(pin);
}

static void reply_admin(struct portal *portal, const struct request *request,
                        struct reply *reply, const struct session *session, unsigned status,
                        const char *notice)
{
    bool ok = false;
    portal_begin(portal);
    json_t *needs = requirement_list(&portal->store, &ok);
    json_t *reports = report_list(&portal->store, request->language);
    bool allowed = config_switch(&portal->store, CONFIG_ALLOW_QR);
    bool effective = policy_qr_enabled(&portal->store);
    bool codes = config_switch(&portal->store, CONFIG_PICKUP_CODE);
    portal_end(portal, false);
    const char *text = notice ? translate(request->language, notice) : "";
    page_reply(portal, request, reply, status, "admin.html", session,
               json_pack("{s:o, s:o, s:b, s:b, s:b, s:b, s:s, s:s, s:b, s:b}", "reports",
                         reports, "gate", needs, "gate_ok", ok, "allowed", allowed, "effective",
                         effective, "no_codes", !codes, "key", own_key(portal).text, "notice",
                         text, "at_authorisation", true, "at_fleet", false));
}

PAGE_HANDLER(page_admin)
{
    struct session session;
    if (page_session(portal, request, reply, &session) &&
        page_is_administrator(portal, request, reply, &session))
        reply_admin(portal, request, reply, &session, 200, NULL);
}

PAGE_HANDLER(page_admin_post)
{
    struct session session;
    if (!page_post_session(portal, request, reply, &session) ||
        !page_is_administrator(portal, request, reply, &session))
        return;

    char allow[FORM_VALUE_MAX + 1];
    struct fault fault;
    request_form(request, "allow_qr", allow);
    bool on = strcmp(allow, "on") == 0;

    portal_begin(portal);
    bool set = policy_set(&portal->store, CONFIG_ALLOW_QR, on ? "on" : "off", &fault);

    if (!portal_end(portal, set))
        page_missing(portal, request, reply, 500);
    else
        reply_admin(portal, request, reply, &session, set ? 200 : 409,
                    !set ? N_("It was not switched on: something below falls short.")
                    : on ? N_("QR sign-in is switched on.")
                         : N_("QR sign-in is switched off. What was under way has ended."));
}
