// SPDX-License-Identifier: MIT
// What proxies say about their clients, and whom of them is believed.
#include "portal/proxies/proxy.h"
#include "portal/proxies/proxy_protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define V2_SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

#define BYTES(text)                                                                            \
    {                                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                                              \
    }

static struct in6_addr address_of(const char *text)
{
    struct in6_addr address;
    if (!network_address_read(span_str(text), &address))
        fail_msg("%s is no address", text);
    return address;
}

static void assert_address(const struct in6_addr *address, const char *expected)
{
    char text[ADDRESS_MAX + 1];
    peer_text(&(struct peer){.address = *address}, text);
    assert_string_equal(text, expected);
}

// ---- networks ------------------------------------------------------------------------------

static void a_network_holds_what_begins_alike(void **state)
{
    (void)state;
    static const struct {
        const char *network, *address;
        bool held;
    } cases[] = {
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.128/25", "192.0.2.128", true},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.6", false},
        {"192.0.2.7/32", "192.0.2.7", true},
        {"192.0.2.7", "::ffff:192.0.2.7", true},
        {"128.0.0.0/1", "255.0.0.1", true},
        {"128.0.0.0/1", "127.0.0.1", false},
        {"2001:db8::/32", "2001:db8:ffff::1", true},
        {"2001:db8::/32", "2001:db9::", false},
        {"2001:db8:0:8000::/49", "2001:db8:0:8001::1", true},
        {"2001:db8:0:8000::/49", "2001:db8:0:7fff::1", false},
        {"::1", "::1", true},
        {"::1", "127.0.0.1", false},
        {"8000::/1", "192.0.2.7", false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct networks networks = {.count = 1};
        struct in6_addr address = address_of(cases[i].address);
        assert_int_equal(network_read(span_str(cases[i].network), &networks.at[0]), NETWORK_OK);
        if (networks_hold(&networks, &address) != cases[i].held)
            fail_msg("%s in %s", cases[i].address, cases[i].network);
    }
}

static void what_is_no_network_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum network_verdict verdict;
    } cases[] = {
        {"", NETWORK_MALFORMED},
        {"localhost", NETWORK_MALFORMED},
        {"10.0.0", NETWORK_MALFORMED},
        {"010.0.0.1", NETWORK_MALFORMED},
        {"10.0.0.0/", NETWORK_MALFORMED},
        {"10.0.0.0/33", NETWORK_MALFORMED},
        {"10.0.0.0/08", NETWORK_MALFORMED},
        {"10.0.0.0/8/8", NETWORK_MALFORMED},
        {"10.0.0.0/-8", NETWORK_MALFORMED},
        {"10.0.0.0/4294967304", NETWORK_MALFORMED},
        {"[::1]", NETWORK_MALFORMED},
        {"fe80::1%eth0", NETWORK_MALFORMED},
        {"2001:db8::/129", NETWORK_MALFORMED},
        {"10.0.0.5/8", NETWORK_HOST},
        {"192.0.2.129/25", NETWORK_HOST},
        {"2001:db8::1/32", NETWORK_HOST},
        {"0.0.0.0/0", NETWORK_EVERYBODY},
        {"::/0", NETWORK_EVERYBODY},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct network network;
        if (network_read(span_str(cases[i].text), &network) != cases[i].verdict)
            fail_msg("%s", cases[i].text);
    }
    assert_int_equal(network_read((struct span)BYTES("10.0.0.1\0"), &(struct network){0}),
                     NETWORK_MALFORMED);
}

static void the_setting_names_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part; // of the detail; NULL: it is taken
    } cases[] = {
        {"", NULL},
        {" , ", NULL},
        {"127.0.0.1", NULL},
        {"10.0.0.5, fd00::/8 unix", NULL},
        {"10.0.0.5;fd00::/8", "10.0.0.5;fd00::/8 is no network"},
        {"10.0.0.5, 10.0.0.5/8", "10.0.0.5/8 has bits set"},
        {"0.0.0.0/0", "0.0.0.0/0 would let everybody"},
        {"proxy.example.com", "proxy.example.com is no network"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct proxies proxies = {0};
        struct fault fault = {0};
        bool ok = proxies_read(cases[i].text, &proxies, &fault);
        if (ok != !cases[i].part || (!ok && !strstr(fault.detail, cases[i].part)))
            fail_msg("%s: %s", cases[i].text, ok ? "taken" : fault.detail);
    }
}

