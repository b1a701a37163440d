// SPDX-License-Identifier: MIT
#include "net/certificate.h"

#include <gnutls/x509.h>
#include <sodium.h>
#include <string.h>

#include "net/protocol/base64.h"

#define PIN_PREFIX "sha256//"

bool certificate_pin(const char *pem, uint8_t key_hash[static HASH_SIZE])
{
    uint8_t read[HASH_SIZE];
    size_t size = sizeof(read);
    gnutls_x509_crt_t certificate;
    const gnutls_datum_t bytes = {(unsigned char *)(uintptr_t)pem, (unsigned)strlen(pem)};

    if (gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
        return false;
    bool ok =
        gnutls_x509_crt_import(certificate, &bytes, GNUTLS_X509_FMT_PEM) == GNUTLS_E_SUCCESS &&
        gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, read, &size) ==
            GNUTLS_E_SUCCESS &&
        size == sizeof(read);

    gnutls_x509_crt_deinit(certificate);
    if (ok)
        memcpy(key_hash, read, sizeof(read));
    return ok;
}

void pin_text(const uint8_t key_hash[static HASH_SIZE], char out[static PIN_TEXT_MAX + 1])
{
    memcpy(out, PIN_PREFIX, sizeof(PIN_PREFIX) - 1);
    sodium_bin2base64(out + sizeof(PIN_PREFIX) - 1, PIN_TEXT_MAX + 1 - (sizeof(PIN_PREFIX) - 1),
                      key_hash, HASH_SIZE, sodium_base64_VARIANT_ORIGINAL);
}

bool pin_parse(const char *text, uint8_t key_hash[static HASH_SIZE])
{
    uint8_t bytes[HASH_SIZE];
    size_t size;
    if (strncmp(text, PIN_PREFIX, sizeof(PIN_PREFIX) - 1) != 0 ||
        strlen(text) != PIN_TEXT_MAX ||
        !base64_read(span_str(text + sizeof(PIN_PREFIX) - 1), sodium_base64_VARIANT_ORIGINAL,
                     bytes, sizeof(bytes), &size) ||
        size != HASH_SIZE)
        return false;
    memcpy(key_hash, bytes, HASH_SIZE);
    return true;
}
