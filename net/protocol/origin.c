// SPDX-License-Identifier: MIT
#include "net/protocol/origin.h"

#include <arpa/inet.h>
#include <stdio.h>

#define HOST_MAX  253u // RFC 1035, without the dot at the end
#define LABEL_MAX 63u
#define PORT_MAX  65535u

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower_alnum(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z');
}

static struct span span_part(struct span whole, size_t from, size_t to)
{
    return (struct span){whole.p + from, to - from};
}

static bool span_is(struct span span, const char *text)
{
    return span_equal(span, span_str(text));
}

static bool has_prefix(struct span span, const char *prefix)
{
    size_t n = strlen(prefix);
    return span.n >= n && memcmp(span.p, prefix, n) == 0;
}

static size_t find(struct span span, uint8_t byte)
{
    const uint8_t *hit = span.n > 0 ? memchr(span.p, byte, span.n) : NULL;
    return hit ? (size_t)(hit - span.p) : span.n;
}

// Writes an IPv6 address as RFC 5952 wants it: the longest run of two or more zero groups
// (the first of equals) as "::", mapped IPv4 addresses dotted.
static void ipv6_format(const uint8_t address[16], char *out, size_t size)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (memcmp(address, mapped, sizeof(mapped)) == 0) {
        snprintf(out, size, "::ffff:%u.%u.%u.%u", address[12], address[13], address[14],
                 address[15]);
        return;
    }

    unsigned group[8];
    for (size_t i = 0; i < 8; i++)
        group[i] = (unsigned)address[2 * i] << 8 | address[2 * i + 1];

    size_t best = 8, best_size = 1;
    for (size_t i = 0; i < 8; i++) {
        size_t run = 0;
        while (i + run < 8 && group[i + run] == 0)
            run++;
        if (run > best_size) {
            best = i;
            best_size = run;
        }
    }

    size_t used = 0;
    for (size_t i = 0; i < 8; i++) {
        if (i == best) {
            used += (size_t)snprintf(out + used, size - used, "::");
            i += best_size - 1;
            continue;
        }
        bool first = i == 0 || i == best + best_size;
        used += (size_t)snprintf(out + used, size - used, first ? "%x" : ":%x", group[i]);
    }
}

static bool ipv6_is_normal(struct span text)
{
    char given[INET6_ADDRSTRLEN + 1], normal[INET6_ADDRSTRLEN + 1];
    uint8_t address[16];
    if (text.n == 0 || text.n >= sizeof(given) || memchr(text.p, '\0', text.n))
        return false;
    memcpy(given, text.p, text.n);
    given[text.n] = '\0';
    if (inet_pton(AF_INET6, given, address) != 1)
        return false;
    ipv6_format(address, normal, sizeof(normal));
    return strcmp(given, normal) == 0;
}

// A decimal number of at most `digits` digits without leading zero, at most `max`.
static bool is_number(struct span text, size_t digits, unsigned max)
{
    if (text.n == 0 || text.n > digits || (text.n > 1 && text.p[0] == '0'))
        return false;
    unsigned value = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (!is_digit(text.p[i]))
            return false;
        value = value * 10 + (unsigned)(text.p[i] - '0');
    }
    return value <= max;
}

static bool is_dotted_ipv4(struct span host)
{
    size_t parts = 0;
    for (size_t at = 0; at <= host.n; parts++) {
        struct span rest = span_part(host, at, host.n);
        size_t end = find(rest, '.');
        if (!is_number(span_part(rest, 0, end), 3, 255))
            return false;
        at += end + 1;
    }
    return parts == 4;
}

static bool is_label(struct span label)
{
    if (label.n == 0 || label.n > LABEL_MAX || label.p[0] == '-' || label.p[label.n - 1] == '-')
        return false;
    for (size_t i = 0; i < label.n; i++) {
        if (!is_lower_alnum(label.p[i]) && label.p[i] != '-')
            return false;
    }
    return true;
}

// Readers of URLs take a last label like these for a number, and so for an IPv4 address.
static bool looks_like_number(struct span label)
{
    if (has_prefix(label, "0x"))
        return true;
    for (size_t i = 0; i < label.n; i++) {
        if (!is_digit(label.p[i]))
            return false;
    }
    return true;
}

static bool is_name_or_ipv4(struct span host)
{
    if (host.n == 0 || host.n > HOST_MAX)
        return false;
    struct span label = {0};
    for (size_t at = 0; at <= host.n; at += label.n + 1) {
        struct span rest = span_part(host, at, host.n);
        label = span_part(rest, 0, find(rest, '.'));
        if (!is_label(label))
            return false;
    }
    return !looks_like_number(label) || is_dotted_ipv4(host);
}

