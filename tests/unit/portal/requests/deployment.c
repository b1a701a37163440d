// SPDX-License-Identifier: MIT
// Which options and settings go together, which pins are published, and what is said of both.
#include "portal/requests/deployment.h"

#include "bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define PIN       "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define OTHER_PIN "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define HTTPS     "https://portal.example.com/signin"
#define HTTP      "http://localhost:8080"

static void wrong_combinations_say_what_to_set(void **state)
{
    (void)state;
    static const struct {
        const char *base_url, *listen;
        bool plain;
        const char *trusted, *tells, *pins;
        const char *part; // of the refusal; NULL: they go together
    } cases[] = {
        {HTTPS, "0.0.0.0:443", false, "", "x-forwarded-for", "own", NULL},
        {HTTPS, "127.0.0.1:8443", false, "127.0.0.1", "forwarded", "own", NULL},
        {HTTPS, "10.0.0.1:8443", false, "10.0.0.5", "proxy-protocol", "own", NULL},
        {HTTPS, "127.0.0.1:8080", true, "127.0.0.1", "x-forwarded-for", PIN, NULL},
        {HTTPS, "[::1]:8080", true, "::1", "proxy-protocol", "none", NULL},
        {HTTPS, "unix:/run/portal.sock", true, "unix", "x-forwarded-for", "none", NULL},
        {HTTPS, "unix:/run/portal.sock", false, "unix", "x-forwarded-for", "own", NULL},
        {HTTP, "127.0.0.1:8080", true, "", "x-forwarded-for", "own", NULL}, // tests

        {HTTPS, "10.0.0.1:8080", true, "10.0.0.5", "x-forwarded-for", "none", "loopback"},
        {HTTP, "0.0.0.0:8080", true, "", "x-forwarded-for", "own", "loopback"},
        {HTTP, "127.0.0.1:8443", false, "", "x-forwarded-for", "own", "goes with --plain-http"},
        {HTTPS, "127.0.0.1:8080", true, "", "x-forwarded-for", "none", "proxy.trusted ADDRESS"},
        {HTTPS, "127.0.0.1:8080", true, "127.0.0.1", "x-forwarded-for", "own", "portal.pins"},
        {HTTPS, "unix:/run/portal.sock", false, "127.0.0.1", "x-forwarded-for", "own",
         "proxy.trusted unix"},
        {HTTPS, "0.0.0.0:443", false, "", "proxy-protocol", "own", "names nobody"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct deployment deployment = {.base_url = cases[i].base_url,
                                        .listen = cases[i].listen,
                                        .plain_http = cases[i].plain};
        struct fault fault = {0};
        assert_true(listener_read(cases[i].listen, &deployment.address, &fault));
        assert_true(proxies_read(cases[i].trusted, &deployment.proxies, &fault));
        assert_true(proxy_tells_find(cases[i].tells, &deployment.proxies.tells));
        assert_true(pins_read(cases[i].pins, &deployment.pins, &fault));

        bool ok = deployment_check(&deployment, &fault);
        if (ok != !cases[i].part || (!ok && !strstr(fault.detail, cases[i].part)))
            fail_msg("case %zu: %s", i, ok ? "taken" : fault.detail);
        if (!ok)
            assert_int_equal(fault.failure, FAILURE_USAGE);
    }
}

static void addresses_to_listen_at_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok, local, loopback;
    } cases[] = {
        {"127.0.0.1:0", true, false, true},
        {"127.9.9.9:65535", true, false, true},
        {"0.0.0.0:443", true, false, false},
        {"[::1]:443", true, false, true},
        {"[::]:443", true, false, false},
        {"unix:/run/qrportal/portal.sock", true, true, true},
        {"127.0.0.1", false, false, false},
        {"127.0.0.1:65536", false, false, false},
        {"127.0.0.1:+1", false, false, false},
        {"localhost:443", false, false, false},
        {"::1:443", false, false, false},
        {"unix:run/portal.sock", false, false, false},
        {"unix:", false, false, false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct listen_address address = {0};
        struct fault fault = {0};
        if (listener_read(cases[i].text, &address, &fault) != cases[i].ok ||
            address.local != cases[i].local || address.loopback != cases[i].loopback)
            fail_msg("%s", cases[i].text);
    }

    char path[160] = "unix:/";
    memset(path + 6, 'a', 120);
    assert_false(listener_read(path, &(struct listen_address){0}, &(struct fault){0}));
}