static void a_setting_has_a_limit(void **state)
{
    (void)state;
    char text[32 * (NETWORKS_MAX + 1)] = "";
    struct proxies proxies = {0};
    struct fault fault = {0};

    for (unsigned i = 0; i < NETWORKS_MAX; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "10.0.0.%u ", i);
    assert_true(proxies_read(text, &proxies, &fault));
    assert_int_equal(proxies.networks.count, NETWORKS_MAX);
    strcat(text, "10.0.1.0");
    assert_false(proxies_read(text, &proxies, &fault));
}

// ---- lists of addresses --------------------------------------------------------------------

struct list_case {
    const char *value;
    enum forwarded_verdict verdict;
    const char *hops[5]; // "?": something else than an address
};

static void try_list(enum forwarded_verdict (*read)(struct forwarded *, struct span),
                     const struct list_case *try)
{
    struct forwarded forwarded = {0};
    size_t count = 0;
    if (read(&forwarded, span_str(try->value)) != try->verdict)
        fail_msg("%s: another verdict", try->value);
    if (try->verdict != FORWARDED_OK)
        return;

    for (; try->hops[count]; count++) {
        const struct forwarded_hop *hop = &forwarded.hop[count];
        if (count >= forwarded.count || hop->named == (strcmp(try->hops[count], "?") == 0))
            fail_msg("%s: entry %zu", try->value, count);
        if (hop->named)
            assert_address(&hop->address, try->hops[count]);
    }
    if (forwarded.count != count)
        fail_msg("%s: %zu entries", try->value, forwarded.count);
}

