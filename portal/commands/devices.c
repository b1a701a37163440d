// SPDX-License-Identifier: MIT
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "portal/commands/command.h"
#include "portal/commands/command_line.h"
#include "portal/commands/devices_journal.h"
#include "portal/commands/listing.h"
#include "portal/commands/on_store.h"
#include "portal/core/fleet.h"

#define ID_TEXT_SIZE   (2u * DEVICE_ID_SIZE + 1u)
#define TIME_TEXT_SIZE sizeof("2026-01-01T00:00:00Z")

struct choice {
    struct fleet_choice is;
    uint8_t device_id[DEVICE_ID_SIZE];
    const char *account; // NULL: any
};

// ---- printing --------------------------------------------------------------------------

static const char *state_of(const struct device *device)
{
    if (device->revoked_at > 0)
        return "revoked";
    if (device->copy_suspected > 0)
        return "suspected";
    return device->renewal_asked > 0 ? "renewal" : "paired";
}

static const char *or_dash(const char *text)
{
    return text[0] ? text : "-";
}

static void print_plain(void *userdata, const struct fleet_row *row)
{
    const struct device *device = &row->device;
    char id[ID_TEXT_SIZE], seen[TIME_TEXT_SIZE] = "-";
    time_t when = (time_t)row->seen;
    struct tm parts;

    sodium_bin2hex(id, sizeof(id), device->device_id, DEVICE_ID_SIZE);
    if (gmtime_r(&when, &parts))
        strftime(seen, sizeof(seen), "%Y-%m-%dT%H:%M:%SZ", &parts);
    fprintf(userdata, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", id, row->account,
            or_dash(device->group), state_of(device), seen, or_dash(device->program),
            or_dash(device->configuration), devices_protection_name(device->protection),
            device->label);
}

static json_t *time_or_null(int64_t seconds)
{
    return seconds > 0 ? json_integer(seconds) : json_null();
}

static json_t *text_or_null(const char *text)
{
    return text[0] ? json_string(text) : json_null();
}

static void print_json(void *userdata, const struct fleet_row *row)
{
    const struct device *device = &row->device;
    char id[ID_TEXT_SIZE];
    sodium_bin2hex(id, sizeof(id), device->device_id, DEVICE_ID_SIZE);

    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:s, s:b, s:b, s:o, s:o, s:o, "
        "s:o}",
        "device", id, "account", row->account, "label", device->label, "group",
        text_or_null(device->group), "platform", device->platform, "state", state_of(device),
        "paired_at", time_or_null(device->created), "seen_at", time_or_null(row->seen),
        "address", text_or_null(device->last_address), "program", text_or_null(device->program),
        "configuration", text_or_null(device->configuration), "protection",
        devices_protection_name(device->protection), "pin",
        device->flags & ENROL_CAN_VERIFY_USER, "kiosk", device->flags & ENROL_KIOSK,
        "key_renewed_at", time_or_null(device->rotated), "renewal_asked_at",
        time_or_null(device->renewal_asked), "revoked_at", time_or_null(device->revoked_at),
        "copy_suspected_at", time_or_null(device->copy_suspected));
    json_dumpf(object, userdata, JSON_COMPACT);
    json_decref(object);
    fputc('\n', userdata);
}

// ---- the commands ----------------------------------------------------------------------

static const struct {
    const char *name, *words; // what is told of the devices
    size_t (*act)(struct portal *portal, const struct fleet_choice *choice);
} verbs[] = {
    {"end", "have ended whom they signed in", fleet_end},
    {"renew", "are asked for a new key", fleet_renew},
    {"revoke", "are revoked", fleet_revoke},
};
#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

static bool read_device(const char *word, uint8_t out[static DEVICE_ID_SIZE])
{
    size_t size;
    const char *end;
    return strlen(word) == ID_TEXT_SIZE - 1 &&
           sodium_hex2bin(out, DEVICE_ID_SIZE, word, ID_TEXT_SIZE - 1, NULL, &size, &end) ==
               0 &&
           size == DEVICE_ID_SIZE;
}

static bool read_choice(const struct command_line *line, struct choice *out,
                        struct fault *fault)
{
    const char *group = line->values[OPTION_GROUP], *device = line->words[1];
    *out = (struct choice){.account = line->values[OPTION_ACCOUNT], .is.group = group};

    if (group && !devices_is_group(group))
        return fault_set(fault, FAILURE_USAGE, "--group: 1 to %u bytes that can be seen",
                         DEVICE_GROUP_MAX);
    if (device && !read_device(device, out->device_id))
        return fault_set(fault, FAILURE_USAGE,
                         "devices: the %u hex digits that devices list shows",
                         ID_TEXT_SIZE - 1);
    return true;
}

// Inside a transaction.
static bool find_account(struct portal *portal, struct choice *choice, struct fault *fault)
{
    struct user user;
    if (!choice->account)
        return true;
    if (!users_by_name(&portal->store, choice->account, &user))
        return fault_set(fault, FAILURE_USAGE, "there is no account %s", choice->account);
    choice->is.user = user.id;
    return true;
}

static int list(struct portal *portal, struct choice *choice, bool json)
{
    struct fault fault;
    struct listing listing;
    if (!listing_begin(&listing, &fault))
        return command_failed(&fault);

    portal_begin(portal);
    bool found = find_account(portal, choice, &fault);
    if (found)
        fleet_list(&portal->store, &choice->is, FLEET_BY_LABEL, SIZE_MAX / 2,
                   json ? print_json : print_plain, listing.out);
    bool ok = portal_end(portal, false);

    listing_print(&listing);
    if (!found)
        return command_failed(&fault);
    return ok ? EXIT_CODE_OK : EXIT_CODE_INTERNAL;
}

static int act(struct portal *portal, size_t verb, struct choice *choice, bool json)
{
    struct fault fault;
    size_t count = 0;

    portal_begin(portal);
    bool found = find_account(portal, choice, &fault);
    if (found)
        count = verbs[verb].act(portal, &choice->is);
    if (!portal_end(portal, found) && found)
        return command_not_written();

    if (!found)
        return command_failed(&fault);
    if (json)
        printf("{\"done\":\"%s\",\"devices\":%zu}\n", verbs[verb].name, count);
    else
        printf("qrportal: %zu devices %s\n", count, verbs[verb].words);
    return EXIT_CODE_OK;
}

static int run(struct portal *portal, const struct command_line *line)
{
    const char *verb = line->words[0];
    bool json = line->given[OPTION_JSON];
    struct choice choice;
    struct fault fault;
    if (!read_choice(line, &choice, &fault))
        return command_failed(&fault);
    if (line->words[1])
        choice.is.device_id = choice.device_id;
    if (strcmp(verb, "list") == 0)
        return list(portal, &choice, json);
    if (strcmp(verb, "journal") == 0)
        return choice.is.device_id ? devices_journal(portal, choice.device_id, json)
                                   : command_usage("devices: whose journal? A device");

    for (size_t i = 0; i < VERBS; i++) {
        if (strcmp(verb, verbs[i].name) != 0)
            continue;
        if (!choice.is.group && !choice.account && !choice.is.device_id)
            return command_usage("devices: which? A device, --group or --account");
        return act(portal, i, &choice, json);
    }
    return command_usage("devices: list, journal, end, renew or revoke");
}

int command_devices(int count, char **arguments)
{
    struct command_line line;
    if (command_line_read(READER_DEVICES, count, arguments, 2, &line) != COMMAND_LINE_READ ||
        !line.words[0])
        return command_usage("devices: an argument is missing or not known");
    return command_on_store(&line, run);
}
