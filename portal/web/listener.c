// SPDX-License-Identifier: MIT
#include "portal/web/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTEN_QUEUE 1024 // connections that come at once, as after a restart
#define HOST_MAX     64u  // bytes of the address listened on

// Splits "127.0.0.1:8443" or "[::1]:8443".
static bool parse_listen(const char *listen, struct sockaddr_in6 *v6, struct sockaddr_in *v4,
                         bool *is_v6)
{
    char host[HOST_MAX];
    const char *colon = strrchr(listen, ':');
    if (!colon || (size_t)(colon - listen) >= sizeof(host))
        return false;

    char *end;
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (colon[1] < '0' || colon[1] > '9' || *end || port > 65535)
        return false;

    snprintf(host, sizeof(host), "%.*s", (int)(colon - listen), listen);
    size_t n = strlen(host);
    *is_v6 = n > 2 && host[0] == '[' && host[n - 1] == ']';

    if (*is_v6) {
        host[n - 1] = '\0';
        *v6 =
            (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
        return inet_pton(AF_INET6, host + 1, &v6->sin6_addr) == 1;
    }

    *v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    return inet_pton(AF_INET, host, &v4->sin_addr) == 1;
}

static bool bind_and_listen(int listener, const struct sockaddr *address, socklen_t size)
{
    int on = 1;
    return setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
           bind(listener, address, size) == 0 && listen(listener, LISTEN_QUEUE) == 0;
}

int listener_open(const char *text, unsigned *port, bool *loopback, struct fault *fault)
{
    struct sockaddr_in6 v6;
    struct sockaddr_in v4;
    bool is_v6;
    if (!parse_listen(text, &v6, &v4, &is_v6)) {
        fault_set(fault, FAILURE_USAGE, "%s: is not an address like 127.0.0.1:8443", text);
        return -1;
    }

    const struct sockaddr *address = is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
    socklen_t size = is_v6 ? sizeof(v6) : sizeof(v4);
    int listener = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    struct sockaddr_storage bound;
    socklen_t bound_size = sizeof(bound);

    if (listener < 0 || !bind_and_listen(listener, address, size) ||
        getsockname(listener, (struct sockaddr *)&bound, &bound_size) != 0) {
        fault_set(fault, FAILURE_INTERNAL, "%s: %s", text, strerror(errno));
        if (listener >= 0)
            close(listener);
        return -1;
    }

    // The port stands at the same place in both.
    *port = ntohs(((struct sockaddr_in *)&bound)->sin_port);
    *loopback =
        is_v6 ? IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) : ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    return listener;
}
