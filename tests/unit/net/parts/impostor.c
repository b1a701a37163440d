// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <microhttpd.h>
#include <netinet/in.h>

#include "tests/unit/net/parts/impostor.h"

#define PEM_MAX 16384

static enum MHD_Result handle(void *userdata, struct MHD_Connection *connection,
                              const char *url, const char *method, const char *version,
                              const char *upload, size_t *upload_size, void **request)
{
    struct impostor *impostor = userdata;
    const struct impostor_reply *says = &impostor->reply;
    (void)url;
    (void)method;
    (void)version;
    (void)upload;
    if (!*request || *upload_size > 0) {
        *request = impostor;
        *upload_size = 0;
        return MHD_YES;
    }

    atomic_fetch_add(&impostor->asked, 1);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(says->body), (void *)(uintptr_t)says->body, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, "Content-Type", says->type);
    if (says->retry_after)
        MHD_add_response_header(response, "Retry-After", says->retry_after);
    if (says->location)
        MHD_add_response_header(response, "Location", says->location);

    enum MHD_Result result = MHD_queue_response(connection, says->status, response);
    MHD_destroy_response(response);
    return result;
}

static void read_pem(const char *folder, const char *name, char out[static PEM_MAX])
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%.3000s/%s", folder, name);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t size = fread(out, 1, PEM_MAX - 1, file);
    out[size] = 0;
    fclose(file);
}

void impostor_start(struct impostor *impostor, const char *folder)
{
    char key[PEM_MAX], certificate[PEM_MAX];
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    memset(impostor, 0, sizeof(*impostor));
    read_pem(folder, "tls.key", key);
    read_pem(folder, "tls.crt", certificate);
    impostor->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_TLS, 0, NULL,
        NULL, handle, impostor, MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_HTTPS_MEM_KEY, key,
        MHD_OPTION_HTTPS_MEM_CERT, certificate, MHD_OPTION_END);
    assert_non_null(impostor->daemon);
    impostor->port = MHD_get_daemon_info(impostor->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void impostor_stop(struct impostor *impostor)
{
    MHD_stop_daemon(impostor->daemon);
}
