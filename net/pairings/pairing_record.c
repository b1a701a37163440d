// SPDX-License-Identifier: MIT
#include "net/pairings/pairing_record.h"

#include <sodium.h>
#include <stdlib.h>

#include "net/pairings/pairing_files.h"
#include "net/protocol/json_text.h"

#define RECORD_FORMAT  "qrconfirm pairing"
#define RECORD_VERSION 1

void portal_facts_origin(const struct portal_facts *portal, struct origin *out)
{
    size_t size = 0;
    out->text[0] = 0;
    if (!base_url_is_normal(span_str(portal->base_url), &size) || size > ORIGIN_MAX)
        return;
    memcpy(out->text, portal->base_url, size);
    out->text[size] = 0;
}

bool portal_facts_have_key(const struct portal_facts *portal,
                           const uint8_t key[static PUBLIC_KEY_SIZE])
{
    return !sodium_is_zero(key, PUBLIC_KEY_SIZE) &&
           (memcmp(portal->portal_key, key, PUBLIC_KEY_SIZE) == 0 ||
            memcmp(portal->next_key, key, PUBLIC_KEY_SIZE) == 0);
}

bool portal_facts_have_tag(const struct portal_facts *portal,
                           const uint8_t tag[static CHALLENGE_TAG_SIZE],
                           uint8_t portal_id[PORTAL_ID_SIZE])
{
    const uint8_t *const keys[] = {portal->portal_key, portal->next_key};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        uint8_t id[PORTAL_ID_SIZE];
        if (sodium_is_zero(keys[i], PUBLIC_KEY_SIZE))
            continue;
        if (!portal_id_of(keys[i], id) || memcmp(id, tag, CHALLENGE_TAG_SIZE) != 0)
            continue;

        if (portal_id)
            memcpy(portal_id, id, sizeof(id));
        return true;
    }
    return false;
}

// NULL: not one of them.
static const struct dialect *read_dialect(const json_t *root,
                                          const struct dialect *const *dialects)
{
    const char *name = json_string_value(json_object_get(root, "dialect"));
    while (*dialects && (!name || strcmp((*dialects)->name, name) != 0))
        dialects++;
    return *dialects;
}

static void read_pins(struct record_reader *reader, struct statement_pins *pins)
{
    const json_t *list = record_read_array(reader, "pins", STATEMENT_PINS_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (!text || !record_from_hex(text, pins->hash[i], HASH_SIZE))
            reader->bad = "pins";
        pins->count = i + 1;
    }
}

static void read_keys(struct record_reader *reader, struct pairing *pairing)
{
    const json_t *list = record_read_array(reader, "keys", PAIRING_KEYS_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct record_reader key = {.object = json_array_get(list, i)};
        record_read_bytes(&key, "id", pairing->key[i].id, KEY_ID_SIZE);
        record_read_time(&key, "not_after", &pairing->key[i].not_after);
        if (key.bad)
            reader->bad = "keys";
        pairing->key_count = i + 1;
    }
    if (pairing->key_count == 0 && !reader->bad)
        reader->bad = "keys";
}

void portal_facts_read(struct record_reader *reader, struct portal_facts *portal)
{
    record_read_text(reader, "base_url", portal->base_url, 1, sizeof(portal->base_url));
    record_read_text(reader, "portal_name", portal->display_name, 1,
                     sizeof(portal->display_name));
    record_read_bytes(reader, "portal_key", portal->portal_key, PUBLIC_KEY_SIZE);
    record_read_bytes(reader, "next_key", portal->next_key, PUBLIC_KEY_SIZE);
    record_read_counter(reader, "serial", &portal->serial);
    record_read_bytes(reader, "metadata_hash", portal->metadata_hash, HASH_SIZE);
    read_pins(reader, &portal->pins);
    if (!reader->bad && !base_url_is_normal(span_str(portal->base_url), NULL))
        reader->bad = "base_url";
}

bool pairing_record_parse(struct span json, const struct dialect *const *dialects,
                          struct pairing *out, struct fault *fault)
{
    json_t *root = record_open(json, RECORD_FORMAT, RECORD_VERSION, fault);
    if (!root)
        return false;

    struct pairing read = {.dialect = read_dialect(root, dialects)};
    struct record_reader reader = {.object = root};
    if (!read.dialect)
        reader.bad = "dialect";
    record_read_text(&reader, "id", read.id, PAIRING_ID_SIZE, sizeof(read.id));
    portal_facts_read(&reader, &read.portal);
    if (read.dialect && read.dialect->read)
        read.dialect->read(&reader, &read.own);