static void x_forwarded_for_is_read(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        {"", FORWARDED_OK, {NULL}},
        {" , ,", FORWARDED_OK, {NULL}},
        {"192.0.2.7", FORWARDED_OK, {"192.0.2.7"}},
        {" 192.0.2.7 ,2001:DB8::7\t", FORWARDED_OK, {"192.0.2.7", "2001:db8::7"}},
        {"192.0.2.7:4711", FORWARDED_OK, {"192.0.2.7"}},
        {"[2001:db8::7]:4711, [2001:db8::8]", FORWARDED_OK, {"2001:db8::7", "2001:db8::8"}},
        {"::ffff:192.0.2.7", FORWARDED_OK, {"192.0.2.7"}},
        {"unknown, 192.0.2.7", FORWARDED_OK, {"?", "192.0.2.7"}},
        {"192.0.2.7:, 192.0.2.7:x, 192.0.2.7:123456", FORWARDED_OK, {"?", "?", "?"}},
        {"[192.0.2.7], [2001:db8::7, [2001:db8::7]x, []", FORWARDED_OK, {"?", "?", "?", "?"}},
        {"0.0.0.0, ::, 255.255.255.255, ff02::1", FORWARDED_OK, {"?", "?", "?", "?"}},
        {"192.0.2.07, 192.0.2, 3221225991", FORWARDED_OK, {"?", "?", "?"}},
        {"192.0.2.7 192.0.2.8", FORWARDED_OK, {"?"}},
        {"\"192.0.2.7\"", FORWARDED_OK, {"?"}},
        {"<script>alert(1)</script>", FORWARDED_OK, {"?"}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        try_list(forwarded_read_x, &cases[i]);
}

static void forwarded_is_read(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        // The examples of RFC 7239, section 4.
        {"for=\"_gazonk\"", FORWARDED_OK, {"?"}},
        {"For=\"[2001:db8:cafe::17]:4711\"", FORWARDED_OK, {"2001:db8:cafe::17"}},
        {"for=192.0.2.60;proto=http;by=203.0.113.43", FORWARDED_OK, {"192.0.2.60"}},
        {"for=192.0.2.43, for=198.51.100.17", FORWARDED_OK, {"192.0.2.43", "198.51.100.17"}},
        // And what else its grammar allows.
        {"", FORWARDED_OK, {NULL}},
        {" , for=192.0.2.43 ,", FORWARDED_OK, {"192.0.2.43"}},
        {"for=unknown", FORWARDED_OK, {"?"}},
        {"proto=https", FORWARDED_OK, {"?"}},
        {"for=\"192.0.2.43:_web\"", FORWARDED_OK, {"192.0.2.43"}},
        {"by=\"a,for=192.0.2.1;\" ; FOR=192.0.2.43", FORWARDED_OK, {"192.0.2.43"}},
        {"for=\"\\1\\9\\2.0.2.43\"", FORWARDED_OK, {"192.0.2.43"}},
        {"host=\"a\\\"b\";for=192.0.2.43", FORWARDED_OK, {"192.0.2.43"}},
        // What it does not.
        {"192.0.2.43", FORWARDED_MALFORMED, {NULL}},
        {"for=", FORWARDED_MALFORMED, {NULL}},
        {"=192.0.2.43", FORWARDED_MALFORMED, {NULL}},
        {"for =192.0.2.43", FORWARDED_MALFORMED, {NULL}},
        {"for=192.0.2.43;", FORWARDED_MALFORMED, {NULL}},
        {"for=192.0.2.43 for=192.0.2.44", FORWARDED_MALFORMED, {NULL}},
        {"for=192.0.2.43;for=192.0.2.44", FORWARDED_MALFORMED, {NULL}},
        {"for=2001:db8::7", FORWARDED_MALFORMED, {NULL}}, // it needs quotes and brackets
        {"for=[2001:db8::7]", FORWARDED_MALFORMED, {NULL}},
        {"for=\"192.0.2.43", FORWARDED_MALFORMED, {NULL}},
        {"for=\"192.0.2.43\\", FORWARDED_MALFORMED, {NULL}},
        // A quote that a client leaves open swallows nothing of what a proxy adds.
        {"for=\"x, for=192.0.2.43", FORWARDED_MALFORMED, {NULL}},
        {"for=\"x, for=\"[2001:db8::7]\"", FORWARDED_MALFORMED, {NULL}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        try_list(forwarded_read, &cases[i]);
}

// What is cut must not become an address.
static void what_is_longer_than_an_address_is_none(void **state)
{
    (void)state;
    char value[256];
    struct forwarded forwarded = {0};
    snprintf(value, sizeof(value), "for=\"192.0.2.7:_%080d\"", 0);
    assert_int_equal(forwarded_read(&forwarded, span_str(value)), FORWARDED_OK);
    assert_int_equal(forwarded.count, 1);
    assert_false(forwarded.hop[0].named);
}

static void lists_have_limits(void **state)
{
    (void)state;
    static char many[FORWARDED_BYTES_MAX + 2];
    struct forwarded forwarded = {0};
    memset(many, ',', FORWARDED_BYTES_MAX);
    assert_int_equal(forwarded_read_x(&forwarded, span_str(many)), FORWARDED_OK);
    assert_int_equal(forwarded_read_x(&forwarded, span_str("1")), FORWARDED_TOO_LONG);
    assert_int_equal(forwarded_read(&forwarded, span_str("for=a")), FORWARDED_TOO_LONG);

    forwarded = (struct forwarded){0};
    for (size_t i = 0; i < FORWARDED_HOPS_MAX; i++)
        assert_int_equal(forwarded_read_x(&forwarded, span_str("192.0.2.7")), FORWARDED_OK);
    assert_int_equal(forwarded_read_x(&forwarded, span_str("192.0.2.7")), FORWARDED_TOO_MANY);
    assert_int_equal(forwarded_read(&forwarded, span_str("for=a")), FORWARDED_TOO_MANY);
}

// ---- which address counts ------------------------------------------------------------------

static const struct peer of_socket = {.local = true};

static void expect_client(const char *trusted, const char *peer, const char *said,
                          enum proxy_verdict verdict, const char *expected)
{
    struct proxies proxies = {.tells = PROXY_TELLS_X_FORWARDED_FOR};
    struct forwarded forwarded = {0};
    struct fault fault;
    struct peer from = of_socket, client;
    char text[ADDRESS_MAX + 1];

    assert_true(proxies_read(trusted, &proxies, &fault));
    assert_int_equal(forwarded_read_x(&forwarded, span_str(said)), FORWARDED_OK);
    if (peer[0])
        from = (struct peer){.address = address_of(peer)};
    enum proxy_verdict found = proxies_client(&proxies, &from, &forwarded, &client);
    if (found != verdict)
        fail_msg("%s from %s: %s", said, peer, proxy_verdict_words(found));
    if (found != PROXY_NAMED && found != PROXY_SILENT)
        return;

    peer_text(&client, text);
    assert_string_equal(text, expected);
}

static void the_last_untrusted_address_is_the_client(void **state)
{
    (void)state;
    static const char *const none = "", *const one = "10.0.0.5",
                             *const net = "10.0.0.0/8 fd00::/8";

    // Nobody is believed until somebody is named, and then only who is.
    expect_client(none, "10.0.0.5", "192.0.2.7", PROXY_NAMED, "10.0.0.5");
    expect_client(one, "10.0.0.6", "192.0.2.7", PROXY_NAMED, "10.0.0.6");
    expect_client(one, "203.0.113.9", "192.0.2.7, 10.0.0.5", PROXY_NAMED, "203.0.113.9");
    expect_client(one, "", "192.0.2.7", PROXY_NAMED, "");

    // A client puts in front what it likes.
    expect_client(one, "10.0.0.5", "192.0.2.7", PROXY_NAMED, "192.0.2.7");
    expect_client(one, "10.0.0.5", "198.51.100.1, 192.0.2.7", PROXY_NAMED, "192.0.2.7");
    expect_client(one, "10.0.0.5", "10.0.0.5, 192.0.2.7", PROXY_NAMED, "192.0.2.7");
    expect_client(one, "10.0.0.5", "<script>, 192.0.2.7", PROXY_NAMED, "192.0.2.7");
    expect_client(net, "10.0.0.5", "1.2.3.4, 192.0.2.7, fd00::1, 10.9.9.9", PROXY_NAMED,
                  "192.0.2.7");
    expect_client("unix", "", "192.0.2.7", PROXY_NAMED, "192.0.2.7");
    expect_client("unix, 10.0.0.0/8", "", "192.0.2.7, 10.1.1.1", PROXY_NAMED, "192.0.2.7");

    // All are proxies: who began.
    expect_client(net, "10.0.0.5", "10.0.0.9, 10.0.0.8", PROXY_NAMED, "10.0.0.9");

    // A proxy has to say who it is.
    expect_client(one, "10.0.0.5", "", PROXY_SILENT, "10.0.0.5");
    expect_client(one, "10.0.0.5", "192.0.2.7, unknown", PROXY_NO_ADDRESS, "");
    expect_client(net, "10.0.0.5", "192.0.2.7, _x, 10.0.0.8", PROXY_NO_ADDRESS, "");
    expect_client(net, "10.0.0.5", "x, 10.0.0.9", PROXY_NO_ADDRESS, "");
}

// Where the connection itself says who it is, no header does.
static void no_header_counts_beside_the_protocol(void **state)
{
    (void)state;
    struct proxies proxies = {.tells = PROXY_TELLS_PROTOCOL};
    struct forwarded forwarded = {0};
    struct fault fault;
    struct peer from = {.address = address_of("10.0.0.5")}, client;
    assert_true(proxies_read("10.0.0.0/8", &proxies, &fault));
    assert_int_equal(proxies.tells, PROXY_TELLS_PROTOCOL);
    assert_int_equal(forwarded_read_x(&forwarded, span_str("192.0.2.7")), FORWARDED_OK);
    assert_int_equal(proxies_client(&proxies, &from, &forwarded, &client), PROXY_NAMED);
    assert_address(&client.address, "10.0.0.5");
}

// ---- the PROXY protocol --------------------------------------------------------------------

struct protocol_case {
    struct span bytes;
    enum proxy_protocol_verdict verdict;
    const char *address; // NULL: the proxy's own connection
};

#define LONG_V6 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"

static const struct protocol_case protocol_cases[] = {
    // The lines of its section 2.1, and the examples there.
    {BYTES("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"), PROXY_PROTOCOL_WHOLE,
     "255.255.255.255"},
    {BYTES("PROXY TCP6 " LONG_V6 " " LONG_V6 " 65535 65535\r\n"), PROXY_PROTOCOL_WHOLE,
     LONG_V6},
    {BYTES("PROXY UNKNOWN\r\n"), PROXY_PROTOCOL_WHOLE, NULL},
    {BYTES("PROXY UNKNOWN " LONG_V6 " " LONG_V6 " 65535 65535\r\n"), PROXY_PROTOCOL_WHOLE,
     NULL},
    {BYTES("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"), PROXY_PROTOCOL_WHOLE,
     "192.168.0.1"},

    {BYTES("PROXY TCP4 192.0.2.7 192.0.2.1 0 0\r\n"), PROXY_PROTOCOL_WHOLE, "192.0.2.7"},
    {BYTES("PROXY TCP6 ::ffff:192.0.2.7 ::1 1 1\r\n"), PROXY_PROTOCOL_WHOLE, "192.0.2.7"},
    {BYTES("PROXY UNKNOWN what ever\r\n"), PROXY_PROTOCOL_WHOLE, NULL},

    {BYTES("GET / HTTP/1.1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("\x16\x03\x01"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("proxy TCP4 192.0.2.7 192.0.2.1 1 1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY  TCP4 192.0.2.7 192.0.2.1 1 1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY TCP4  192.0.2.7 192.0.2.1 1 1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY UDP4 192.0.2.7 192.0.2.1 1 1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY TCP4 ::1 ::1 1 1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY TCP6 192.0.2.7 192.0.2.1 1 1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY TCP4 192.0.2.07 192.0.2.1 1 1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY TCP4 192.0.2.7 192.0.2.1 1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY TCP4 192.0.2.7 192.0.2.1 1 \r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY TCP4 192.0.2.7 192.0.2.1 1 1 1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY TCP4 192.0.2.7 192.0.2.1 1 65536\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY TCP4 192.0.2.7 192.0.2.1 01 1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY TCP4 192.0.2.7 192.0.2.1 1 1\n"), PROXY_PROTOCOL_MORE, NULL},
    {BYTES("PROXY TCP4 192.0.2.7 192.0.2.1 1 1\rX"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY TCP4 192.0.2.7\0 192.0.2.1 1 1\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY\r\n"), PROXY_PROTOCOL_BAD, NULL},
    // One more byte than the longest line.
    {BYTES("PROXY UNKNOWN  " LONG_V6 " " LONG_V6 " 65535 65535\r\n"), PROXY_PROTOCOL_BAD, NULL},
    {BYTES("PROXY UNKNOWN  " LONG_V6 " " LONG_V6 " 65535 65535"), PROXY_PROTOCOL_MORE, NULL},

    {BYTES(V2_SIGNATURE "\x21\x11\0\x0c\xc0\0\x02\x07\xc6\x33\x64\x01\xdc\x04\x01\xbb"),
     PROXY_PROTOCOL_WHOLE, "192.0.2.7"},
    {BYTES(V2_SIGNATURE "\x21\x21\0\x24\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07"
                        "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\xdc\x04\x01\xbb"),
     PROXY_PROTOCOL_WHOLE, "2001:db8::7"},
    // With what is told beside the addresses: PP2_TYPE_NOOP of two bytes.
    {BYTES(V2_SIGNATURE "\x21\x11\0\x11\xc0\0\x02\x07\xc6\x33\x64\x01\xdc\x04\x01\xbb"
                        "\x04\0\x02xx"),
     PROXY_PROTOCOL_WHOLE, "192.0.2.7"},
    {BYTES(V2_SIGNATURE "\x20\0\0\0"), PROXY_PROTOCOL_WHOLE, NULL},
    {BYTES(V2_SIGNATURE "\x20\x99\0\x02xx"), PROXY_PROTOCOL_WHOLE, NULL},
    {BYTES(V2_SIGNATURE "\x21\0\0\0"), PROXY_PROTOCOL_WHOLE, NULL},

    {BYTES(V2_SIGNATURE "\x11\x11\0\0"), PROXY_PROTOCOL_BAD, NULL}, // version 1
    {BYTES(V2_SIGNATURE "\x22\x11\0\0"), PROXY_PROTOCOL_BAD, NULL}, // another command
    {BYTES(V2_SIGNATURE "\x21\x12\0\0"), PROXY_PROTOCOL_BAD, NULL}, // datagrams
    {BYTES(V2_SIGNATURE "\x21\x41\0\0"), PROXY_PROTOCOL_BAD, NULL}, // another family
    {BYTES(V2_SIGNATURE "\x21\x11\0\x0b\xc0\0\x02\x07\xc6\x33\x64\x01\xdc\x04\x01"),
     PROXY_PROTOCOL_BAD, NULL},
    {BYTES(V2_SIGNATURE "\x21\x21\0\x0c\xc0\0\x02\x07\xc6\x33\x64\x01\xdc\x04\x01\xbb"),
     PROXY_PROTOCOL_BAD, NULL},
    {BYTES(V2_SIGNATURE "\x21\x11\xff\xff"), PROXY_PROTOCOL_BAD, NULL}, // longer than any
    {BYTES("\r\n\r\n\0\r\nQUIT\r"), PROXY_PROTOCOL_BAD, NULL},
};

static void the_proxy_protocol_is_read(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof(protocol_cases) / sizeof(protocol_cases[0]); i++) {
        const struct protocol_case *try = &protocol_cases[i];
        struct proxy_protocol header = {0};
        if (proxy_protocol_read(try->bytes, &header) != try->verdict)
            fail_msg("case %zu: %.*s", i, (int)try->bytes.n, try->bytes.p);
        if (header.named != (try->address != NULL))
            fail_msg("case %zu: %s", i, header.named ? "named" : "not named");
        if (header.named)
            assert_address(&header.address, try->address);
        assert_int_equal(header.size, try->verdict == PROXY_PROTOCOL_WHOLE ? try->bytes.n : 0);
    }
}

// However it is cut into packets, and whatever comes behind it.
static void a_header_is_whole_at_its_last_byte(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof(protocol_cases) / sizeof(protocol_cases[0]); i++) {
        const struct protocol_case *try = &protocol_cases[i];
        struct proxy_protocol header;
        uint8_t more[256];
        if (try->verdict != PROXY_PROTOCOL_WHOLE)
            continue;

        for (size_t n = 0; n < try->bytes.n; n++)
            assert_int_equal(proxy_protocol_read(span_of(try->bytes.p, n), &header),
                             PROXY_PROTOCOL_MORE);
        memset(more, 0x16, sizeof(more));
        memcpy(more, try->bytes.p, try->bytes.n);
        assert_int_equal(proxy_protocol_read(span_of(more, sizeof(more)), &header),
                         PROXY_PROTOCOL_WHOLE);
        assert_int_equal(header.size, try->bytes.n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_holds_what_begins_alike),
        cmocka_unit_test(what_is_no_network_is_refused),
        cmocka_unit_test(the_setting_names_what_is_wrong),
        cmocka_unit_test(a_setting_has_a_limit),
        cmocka_unit_test(x_forwarded_for_is_read),
        cmocka_unit_test(forwarded_is_read),
        cmocka_unit_test(what_is_longer_than_an_address_is_none),
        cmocka_unit_test(lists_have_limits),
        cmocka_unit_test(the_last_untrusted_address_is_the_client),
        cmocka_unit_test(no_header_counts_beside_the_protocol),
        cmocka_unit_test(the_proxy_protocol_is_read),
        cmocka_unit_test(a_header_is_whole_at_its_last_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
