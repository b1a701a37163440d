// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_TLS_H
#define QRCONFIRM_PORTAL_WEB_TLS_H

// TLS of the web server, by OpenSSL: 1.2 and 1.3, fresh keys for every session, no CBC.

#include <openssl/ssl.h>

#include "base/failure.h"
#include "portal/web/certificate.h"

// The certificate file may hold a chain. NULL with INTERNAL if key and certificate are no pair.
SSL_CTX *http_tls_new(const struct tls_identity *identity, struct fault *fault);

#endif
