// SPDX-License-Identifier: MIT
// The administrator's page, tab Devices: those of all accounts, and what is done to a group.
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "portal/core/fleet.h"
#include "portal/pages/page.h"

#define FLEET_SHOWN 1000u
#define SHORT_HASH  12 // digits of a configuration's hash

static const struct {
    const char *name, *words;
} orders[FLEET_ORDERS] = {
    [FLEET_BY_LABEL] = {"label", N_("by name")},
    [FLEET_BY_GROUP] = {"group", N_("by group")},
    [FLEET_BY_ACCOUNT] = {"account", N_("by account")},
    [FLEET_BY_SEEN] = {"seen", N_("the longest silent first")},
    [FLEET_BY_PROGRAM] = {"program", N_("by version")},
    [FLEET_BY_CONFIGURATION] = {"configuration", N_("by configuration")},
    [FLEET_BY_PROTECTION] = {"protection", N_("by protection")},
};

static const struct {
    const char *name, *done;
    size_t (*act)(struct portal *portal, const struct fleet_choice *choice);
} acts[] = {
    {"end", N_("Whom the devices of this group signed in is signed out."), fleet_end},
    {"renew", N_("The devices of this group are asked for a new key."), fleet_renew},
    {"revoke", N_("The devices of this group are revoked."), fleet_revoke},
};
#define ACTS (sizeof(acts) / sizeof(acts[0]))

// What the page was asked to show.
struct shown {
    char group[FORM_VALUE_MAX + 1]; // "": all
    enum fleet_order order;
};

static enum fleet_order order_of(const char *name)
{
    for (int i = 0; i < FLEET_ORDERS; i++) {
        if (strcmp(orders[i].name, name) == 0)
            return (enum fleet_order)i;
    }
    return FLEET_BY_LABEL;
}

static void set_shown(const char *group, const char *sort, struct shown *out)
{
    *out = (struct shown){.order = order_of(sort ? sort : "")};
    if (group && devices_is_group(group))
        snprintf(out->group, sizeof(out->group), "%s", group);
}

// "": not yet.
static void time_of(int64_t seconds, char out[static PAGE_TIME_MAX])
{
    out[0] = '\0';
    if (seconds > 0)
        page_time(seconds, out);
}

static void add_device(void *userdata, const struct fleet_row *row)
{
    json_t *list = userdata;
    const struct device *device = &row->device;
    char id[2 * DEVICE_ID_SIZE + 1], seen[PAGE_TIME_MAX], revoked[PAGE_TIME_MAX];
    char hash[SHORT_HASH + 1];
    bool alive = device->revoked_at == 0;

    sodium_bin2hex(id, sizeof(id), device->device_id, DEVICE_ID_SIZE);
    time_of(row->seen, seen);
    time_of(device->revoked_at, revoked);
    snprintf(hash, sizeof(hash), "%.*s", SHORT_HASH, device->configuration);

    json_array_append_new(
        list,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:b, "
                  "s:b, s:b}",
                  "id", id, "label", device->label, "account", row->account, "group",
                  device->group, "state", alive ? "paired" : "revoked", "seen", seen, "address",
                  device->last_address, "program", device->program, "configuration",
                  device->configuration, "short", hash, "revoked", revoked, "suspected",
                  alive && device->copy_suspected > 0, "renewal",
                  alive && device->renewal_asked > 0, "kiosk", device->flags & ENROL_KIOSK,
                  "pin", device->flags & ENROL_CAN_VERIFY_USER, "keyring",
                  device->protection == 1, "hardware", device->protection == 2));
}

struct groups {
    json_t *list;
    const char *chosen;
};

static void add_group(void *userdata, const char *group, size_t devices)
{
    struct groups *groups = userdata;
    json_array_append_new(groups->list, json_pack("{s:s, s:I, s:b}", "name", group, "count",
                                                  (json_int_t)devices, "chosen",
                                                  strcmp(group, groups->chosen) == 0));
}

static json_t *order_list(enum fleet_order chosen, const struct language *language)
{
    json_t *list = json_array();
    for (int i = 0; i < FLEET_ORDERS; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value", orders[i].name,
                                              "words", translate(language, orders[i].words),
                                              "chosen", i == (int)chosen));
    return list;
}

static void reply_fleet(struct portal *portal, const struct request *request,
                        struct reply *reply, const struct session *session,
                        const struct shown *shown, const char *notice, const char *error)
{
    const struct fleet_choice choice = {.group = shown->group[0] ? shown->group : NULL};
    struct groups groups = {json_array(), shown->group};
    json_t *devices = json_array();

    portal_begin(portal);
    fleet_groups(&portal->store, add_group, &groups);
    size_t count =
        fleet_list(&portal->store, &choice, shown->order, FLEET_SHOWN, add_device, devices);
    portal_end(portal, false);

    page_reply(portal, request, reply, error ? 400 : 200, "fleet.html", session,
               json_pack("{s:o, s:o, s:o, s:I, s:b, s:s, s:s, s:s, s:s, s:b, s:b}", "groups",
                         groups.list, "orders", order_list(shown->order, request->language),
                         "devices", devices, "count", (json_int_t)count, "more",
                         count > FLEET_SHOWN, "group_chosen", shown->group, "sort",
                         orders[shown->order].name, "notice",
                         notice ? translate(request->language, notice) : "", "error",
                         error ? translate(request->language, error) : "", "at_authorisation",
                         false, "at_fleet", true));
}

PAGE_HANDLER(page_admin_devices)
{
    struct session session;
    struct shown shown;
    if (!page_session(portal, request, reply, &session) ||
        !page_is_administrator(portal, request, reply, &session))
        return;

    set_shown(request_query(request, "group"), request_query(request, "sort"), &shown);
    reply_fleet(portal, request, reply, &session, &shown, NULL, NULL);
}

PAGE_HANDLER(page_admin_devices_post)
{
    struct session session;
    struct shown shown;
    char group[FORM_VALUE_MAX + 1], sort[FORM_VALUE_MAX + 1], what[FORM_VALUE_MAX + 1];
    char sure[FORM_VALUE_MAX + 1];
    size_t act = 0;
    if (!page_post_session(portal, request, reply, &session) ||
        !page_is_administrator(portal, request, reply, &session))
        return;

    request_form(request, "group", group);
    request_form(request, "sort", sort);
    request_form(request, "what", what);
    request_form(request, "sure", sure);
    set_shown(group, sort, &shown);
    while (act < ACTS && strcmp(acts[act].name, what) != 0)
        act++;

    if (!shown.group[0] || act == ACTS || strcmp(sure, "on") != 0) {
        reply_fleet(portal, request, reply, &session, &shown, NULL,
                    N_("Nothing was done: choose a group, say that you mean it, and press what "
                       "is to be done."));
        return;
    }

    portal_begin(portal);
    acts[act].act(portal, &(struct fleet_choice){.group = shown.group});
    if (!portal_end(portal, true))
        page_missing(portal, request, reply, 500);
    else
        reply_fleet(portal, request, reply, &session, &shown, acts[act].done, NULL);
}
