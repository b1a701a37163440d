// SPDX-License-Identifier: MIT
#include "portal/commands/devices_journal.h"

#include <jansson.h>
#include <sodium.h>

#include "portal/commands/command.h"
#include "portal/commands/listing.h"
#include "portal/core/device_journal.h"
#include "portal/core/devices.h"

#define HASH_TEXT_SIZE   (2u * HASH_SIZE + 1u)
#define NUMBER_TEXT_SIZE 21u
#define TIME_TEXT_SIZE   sizeof("2026-01-01T00:00:00Z")

static void print_plain(void *userdata, const struct device_statement *row)
{
    bool told = row->state != DEVICE_JOURNAL_NOT_TOLD;
    char when[TIME_TEXT_SIZE] = "-", hash[HASH_TEXT_SIZE], head[HASH_TEXT_SIZE] = "-";
    time_t received = (time_t)row->received;
    struct tm parts;

    if (gmtime_r(&received, &parts))
        strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &parts);
    sodium_bin2hex(hash, sizeof(hash), row->hash, HASH_SIZE);
    if (told)
        sodium_bin2hex(head, sizeof(head), row->head, HASH_SIZE);
    fprintf(userdata, "%llu\t%s\t%s\t%s\t%s\t", (unsigned long long)row->sequence, when,
            message_name(row->message), hash, device_journal_word(row->state));
    if (told)
        fprintf(userdata, "%llu\t%s\n", (unsigned long long)row->count, head);
    else
        fputs("-\t-\n", userdata);
}

static void print_json(void *userdata, const struct device_statement *row)
{
    bool told = row->state != DEVICE_JOURNAL_NOT_TOLD;
    char hash[HASH_TEXT_SIZE], head[HASH_TEXT_SIZE];
    sodium_bin2hex(hash, sizeof(hash), row->hash, HASH_SIZE);
    sodium_bin2hex(head, sizeof(head), row->head, HASH_SIZE);

    // Numbers of JSON end at 63 bits.
    char sequence[NUMBER_TEXT_SIZE], lines[NUMBER_TEXT_SIZE];
    snprintf(sequence, sizeof(sequence), "%llu", (unsigned long long)row->sequence);
    snprintf(lines, sizeof(lines), "%llu", (unsigned long long)row->count);
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:I, s:s, s:o, s:o}", "statement", message_name(row->message), "hash",
        hash, "sequence", sequence, "received", (json_int_t)row->received, "journal",
        device_journal_word(row->state), "lines", told ? json_string(lines) : json_null(),
        "head", told ? json_string(head) : json_null());
    json_dumpf(object, userdata, JSON_COMPACT);
    json_decref(object);
    fputc('\n', userdata);
}

// Says whose record follows, and from when on it is kept.
static void print_about(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                        FILE *out)
{
    char id[2 * DEVICE_ID_SIZE + 1];
    sodium_bin2hex(id, sizeof(id), device_id, DEVICE_ID_SIZE);
    json_t *object =
        json_pack("{s:s, s:s, s:I}", "format", "qr-login record", "device", id, "since",
                  (json_int_t)(portal_wall_s(portal) - STATEMENTS_KEEP_S));
    json_dumpf(object, out, JSON_COMPACT);
    json_decref(object);
    fputc('\n', out);
}

int devices_journal(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                    bool json)
{
    struct fault fault;
    struct listing listing;
    struct device device;
    if (!listing_begin(&listing, &fault))
        return command_failed(&fault);

    portal_begin(portal);
    bool found = devices_find(&portal->store, device_id, &device), whole = true;
    if (found && json)
        print_about(portal, device_id, listing.out);
    if (found)
        whole = device_journal_list(&portal->store, device_id, json ? print_json : print_plain,
                                    listing.out);
    bool ok = portal_end(portal, false);

    listing_print(&listing);
    if (!found)
        return command_usage("devices: there is no such device");
    if (!whole)
        fault_set(&fault, FAILURE_MEMORY, "statements");
    if (!ok || !whole)
        return whole ? EXIT_CODE_INTERNAL : command_failed(&fault);
    return EXIT_CODE_OK;
}
