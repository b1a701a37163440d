// SPDX-License-Identifier: MIT
#include "net/peer_key.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sodium.h>

// RSA of 16384 bits, the largest that OpenSSL takes, has 2 KiB.
#define KEY_INFO_MAX 8192

enum peer_key peer_key_check(const void *ssl, const struct statement_pins *pins)
{
    const X509 *certificate = ssl ? SSL_get0_peer_certificate((const SSL *)ssl) : NULL;
    if (!certificate)
        return PEER_KEY_OTHER;

    uint8_t info[KEY_INFO_MAX], *end = info;
    const X509_PUBKEY *key = X509_get_X509_PUBKEY(certificate);
    int size = i2d_X509_PUBKEY(key, NULL);
    if (size > KEY_INFO_MAX)
        return PEER_KEY_OTHER;
    if (size <= 0 || i2d_X509_PUBKEY(key, &end) != size)
        return PEER_KEY_MEMORY;

    uint8_t hash[HASH_SIZE];
    if (crypto_hash_sha256(hash, info, (unsigned long long)size) != 0)
        return PEER_KEY_MEMORY;
    for (size_t i = 0; i < pins->count; i++)
        if (sodium_memcmp(hash, pins->hash[i], HASH_SIZE) == 0)
            return PEER_KEY_PINNED;
    return PEER_KEY_OTHER;
}
