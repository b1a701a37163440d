// SPDX-License-Identifier: MIT
// The portal's small parts: templates, languages, settings, the versions that are required,
// addresses, labels.
#include "bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "portal/base/typed_code.h"
#include "portal/pages/assets.h"
#include "portal/pages/template.h"
#include "portal/requests/language.h"
#include "portal/requests/request.h"
#include "portal/web/certificate.h"
#include "tests/unit/between.h"

#define DOCUMENT_MAX 65536u

// Every {{t text}} of every page: what looks it up and what is translated must read it alike.
static void texts_of_pages_are_there_in_every_language(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct asset *asset = page_assets; asset->name; asset++) {
        const char *at = asset->text;
        while ((at = strstr(at, "{{t "))) {
            char text[DOCUMENT_MAX];
            at += 4;
            count++;
            snprintf(text, sizeof(text), "%.*s", (int)strcspn(at, "}"), at);
            char *context_end = strchr(text, '|');
            if (context_end)
                *context_end = '\004';
            const char *english = translate(languages_find("en"), text);
            assert_string_equal(english, context_end ? context_end + 1 : text);

            for (size_t i = 1; i < languages_count(); i++) {
                if (strcmp(translate(languages_at(i), text), english) == 0)
                    fail_msg("%s: not in %s: %s", asset->name, languages_at(i)->code, english);
            }
        }
    }
    assert_true(count > 100);
}

// What the login page shows behind `before`.
static void login_shows(const char *code, const char *before, const char *expected)
{
    struct text out = {0};
    json_t *values =
        json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:[]}", "base", "", "portal", "P", "lang",
                  code, "name", "", "bitrix24", 0, "qr", 0, "languages");
    assert_true(template_render("login.html", values, languages_find(code), &out));
    const char *at = strstr(out.p, before);
    if (!at || strncmp(at + strlen(before), expected, strlen(expected)) != 0)
        fail_msg("no %s%s in %s", before, expected, out.p);

    json_decref(values);
    text_free(&out);
}

// In Russian the name of the page and that of its button are two words.
static void a_page_is_rendered_in_the_language_that_is_asked_for(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        login_shows("en", "<h1>", "Sign in</h1>");
        login_shows("en", "id=\"sign-in\" type=\"submit\">", "Sign in</button>");
        login_shows("ru", "<h1>", "Вход</h1>");
        login_shows("ru", "id=\"sign-in\" type=\"submit\">", "Войти</button>");
    }
}

static void language_follows_the_browser(void **state)
{
    (void)state;
    assert_ptr_equal(language_accepted(NULL), languages_find("en"));
    assert_ptr_equal(language_accepted("ru"), languages_find("ru"));
    assert_ptr_equal(language_accepted("ru-RU,ru;q=0.9,en;q=0.8"), languages_find("ru"));
    assert_ptr_equal(language_accepted("en-GB;q=0.3, ru;q=0.7"), languages_find("ru"));
    assert_ptr_equal(language_accepted("de, fr;q=0.5"), languages_find("en"));
    assert_ptr_equal(language_accepted("rue, en;q=0.1"), languages_find("en"));
    assert_ptr_equal(language_accepted(", ,;q=x"), languages_find("en"));
    assert_ptr_equal(language_chosen("ru", languages_find("en")), languages_find("ru"));
    assert_ptr_equal(language_chosen("xx", languages_find("ru")), languages_find("ru"));
}

static void template_refuses_what_is_not_there(void **state)
{
    (void)state;
    struct text out = {0};
    json_t *empty = json_object();
    assert_false(template_render("home.html", empty, languages_find("en"), &out));
    assert_false(template_render("none.html", empty, languages_find("en"), &out));
    json_decref(empty);
    text_free(&out);
}

