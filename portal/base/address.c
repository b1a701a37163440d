// SPDX-License-Identifier: MIT
#include "portal/base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

void address_text(const struct sockaddr *address, char out[static ADDRESS_MAX + 1])
{
    out[0] = '\0';
    if (address && address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof(v4));
        inet_ntop(AF_INET, &v4.sin_addr, out, ADDRESS_MAX + 1);
    } else if (address && address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof(v6));
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
            inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], out, ADDRESS_MAX + 1);
        else
            inet_ntop(AF_INET6, &v6.sin6_addr, out, ADDRESS_MAX + 1);
    }
}

void address_group(const char *address, char out[static ADDRESS_MAX + 1])
{
    struct in6_addr v6;
    if (inet_pton(AF_INET6, address, &v6) == 1) {
        memset(&v6.s6_addr[8], 0, 8);
        inet_ntop(AF_INET6, &v6, out, ADDRESS_MAX + 1);
    } else {
        snprintf(out, ADDRESS_MAX + 1, "%s", address);
    }
}

bool address_same_network(const char *a, const char *b)
{
    char group_a[ADDRESS_MAX + 1], group_b[ADDRESS_MAX + 1];
    address_group(a, group_a);
    address_group(b, group_b);
    return group_a[0] && strcmp(group_a, group_b) == 0;
}

bool origin_is_loopback(const char *origin)
{
    static const char local[] = ".localhost";
    char host[256];
    const char *from = strstr(origin, "://");
    from = from ? from + 3 : origin;
    snprintf(host, sizeof(host), "%.*s", (int)strcspn(from, from[0] == '[' ? "]" : ":/"), from);
    size_t n = strlen(host), suffix = sizeof(local) - 1;
    struct in_addr v4;
    return strcmp(host, "[::1") == 0 || strcmp(host, "localhost") == 0 ||
           (n > suffix && strcmp(host + n - suffix, local) == 0) ||
           (inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127);
}

static const char own_computer[] = N_("the portal’s own computer");
static const char local_network[] = N_("local network");

static const char *place_v4(const struct in_addr *v4)
{
    uint32_t host = ntohl(v4->s_addr);
    if (host >> 24 == 127)
        return own_computer;
    if (host >> 24 == 10 || host >> 20 == (172u << 4 | 1) || host >> 16 == (192u << 8 | 168))
        return local_network; // RFC 1918
    return NULL;
}

static const char *place_v6(const struct in6_addr *v6)
{
    if (IN6_IS_ADDR_LOOPBACK(v6))
        return own_computer;
    if (IN6_IS_ADDR_LINKLOCAL(v6) || (v6->s6_addr[0] & 0xfe) == 0xfc) // RFC 4193
        return local_network;
    return NULL;
}

const char *address_place(const char *address, const struct language *language)
{
    struct in_addr v4;
    struct in6_addr v6;
    const char *place = NULL;
    if (inet_pton(AF_INET, address, &v4) == 1)
        place = place_v4(&v4);
    else if (inet_pton(AF_INET6, address, &v6) == 1)
        place = place_v6(&v6);
    return place ? translate(language, place) : "";
}
