// SPDX-License-Identifier: MIT
#include "portal/web/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LISTEN_QUEUE 1024 // connections that come at once, as after a restart
#define HOST_MAX     64u  // bytes of the address listened on
#define PREFIX       "unix:"
#define LOCAL_MODE   0660 // of a Unix socket

static bool is_port(const char *text)
{
    char *end;
    unsigned long port = strtoul(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && !*end && port <= UINT16_MAX;
}

// "127.0.0.1:8443" or "[::1]:8443".
static bool read_internet(const char *text, struct listen_address *out)
{
    char host[HOST_MAX];
    const char *colon = strrchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof(host) || !is_port(colon + 1))
        return false;

    uint16_t port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    snprintf(host, sizeof(host), "%.*s", (int)(colon - text), text);
    size_t n = strlen(host);

    if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = port};
        host[n - 1] = '\0';
        if (inet_pton(AF_INET6, host + 1, &v6.sin6_addr) != 1)
            return false;
        memcpy(&out->socket, &v6, sizeof(v6));
        out->size = sizeof(v6);
        out->loopback = IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
        return true;
    }

    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = port};
    if (inet_pton(AF_INET, host, &v4.sin_addr) != 1)
        return false;
    memcpy(&out->socket, &v4, sizeof(v4));
    out->size = sizeof(v4);
    out->loopback = ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    return true;
}

static bool read_local(const char *path, struct listen_address *out)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    if (path[0] != '/' || strlen(path) >= sizeof(local.sun_path))
        return false;
    strcpy(local.sun_path, path);
    memcpy(&out->socket, &local, sizeof(local));
    out->size = sizeof(local);
    out->local = out->loopback = true;
    return true;
}

bool listener_read(const char *text, struct listen_address *out, struct fault *fault)
{
    struct listen_address address = {0};
    bool local = strncmp(text, PREFIX, sizeof(PREFIX) - 1) == 0;
    if (local ? !read_local(text + sizeof(PREFIX) - 1, &address)
              : !read_internet(text, &address))
        return fault_set(fault, FAILURE_USAGE,
                         "%s: is not an address like 127.0.0.1:8443 or unix:/run/portal.sock",
                         text);
    *out = address;
    return true;
}

// Nobody listens at it any more.
static bool is_left_behind(const struct sockaddr_un *local)
{
    struct stat status;
    if (lstat(local->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
        return false;
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client < 0)
        return false;
    bool refused = connect(client, (const struct sockaddr *)local, sizeof(*local)) != 0 &&
                   errno == ECONNREFUSED;
    close(client);
    return refused;
}

static bool bind_local(int listener, const struct listen_address *address)
{
    struct sockaddr_un local;
    memcpy(&local, &address->socket, sizeof(local));
    if (is_left_behind(&local))
        unlink(local.sun_path);
    return bind(listener, (struct sockaddr *)&local, sizeof(local)) == 0 &&
           chmod(local.sun_path, LOCAL_MODE) == 0;
}

static bool bind_and_listen(int listener, const struct listen_address *address)
{
    int on = 1;
    bool bound =
        address->local
            ? bind_local(listener, address)
            : setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
                  bind(listener, (const struct sockaddr *)&address->socket, address->size) == 0;
    return bound && listen(listener, LISTEN_QUEUE) == 0;
}

static bool find_port(int listener, const struct listen_address *address, unsigned *out)
{
    struct sockaddr_storage bound;
    socklen_t size = sizeof(bound);
    if (getsockname(listener, (struct sockaddr *)&bound, &size) != 0)
        return false;
    // The port stands at the same place in both.
    *out = address->local ? 0 : ntohs(((struct sockaddr_in *)&bound)->sin_port);
    return true;
}

int listener_open(const char *text, unsigned *port, struct fault *fault)
{
    struct listen_address address;
    if (!listener_read(text, &address, fault))
        return -1;

    int listener = socket(address.socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || !bind_and_listen(listener, &address) ||
        !find_port(listener, &address, port)) {
        fault_set(fault, FAILURE_INTERNAL, "%s: %s", text, strerror(errno));
        if (listener >= 0)
            close(listener);
        return -1;
    }

    return listener;
}
