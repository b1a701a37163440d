// SPDX-License-Identifier: MIT
#include "net/protocol/typed_address.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "net/protocol/text.h"

#define QUOTED "%.100s"

static bool is_wanted(struct span character)
{
    return text_check(character) == TEXT_OK && !text_is_blank(character);
}

// Without what cannot be seen on either side: spaces, line ends, marks of copied text.
static struct span trim(struct span text)
{
    size_t first = text.n, behind = 0;
    for (size_t at = 0, begin = 0; at < text.n; begin = at) {
        uint32_t code_point;
        if (!text_next(text, &at, &code_point))
            at = begin + 1; // left in, to be refused
        else if (!is_wanted(span_of(text.p + begin, at - begin)))
            continue;
        first = begin < first ? begin : first;
        behind = at;
    }
    return first < behind ? span_of(text.p + first, behind - first) : span_of(text.p, 0);
}

static bool take_prefix(struct span *text, const char *prefix)
{
    size_t size = strlen(prefix);
    if (text->n < size || strncasecmp((const char *)text->p, prefix, size) != 0)
        return false;
    *text = span_of(text->p + size, text->n - size);
    return true;
}

// A scheme that is none of ours has its colon before two slashes.
static bool take_scheme(struct span *text, bool *https)
{
    *https = true;
    if (take_prefix(text, "https://"))
        return true;
    if (take_prefix(text, "http://")) {
        *https = false;
        return true;
    }
    return !memmem(text->p, text->n, "://", 3);
}

static void lower(char *text)
{
    for (; *text; text++) {
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text - 'A' + 'a');
    }
}

static bool is_ascii(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text >= 0x80)
            return false;
    }
    return true;
}

// An IPv6 address in brackets, as RFC 5952 writes it.
static bool read_ipv6(char host[static ORIGIN_MAX + 1])
{
    uint8_t address[16];
    char normal[INET6_ADDRSTRLEN];
    host[strlen(host) - 1] = '\0';
    if (inet_pton(AF_INET6, host + 1, address) != 1 ||
        !inet_ntop(AF_INET6, address, normal, sizeof(normal)))
        return false;
    snprintf(host, ORIGIN_MAX + 1, "[%s]", normal);
    return true;
}

// Letters, digits, hyphens and dots, as far as it is ASCII: libidn2 leaves some others out.
static bool is_of_host(const char *text)
{
    for (; *text; text++) {
        bool alnum = (*text >= '0' && *text <= '9') || (*text >= 'A' && *text <= 'Z') ||
                     (*text >= 'a' && *text <= 'z');
        if ((unsigned char)*text < 0x80 && !alnum && *text != '-' && *text != '.')
            return false;
    }
    return true;
}

