// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_PRELUDE_H
#define QRCONFIRM_PORTAL_WEB_PRELUDE_H

// What a proxy says before the first byte of a connection (proxy_protocol.h), taken off the
// socket before TLS or HTTP see any of it. All functions run on the thread of the loop.

#include <event2/event.h>

#include "portal/proxies/proxy_protocol.h"

struct prelude;

// `header` is NULL where there is none: something else came, or the end. Called once, unless
// the prelude is freed before; it may be freed in it.
typedef void prelude_done(void *userdata, const struct proxy_protocol *header);

// NULL if memory is short.
struct prelude *prelude_begin(struct event_base *base, evutil_socket_t socket,
                              prelude_done *done, void *userdata);
void prelude_free(struct prelude *prelude); // nothing where it is NULL

#endif
