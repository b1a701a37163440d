// SPDX-License-Identifier: MIT
#include "net/proxy.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/protocol/origin.h"

#define PROXY_WANTS_PASSWORD 407
#define SEPARATORS           ", \t"

struct address {
    int family; // AF_INET, AF_INET6; 0: none
    uint8_t bytes[16];
};

// Whether `bits` leading bits are the same.
static bool same_network(const struct address *a, const struct address *b, unsigned long bits)
{
    unsigned long size = a->family == AF_INET ? 32 : 128;
    if (a->family == 0 || a->family != b->family || bits > size)
        return false;
    size_t whole = bits / 8;
    unsigned rest = bits % 8;
    return memcmp(a->bytes, b->bytes, whole) == 0 &&
           (rest == 0 || (a->bytes[whole] ^ b->bytes[whole]) >> (8 - rest) == 0);
}

static struct address read_address(const char *text)
{
    struct address address = {0};
    if (inet_pton(AF_INET, text, address.bytes) == 1)
        address.family = AF_INET;
    else if (inet_pton(AF_INET6, text, address.bytes) == 1)
        address.family = AF_INET6;
    return address;
}

// An address, or a network as "10.0.0.0/8".
static bool matches_address(const struct address *host, const char *entry)
{
    char text[INET6_ADDRSTRLEN];
    size_t size = strcspn(entry, "/");
    if (host->family == 0 || size >= sizeof(text))
        return false;
    memcpy(text, entry, size);
    text[size] = 0;
    struct address network = read_address(text);
    char *end = NULL;
    unsigned long bits = entry[size] ? strtoul(entry + size + 1, &end, 10)
                                     : (network.family == AF_INET ? 32 : 128);
    return (!end || (end != entry + size + 1 && !*end)) && same_network(host, &network, bits);
}

// A name stands for itself and for all below it; a dot in front changes nothing.
static bool matches_name(const char *host, const char *entry)
{
    entry += *entry == '.';
    size_t host_size = strlen(host), size = strlen(entry);
    if (size == 0 || size > host_size || strcasecmp(host + host_size - size, entry) != 0)
        return false;
    return size == host_size || host[host_size - size - 1] == '.';
}

static bool needs_none(const char *host, const char *list)
{
    char entry[ORIGIN_MAX + 1];
    struct address address = read_address(host);
    for (list += strspn(list, SEPARATORS); *list; list += strspn(list, SEPARATORS)) {
        size_t size = strcspn(list, SEPARATORS);
        snprintf(entry, sizeof(entry), "%.*s", (int)size, list);
        list += size;
        if (strcmp(entry, "*") == 0 ||
            (address.family ? matches_address(&address, entry) : matches_name(host, entry)))
            return true;
    }
    return false;
}

// The host of a URL, without port and brackets.
static void host_of(const char *url, char out[static ORIGIN_MAX + 1])
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    host += *host == '[';
    size_t size = host > url && host[-1] == '[' ? strcspn(host, "]") : strcspn(host, ":/?#");
    snprintf(out, ORIGIN_MAX + 1, "%.*s", (int)size, host);
}

static bool is_loopback(const char *host)
{
    struct address address = read_address(host);
    const struct address v4 = read_address("127.0.0.0"), v6 = read_address("::1");
    return strcmp(host, "localhost") == 0 || same_network(&address, &v4, 8) ||
           same_network(&address, &v6, 128);
}

static const char *first_set(const struct proxy_variables *variables, const char *const *names,
                             const char **value)
{
    for (; *names; names++) {
        *value = variables->get(variables->userdata, *names);
        if (*value && **value)
            return *names;
    }
    return NULL;
}

// Login and password stand before the last '@' of the host's part.
static void write_name(const char *url, char out[static PROXY_NAME_MAX + 1])
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    int scheme = (int)(host - url);
    size_t size = strcspn(host, "/?#");
    for (size_t i = size; i > 0; i--)
        if (host[i - 1] == '@') {
            host += i;
            size -= i;
            break;
        }
    snprintf(out, PROXY_NAME_MAX + 1, "%.*s%.*s", scheme, url, (int)size, host);
}

void proxy_choose(const char *url, const struct proxy_variables *variables, struct proxy *out)
{
    static const char *const proxies[] = {"https_proxy", "HTTPS_PROXY", "all_proxy",
                                          "ALL_PROXY", NULL};
    static const char *const exceptions[] = {"no_proxy", "NO_PROXY", NULL};
    char host[ORIGIN_MAX + 1];
    const char *list;
    *out = (struct proxy){0};
    host_of(url, host);
    if (!variables->get || is_loopback(host) ||
        (first_set(variables, exceptions, &list) && needs_none(host, list)))
        return;

    out->variable = first_set(variables, proxies, &out->url);
    if (out->variable)
        write_name(out->url, out->name);
}

enum failure proxy_failure(const struct proxy *proxy, long status, enum failure otherwise)
{
    if (status == PROXY_WANTS_PASSWORD)
        return FAILURE_NET_PROXY_PASSWORD;
    if (status >= 300 && status < 500 && status != 408 && status != 425 && status != 429)
        return FAILURE_NET_PROXY_REFUSED;
    if (status >= 200 && status < 300) // the rest is between this device and the portal
        return otherwise;

    switch (otherwise) {
    case FAILURE_NET_UNREACHABLE:
    case FAILURE_NET_TIMEOUT:
    case FAILURE_NET_REPLY:
    case FAILURE_NET_TOO_LARGE:
        return FAILURE_NET_PROXY;
    case FAILURE_NET_TLS: // of a proxy that speaks TLS itself
        return strncasecmp(proxy->url, "https://", 8) == 0 ? FAILURE_NET_PROXY : otherwise;
    default:
        return otherwise;
    }
}
