// SPDX-License-Identifier: MIT
#include "net/protocol/identity.h"

#include <sodium.h>

bool hash_sha256(struct span bytes, uint8_t out[static HASH_SIZE])
{
    uint8_t hash[HASH_SIZE];
    if (crypto_hash_sha256(hash, bytes.p, bytes.n) != 0)
        return false;
    memcpy(out, hash, HASH_SIZE);
    return true;
}

bool key_id_of(const uint8_t public_key[static PUBLIC_KEY_SIZE],
               uint8_t out[static KEY_ID_SIZE])
{
    uint8_t hash[HASH_SIZE];
    if (!hash_sha256(span_of(public_key, PUBLIC_KEY_SIZE), hash))
        return false;
    memcpy(out, hash, KEY_ID_SIZE);
    return true;
}

void key_id_hex(const uint8_t key_id[static KEY_ID_SIZE], char out[static KEY_ID_HEX_SIZE + 1])
{
    sodium_bin2hex(out, KEY_ID_HEX_SIZE + 1, key_id, KEY_ID_SIZE);
}

bool portal_id_of(const uint8_t portal_key[static PUBLIC_KEY_SIZE],
                  uint8_t out[static PORTAL_ID_SIZE])
{
    return hash_sha256(span_of(portal_key, PUBLIC_KEY_SIZE), out);
}

// y, little endian, against 2^255 - 19 = ed ff .. ff 7f.
static bool is_reduced(const uint8_t y[static PUBLIC_KEY_SIZE])
{
    if (y[31] != 0x7f || y[0] < 0xed)
        return true;
    for (size_t i = 1; i < 31; i++) {
        if (y[i] != 0xff)
            return true;
    }
    return false;
}

bool public_key_is_good(const uint8_t public_key[static PUBLIC_KEY_SIZE])
{
    // The y of the points of order 4, 1, 2, 8 and 8; the sign bit does not change the order.
    static const uint8_t small_order[][PUBLIC_KEY_SIZE] = {
        {0},
        {1},
        {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
        {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
         0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
         0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
        {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
         0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
         0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    };

    uint8_t y[PUBLIC_KEY_SIZE];
    memcpy(y, public_key, sizeof(y));
    y[31] &= 0x7f;

    for (size_t i = 0; i < sizeof(small_order) / sizeof(small_order[0]); i++) {
        if (memcmp(y, small_order[i], sizeof(y)) == 0)
            return false;
    }
    return is_reduced(y);
}

bool frame_code(const uint8_t key[static FRAME_KEY_SIZE],
                const uint8_t challenge_id[static CHALLENGE_ID_SIZE], uint64_t portal_time,
                uint8_t out[static CHALLENGE_FRAME_SIZE])
{
    static const char label[] = "qrlogin frame v1";
    uint8_t step[8], mac[crypto_auth_hmacsha256_BYTES];
    for (size_t i = 0; i < sizeof(step); i++)
        step[i] = (uint8_t)(portal_time / FRAME_STEP_S >> (56 - 8 * i));

    crypto_auth_hmacsha256_state state;
    bool ok =
        crypto_auth_hmacsha256_init(&state, key, FRAME_KEY_SIZE) == 0 &&
        crypto_auth_hmacsha256_update(&state, (const uint8_t *)label, sizeof(label) - 1) == 0 &&
        crypto_auth_hmacsha256_update(&state, challenge_id, CHALLENGE_ID_SIZE) == 0 &&
        crypto_auth_hmacsha256_update(&state, step, sizeof(step)) == 0 &&
        crypto_auth_hmacsha256_final(&state, mac) == 0;
    if (ok)
        memcpy(out, mac, CHALLENGE_FRAME_SIZE);

    sodium_memzero(mac, sizeof(mac));
    sodium_memzero(&state, sizeof(state));
    return ok;
}