static void settings_are_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
        bool ok;
    } cases[] = {
        {"push", "on", true},
        {"push", "yes", false},
        {"module.main", "21.800.0", true},
        {"module.main", "absent", true},
        {"module.main", "21.800", false},
        {"module.main", "21.800.0.1", false},
        {"module.main", "21.-1.0", false},
        {"module.main", "", false},
        {"time.challenge", "2", true},
        {"time.challenge", "120", true},
        {"time.challenge", "1", false},
        {"time.challenge", "121", false},
        {"time.challenge", "60s", false},
        {"time.challenge", "99999999999999999999", false},
        {"portal.name", "Портал", true},
        {"portal.name", "", false},
        {"portal.name", "   ", false},
        {"portal.name", "two\nlines", false},
        {"portal.name", "right\xe2\x80\xae to left", false},
    };

    struct bench bench;
    bench_open(&bench);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        enum config_id id;
        struct fault fault;
        assert_true(config_find(cases[i].name, &id));

        portal_begin(&bench.portal);
        bool set = config_set(&bench.portal.store, id, cases[i].value, &fault);
        portal_end(&bench.portal, true);

        if (set != cases[i].ok)
            fail_msg("%s=%s", cases[i].name, cases[i].value);
    }

    bench_close(&bench);
}

static bool may_switch_on(struct bench *bench, struct requirements *needed)
{
    struct fault fault;
    portal_begin(&bench->portal);
    policy_requirements(&bench->portal.store, needed);
    config_set(&bench->portal.store, CONFIG_ALLOW_QR, "off", &fault);
    bool set = policy_set(&bench->portal.store, CONFIG_ALLOW_QR, "on", &fault);
    bool enabled = policy_qr_enabled(&bench->portal.store);
    assert_true(portal_end(&bench->portal, true));
    assert_int_equal(set, needed->ok);
    assert_int_equal(set, enabled);
    return set;
}

static void every_module_must_be_new_enough(void **state)
{
    (void)state;
    static const struct {
        const char *name, *falls_short, *suffices;
    } needs[] = {
        {"push", "off", "on"},
        {"module.mobile", "absent", "1.0.0"},
        {"module.main", "21.799.9", "21.800.0"},
        {"module.main", "absent", "22.0.0"},
        {"module.pull", "21.299.999", "21.300.0"},
        {"module.crm", "21.999.0", "21.1000.0"},
        {"module.calendar", "20.900.0", "21.500.0"},
        {"module.intranet", "21.0.0", "21.1000.1"},
    };

    struct bench bench;
    struct requirements needed;
    bench_open(&bench);

    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
        bench_config(&bench, needs[i].name, needs[i].falls_short);
        assert_false(may_switch_on(&bench, &needed));
        bench_config(&bench, needs[i].name, needs[i].suffices);
        assert_true(may_switch_on(&bench, &needed));
    }

    bench_close(&bench);
}

static void addresses_are_compared_by_network(void **state)
{
    (void)state;
    assert_true(address_same_network("192.0.2.1", "192.0.2.1"));
    assert_false(address_same_network("192.0.2.1", "192.0.2.2"));
    assert_true(address_same_network("2001:db8::1", "2001:db8::ffff"));
    assert_false(address_same_network("2001:db8::1", "2001:db8:0:1::1"));
    assert_false(address_same_network("", ""));
    assert_string_equal(address_place("127.0.0.1", languages_find("en")),
                        "the portal’s own computer");
    assert_string_equal(address_place("::1", languages_find("ru")), "компьютер самого портала");
    assert_string_equal(address_place("172.16.5.5", languages_find("en")), "local network");
    assert_string_equal(address_place("172.32.5.5", languages_find("en")), "");
    assert_string_equal(address_place("fd00::5", languages_find("en")), "local network");
    assert_string_equal(address_place("203.0.113.5", languages_find("en")), "");
}

static void label_holds_no_byte_of_the_header(void **state)
{
    (void)state;
    static const struct {
        const char *header, *label;
    } cases[] = {
        {NULL, ""},
        {"\"><script>", ""},
        {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/120.0.0.0 Safari/537.36",
         "Chrome, Linux"},
        {"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120.0",
         "Edge, Windows"},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
         "Safari, iPhone"},
        {"Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0",
         "Firefox, Linux"},
        {"curl/7.88.1", "curl"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char label[AGENT_MAX + 1];
        agent_label(cases[i].header, label);
        assert_string_equal(label, cases[i].label);
    }

    assert_string_equal(agent_words("Chrome, Linux", languages_find("ru")), "Chrome, Linux");
    assert_string_equal(agent_words("", languages_find("ru")), "Неизвестный браузер");
}

