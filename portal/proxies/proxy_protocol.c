// SPDX-License-Identifier: MIT
#include "portal/proxies/proxy_protocol.h"

#include "portal/proxies/network.h"

#define LINE_MAX_V1   107u // with its end
#define HEADER_V2     16u
#define SIGNATURE_V2  12u
#define ADDRESSES_IN  12u // two addresses, two ports
#define ADDRESSES_IN6 36u
#define PORT_DIGITS   5u

static const uint8_t signature[SIGNATURE_V2] = "\r\n\r\n\0\r\nQUIT\n";

static bool begins_as(struct span bytes, const void *start, size_t size)
{
    return memcmp(bytes.p, start, bytes.n < size ? bytes.n : size) == 0;
}

// ---- version 1 ---------------------------------------------------------------------------
//
// "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443"

// Up to the next space, which goes with it; of the last one, up to the end.
static struct span take_word(struct span *rest)
{
    const uint8_t *space = rest->n > 0 ? memchr(rest->p, ' ', rest->n) : NULL;
    struct span word = {rest->p, space ? (size_t)(space - rest->p) : rest->n};
    size_t used = word.n + (space ? 1 : 0);
    *rest = span_of(rest->p + used, rest->n - used);
    return word;
}

static bool is_port(struct span text)
{
    unsigned long port = 0;
    if (text.n == 0 || text.n > PORT_DIGITS || (text.n > 1 && text.p[0] == '0'))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        port = port * 10 + (text.p[i] - '0');
    }
    return port <= UINT16_MAX;
}

// An address of the family that was named.
static bool read_address(struct span text, bool v6, struct in6_addr *out)
{
    bool colons = text.n > 0 && memchr(text.p, ':', text.n) != NULL;
    return colons == v6 && network_address_read(text, out);
}

// The line, without its end.
static bool read_line(struct span line, struct proxy_protocol *out)
{
    struct in6_addr from, to;
    struct span protocol = take_word(&line);
    struct span family = take_word(&line);
    if (!span_equal(protocol, span_str("PROXY")))
        return false;
    if (span_equal(family, span_str("UNKNOWN")))
        return true; // what follows is not looked at

    bool v6 = span_equal(family, span_str("TCP6"));
    if (!v6 && !span_equal(family, span_str("TCP4")))
        return false;
    if (!read_address(take_word(&line), v6, &from) || !read_address(take_word(&line), v6, &to))
        return false;

    bool has_two = line.n > 0 && memchr(line.p, ' ', line.n);
    if (!is_port(take_word(&line)) || !has_two || !is_port(line))
        return false;
    out->named = true;
    out->address = from;
    return true;
}

static enum proxy_protocol_verdict read_v1(struct span bytes, struct proxy_protocol *out)
{
    struct proxy_protocol header = {0};
    size_t most = bytes.n < LINE_MAX_V1 ? bytes.n : LINE_MAX_V1;
    const uint8_t *end = memchr(bytes.p, '\r', most);
    if (!end)
        return bytes.n < LINE_MAX_V1 ? PROXY_PROTOCOL_MORE : PROXY_PROTOCOL_BAD;

    size_t n = (size_t)(end - bytes.p);
    if (n + 2 > LINE_MAX_V1)
        return PROXY_PROTOCOL_BAD;
    if (n + 1 == bytes.n)
        return PROXY_PROTOCOL_MORE;
    if (end[1] != '\n' || !read_line(span_of(bytes.p, n), &header))
        return PROXY_PROTOCOL_BAD;

    header.size = n + 2;
    *out = header;
    return PROXY_PROTOCOL_WHOLE;
}

// ---- version 2 ---------------------------------------------------------------------------

// What the byte behind the signature, and the next one, mean.
enum command { COMMAND_LOCAL = 0x20, COMMAND_PROXY = 0x21 };
enum family { FAMILY_NONE = 0x00, FAMILY_TCP4 = 0x11, FAMILY_TCP6 = 0x21, FAMILY_UNIX = 0x31 };

static bool read_addresses(uint8_t family, struct span addresses, struct proxy_protocol *out)
{
    struct in_addr v4;

    switch (family) {
    case FAMILY_NONE:
    case FAMILY_UNIX: // of a client on the proxy's own computer
        return true;
    case FAMILY_TCP4:
        if (addresses.n < ADDRESSES_IN)
            return false;
        memcpy(&v4, addresses.p, sizeof(v4));
        network_map_v4(&v4, &out->address);
        break;
    case FAMILY_TCP6:
        if (addresses.n < ADDRESSES_IN6)
            return false;
        memcpy(&out->address, addresses.p, sizeof(out->address));
        break;
    default:
        return false;
    }

    out->named = true;
    return true;
}

static enum proxy_protocol_verdict read_v2(struct span bytes, struct proxy_protocol *out)
{
    struct proxy_protocol header = {0};
    if (bytes.n > SIGNATURE_V2 && bytes.p[SIGNATURE_V2] != COMMAND_LOCAL &&
        bytes.p[SIGNATURE_V2] != COMMAND_PROXY)
        return PROXY_PROTOCOL_BAD;
    if (bytes.n < HEADER_V2)
        return PROXY_PROTOCOL_MORE;

    size_t length = (size_t)bytes.p[14] << 8 | bytes.p[15];
    header.size = HEADER_V2 + length;
    if (header.size > PROXY_PROTOCOL_MAX)
        return PROXY_PROTOCOL_BAD;
    if (bytes.n < header.size)
        return PROXY_PROTOCOL_MORE;

    if (bytes.p[SIGNATURE_V2] == COMMAND_PROXY &&
        !read_addresses(bytes.p[13], span_of(bytes.p + HEADER_V2, length), &header))
        return PROXY_PROTOCOL_BAD;
    *out = header;
    return PROXY_PROTOCOL_WHOLE;
}

enum proxy_protocol_verdict proxy_protocol_read(struct span bytes, struct proxy_protocol *out)
{
    if (bytes.n == 0)
        return PROXY_PROTOCOL_MORE;
    if (begins_as(bytes, signature, SIGNATURE_V2))
        return read_v2(bytes, out);
    if (begins_as(bytes, "PROXY ", 6))
        return read_v1(bytes, out);
    return PROXY_PROTOCOL_BAD;
}
