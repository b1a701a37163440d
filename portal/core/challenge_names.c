// SPDX-License-Identifier: MIT
#include "portal/core/challenge_names.h"

#include <sodium.h>
#include <string.h>

#define ID_RANDOM      12u // bytes of an id
#define ID_PERIOD_MS   64000
#define ID_PERIODS     3 // for which one is known again
#define COOKIE_TIME_AT CHALLENGE_ID_SIZE
#define COOKIE_TIME    6u // bytes
#define COOKIE_MAC_AT  (COOKIE_TIME_AT + COOKIE_TIME)
#define COOKIE_MAC     (TOKEN_BYTES - COOKIE_MAC_AT)

struct mac {
    crypto_auth_hmacsha256_state state;
    bool failed;
};

static void mac_add(struct mac *mac, const void *bytes, size_t size)
{
    mac->failed |= crypto_auth_hmacsha256_update(&mac->state, bytes, size) != 0;
}

// The run of the machine is in it, as times of the boot clock are.
static void mac_begin(struct mac *mac, const struct portal *portal, const char *label)
{
    const char *boot = portal->environment.boot_id;
    mac->failed =
        crypto_auth_hmacsha256_init(&mac->state, portal->keys.frame_key, FRAME_KEY_SIZE) != 0;
    mac_add(mac, label, strlen(label) + 1);
    mac_add(mac, boot, strlen(boot) + 1);
}

static bool mac_end(struct mac *mac, uint8_t out[static crypto_auth_hmacsha256_BYTES])
{
    bool ok = !mac->failed && crypto_auth_hmacsha256_final(&mac->state, out) == 0;
    sodium_memzero(mac, sizeof(*mac));
    return ok;
}

static void put_number(uint8_t *out, size_t size, uint64_t number)
{
    for (size_t i = size; i > 0; i--, number >>= 8)
        out[i - 1] = (uint8_t)number;
}

static uint64_t get_number(const uint8_t *from, size_t size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++)
        number = number << 8 | from[i];
    return number;
}

static bool id_mac(const struct portal *portal, const uint8_t *id, int64_t period, uint8_t *out)
{
    struct mac mac;
    uint8_t number[8];
    put_number(number, sizeof(number), (uint64_t)period);
    mac_begin(&mac, portal, "qrlogin id v1");
    mac_add(&mac, id, ID_RANDOM);
    mac_add(&mac, number, sizeof(number));
    return mac_end(&mac, out);
}

bool challenge_id_make(const struct portal *portal, uint8_t out[static CHALLENGE_ID_SIZE])
{
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    environment_random(&portal->environment, out, ID_RANDOM);
    if (!id_mac(portal, out, portal_boot_ms(portal) / ID_PERIOD_MS, mac))
        return false;
    memcpy(out + ID_RANDOM, mac, CHALLENGE_ID_SIZE - ID_RANDOM);
    return true;
}

bool challenge_id_is_ours(const struct portal *portal,
                          const uint8_t id[static CHALLENGE_ID_SIZE])
{
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    int64_t period = portal_boot_ms(portal) / ID_PERIOD_MS;
    for (int64_t before = 0; before < ID_PERIODS; before++) {
        if (!id_mac(portal, id, period - before, mac))
            return false;
        if (sodium_memcmp(mac, id + ID_RANDOM, CHALLENGE_ID_SIZE - ID_RANDOM) == 0)
            return true;
    }
    return false;
}

bool challenge_nonce_of(const struct portal *portal, const uint8_t id[static CHALLENGE_ID_SIZE],
                        uint8_t out[static CHALLENGE_NONCE_SIZE])
{
    struct mac mac;
    mac_begin(&mac, portal, "qrlogin nonce v1");
    mac_add(&mac, id, CHALLENGE_ID_SIZE);
    return mac_end(&mac, out);
}

// `cookie`: the bytes before the MAC.
static bool cookie_mac(const struct portal *portal, const uint8_t *cookie,
                       const struct challenge_page *page, uint8_t *out)
{
    static const uint8_t none[TOKEN_HASH_SIZE] = {0};
    struct mac mac;
    mac_begin(&mac, portal, "qrlogin page v1");
    mac_add(&mac, cookie, COOKIE_MAC_AT);
    mac_add(&mac, page->address, strlen(page->address) + 1);
    mac_add(&mac, page->agent, strlen(page->agent) + 1);
    mac_add(&mac, page->mark_hash ? page->mark_hash : none, TOKEN_HASH_SIZE);
    return mac_end(&mac, out);
}

bool challenge_cookie_make(const struct portal *portal, const struct challenge_page *page,
                           struct token *out)
{
    uint8_t bytes[TOKEN_BYTES], mac[crypto_auth_hmacsha256_BYTES];
    memcpy(bytes, page->id, CHALLENGE_ID_SIZE);
    put_number(bytes + COOKIE_TIME_AT, COOKIE_TIME, (uint64_t)page->created_boot);
    bool made = cookie_mac(portal, bytes, page, mac);
    if (made) {
        memcpy(bytes + COOKIE_MAC_AT, mac, COOKIE_MAC);
        made = token_of(bytes, out);
    }
    sodium_memzero(bytes, sizeof(bytes));
    return made;
}

bool challenge_cookie_id(const char *cookie, uint8_t id[static CHALLENGE_ID_SIZE])
{
    uint8_t bytes[TOKEN_BYTES];
    if (!token_bytes(cookie, bytes))
        return false;
    memcpy(id, bytes, CHALLENGE_ID_SIZE);
    return true;
}

bool challenge_cookie_open(const struct portal *portal, const char *cookie,
                           struct challenge_page *page)
{
    uint8_t bytes[TOKEN_BYTES], mac[crypto_auth_hmacsha256_BYTES];
    if (!token_bytes(cookie, bytes))
        return false;
    if (!cookie_mac(portal, bytes, page, mac) ||
        sodium_memcmp(mac, bytes + COOKIE_MAC_AT, COOKIE_MAC) != 0)
        return false;
    memcpy(page->id, bytes, CHALLENGE_ID_SIZE);
    page->created_boot = (int64_t)get_number(bytes + COOKIE_TIME_AT, COOKIE_TIME);
    return true;
}
