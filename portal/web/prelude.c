// SPDX-License-Identifier: MIT
#include "portal/web/prelude.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/shortage.h"

struct prelude {
    struct event *readable;
    prelude_done *done;
    void *userdata;
    uint8_t bytes[PROXY_PROTOCOL_MAX];
    size_t n;
};

static void finish(struct prelude *prelude, const struct proxy_protocol *header)
{
    event_del(prelude->readable);
    prelude->done(prelude->userdata, header);
}

// Takes what was only looked at so far.
static bool take(struct prelude *prelude, evutil_socket_t socket, size_t size)
{
    ssize_t n = recv(socket, prelude->bytes + prelude->n, size, MSG_DONTWAIT);
    if (n < 0 || (size_t)n != size)
        return false;
    prelude->n += size;
    return true;
}

// Looks first and takes then: what follows the header is not ours.
static void on_readable(evutil_socket_t socket, short what, void *userdata)
{
    struct prelude *prelude = userdata;
    struct proxy_protocol header = {0};
    (void)what;
    ssize_t n = recv(socket, prelude->bytes + prelude->n, sizeof(prelude->bytes) - prelude->n,
                     MSG_PEEK | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        finish(prelude, NULL);
        return;
    }

    size_t seen = prelude->n + (size_t)n;
    switch (proxy_protocol_read(span_of(prelude->bytes, seen), &header)) {
    case PROXY_PROTOCOL_WHOLE:
        finish(prelude, take(prelude, socket, header.size - prelude->n) ? &header : NULL);
        return;
    case PROXY_PROTOCOL_MORE:
        if (take(prelude, socket, (size_t)n))
            return;
        break;
    case PROXY_PROTOCOL_BAD:
        break;
    }
    finish(prelude, NULL);
}

struct prelude *prelude_begin(struct event_base *base, evutil_socket_t socket,
                              prelude_done *done, void *userdata)
{
    struct prelude *prelude = shortage_calloc(1, sizeof(*prelude));
    if (!prelude)
        return NULL;
    prelude->done = done;
    prelude->userdata = userdata;
    prelude->readable = event_new(base, socket, EV_READ | EV_PERSIST, on_readable, prelude);
    if (prelude->readable && event_add(prelude->readable, NULL) == 0)
        return prelude;
    prelude_free(prelude);
    return NULL;
}

void prelude_free(struct prelude *prelude)
{
    if (!prelude)
        return;
    if (prelude->readable)
        event_free(prelude->readable);
    free(prelude);
}
