// SPDX-License-Identifier: MIT
#include "portal/web/certificate.h"

#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "portal/base/secret_file.h"

#define CERTIFICATE_DAYS 3650
#define DAY_SECONDS      86400
#define SERIAL_SIZE      16u
#define SPKI_MAX         1024u

static int name_certificate(gnutls_x509_crt_t certificate, const char *host)
{
    const unsigned char v4[] = {127, 0, 0, 1};
    const struct in6_addr v6 = IN6ADDR_LOOPBACK_INIT;
    struct in_addr host_v4;

    int error = gnutls_x509_crt_set_subject_alt_name(
        certificate, GNUTLS_SAN_DNSNAME, "localhost", sizeof("localhost") - 1, GNUTLS_FSAN_SET);
    if (error == 0)
        error = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, v4,
                                                     sizeof(v4), GNUTLS_FSAN_APPEND);
    if (error == 0)
        error = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, &v6,
                                                     sizeof(v6), GNUTLS_FSAN_APPEND);

    if (error != 0 || strcmp(host, "localhost") == 0 || host[0] == '[')
        return error;

    if (inet_pton(AF_INET, host, &host_v4) == 1)
        return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, &host_v4,
                                                    sizeof(host_v4), GNUTLS_FSAN_APPEND);
    return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, host,
                                                (unsigned)strlen(host), GNUTLS_FSAN_APPEND);
}

static int fill_certificate(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key,
                            const char *host, int64_t now)
{
    unsigned char serial[SERIAL_SIZE];

    randombytes_buf(serial, sizeof(serial));
    serial[0] = (serial[0] & 0x7f) | 0x40; // positive, and its first byte never zero (RFC 5280)

    int error = gnutls_x509_crt_set_version(certificate, 3);
    if (error == 0)
        error = gnutls_x509_crt_set_key(certificate, key);
    if (error == 0)
        error = gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial));

    if (error == 0)
        error = gnutls_x509_crt_set_activation_time(certificate, (time_t)(now - DAY_SECONDS));
    if (error == 0)
        error = gnutls_x509_crt_set_expiration_time(
            certificate, (time_t)(now + (int64_t)CERTIFICATE_DAYS * DAY_SECONDS));

    if (error == 0)
        error = gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0,
                                              "qrportal", sizeof("qrportal") - 1);

    if (error == 0)
        error = name_certificate(certificate, host);
    if (error == 0)
        error = gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (error == 0)
        error = gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0);
    if (error == 0)
        error = gnutls_x509_crt_set_basic_constraints(certificate, 0, -1);

    if (error == 0)
        error = gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);

    return error;
}

static bool export_pems(struct tls_identity *identity, gnutls_x509_crt_t certificate,
                        gnutls_x509_privkey_t key)
{
    size_t size = TLS_PEM_MAX;
    if (gnutls_x509_privkey_export_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN,
                                         identity->key_pem, &size) != 0)
        return false;
    identity->key_pem[size] = '\0';
    size = TLS_PEM_MAX;
    if (gnutls_x509_crt_export(certificate, GNUTLS_X509_FMT_PEM, identity->certificate_pem,
                               &size) != 0)
        return false;
    identity->certificate_pem[size] = '\0';
    return true;
}

static bool make_identity(struct tls_identity *identity, const char *host, int64_t now,
                          struct fault *fault)
{
    gnutls_x509_privkey_t key = NULL;
    gnutls_x509_crt_t certificate = NULL;

    int error = gnutls_x509_privkey_init(&key);
    if (error == 0)
        error = gnutls_x509_crt_init(&certificate);
    if (error == 0)
        error = gnutls_x509_privkey_generate(
            key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    if (error == 0)
        error = fill_certificate(certificate, key, host, now);

    bool ok = error == 0 && export_pems(identity, certificate, key);

    if (certificate)
        gnutls_x509_crt_deinit(certificate);
    if (key)
        gnutls_x509_privkey_deinit(key);

    if (!ok)
        fault_set(fault, FAILURE_INTERNAL, "making the certificate: %s",
                  gnutls_strerror(error));
    return ok;
}

static bool compute_pin(struct tls_identity *identity, const char *path, struct fault *fault)
{
    gnutls_x509_crt_t certificate = NULL;
    gnutls_pubkey_t key = NULL;
    uint8_t spki[SPKI_MAX];
    size_t size = sizeof(spki);

    gnutls_datum_t pem = {(unsigned char *)identity->certificate_pem,
                          (unsigned)strlen(identity->certificate_pem)};

    bool ok = gnutls_x509_crt_init(&certificate) == 0 &&
              gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM) == 0 &&
              gnutls_pubkey_init(&key) == 0 &&
              gnutls_pubkey_import_x509(key, certificate, 0) == 0 &&
              gnutls_pubkey_export(key, GNUTLS_X509_FMT_DER, spki, &size) == 0 &&
              crypto_hash_sha256(identity->pin, spki, size) == 0;