static void digits_count_however_they_are_typed(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *read;
    } cases[] = {
        {"048213", "048213"},
        {"048 213", "048213"},
        {"  048213\r\n", "048213"},
        {"0 4 8\t2 1 3", "048213"},
        {"048-213", "048213"},
        {"048\xe2\x80\x93"
         "213",
         "048213"}, // en dash
        {"048\xc2\xa0"
         "213",
         "048213"}, // no-break space
        {"048\xe2\x80\xaf"
         "213\xe2\x80\x8b",
         "048213"}, // narrow space, zero width
        {"\xef\xbc\x90\xef\xbc\x94\xef\xbc\x98"
         "213",
         "048213"}, // full width
        {"\xd9\xa0\xd9\xa4\xd9\xa8"
         "213",
         "048213"}, // Arabic
        {"04821", "04821"},
        {"0482133", "0482133"},
        {"04821a", "04821a"},
        {"\xd0", "\xd0"},
        {"\xe2\x80", "\xe2\x80"},
        {"", ""},
        {"   ", ""},
        {"0123456789012345678901234567890123456789", ""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char code[TYPED_CODE_MAX + 1];
        typed_code(cases[i].typed, code);
        assert_string_equal(code, cases[i].read);
    }
}

static void certificate_is_made_once_and_kept(void **state)
{
    (void)state;
    static struct tls_identity first, second;
    struct bench bench;
    struct fault fault;
    char path[128];

    bench_open(&bench);
    assert_true(tls_load(&first, bench.directory, "portal.example.com", bench.wall, &fault));
    assert_true(tls_load(&second, bench.directory, "portal.example.com", bench.wall, &fault));
    assert_string_equal(first.certificate_pem, second.certificate_pem);
    assert_memory_equal(first.pin, second.pin, TLS_PIN_SIZE);

    snprintf(path, sizeof(path), "%s/tls.crt", bench.directory);
    FILE *file = fopen(path, "w");
    fputs("not a certificate", file);
    fclose(file);

    assert_false(tls_load(&second, bench.directory, "portal.example.com", bench.wall, &fault));
    assert_non_null(strstr(fault.detail, "tls.crt"));

    bench_close(&bench);
}

static void account_names_are_judged(void **state)
{
    (void)state;
    static const struct {
        struct user_new user;
        bool ok;
    } cases[] = {
        {{"anna", "Анна Петрова", "long enough", false, false}, true},
        {{"", NULL, "long enough", false, false}, false},
        {{"an na", NULL, "long enough", false, false}, false},
        {{"anna", "", "long enough", false, false}, false},
        {{"anna", "Anna\x01", "long enough", false, false}, false},
        {{"anna", NULL, "short", false, false}, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(users_allowed(&cases[i].user, NULL), cases[i].ok);
}

static void a_refused_name_is_told_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *name, *reason;
    } cases[] = {
        {"", "a display name has 1 to 128 bytes, not 0"},
        {"Anna\xff", "a display name must be written in UTF-8"},
        {"Anna\x1b", "a display name must not hold control, direction or invisible characters"},
        {"\xe2\x80\xae"
         "Anna",
         "a display name must not hold control, direction or invisible characters"},
        {"Anna\xf3\xa0\xbf\xbf",
         "a display name must not hold control, direction or invisible characters"},
        {"   ", "a display name must not be blank"},
        {"\xe3\x80\x80\xc2\xa0\xe2\x80\x8d", "a display name must not be blank"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fault fault = {0};
        struct user_new user = {"anna", cases[i].name, "long enough", false, false};
        assert_false(users_allowed(&user, &fault));
        assert_string_equal(fault.detail, cases[i].reason);
    }
}

static void form_values_are_decoded_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *body, *value;
    } cases[] = {
        {"name=anna", "anna"}, {"x=1&name=a%20b+c&y=2", "a b c"},
        {"name=%D0%90", "А"},  {"name=first&name=second", "first"},
        {"name=", ""},         {"names=x", ""},
        {"name", ""},          {"", ""},
        {"&&=&name=%4", ""},   {"name=%zz", ""},
        {"name=a%00b", ""},    {"name=%", ""},
    };

    char value[FORM_VALUE_MAX + 1];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct request request = {.body = span_str(cases[i].body)};
        request_form(&request, "name", value);
        assert_string_equal(value, cases[i].value);
    }

    char longest[FORM_VALUE_MAX + 8] = "name=";
    memset(longest + 5, 'x', FORM_VALUE_MAX);
    request_form(&(struct request){.body = span_of(longest, 5 + FORM_VALUE_MAX)}, "name",
                 value);
    assert_int_equal(strlen(value), FORM_VALUE_MAX);

    longest[5 + FORM_VALUE_MAX] = 'x';
    request_form(&(struct request){.body = span_of(longest, 6 + FORM_VALUE_MAX)}, "name",
                 value);
    assert_string_equal(value, "");
}

