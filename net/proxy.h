// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROXY_H
#define QRCONFIRM_NET_PROXY_H

// Which proxy a call takes, by the variables that curl and most programs know: https_proxy,
// HTTPS_PROXY, all_proxy, ALL_PROXY, the first that is set; and no_proxy or NO_PROXY, the hosts
// that need none. It is decided here and not in libcurl, so that a fault can name the proxy and
// its variable. Never for a loopback host. Pure.

#include <stdbool.h>

#include "base/failure.h"

#define PROXY_URL_MAX  1024u
#define PROXY_NAME_MAX 160u

struct proxy {
    const char *variable;          // that named it; NULL: no proxy
    const char *url;               // its value, which may hold a password
    char name[PROXY_NAME_MAX + 1]; // the same without login and password
};

// The value of a variable, or NULL. It stays the callee's.
struct proxy_variables {
    const char *(*get)(void *userdata, const char *name);
    void *userdata;
};

// `url` is that of the call.
void proxy_choose(const char *url, const struct proxy_variables *variables, struct proxy *out);

// The failure of a call that took a proxy and ended before it was sent. `otherwise` is its
// failure without a proxy, and `status` the proxy's reply to CONNECT, 0: none.
// NET_PROXY_PASSWORD and NET_PROXY_REFUSED are not mended by trying again.
enum failure proxy_failure(const struct proxy *proxy, long status, enum failure otherwise);

#endif