    if (key)
        gnutls_pubkey_deinit(key);
    if (certificate)
        gnutls_x509_crt_deinit(certificate);

    if (!ok)
        fault_set(fault, FAILURE_INTERNAL, "%s: is not a certificate that can be used", path);
    return ok;
}

static bool read_pem(const char *path, char out[static TLS_PEM_MAX + 1], bool *missing,
                     struct fault *fault)
{
    size_t size;
    if (!secret_file_read(path, (uint8_t *)out, TLS_PEM_MAX, &size, missing, fault))
        return false;
    out[size] = '\0';
    return true;
}

struct paths {
    char key[SECRET_PATH_MAX], certificate[SECRET_PATH_MAX], first[SECRET_PATH_MAX];
};

// Key and certificate that are just being made, in one file: a start that is cut short between
// the two is finished at the next one, and never taken for a half that somebody put there.
static bool read_first(struct tls_identity *identity, const char *path, bool *missing,
                       struct fault *fault)
{
    char both[TLS_PEM_MAX + 1];
    if (!read_pem(path, both, missing, fault))
        return false;
    const char *certificate = strstr(both, "-----BEGIN CERTIFICATE-----");
    if (!certificate)
        return fault_set(fault, FAILURE_INTERNAL, "%s: is damaged: remove it", path);
    snprintf(identity->key_pem, sizeof(identity->key_pem), "%.*s", (int)(certificate - both),
             both);
    snprintf(identity->certificate_pem, sizeof(identity->certificate_pem), "%s", certificate);
    sodium_memzero(both, sizeof(both));
    return true;
}

static bool write_first(const struct tls_identity *identity, const char *path,
                        struct fault *fault)
{
    char both[TLS_PEM_MAX + 1];
    int size =
        snprintf(both, sizeof(both), "%s%s", identity->key_pem, identity->certificate_pem);
    bool ok = size > 0 && (size_t)size < sizeof(both)
                  ? secret_file_write(path, span_str(both), fault)
                  : fault_set(fault, FAILURE_INTERNAL, "%s: is too large", path);
    sodium_memzero(both, sizeof(both));
    return ok;
}

static bool make_pair(struct tls_identity *identity, const struct paths *paths,
                      const char *host, int64_t wall_now, struct fault *fault)
{
    bool missing;
    if (!read_first(identity, paths->first, &missing, fault) &&
        (!missing || !make_identity(identity, host, wall_now, fault) ||
         !write_first(identity, paths->first, fault)))
        return false;
    if (!secret_file_write(paths->key, span_str(identity->key_pem), fault) ||
        !secret_file_write(paths->certificate, span_str(identity->certificate_pem), fault))
        return false;
    unlink(paths->first);
    return true;
}

// True where a half that is there is one of the pair that is just being made.
static bool halves_are_ours(const struct tls_identity *there, bool key, bool certificate,
                            const char *first)
{
    struct tls_identity made;
    struct fault fault;
    bool missing;
    bool ours = read_first(&made, first, &missing, &fault) &&
                (!key || strcmp(made.key_pem, there->key_pem) == 0) &&
                (!certificate || strcmp(made.certificate_pem, there->certificate_pem) == 0);
    sodium_memzero(&made, sizeof(made));
    return ours;
}

static bool load_pair(struct tls_identity *identity, const struct paths *paths, bool *both,
                      struct fault *fault)
{
    bool missing_key, missing_certificate;
    bool key = read_pem(paths->key, identity->key_pem, &missing_key, fault);
    if (!key && !missing_key)
        return false;
    bool certificate =
        read_pem(paths->certificate, identity->certificate_pem, &missing_certificate, fault);
    if (!certificate && !missing_certificate)
        return false;

    *both = key && certificate;
    if (key == certificate || halves_are_ours(identity, key, certificate, paths->first))
        return true;
    return fault_set(fault, FAILURE_INTERNAL,
                     "%s: is missing, though %s is there: put it there too, or move that away "
                     "to have a new pair made",
                     key ? paths->certificate : paths->key,
                     key ? paths->key : paths->certificate);
}

bool tls_load(struct tls_identity *identity, const char *directory, const char *host,
              int64_t wall_now, struct fault *fault)
{
    struct paths paths;
    bool both;
    if (!secret_path(directory, "tls.key", paths.key) ||
        !secret_path(directory, "tls.crt", paths.certificate) ||
        !secret_path(directory, "tls.first", paths.first))
        return fault_set(fault, FAILURE_INTERNAL, "%s: the path is too long", directory);
    if (!load_pair(identity, &paths, &both, fault))
        return false;
    if (!both && !make_pair(identity, &paths, host, wall_now, fault))
        return false;
    if (both)
        unlink(paths.first); // left by a start that was cut short after all was there
    return compute_pin(identity, paths.certificate, fault);
}