static bool is_host(struct span host)
{
    if (host.n >= 2 && host.p[0] == '[')
        return host.p[host.n - 1] == ']' && ipv6_is_normal(span_part(host, 1, host.n - 1));
    return is_name_or_ipv4(host);
}

static bool is_loopback(struct span host)
{
    return span_is(host, "localhost") || span_is(host, "127.0.0.1") || span_is(host, "[::1]");
}

// Where the host ends: behind the bracket of an IPv6 address, else at the first colon.
static size_t host_size(struct span host_port)
{
    if (host_port.n > 0 && host_port.p[0] == '[') {
        size_t bracket = find(host_port, ']');
        return bracket < host_port.n ? bracket + 1 : host_port.n;
    }
    return find(host_port, ':');
}

// The port's digits stand behind the colon; no colon, no port.
static bool split_port(struct span host_port, size_t host, struct span *port)
{
    *port = span_part(host_port, host_port.n, host_port.n);
    if (host == host_port.n)
        return true;
    if (host_port.p[host] != ':' || host + 1 == host_port.n)
        return false;
    *port = span_part(host_port, host + 1, host_port.n);
    for (size_t i = 0; i < port->n; i++) {
        if (!is_digit(port->p[i]))
            return false;
    }
    return true;
}

enum origin_verdict origin_join(bool https, struct span host_port, struct origin *out)
{
    size_t size = host_size(host_port);
    struct span host = span_part(host_port, 0, size), port;
    if (!split_port(host_port, size, &port) || !is_host(host))
        return ORIGIN_HOST;
    if (!https && !is_loopback(host))
        return ORIGIN_NOT_LOOPBACK;
    if (port.n > 0 && (port.p[0] == '0' || !is_number(port, 5, PORT_MAX)))
        return ORIGIN_PORT;

    if (span_is(port, https ? "443" : "80"))
        port.n = 0;
    snprintf(out->text, sizeof(out->text), "%s://%.*s%s%.*s", https ? "https" : "http",
             (int)host.n, (const char *)host.p, port.n > 0 ? ":" : "", (int)port.n,
             (const char *)port.p);
    return ORIGIN_OK;
}

// Splits http(s)://REST; false for another scheme.
static bool split_scheme(struct span text, bool *https, struct span *rest)
{
    size_t skip;
    if (has_prefix(text, "https://"))
        skip = strlen("https://");
    else if (has_prefix(text, "http://"))
        skip = strlen("http://");
    else
        return false;
    *https = skip == strlen("https://");
    *rest = span_part(text, skip, text.n);
    return true;
}

enum origin_verdict origin_check(struct span text)
{
    bool https;
    struct span host_port;
    if (text.n > ORIGIN_MAX || !split_scheme(text, &https, &host_port) || host_port.n == 0 ||
        find(host_port, '/') < host_port.n)
        return ORIGIN_FORM;
    struct origin normal;
    enum origin_verdict verdict = origin_join(https, host_port, &normal);
    if (verdict != ORIGIN_OK)
        return verdict;
    return span_is(text, normal.text) ? ORIGIN_OK : ORIGIN_NOT_NORMAL;
}

static bool is_segment(struct span segment)
{
    if (segment.n == 0)
        return false;
    for (size_t i = 0; i < segment.n; i++) {
        uint8_t c = segment.p[i];
        bool upper = c >= 'A' && c <= 'Z';
        if (!is_lower_alnum(c) && !upper && (c == '\0' || !strchr("._~-", c)))
            return false;
    }
    return true;
}

// Zero or more /segments; the segments "." and ".." only where `dots`.
static bool is_path(struct span path, bool dots)
{
    size_t at = 0;

    while (at < path.n) {
        if (path.p[at] != '/')
            return false;
        struct span rest = span_part(path, at + 1, path.n);
        struct span segment = span_part(rest, 0, find(rest, '/'));
        if (!is_segment(segment))
            return false;
        if (!dots && (span_is(segment, ".") || span_is(segment, "..")))
            return false;
        at += 1 + segment.n;
    }
    return true;
}

bool url_path_is_plain(struct span path)
{
    return path.n > 0 && is_path(path, true);
}

enum origin_verdict base_url_check(struct span text, size_t *origin_size)
{
    bool https;
    struct span rest;
    if (text.n > BASE_URL_MAX || !split_scheme(text, &https, &rest) || rest.n == 0 ||
        rest.p[0] == '/')
        return ORIGIN_FORM;

    size_t size = text.n - rest.n + find(rest, '/');
    enum origin_verdict verdict = origin_check(span_part(text, 0, size));
    if (verdict != ORIGIN_OK)
        return verdict;
    if (!is_path(span_part(text, size, text.n), false))
        return ORIGIN_PATH;

    if (origin_size)
        *origin_size = size;
    return ORIGIN_OK;
}

bool origin_is_plain_http(const struct origin *origin)
{
    return has_prefix(span_str(origin->text), "http://");
}