// A name in letters of the country becomes one of A-labels.
static bool read_name(char host[static ORIGIN_MAX + 1], const char **why)
{
    if (!is_of_host(host))
        return false;

    if (!is_ascii(host)) {
        char *ascii = NULL;
        int result = idn2_lookup_u8((const uint8_t *)host, (uint8_t **)&ascii,
                                    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
        bool fits = result == IDN2_OK && strlen(ascii) <= ORIGIN_MAX;
        if (fits)
            snprintf(host, ORIGIN_MAX + 1, "%s", ascii);
        else
            *why = result == IDN2_OK ? "too long" : idn2_strerror(result);
        idn2_free(ascii);
        if (!fits)
            return false;
    }

    lower(host);
    size_t size = strlen(host);
    if (size > 1 && host[size - 1] == '.')
        host[size - 1] = '\0';
    return true;
}

// Splits host and port; false where there is no room, or a bracket is left open.
static bool split(struct span authority, char host[static ORIGIN_MAX + 1], struct span *port)
{
    if (authority.n == 0)
        return false;

    bool bracket = authority.p[0] == '[';
    const uint8_t *end = bracket ? memchr(authority.p, ']', authority.n) : authority.p;
    if (!end)
        return false;

    const uint8_t *colon = memchr(end, ':', authority.n - (size_t)(end - authority.p));
    size_t size = colon ? (size_t)(colon - authority.p) : authority.n;
    if (size == 0 || size > ORIGIN_MAX || memchr(authority.p, '\0', size))
        return false;

    memcpy(host, authority.p, size);
    host[size] = '\0';
    *port = colon ? span_of(colon + 1, authority.n - size - 1) : span_of(authority.p, 0);
    return true;
}

static bool join(bool https, const char *host, struct span port, struct origin *out,
                 const char *typed, struct fault *fault)
{
    char text[ORIGIN_MAX + 8];
    int size = snprintf(text, sizeof(text), "%s%s%.*s", host, port.n ? ":" : "", (int)port.n,
                        (const char *)port.p);
    enum origin_verdict verdict = ORIGIN_FORM;
    if (size >= 0 && (size_t)size < sizeof(text))
        verdict = origin_join(https, span_of(text, (size_t)size), out);

    switch (verdict) {
    case ORIGIN_OK:
        return true;
    case ORIGIN_NOT_LOOPBACK:
        return fault_set(fault, FAILURE_ADDRESS_PLAIN, QUOTED, typed);
    case ORIGIN_PORT:
        return fault_set(fault, FAILURE_ADDRESS_PORT, QUOTED, typed);
    default:
        return fault_set(fault, FAILURE_ADDRESS_HOST, QUOTED ": %.64s", typed, host);
    }
}

bool typed_address_read(const char *typed, struct typed_address *out, struct fault *fault)
{
    struct span text = trim(span_str(typed)), port;
    char host[ORIGIN_MAX + 1];
    const char *why = NULL;
    bool https;
    if (text.n == 0 || !take_scheme(&text, &https))
        return fault_set(fault, FAILURE_ADDRESS_FORM, QUOTED, typed);
    size_t size = 0;
    while (size < text.n && !strchr("/?#", text.p[size]))
        size++;
    if (size == 0)
        return fault_set(fault, FAILURE_ADDRESS_FORM, QUOTED, typed);
    if (memchr(text.p, '@', size)) // what stands before it only looks like the host
        return fault_set(fault, FAILURE_ADDRESS_HOST, QUOTED ": @", typed);

    if (!split(span_of(text.p, size), host, &port))
        return fault_set(fault, FAILURE_ADDRESS_HOST, QUOTED, typed);
    for (size_t i = 0; i < port.n; i++) {
        if (port.p[i] < '0' || port.p[i] > '9')
            return fault_set(fault, FAILURE_ADDRESS_PORT, QUOTED, typed);
    }
    bool good = host[0] == '[' ? host[strlen(host) - 1] == ']' && read_ipv6(host)
                               : read_name(host, &why);
    if (!good)
        return fault_set(fault, FAILURE_ADDRESS_HOST, QUOTED "%s%s", typed, why ? ": " : "",
                         why ? why : "");

    struct typed_address read = {.rest = span_of(text.p + size, text.n - size)};
    if (!join(https, host, port, &read.origin, typed, fault))
        return false;
    *out = read;
    return true;
}

bool typed_address_base_url(const char *typed, char out[static BASE_URL_MAX + 1],
                            struct fault *fault)
{
    struct typed_address address;
    char url[BASE_URL_MAX + 1];
    if (!typed_address_read(typed, &address, fault))
        return false;
    struct span path = address.rest;
    while (path.n > 0 && path.p[path.n - 1] == '/')
        path.n--;

    int size = snprintf(url, sizeof(url), "%s%.*s", address.origin.text, (int)path.n,
                        (const char *)path.p);
    if (size < 0 || (size_t)size >= sizeof(url) || !base_url_is_normal(span_str(url), NULL))
        return fault_set(fault, FAILURE_ADDRESS_PATH, QUOTED, typed);
    memcpy(out, url, (size_t)size + 1);
    return true;
}