    record_read_bytes(&reader, "device_id", read.device_id, DEVICE_ID_SIZE);
    record_read_text(&reader, "account_id", read.account_id, 1, sizeof(read.account_id));
    record_read_text(&reader, "account_name", read.account_name, 1, sizeof(read.account_name));
    record_read_time(&reader, "paired_at", &read.paired_at);
    record_read_counter(&reader, "sequence", &read.sequence);
    if (json_object_get(root, "portal_time")) // not in records of former versions
        record_read_time(&reader, "portal_time", &read.portal_time);
    read.renewal_asked = json_is_true(json_object_get(root, "renewal_asked"));
    read_keys(&reader, &read);

    json_decref(root);
    if (reader.bad)
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "member \"%s\"", reader.bad);
    *out = read;
    return true;
}

// Both are lists of all, or NULL.
static json_t *pins_json(const struct statement_pins *pins)
{
    json_t *list = json_array();
    int bad = 0;
    for (size_t i = 0; i < pins->count; i++)
        bad |= json_array_append_new(list, record_hex(span_of(pins->hash[i], HASH_SIZE)));
    if (bad == 0)
        return list;
    json_decref(list);
    return NULL;
}

static json_t *keys_json(const struct pairing *pairing)
{
    json_t *list = json_array();
    int bad = 0;
    for (size_t i = 0; i < pairing->key_count; i++) {
        json_t *key = json_object();
        bad |= record_write_bytes(key, "id", span_of(pairing->key[i].id, KEY_ID_SIZE));
        bad |= json_object_set_new(key, "not_after", json_integer(pairing->key[i].not_after));
        bad |= json_array_append_new(list, key);
    }
    if (bad == 0)
        return list;
    json_decref(list);
    return NULL;
}

int portal_facts_write(json_t *root, const struct portal_facts *portal)
{
    int bad = 0;
    bad |= json_object_set_new(root, "base_url", json_string(portal->base_url));
    bad |= json_object_set_new(root, "portal_name", json_string(portal->display_name));
    bad |= record_write_bytes(root, "portal_key", span_of(portal->portal_key, PUBLIC_KEY_SIZE));
    bad |= record_write_bytes(root, "next_key", span_of(portal->next_key, PUBLIC_KEY_SIZE));
    bad |= record_write_counter(root, "serial", portal->serial);
    bad |= record_write_bytes(root, "metadata_hash", span_of(portal->metadata_hash, HASH_SIZE));
    bad |= json_object_set_new(root, "pins", pins_json(&portal->pins));
    return bad;
}

bool pairing_record_load(int folder, const struct dialect *const *dialects, const char *id,
                         struct pairing *out, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    uint8_t *bytes = malloc(PAIRING_RECORD_MAX);
    size_t size;
    pairing_file_name(name, id, RECORD_SUFFIX);
    if (!bytes)
        return fault_set(fault, FAILURE_MEMORY, "%s", name);

    struct fault why = {0};
    enum atomic_read read =
        atomic_file_read(folder, name, bytes, PAIRING_RECORD_MAX, &size, &why);
    if (read == ATOMIC_READ_MISSING)
        fault_set(&why, FAILURE_PAIRING_UNKNOWN, "not there");
    bool ok = read == ATOMIC_READ_OK &&
              pairing_record_parse(span_of(bytes, size), dialects, out, &why);
    free(bytes);
    if (ok && strncmp(name, out->id, PAIRING_ID_SIZE) == 0)
        return true;
    if (ok)
        fault_set(&why, FAILURE_PAIRING_DAMAGED, "of another pairing");

    // What was read names its file by itself.
    bool named = strncmp(why.detail, name, strlen(name)) == 0;
    return fault_set(fault, why.failure, "%s%s%.180s", named ? "" : name, named ? "" : ": ",
                     why.detail);
}

char *pairing_record_write(const struct pairing *pairing)
{
    json_t *root = json_object();
    int bad = 0;

    bad |= json_object_set_new(root, "format", json_string(RECORD_FORMAT));
    bad |= json_object_set_new(root, "version", json_integer(RECORD_VERSION));
    bad |= json_object_set_new(root, "id", json_string(pairing->id));
    bad |= json_object_set_new(root, "dialect", json_string(pairing->dialect->name));
    bad |= portal_facts_write(root, &pairing->portal);
    if (pairing->dialect->write)
        bad |= pairing->dialect->write(root, &pairing->own);

    bad |= record_write_bytes(root, "device_id", span_of(pairing->device_id, DEVICE_ID_SIZE));
    bad |= json_object_set_new(root, "account_id", json_string(pairing->account_id));
    bad |= json_object_set_new(root, "account_name", json_string(pairing->account_name));
    bad |= json_object_set_new(root, "paired_at", json_integer(pairing->paired_at));
    bad |= record_write_counter(root, "sequence", pairing->sequence);
    bad |= json_object_set_new(root, "portal_time", json_integer(pairing->portal_time));
    if (pairing->renewal_asked)
        bad |= json_object_set_new(root, "renewal_asked", json_true());
    bad |= json_object_set_new(root, "keys", keys_json(pairing));

    char *text = bad == 0 ? json_text_dump(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    return text;
}