// Frees what a test reads, also where it fails.
static int read_document(void **state)
{
    char *text = calloc(1, DOCUMENT_MAX);
    FILE *file = fopen(DOCS_DIR "/portal.md", "r");
    *state = text;
    if (!text || !file)
        return -1;
    size_t size = fread(text, 1, DOCUMENT_MAX - 1, file);
    fclose(file);
    return size > 0 && size < DOCUMENT_MAX - 1 ? 0 : -1;
}

static int free_document(void **state)
{
    free(*state);
    return 0;
}

// What docs/portal.md promises: every element id, setting and endpoint is in it.
static void document_names_every_id_and_setting(void **state)
{
    const char *document = *state;

    for (const struct asset *asset = page_assets; asset->name; asset++) {
        for (const char *at = asset->text; (at = strstr(at, " id=\"")); at++) {
            char id[64], quoted[72];
            snprintf(id, sizeof(id), "%.*s", (int)strcspn(at + 5, "\""), at + 5);
            char *value = strstr(id, "{{code}}"); // of a language
            snprintf(quoted, sizeof(quoted), "`%.*s%s`",
                     (int)(value ? value - id : (ptrdiff_t)strlen(id)), id,
                     value ? "CODE" : "");
            if (!strstr(document, quoted) && strcmp(id, "qr-title") != 0)
                fail_msg("%s: docs/portal.md does not name #%s", asset->name, id);
        }
    }

    for (size_t i = 0; i < CONFIG_COUNT; i++) {
        const char *name = config_rows[i].name;
        const char *last = strrchr(name, '.');
        char quoted[72];

        snprintf(quoted, sizeof(quoted), "`%s`", name);
        if (!strstr(document, quoted) && strncmp(name, "module.", 7) == 0)
            snprintf(quoted, sizeof(quoted), "`%s`", last); // `module.main`, `.pull`, ...
        if (!strstr(document, quoted))
            fail_msg("docs/portal.md does not name %s", name);
    }
}

static void digits_are_equally_likely(void **state)
{
    (void)state;
    struct bench bench;
    int counts[10] = {0};
    bench_open(&bench);
    for (int i = 0; i < 20000; i++) {
        char code[CODE_DIGITS + 1];
        environment_digits(&bench.portal.environment, code);
        assert_int_equal(strspn(code, "0123456789"), CODE_DIGITS);
        counts[code[0] - '0']++;
    }
    // Each first digit about 2000 times; 300 is more than six standard deviations.
    for (int digit = 0; digit < 10; digit++)
        assert_between(counts[digit], 1700, 2300);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_pages_are_there_in_every_language),
        cmocka_unit_test(a_page_is_rendered_in_the_language_that_is_asked_for),
        cmocka_unit_test(language_follows_the_browser),
        cmocka_unit_test(template_refuses_what_is_not_there),
        cmocka_unit_test(settings_are_bounded),
        cmocka_unit_test(every_module_must_be_new_enough),
        cmocka_unit_test(addresses_are_compared_by_network),
        cmocka_unit_test(label_holds_no_byte_of_the_header),
        cmocka_unit_test(certificate_is_made_once_and_kept),
        cmocka_unit_test(digits_count_however_they_are_typed),
        cmocka_unit_test(account_names_are_judged),
        cmocka_unit_test(a_refused_name_is_told_its_reason),
        cmocka_unit_test(form_values_are_decoded_strictly),
        cmocka_unit_test_setup_teardown(document_names_every_id_and_setting, read_document,
                                        free_document),
        cmocka_unit_test(digits_are_equally_likely),
    };

    return cmocka_run_group_tests_name("portal parts", tests, NULL, NULL);
}
