// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <microhttpd.h>
#include <netinet/in.h>

#include "tests/unit/net/parts/box.h"

struct visit {
    size_t size;
    char body[16384];
};

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static enum MHD_Result add_argument(void *userdata, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    char *target = userdata;
    (void)kind;
    size_t at = strlen(target);
    snprintf(target + at, 1024 - at, "%s%s=%s", strchr(target, '?') ? "&" : "?", name,
             value ? value : "");
    return MHD_YES;
}

static void copy_header(struct MHD_Connection *connection, const char *name, char *out,
                        size_t room)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    snprintf(out, room, "%s", value ? value : "");
}

static void note(struct box *box, struct MHD_Connection *connection, const char *path,
                 const char *method, const struct visit *visit)
{
    struct box_request *made = &box->request[box->request_count++];
    memset(made, 0, sizeof(*made));
    snprintf(made->method, sizeof(made->method), "%s", method);
    snprintf(made->target, sizeof(made->target), "%s", path);
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_argument, made->target);
    copy_header(connection, "Authorization", made->authorization, sizeof(made->authorization));
    copy_header(connection, "Cookie", made->cookie, sizeof(made->cookie));
    copy_header(connection, "X-Bitrix-Csrf-Token", made->csrf, sizeof(made->csrf));
    copy_header(connection, "BX-APP-PASS", made->app_pass, sizeof(made->app_pass));
    copy_header(connection, "BX-APP-UUID", made->app_uuid, sizeof(made->app_uuid));
    copy_header(connection, "BX-DEVICE-NAME", made->device_name, sizeof(made->device_name));
    memcpy(made->body, visit->body, visit->size);
}

static struct box_reply choose(struct box *box, const char *target)
{
    struct box_reply chosen = {.status = 404, .type = "text/html", .body = "<html>none</html>"};
    for (size_t i = 0; i < box->reply_count; i++) {
        if (strcmp(target, box->reply[i].target) != 0)
            continue;
        chosen = box->reply[i];
        if (!box->used[i]) {
            box->used[i] = true;
            break;
        }
    }
    return chosen;
}

static enum MHD_Result send_reply(struct MHD_Connection *connection,
                                  const struct box_reply *reply)
{
    size_t size = reply->size ? reply->size : strlen(reply->body);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        size, (void *)(uintptr_t)reply->body, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, "Content-Type",
                            reply->type ? reply->type : "application/json");
    if (reply->header)
        MHD_add_response_header(response, reply->header, reply->value);
    enum MHD_Result result = MHD_queue_response(connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result handle(void *userdata, struct MHD_Connection *connection,
                              const char *path, const char *method, const char *version,
                              const char *upload, size_t *upload_size, void **request)
{
    struct box *box = userdata;
    (void)version;
    if (!*request) {
        *request = calloc(1, sizeof(struct visit));
        return *request ? MHD_YES : MHD_NO;
    }

    struct visit *visit = *request;
    if (*upload_size > 0) {
        size_t n = *upload_size;
        if (n > sizeof(visit->body) - 1 - visit->size)
            return MHD_NO;
        memcpy(visit->body + visit->size, upload, n);
        visit->size += n;
        *upload_size = 0;
        return MHD_YES;
    }

    pthread_mutex_lock(&box->lock);
    if (box->request_count == BOX_REQUESTS_MAX) {
        pthread_mutex_unlock(&box->lock);
        return MHD_NO;
    }
    note(box, connection, path, method, visit);
    struct box_reply reply = choose(box, box->request[box->request_count - 1].target);
    pthread_mutex_unlock(&box->lock);

    while (reply.silent) {
        pthread_mutex_lock(&box->lock);
        reply.silent = !box->stopping;
        pthread_mutex_unlock(&box->lock);
        usleep(5000);
    }
    return send_reply(connection, &reply);
}

static void complete(void *userdata, struct MHD_Connection *connection, void **request,
                     enum MHD_RequestTerminationCode code)
{
    (void)userdata;
    (void)connection;
    (void)code;
    free(*request);
    *request = NULL;
}

void box_start(struct box *box, const struct certificate *certificate)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION;
    memset(box, 0, sizeof(*box));
    pthread_mutex_init(&box->lock, NULL);

    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0,
         (void *)(uintptr_t)(certificate ? certificate->key : NULL)},
        {MHD_OPTION_HTTPS_MEM_CERT, 0,
         (void *)(uintptr_t)(certificate ? certificate->pem : NULL)},
        {MHD_OPTION_END, 0, NULL},
    };
    if (!certificate)
        tls[0].option = MHD_OPTION_END;

    box->daemon =
        MHD_start_daemon(flags | (certificate ? MHD_USE_TLS : 0), 0, NULL, NULL, handle, box,
                         MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_NOTIFY_COMPLETED, complete, NULL,
                         MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    assert_non_null(box->daemon);
    box->port = MHD_get_daemon_info(box->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void box_stop(struct box *box)
{
    pthread_mutex_lock(&box->lock);
    box->stopping = true;
    pthread_mutex_unlock(&box->lock);
    MHD_stop_daemon(box->daemon);
    pthread_mutex_destroy(&box->lock);
}

void box_add(struct box *box, struct box_reply reply)
{
    pthread_mutex_lock(&box->lock);
    assert_true(box->reply_count < BOX_REPLIES_MAX);
    box->reply[box->reply_count++] = reply;
    pthread_mutex_unlock(&box->lock);
}

void box_clear(struct box *box)
{
    pthread_mutex_lock(&box->lock);
    box->request_count = box->reply_count = 0;
    memset(box->used, 0, sizeof(box->used));
    pthread_mutex_unlock(&box->lock);
}

size_t box_count(struct box *box, const char *target)
{
    size_t count = 0;
    pthread_mutex_lock(&box->lock);
    for (size_t i = 0; i < box->request_count; i++)
        count += begins(box->request[i].target, target);
    pthread_mutex_unlock(&box->lock);
    return count;
}

const struct box_request *box_asked(struct box *box, const char *target, size_t index)
{
    const struct box_request *found = NULL;
    pthread_mutex_lock(&box->lock);
    for (size_t i = 0; i < box->request_count && !found; i++)
        if (begins(box->request[i].target, target) && index-- == 0)
            found = &box->request[i];
    pthread_mutex_unlock(&box->lock);
    if (!found)
        fail_msg("nobody asked for %s", target);
    return found;
}
