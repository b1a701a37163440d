// SPDX-License-Identifier: MIT
#include "portal/web/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>

// Of TLS 1.3; all are good, and the first makes the cheapest handshake.
#define SUITES "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
// Of TLS 1.2.
#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"

static bool use_key(SSL_CTX *tls, const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    bool ok = key && SSL_CTX_use_PrivateKey(tls, key) == 1;
    EVP_PKEY_free(key);
    BIO_free(bio);
    return ok;
}

// The first is the server's own, the others lead to who signed it.
static bool use_certificates(SSL_CTX *tls, const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *own = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    bool ok = own && SSL_CTX_use_certificate(tls, own) == 1;
    X509_free(own);

    X509 *other;
    while (ok && (other = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        ok = SSL_CTX_add0_chain_cert(tls, other) == 1;
        if (!ok)
            X509_free(other);
    }

    ERR_clear_error(); // the end of the text is one
    BIO_free(bio);
    return ok;
}

SSL_CTX *http_tls_new(const struct tls_identity *identity, struct fault *fault)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    if (!tls) {
        fault_set(fault, FAILURE_MEMORY, "TLS");
        return NULL;
    }

    // A connection that waits keeps no buffers; what resumes a session is with the client.
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(tls, 1);
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA);

    if (SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1 &&
        SSL_CTX_set_cipher_list(tls, CIPHERS) == 1 &&
        SSL_CTX_set_ciphersuites(tls, SUITES) == 1 &&
        use_certificates(tls, identity->certificate_pem) && use_key(tls, identity->key_pem) &&
        SSL_CTX_check_private_key(tls) == 1)
        return tls;

    SSL_CTX_free(tls);
    fault_set(fault, FAILURE_INTERNAL,
              "the server does not start; are tls.key and tls.crt a pair?");
    return NULL;
}
