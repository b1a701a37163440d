// SPDX-License-Identifier: MIT
#include "portal/core/metadata.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "portal/core/config.h"
#include "portal/core/pins.h"
#include "portal/core/store_hash.h"

// The serial and the hash of what it stands for, kept beside the settings.
#define SERIAL_NAME "metadata.serial"
#define HASH_NAME   "metadata.hash"
#define URL_NAME    "metadata.base-url"
#define PIN_NAME    "metadata.pin"

static bool encode(const struct statement_metadata *metadata, struct statement_body *body,
                   struct fault *fault)
{
    enum verdict verdict = statement_encode_metadata(metadata, body);
    if (verdict != VERDICT_OK)
        return fault_set(fault, FAILURE_INTERNAL, "metadata: %s", verdict_word(verdict));
    return true;
}

// The serial for this content: the one it had, or one more than the last.
static bool find_serial(struct store *store, const struct statement_body *content,
                        uint64_t *out)
{
    uint8_t hash[HASH_SIZE];
    char now[2 * HASH_SIZE + 1], before[2 * HASH_SIZE + 1], text[24];
    if (!store_hash(store, statement_span(content), hash))
        return false;
    sodium_bin2hex(now, sizeof(now), hash, sizeof(hash));
    store_copy_setting(store, HASH_NAME, before, sizeof(before));
    store_copy_setting(store, SERIAL_NAME, text, sizeof(text));
    uint64_t serial = strtoull(text, NULL, 10);
    if (strcmp(now, before) != 0) {
        serial++;
        snprintf(text, sizeof(text), "%llu", (unsigned long long)serial);
        store_set_setting(store, SERIAL_NAME, text);
        store_set_setting(store, HASH_NAME, now);
    }
    *out = serial;
    return true;
}

static void keep_address(struct store *store, const struct statement_metadata *metadata)
{
    char pin[2 * HASH_SIZE + 1] = "";
    if (metadata->pins.count > 0)
        sodium_bin2hex(pin, sizeof(pin), metadata->pins.hash[0], HASH_SIZE);
    store_set_setting(store, URL_NAME, metadata->base_url);
    store_set_setting(store, PIN_NAME, pin);
}

bool metadata_address_kept(struct store *store, struct metadata_address *out)
{
    char pin[2 * HASH_SIZE + 1];
    size_t size = 0;
    store_copy_setting(store, URL_NAME, out->base_url, sizeof(out->base_url));
    store_copy_setting(store, PIN_NAME, pin, sizeof(pin));
    out->has_pin =
        sodium_hex2bin(out->pin, sizeof(out->pin), pin, strlen(pin), NULL, &size, NULL) == 0 &&
        size == sizeof(out->pin);
    return out->base_url[0] != '\0';
}

static bool find_pins(struct portal *portal, const uint8_t *own, struct statement_pins *out,
                      struct fault *fault)
{
    char value[CONFIG_LIST_MAX + 1];
    struct pins pins;
    config_list(&portal->store, CONFIG_PORTAL_PINS, value);
    if (!pins_read(value, &pins, fault))
        return false;
    pins_published(&pins, own, out);
    return true;
}

bool metadata_make(struct portal *portal, const uint8_t *own_pin, struct fault *fault)
{
    struct statement_metadata metadata = {0};
    memcpy(metadata.portal_id, portal->keys.current.portal_id, sizeof(metadata.portal_id));
    memcpy(metadata.portal_key, portal->keys.current.public_key, sizeof(metadata.portal_key));
    if (portal->keys.next.present)
        memcpy(metadata.next_key, portal->keys.next.public_key, sizeof(metadata.next_key));
    if (!find_pins(portal, own_pin, &metadata.pins, fault))
        return false;
    snprintf(metadata.base_url, sizeof(metadata.base_url), "%s", portal->base_url);
    config_text(&portal->store, CONFIG_PORTAL_NAME, metadata.display_name);

    struct statement_body body;
    if (!encode(&metadata, &body, fault))
        return false;
    if (!find_serial(&portal->store, &body, &metadata.serial))
        return fault_set(fault, FAILURE_INTERNAL, "metadata: SHA-256");
    if (!encode(&metadata, &body, fault))
        return false;
    const uint8_t *signer = portal->keys.current.secret_key;
    if (!envelope_seal(MESSAGE_METADATA, statement_span(&body), &signer, 1, &portal->metadata))
        return fault_set(fault, FAILURE_INTERNAL, "the metadata cannot be signed");
    portal->serial = metadata.serial;
    keep_address(&portal->store, &metadata);
    return true;
}
