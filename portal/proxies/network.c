// SPDX-License-Identifier: MIT
#include "portal/proxies/network.h"

#include <arpa/inet.h>

#define BITS_V6  128u
#define BITS_V4  32u
#define BITS_MAX 3u // digits

void network_map_v4(const struct in_addr *v4, struct in6_addr *out)
{
    *out = (struct in6_addr){0};
    memset(&out->s6_addr[10], 0xff, 2);
    memcpy(&out->s6_addr[12], v4, sizeof(*v4));
}

bool network_address_read(struct span text, struct in6_addr *out)
{
    char copy[INET6_ADDRSTRLEN];
    struct in_addr v4;
    if (text.n == 0 || text.n >= sizeof(copy) || memchr(text.p, '\0', text.n))
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';

    if (inet_pton(AF_INET6, copy, out) == 1)
        return true;
    if (inet_pton(AF_INET, copy, &v4) != 1)
        return false;
    network_map_v4(&v4, out);
    return true;
}

bool network_address_is_of_one(const struct in6_addr *address)
{
    if (!IN6_IS_ADDR_V4MAPPED(address))
        return !IN6_IS_ADDR_UNSPECIFIED(address) && !IN6_IS_ADDR_MULTICAST(address);

    uint8_t first = address->s6_addr[12];
    return first != 0 && first < 224; // RFC 1122, section 3.2.1.3
}

static bool read_bits(struct span text, unsigned most, unsigned *out)
{
    unsigned bits = 0;
    if (text.n == 0 || text.n > BITS_MAX || (text.n > 1 && text.p[0] == '0'))
        return false;

    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        bits = bits * 10 + (text.p[i] - '0');
    }

    if (bits > most)
        return false;
    *out = bits;
    return true;
}

// Are the first `bits` bits of both the same?
static bool alike(const struct in6_addr *a, const struct in6_addr *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(a->s6_addr, b->s6_addr, whole) != 0)
        return false;
    return rest == 0 || (a->s6_addr[whole] ^ b->s6_addr[whole]) >> (8 - rest) == 0;
}

static bool has_bits_beyond(const struct network *network)
{
    struct in6_addr zeros = {0};
    unsigned whole = network->bits / 8, rest = network->bits % 8;
    memcpy(zeros.s6_addr, network->address.s6_addr, whole);
    if (rest > 0)
        zeros.s6_addr[whole] = (uint8_t)(network->address.s6_addr[whole] & ~(0xffu >> rest));
    return memcmp(&zeros, &network->address, sizeof(zeros)) != 0;
}

enum network_verdict network_read(struct span text, struct network *out)
{
    const uint8_t *slash = text.n > 0 ? memchr(text.p, '/', text.n) : NULL;
    struct span address = {text.p, slash ? (size_t)(slash - text.p) : text.n};
    struct network network;
    if (!network_address_read(address, &network.address))
        return NETWORK_MALFORMED;

    bool v4 = memchr(address.p, ':', address.n) == NULL;
    unsigned most = v4 ? BITS_V4 : BITS_V6, bits = most;
    if (slash && !read_bits(span_of(slash + 1, text.n - address.n - 1), most, &bits))
        return NETWORK_MALFORMED;
    if (bits == 0)
        return NETWORK_EVERYBODY;

    network.bits = bits + BITS_V6 - most;
    if (has_bits_beyond(&network))
        return NETWORK_HOST;
    *out = network;
    return NETWORK_OK;
}

bool networks_hold(const struct networks *networks, const struct in6_addr *address)
{
    for (size_t i = 0; i < networks->count; i++) {
        if (alike(&networks->at[i].address, address, networks->at[i].bits))
            return true;
    }
    return false;
}
