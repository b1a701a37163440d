// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "net/http.h"
#include "tests/unit/net/parts/https_server.h"

#define OK "{\"ok\":true}"

// ---- certificate -------------------------------------------------------------------------

static void sign(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, const char *name)
{
    static const uint8_t serial[] = {7};

    assert_int_equal(gnutls_x509_crt_set_version(certificate, 3), 0);
    assert_int_equal(gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial)), 0);
    assert_int_equal(gnutls_x509_crt_set_key(certificate, key), 0);
    assert_int_equal(gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0,
                                                   name, (unsigned)strlen(name)),
                     0);
    assert_int_equal(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, name,
                                                          (unsigned)strlen(name),
                                                          GNUTLS_FSAN_SET),
                     0);
    assert_int_equal(gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0),
                     0);
}

static void take_pin(gnutls_x509_crt_t certificate, uint8_t pin[32])
{
    gnutls_pubkey_t key;
    uint8_t spki[1024];
    size_t size = sizeof(spki);
    assert_int_equal(gnutls_pubkey_init(&key), 0);
    assert_int_equal(gnutls_pubkey_import_x509(key, certificate, 0), 0);
    assert_int_equal(gnutls_pubkey_export(key, GNUTLS_X509_FMT_DER, spki, &size), 0);
    assert_true(hash_sha256(span_of(spki, size), pin));
    gnutls_pubkey_deinit(key);
}

void certificate_make(struct certificate *out, const char *name, int64_t not_before,
                      int64_t not_after)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
    size_t size = sizeof(out->key) - 1;
    memset(out, 0, sizeof(*out));
    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    assert_int_equal(
        gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
        0);
    assert_int_equal(gnutls_x509_crt_init(&certificate), 0);

    gnutls_x509_crt_set_activation_time(certificate, (time_t)not_before);
    gnutls_x509_crt_set_expiration_time(certificate, (time_t)not_after);
    sign(certificate, key, name);

    assert_int_equal(gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, out->key, &size), 0);
    size = sizeof(out->pem) - 1;
    assert_int_equal(gnutls_x509_crt_export(certificate, GNUTLS_X509_FMT_PEM, out->pem, &size),
                     0);

    take_pin(certificate, out->pin);
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
}

// ---- server ------------------------------------------------------------------------------

static struct MHD_Response *text(const char *body)
{
    return MHD_create_response_from_buffer(strlen(body), (void *)(uintptr_t)body,
                                           MHD_RESPMEM_MUST_COPY);
}

static struct MHD_Response *letters(size_t size)
{
    char *body = malloc(size);
    assert_non_null(body);
    memset(body, 'x', size);
    return MHD_create_response_from_buffer(size, body, MHD_RESPMEM_MUST_FREE);
}

static ssize_t more(void *userdata, uint64_t at, char *bytes, size_t size)
{
    (void)userdata;
    (void)at;
    memset(bytes, 'x', size);
    return (ssize_t)size;
}

static struct MHD_Response *with_header(struct MHD_Response *response, const char *name,
                                        const char *value)
{
    MHD_add_response_header(response, name, value);
    return response;
}

static struct MHD_Response *with_many_headers(struct MHD_Response *response)
{
    char name[32], value[1024];
    memset(value, 'v', sizeof(value) - 1);
    value[sizeof(value) - 1] = 0;
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof(name), "X-Filler-%d", i);
        MHD_add_response_header(response, name, value);
    }
    return response;
}

static struct MHD_Response *answer(struct https_server *server, const char *path,
                                   unsigned *status)
{
    *status = 200;
    if (strcmp(path, "/exact") == 0)
        return letters(HTTP_REPLY_MAX);
    if (strcmp(path, "/larger") == 0)
        return letters(HTTP_REPLY_MAX + 1);
    if (strcmp(path, "/endless") == 0)
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, more, NULL, NULL);
    if (strcmp(path, "/headers") == 0)
        return with_many_headers(text(OK));
    if (strcmp(path, "/coded") == 0)
        return with_header(text(OK), "Content-Encoding", "gzip");
    if (strcmp(path, "/identity") == 0)
        return with_header(text(OK), "content-encoding", "identity");

    if (strcmp(path, "/refuse") == 0) {
        *status = 429;
        return with_header(text("{}"), "Retry-After", "7");
    }
    if (strcmp(path, "/redirect") == 0) {
        *status = 302;
        return with_header(text(""), "Location", "/ok");
    }

    if (strcmp(path, "/slow") == 0) {
        atomic_fetch_add(&server->waiting, 1);
        while (!atomic_load(&server->release))
            usleep(5000);
    }
    return with_header(text(OK), "Set-Cookie", "a=b; Path=/");
}

static enum MHD_Result handle(void *userdata, struct MHD_Connection *connection,
                              const char *url, const char *method, const char *version,
                              const char *upload, size_t *upload_size, void **request)
{
    struct https_server *server = userdata;
    (void)method;
    (void)version;
    (void)upload;

    if (!*request) {
        *request = server;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    if (MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Cookie"))
        atomic_store(&server->saw_cookie, true);

    unsigned status;
    struct MHD_Response *response = answer(server, url, &status);
    MHD_add_response_header(response, "Content-Type", "Application/JSON; charset=utf-8");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static void count(void *userdata, struct MHD_Connection *connection, void **context,
                  enum MHD_ConnectionNotificationCode code)
{
    struct https_server *server = userdata;
    (void)connection;
    (void)context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        atomic_fetch_add(&server->connections, 1);
}

static void start(struct https_server *server, const struct certificate *certificate)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION;
    memset(server, 0, sizeof(*server));

    const char *key = certificate ? certificate->key : NULL;
    const char *pem = certificate ? certificate->pem : NULL;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)pem},
        {MHD_OPTION_END, 0, NULL},
    };
    if (!certificate)
        tls[0].option = MHD_OPTION_END;

    server->daemon =
        MHD_start_daemon(flags | (certificate ? MHD_USE_TLS : 0), 0, NULL, NULL, handle, server,
                         MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_NOTIFY_CONNECTION, count, server,
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)262144, MHD_OPTION_ARRAY,
                         tls, MHD_OPTION_END);
    assert_non_null(server->daemon);
    server->port = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void https_server_start(struct https_server *server, const struct certificate *certificate)
{
    start(server, certificate);
}

void http_server_start(struct https_server *server)
{
    start(server, NULL);
}

void https_server_stop(struct https_server *server)
{
    atomic_store(&server->release, true);
    MHD_stop_daemon(server->daemon);
}

// ---- server in a process of its own --------------------------------------------------------

static _Noreturn void serve_until_closed(int line, const struct certificate *certificate)
{
    struct https_server server;
    char none;
    https_server_start(&server, certificate);
    bool told = write(line, &server.port, sizeof(server.port)) == sizeof(server.port);

    while (told && read(line, &none, 1) > 0)
        ;
    https_server_stop(&server);
    _exit(told ? 0 : 1);
}

void https_process_start(struct https_process *server, const struct certificate *certificate)
{
    int line[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line), 0);
    fflush(NULL);
    server->process = fork();
    assert_true(server->process >= 0);
    if (server->process == 0) {
        close(line[0]);
        serve_until_closed(line[1], certificate);
    }

    close(line[1]);
    server->line = line[0];
    assert_int_equal(read(server->line, &server->port, sizeof(server->port)),
                     sizeof(server->port));
}

void https_process_stop(struct https_process *server)
{
    int status = 1;
    close(server->line);
    assert_int_equal(waitpid(server->process, &status, 0), server->process);
    assert_int_equal(status, 0);
}