static void pins_are_own_none_or_listed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        size_t count; // published, where the portal has a key of its own
    } cases[] = {
        {"own", true, 1},
        {"none", true, 0},
        {PIN, true, 1},
        {PIN ", " OTHER_PIN, true, 2},
        {PIN " " PIN " " PIN " " PIN, true, 4},
        {PIN " " PIN " " PIN " " PIN " " PIN, false, 0},
        {"", false, 0},
        {" , ", false, 0},
        {"own none", false, 0},
        {"own " PIN, false, 0},
        {"sha256//AAEC", false, 0},
        {"sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", false, 0},
        {"sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8_", false, 0},
        {"sha256//AAECAwQFBgcICQos\265a256//REhMUFRYXGBkaGxwdHh8=", false, 0},
    };
    const uint8_t own[HASH_SIZE] = {7};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct pins pins;
        struct fault fault;
        struct statement_pins published = {0};
        bool ok = pins_read(cases[i].text, &pins, &fault);
        if (ok != cases[i].ok)
            fail_msg("%s", cases[i].text);
        if (!ok)
            continue;
        pins_published(&pins, own, &published);
        assert_int_equal(published.count, cases[i].count);
        pins_published(&pins, NULL, &published);
        assert_int_equal(published.count, pins.kind == PINS_OWN ? 0 : cases[i].count);
    }
}

static void assert_published(const struct bench *bench, size_t count, const char *first)
{
    struct envelope_opened opened;
    char text[PIN_TEXT_SIZE + 1];
    assert_int_equal(
        envelope_open(MESSAGE_METADATA, envelope_span(&bench->portal.metadata), NULL, &opened),
        VERDICT_OK);
    const struct statement_pins *pins = &opened.statement.metadata.pins;
    assert_int_equal(pins->count, count);
    if (count == 0)
        return;
    pin_write(pins->hash[0], text);
    assert_string_equal(text, first);
}

// With another serial, so that a device that has the old pins takes the new ones.
static void the_metadata_has_the_pins_of_the_setting(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    uint64_t serial = bench.portal.serial;
    assert_published(&bench, 0, NULL); // this portal has no TLS key

    bench_config(&bench, "portal.pins", PIN " " OTHER_PIN);
    bench_restart(&bench);
    assert_published(&bench, 2, PIN);
    assert_true(bench.portal.serial > serial);

    serial = bench.portal.serial;
    bench_restart(&bench);
    assert_int_equal(bench.portal.serial, serial);
    bench_config(&bench, "portal.pins", "none");
    bench_restart(&bench);
    assert_published(&bench, 0, NULL);
    assert_true(bench.portal.serial > serial);
    bench_close(&bench);
}

static void what_goes_together_is_described(void **state)
{
    (void)state;
    struct deployment deployment = {
        .base_url = HTTPS, .listen = "127.0.0.1:8080", .plain_http = true};
    struct fault fault;
    struct text text = {0};
    assert_true(proxies_read("127.0.0.1", &deployment.proxies, &fault));
    assert_true(pins_read(PIN, &deployment.pins, &fault));
    deployment_describe(&deployment, &text);
    assert_string_equal(text.p, "address: " HTTPS "\n"
                                "listens: 127.0.0.1:8080, http\n"
                                "proxies: they name the client in the header X-Forwarded-For\n"
                                "pins: " PIN "\n");
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_combinations_say_what_to_set),
        cmocka_unit_test(addresses_to_listen_at_are_read),
        cmocka_unit_test(pins_are_own_none_or_listed),
        cmocka_unit_test(the_metadata_has_the_pins_of_the_setting),
        cmocka_unit_test(what_goes_together_is_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
