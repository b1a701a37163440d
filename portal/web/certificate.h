// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_CERTIFICATE_H
#define QRCONFIRM_PORTAL_WEB_CERTIFICATE_H

// The certificate of the portal: self-signed, ECDSA P-256, made at the first start and kept as
// tls.key and tls.crt in the data folder. Devices do not judge it; they compare its public key
// with the pin in the signed metadata.

#include "base/failure.h"

#include <stdint.h>

#define TLS_PEM_MAX  16384u // bytes of either file
#define TLS_PIN_SIZE 32u

struct tls_identity {
    char key_pem[TLS_PEM_MAX + 1];
    char certificate_pem[TLS_PEM_MAX + 1];
    uint8_t pin[TLS_PIN_SIZE]; // SHA-256 of the SubjectPublicKeyInfo
};

// `host` is put into the certificate beside localhost, 127.0.0.1 and ::1. Files that are there
// are used as they are: they may be replaced by others. Fails with INTERNAL, naming the file.
bool tls_load(struct tls_identity *identity, const char *directory, const char *host,
              int64_t wall_now, struct fault *fault);

#endif
