// SPDX-License-Identifier: MIT
#include "portal/proxies/forwarded.h"

#include <ctype.h>
#include <strings.h>

#include "portal/proxies/network.h"

#define PORT_DIGITS 5u
#define NODE_MAX    64u // bytes of an address with brackets and port

static struct span trimmed(struct span text)
{
    while (text.n > 0 && (text.p[0] == ' ' || text.p[0] == '\t'))
        text = span_of(text.p + 1, text.n - 1);
    while (text.n > 0 && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t'))
        text.n--;
    return text;
}

// Or, as RFC 7239 allows it, a name for one: "_http".
static bool is_port(struct span text)
{
    bool obscure = text.n > 1 && text.p[0] == '_';
    if (text.n == 0 || (!obscure && text.n > PORT_DIGITS))
        return false;

    for (size_t i = obscure ? 1 : 0; i < text.n; i++) {
        if (obscure ? !isalnum(text.p[i]) && !strchr("._-", text.p[i]) : !isdigit(text.p[i]))
            return false;
    }
    return true;
}

static struct span after(struct span text, size_t count)
{
    return span_of(text.p + count, text.n - count);
}

// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]", "[2001:db8::1]:80", and without brackets
// "2001:db8::1", as X-Forwarded-For has it.
static bool read_node(struct span text, struct in6_addr *out)
{
    struct span address = text, rest = {0};
    if (text.n == 0)
        return false;

    const uint8_t *colon = memchr(text.p, ':', text.n);
    if (text.p[0] == '[') {
        const uint8_t *end = memchr(text.p, ']', text.n);
        if (!end)
            return false;
        address = span_of(text.p + 1, (size_t)(end - text.p) - 1);
        rest = after(text, address.n + 2);
        if (!memchr(address.p, ':', address.n))
            return false;
    } else if (colon && !memchr(colon + 1, ':', text.n - (size_t)(colon - text.p) - 1)) {
        address.n = (size_t)(colon - text.p);
        rest = after(text, address.n);
    }

    if (rest.n > 0 && (rest.p[0] != ':' || !is_port(after(rest, 1))))
        return false;
    return network_address_read(address, out) && network_address_is_of_one(out);
}

static enum forwarded_verdict add(struct forwarded *forwarded, struct span node)
{
    if (forwarded->count == FORWARDED_HOPS_MAX)
        return FORWARDED_TOO_MANY;
    struct forwarded_hop *hop = &forwarded->hop[forwarded->count++];
    *hop = (struct forwarded_hop){0};
    hop->named = read_node(node, &hop->address);
    return FORWARDED_OK;
}

// Another header of so many bytes.
static enum forwarded_verdict take_bytes(struct forwarded *forwarded, struct span value)
{
    if (value.n > FORWARDED_BYTES_MAX - forwarded->bytes)
        return FORWARDED_TOO_LONG;
    forwarded->bytes += value.n;
    return FORWARDED_OK;
}

enum forwarded_verdict forwarded_read_x(struct forwarded *forwarded, struct span value)
{
    enum forwarded_verdict verdict = take_bytes(forwarded, value);

    for (bool more = true; verdict == FORWARDED_OK && more;) {
        const uint8_t *comma = value.n > 0 ? memchr(value.p, ',', value.n) : NULL;
        struct span entry = {value.p, comma ? (size_t)(comma - value.p) : value.n};
        more = comma != NULL;
        if (more)
            value = after(value, entry.n + 1);

        entry = trimmed(entry);
        if (entry.n > 0) // a list may have empty ones (RFC 9110, section 5.6.1)
            verdict = add(forwarded, entry);
    }

    return verdict;
}

// ---- RFC 7239 ------------------------------------------------------------------------------

static bool is_token_byte(uint8_t byte)
{
    return byte < 0x80 && (isalnum(byte) || (byte && strchr("!#$%&'*+-.^_`|~", byte)));
}

static struct span take_token(struct span *rest)
{
    size_t n = 0;
    while (n < rest->n && is_token_byte(rest->p[n]))
        n++;
    struct span token = {rest->p, n};
    *rest = after(*rest, n);
    return token;
}

// What may be an address: copied, as a quoted string may have backslashes in it.
struct node {
    uint8_t bytes[NODE_MAX];
    size_t n; // more than there are bytes: it is none
};

static void node_add(struct node *node, uint8_t byte)
{
    if (node->n < NODE_MAX)
        node->bytes[node->n] = byte;
    node->n++;
}

// A quoted string, whose opening quote is there. False: it does not end.
static bool take_quoted(struct span *rest, struct node *out)
{
    for (size_t i = 1; i < rest->n; i++) {
        uint8_t byte = rest->p[i];
        if (byte == '"') {
            *rest = after(*rest, i + 1);
            return true;
        }
        if (byte == '\\' && ++i < rest->n)
            byte = rest->p[i];
        node_add(out, byte);
    }

    return false;
}

static bool take_value(struct span *rest, struct node *out)
{
    *out = (struct node){0};
    if (rest->n > 0 && rest->p[0] == '"')
        return take_quoted(rest, out);

    struct span token = take_token(rest);
    for (size_t i = 0; i < token.n; i++)
        node_add(out, token.p[i]);
    return token.n > 0;
}

// "for=192.0.2.1"; what is not `for` is passed over. False: it is no pair, or the second `for`.
static bool take_pair(struct span *rest, bool *has_node, struct node *node)
{
    struct node value;
    struct span name = take_token(rest);
    if (name.n == 0 || rest->n == 0 || rest->p[0] != '=')
        return false;
    *rest = after(*rest, 1);
    if (!take_value(rest, &value))
        return false;

    if (name.n != 3 || strncasecmp((const char *)name.p, "for", 3) != 0)
        return true;
    if (*has_node)
        return false;
    *has_node = true;
    *node = value;
    return true;
}

// What one proxy wrote: pairs between semicolons, up to a comma.
static enum forwarded_verdict take_element(struct forwarded *forwarded, struct span *rest)
{
    bool has_node = false;
    struct node node = {0};

    for (;;) {
        *rest = trimmed(*rest);
        if (!take_pair(rest, &has_node, &node))
            return FORWARDED_MALFORMED;
        *rest = trimmed(*rest);
        if (rest->n == 0 || rest->p[0] != ';')
            break;
        *rest = after(*rest, 1);
    }

    if (rest->n > 0 && rest->p[0] != ',')
        return FORWARDED_MALFORMED;
    return add(forwarded, span_of(node.bytes, node.n <= NODE_MAX ? node.n : 0));
}

enum forwarded_verdict forwarded_read(struct forwarded *forwarded, struct span value)
{
    enum forwarded_verdict verdict = take_bytes(forwarded, value);

    while (verdict == FORWARDED_OK) {
        value = trimmed(value);
        if (value.n == 0)
            break;
        if (value.p[0] == ',')
            value = after(value, 1);
        else
            verdict = take_element(forwarded, &value);
    }

    return verdict;
}
