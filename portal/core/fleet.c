// SPDX-License-Identifier: MIT
#include "portal/core/fleet.h"

#include <stdlib.h>

#include "base/shortage.h"
#include "portal/core/logins.h"

// A number says of each condition whether it counts.
#define CHOSEN                                                                                 \
    "(? = 0 OR devices.group_name = ?) AND (? = 0 OR devices.user = ?) "                       \
    "AND (? = 0 OR devices.device_id = ?)"
#define CHOSEN_TYPES "itiiib"
#define CHOSEN_BY(choice)                                                                      \
    (int64_t)((choice)->group != NULL), (choice)->group ? (choice)->group : "",                \
        (int64_t)((choice)->user != 0), (choice)->user,                                        \
        (int64_t)((choice)->device_id != NULL), (choice)->device_id,                           \
        (choice)->device_id ? (size_t)DEVICE_ID_SIZE : (size_t)0

#define FLEET_LIST(order)                                                                      \
    "SELECT devices.device_id, users.name FROM devices JOIN users "                            \
    "ON users.id = devices.user WHERE " CHOSEN " ORDER BY devices.revoked_at > 0, " order      \
    ", devices.label, devices.device_id LIMIT ?"

static const char *const lists[FLEET_ORDERS] = {
    [FLEET_BY_LABEL] = FLEET_LIST("length(devices.label)"),
    [FLEET_BY_GROUP] = FLEET_LIST("devices.group_name, length(devices.label)"),
    [FLEET_BY_ACCOUNT] = FLEET_LIST("users.name, length(devices.label)"),
    [FLEET_BY_SEEN] = FLEET_LIST(
        "CASE WHEN last_use > 0 THEN last_use ELSE devices.created END, length(devices.label)"),
    [FLEET_BY_PROGRAM] = FLEET_LIST("devices.program, length(devices.label)"),
    [FLEET_BY_CONFIGURATION] = FLEET_LIST("devices.configuration, length(devices.label)"),
    [FLEET_BY_PROTECTION] = FLEET_LIST("devices.protection, length(devices.label)"),
};

size_t fleet_list(struct store *store, const struct fleet_choice *choice,
                  enum fleet_order order, size_t limit,
                  void (*each)(void *userdata, const struct fleet_row *row), void *userdata)
{
    struct rows rows;
    rows_open(&rows, store, lists[order], CHOSEN_TYPES "i", CHOSEN_BY(choice), (int64_t)limit);

    while (rows_next(&rows)) {
        uint8_t id[DEVICE_ID_SIZE];
        struct fleet_row row = {0};
        if (!rows_blob(&rows, 0, id, sizeof(id)) || !devices_find(store, id, &row.device))
            continue;
        rows_text(&rows, 1, row.account, sizeof(row.account));
        row.seen = row.device.last_use > 0 ? row.device.last_use : row.device.created;
        each(userdata, &row);
    }
    rows_close(&rows);

    return (size_t)store_number(store, 0, "SELECT count(*) FROM devices WHERE " CHOSEN,
                                CHOSEN_TYPES, CHOSEN_BY(choice));
}

void fleet_groups(struct store *store,
                  void (*each)(void *userdata, const char *group, size_t devices),
                  void *userdata)
{
    struct rows rows;
    rows_open(&rows, store,
              "SELECT group_name, count(*) FROM devices WHERE group_name <> '' "
              "GROUP BY group_name ORDER BY group_name",
              "");
    while (rows_next(&rows)) {
        char group[DEVICE_GROUP_MAX + 1];
        rows_text(&rows, 0, group, sizeof(group));
        each(userdata, group, (size_t)rows_int(&rows, 1));
    }
    rows_close(&rows);
}

// What is done to one writes to the tables that are read, so all of them are read before.
static size_t for_each(struct portal *portal, const struct fleet_choice *choice, bool alive,
                       void (*act)(struct portal *portal, const uint8_t *device_id))
{
    struct store *store = &portal->store;
    size_t room = (size_t)store_number(store, 0, "SELECT count(*) FROM devices WHERE " CHOSEN,
                                       CHOSEN_TYPES, CHOSEN_BY(choice));
    uint8_t(*ids)[DEVICE_ID_SIZE] = shortage_calloc(room + 1, sizeof(*ids));
    if (!ids) {
        store->failed = true;
        return 0;
    }

    size_t count = 0;
    struct rows rows;
    rows_open(&rows, store,
              "SELECT device_id FROM devices WHERE " CHOSEN " AND (? = 0 OR revoked_at = 0)",
              CHOSEN_TYPES "i", CHOSEN_BY(choice), (int64_t)alive);
    while (count < room && rows_next(&rows))
        count += rows_blob(&rows, 0, ids[count], DEVICE_ID_SIZE);
    rows_close(&rows);

    for (size_t i = 0; i < count; i++)
        act(portal, ids[i]);
    free(ids);
    return count;
}

static void end(struct portal *portal, const uint8_t *device_id)
{
    logins_end_of_device(&portal->store, device_id, true);
}

static void revoke(struct portal *portal, const uint8_t *device_id)
{
    devices_revoke(portal, device_id, REVOKED_BY_ADMIN, false);
}

size_t fleet_end(struct portal *portal, const struct fleet_choice *choice)
{
    return for_each(portal, choice, false, end);
}

size_t fleet_renew(struct portal *portal, const struct fleet_choice *choice)
{
    return for_each(portal, choice, true, devices_ask_renewal);
}

size_t fleet_revoke(struct portal *portal, const struct fleet_choice *choice)
{
    return for_each(portal, choice, true, revoke);
}
