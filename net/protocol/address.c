// SPDX-License-Identifier: MIT
#include "net/protocol/address.h"

#include <arpa/inet.h>

struct block {
    uint8_t prefix[16];
    unsigned bits;
    enum address_kind kind;
};

static const struct block ipv4_blocks[] = {
    {{0}, 8, ADDRESS_LOOPBACK}, // "this host" (RFC 1122): connects to itself
    {{127}, 8, ADDRESS_LOOPBACK},
    {{10}, 8, ADDRESS_PRIVATE},
    {{172, 16}, 12, ADDRESS_PRIVATE},
    {{192, 168}, 16, ADDRESS_PRIVATE},
    {{100, 64}, 10, ADDRESS_PRIVATE},  // shared by a provider's customers (RFC 6598)
    {{169, 254}, 16, ADDRESS_PRIVATE}, // link-local
    {{192, 0, 0}, 24, ADDRESS_PRIVATE},
    {{198, 18}, 15, ADDRESS_PRIVATE}, // test benches (RFC 2544)
};

static const struct block ipv6_blocks[] = {
    {{[15] = 0}, 128, ADDRESS_LOOPBACK}, // unspecified: connects to itself
    {{[15] = 1}, 128, ADDRESS_LOOPBACK},
    {{0xfc}, 7, ADDRESS_PRIVATE},
    {{0xfe, 0x80}, 10, ADDRESS_PRIVATE},
    {{0xfe, 0xc0}, 10, ADDRESS_PRIVATE},                         // site-local (RFC 3879)
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, ADDRESS_PRIVATE}, // local NAT64 (RFC 8215)
};

// IPv6 addresses that hold an IPv4 address lead where that one does.
static const struct {
    uint8_t prefix[16];
    unsigned bits;
    size_t ipv4_at; // byte
} carriers[] = {
    {{[10] = 0xff, 0xff}, 96, 12},      // mapped
    {{0}, 96, 12},                      // compatible (RFC 4291)
    {{0x00, 0x64, 0xff, 0x9b}, 96, 12}, // NAT64 (RFC 6052)
    {{0x20, 0x02}, 16, 2},              // 6to4
    {{[8] = 0, 0, 0x5e, 0xfe}, 96, 12}, // ISATAP without a prefix of its own
};

static bool begins_with(const uint8_t *address, const uint8_t *prefix, unsigned bits)
{
    size_t whole = bits / 8;
    unsigned mask = 0xff00u >> (bits % 8) & 0xff;
    return memcmp(address, prefix, whole) == 0 &&
           (mask == 0 || ((address[whole] ^ prefix[whole]) & mask) == 0);
}

static enum address_kind find(const struct block *blocks, size_t count, const uint8_t *address)
{
    for (size_t i = 0; i < count; i++) {
        if (begins_with(address, blocks[i].prefix, blocks[i].bits))
            return blocks[i].kind;
    }
    return ADDRESS_NUMBER;
}

static enum address_kind kind_of_ipv4(const uint8_t *address)
{
    return find(ipv4_blocks, sizeof(ipv4_blocks) / sizeof(ipv4_blocks[0]), address);
}

static enum address_kind kind_of_ipv6(const uint8_t *address)
{
    enum address_kind kind =
        find(ipv6_blocks, sizeof(ipv6_blocks) / sizeof(ipv6_blocks[0]), address);
    for (size_t i = 0; kind == ADDRESS_NUMBER && i < sizeof(carriers) / sizeof(carriers[0]);
         i++) {
        if (begins_with(address, carriers[i].prefix, carriers[i].bits))
            return kind_of_ipv4(address + carriers[i].ipv4_at);
    }
    return kind;
}

static bool ends_with(const char *text, size_t size, const char *end)
{
    size_t n = strlen(end);
    return size >= n && memcmp(text + size - n, end, n) == 0;
}

enum address_kind address_kind_of(const char *origin)
{
    const char *host = strstr(origin, "://");
    host = host ? host + 3 : origin;
    size_t size = host[0] == '[' ? strcspn(host, "]") : strcspn(host, ":/");
    uint8_t address[16];
    char text[INET6_ADDRSTRLEN + 1];
    bool bracket = host[0] == '[' && host[size] == ']';
    if (bracket) {
        host++;
        size--;
    }
    if (!bracket && (ends_with(host, size, ".localhost") ||
                     (size == strlen("localhost") && ends_with(host, size, "localhost"))))
        return ADDRESS_LOOPBACK;

    if (size >= sizeof(text))
        return ADDRESS_NAME;
    memcpy(text, host, size);
    text[size] = '\0';
    if (bracket && inet_pton(AF_INET6, text, address) == 1)
        return kind_of_ipv6(address);
    if (!bracket && inet_pton(AF_INET, text, address) == 1)
        return kind_of_ipv4(address);
    return ADDRESS_NAME;
}

const char *address_kind_name(enum address_kind kind)
{
    static const char *const names[] = {
        [ADDRESS_NAME] = "name",
        [ADDRESS_NUMBER] = "number",
        [ADDRESS_PRIVATE] = "private",
        [ADDRESS_LOOPBACK] = "loopback",
    };
    return names[kind];
}
