// SPDX-License-Identifier: MIT
// The provisioning file: what is taken of it, and what each thing that is not right is called.
#include "tests/unit/net/scratch.h"

#include <sodium.h>

#include "net/dialects/dialects.h"
#include "net/pairings/pairing_store.h"
#include "net/protocol/statement.h"
#include "tests/unit/failing_memory.h"
#include "ui/settings/config.h"
#include "ui/settings/options.h"
#include "ui/settings/provision_file.h"

#define HASH                                                                                   \
    "$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$"                                   \
    "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
#define PIN     "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define VERSION "\"version\":1"
#define PORTAL  "\"portal\":\"https://portal.example.com\""
#define KEY     "\"portal-key\":\"KGOK5E7JHLIBCABAEAQCAIBAEA\""
#define ACCOUNT "\"account\":\"2044\""
#define TOKEN   "\"token\":\"QRT:1:CAIREEYUCULBOGAZDINRYHI6D4\""
#define LEAST   VERSION "," PORTAL "," KEY "," ACCOUNT "," TOKEN
#define AND(x)  "{" LEAST "," x "}"

static struct provision_file file;

static void expect(const char *text, enum failure failure, const char *detail)
{
    struct fault fault = {0};
    bool taken = provision_file_parse(span_str(text), &file, &fault);
    if (taken != (failure == FAILURE_NONE) ||
        strcmp(failure_code(fault.failure), failure_code(failure)) != 0 ||
        !strstr(fault.detail, detail))
        fail_msg("%s: %s (%s), not %s (%s)", text, failure_code(fault.failure), fault.detail,
                 failure_code(failure), detail);
}

static void least_is_taken(void **state)
{
    (void)state;
    expect("{" LEAST "}", FAILURE_NONE, "");
    assert_string_equal(file.pairing.code.origin.text, "https://portal.example.com");
    assert_string_equal(file.pairing.account_id, "2044");
    assert_int_equal(file.pairing.code.token[0], 0x10);
    assert_int_equal(file.pairing.code.fingerprint[0], 0x51);
    assert_int_equal(file.pairing.pin_count, 0);
    assert_string_equal(file.pairing.label, "");
    assert_string_equal(file.administrator, "");
    assert_int_equal(file.setting_count, 0);
}

static void the_file_is_taken_or_there_was_no_memory(void **state)
{
    (void)state;
    static const char text[] = AND("\"settings\":{\"lang\":\"ru\",\"text-size\":150}");
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        failing_begin(call);
        bool taken = provision_file_parse(span_str(text), &file, &fault);
        calls = failing_end();
        assert_int_equal(taken, call > calls);
        if (!taken)
            assert_string_equal(failure_code(fault.failure), "internal.memory");
    }
    print_message("a provisioning file: %u calls\n", calls);
}

static void all_is_taken(void **state)
{
    (void)state;
    expect(" " AND("\"pins\":[\"" PIN "\"],\"label\":\"Лифт 1\",\"administrator-pin\":\"" HASH
                   "\",\"settings\":{\"lang\":\"ru\",\"mute\":true,\"text-size\":150,"
                   "\"still\":false,\"source\":\"camera:/dev/video2\"}") "\n",
           FAILURE_NONE, "");
    assert_int_equal(file.pairing.pin_count, 1);
    assert_int_equal(file.pairing.pins[0][31], 31);
    assert_string_equal(file.pairing.label, "Лифт 1");
    assert_string_equal(file.administrator, HASH);

    static const struct provision_setting wanted[] = {{"lang", "ru"},
                                                      {"mute", "yes"},
                                                      {"text-size", "150"},
                                                      {"still", "no"},
                                                      {"source", "camera:/dev/video2"}};
    assert_int_equal(file.setting_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(file.settings[i].name, wanted[i].name);
        assert_string_equal(file.settings[i].value, wanted[i].value);
    }
}

// As long as each may be; a text is in characters that JSON writes as two.
static const struct {
    const char *name;
    size_t size; // of a text; 0: `value`
    const char *value;
} longest[] = {
    {"source", PROVISION_VALUE_MAX, NULL},
    {"lang", 0, "ru"},
    {"timeout", 0, "3600"},
    {"badges", 0, "200"},
    {"fullscreen", 0, "yes"},
    {"theme", 0, "contrast"},
    {"text-size", 0, "200"},
    {"rotate", 0, "270"},
    {"safe-area", 0, "48,48,48,48"},
    {"mirror", 0, "auto"},
    {"on-screen-keyboard", 0, "auto"},
    {"mute", 0, "yes"},
    {"quiet-hours", 0, "22:00-06:00"},
    {"no-vibration", 0, "yes"},
    {"speak", 0, "yes"},
    {"still", 0, "yes"},
    {"notifications", 0, "names"},
    {"label", STATEMENT_LABEL_MAX, NULL},
    {"place", OPTIONS_PLACE_MAX, NULL},
    {"allow-program-presses", 0, "yes"},
};

// The longest value of a setting, as it stands in JSON.
static void longest_value(const char *name, char out[static 2 * PROVISION_VALUE_MAX + 1])
{
    size_t row = 0, rows = sizeof(longest) / sizeof(longest[0]);
    while (row < rows && strcmp(longest[row].name, name) != 0)
        row++;
    if (row == rows)
        fail_msg("the setting '%s' is not in this table", name);

    strcpy(out, longest[row].value ? longest[row].value : "");
    for (size_t i = 0; i < longest[row].size; i++)
        strcat(out, "\\\"");
}

// Parsed, kept until it is done, and written into the configuration.
static void all_settings_fit_at_their_longest(void **state)
{
    static char text[PROVISION_FILE_MAX];
    size_t count = 0, used = (size_t)snprintf(text, sizeof(text), "{" LEAST ",\"settings\":{");
    const char *name;
    for (; (name = options_setting_name(count)) != NULL; count++) {
        char value[2 * PROVISION_VALUE_MAX + 1];
        longest_value(name, value);
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s\"%s\":\"%s\"",
                                 count > 0 ? "," : "", name, value);
        assert_true(used < sizeof(text) - sizeof("}}"));
    }
    strcat(text, "}}");
    expect(text, FAILURE_NONE, "");
    assert_int_equal(file.setting_count, count);

    struct provision_record next = {.pairing = "0123456789abcdef", .setting_count = count},
                            read;
    memcpy(next.settings, file.settings, sizeof(next.settings));
    strcpy(next.administrator, HASH);
    const struct scratch *scratch = *state;
    struct pairing_store *store = pairing_store_open(scratch->path, dialects, NULL);
    assert_non_null(store);
    bool there = false;
    assert_true(provision_write_next(store, &next, NULL));
    assert_true(provision_read_next(store, &read, &there, NULL));
    pairing_store_close(store);
    assert_true(there);
    assert_int_equal(read.setting_count, count);
    assert_memory_equal(read.settings, next.settings, count * sizeof(next.settings[0]));

    char hash[CONFIG_HASH_HEX + 1];
    assert_true(config_probe(scratch_join(state, "config.ini"), read.settings,
                             read.setting_count, hash, NULL));
}

static void what_is_no_such_file_is_told(void **state)
{
    (void)state;
    static const char *const none[] = {"",    "{",    "[]",
                                       "7",   "null", "QRT:1:CAIREEYUCULBOGAZDINRYHI6D4",
                                       "{}x", "\xff", "{\"version\":1,\"version\":1}"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        expect(none[i], FAILURE_PROVISION_FORM, "");
    expect("{\"version\":2," PORTAL "," KEY "," ACCOUNT "," TOKEN "}", FAILURE_PROVISION_FORM,
           "version");
    expect("{\"version\":\"1\"," PORTAL "," KEY "," ACCOUNT "," TOKEN "}",
           FAILURE_PROVISION_FORM, "version");
    expect(AND("\"tokens\":7"), FAILURE_PROVISION_NAME, "tokens");
    expect(AND("\"Label\":\"x\""), FAILURE_PROVISION_NAME, "Label");
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    expect("{}", FAILURE_PROVISION_MISSING, "version");
    expect("{" VERSION "," KEY "," ACCOUNT "," TOKEN "}", FAILURE_PROVISION_MISSING, "portal");
    expect("{" VERSION "," PORTAL "," ACCOUNT "," TOKEN "}", FAILURE_PROVISION_MISSING,
           "portal-key");
    expect("{" VERSION "," PORTAL "," KEY "," TOKEN "}", FAILURE_PROVISION_MISSING, "account");
    expect("{" VERSION "," PORTAL "," KEY "," ACCOUNT "}", FAILURE_PROVISION_MISSING, "token");
}

// Each value that is wrong, in a file that is right otherwise.
static void each_wrong_value_has_a_code_of_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *member, *value;
        enum failure failure;
    } rows[] = {
        {"portal", "\"portal.example.com\"", FAILURE_PROVISION_PORTAL},
        {"portal", "\"https://portal.example.com/\"", FAILURE_PROVISION_PORTAL},
        {"portal", "\"https://Portal.example.com\"", FAILURE_PROVISION_PORTAL},
        {"portal", "\"http://localhost\"", FAILURE_PROVISION_PORTAL},
        {"portal", "\"\"", FAILURE_PROVISION_PORTAL},
        {"portal", "7", FAILURE_PROVISION_PORTAL},
        {"portal-key", "\"KGOK5E7JHLIBCABAEAQCAIBAE\"", FAILURE_PROVISION_PORTAL_KEY},
        {"portal-key", "\"kgok5e7jhlibcabaeaqcaibaea\"", FAILURE_PROVISION_PORTAL_KEY},
        {"portal-key", "null", FAILURE_PROVISION_PORTAL_KEY},
        {"account", "\"\"", FAILURE_PROVISION_ACCOUNT},
        {"account", "2044", FAILURE_PROVISION_ACCOUNT},
        {"account", "\"a\\u202eb\"", FAILURE_PROVISION_ACCOUNT},
        {"token", "\"CAIREEYUCULBOGAZDINRYHI6D4\"", FAILURE_PROVISION_TOKEN},
        {"token", "\"qrt:1:caireeyuculbogazdinryhi6d4\"", FAILURE_PROVISION_TOKEN},
        {"token", "\"QRT:1:CAIREEYUCULBOGAZDINRYHI6D5\"", FAILURE_PROVISION_TOKEN},
        {"token", "[]", FAILURE_PROVISION_TOKEN},
        {"label", "\"\"", FAILURE_PROVISION_LABEL},
        {"label", "\" \"", FAILURE_PROVISION_LABEL},
        {"label", "\"a\\nb\"", FAILURE_PROVISION_LABEL},
        {"label", "\"0123456789012345678901234567890123456789012345678901234567890123x\"",
         FAILURE_PROVISION_LABEL},
        {"pins", "\"" PIN "\"", FAILURE_PROVISION_PINS},
        {"pins", "[\"" PIN "\",7]", FAILURE_PROVISION_PINS},
        {"pins", "[\"sha256//AAEC\"]", FAILURE_PROVISION_PINS},
        {"pins", "[\"" PIN "\",\"" PIN "\",\"" PIN "\",\"" PIN "\",\"" PIN "\"]",
         FAILURE_PROVISION_PINS},
        {"administrator-pin", "\"246802\"", FAILURE_PROVISION_ADMINISTRATOR},
        {"administrator-pin", "246802", FAILURE_PROVISION_ADMINISTRATOR},
        {"settings", "[]", FAILURE_PROVISION_SETTING},
        {"settings", "{\"fly\":\"yes\"}", FAILURE_PROVISION_SETTING},
        {"settings", "{\"lang\":\"xx\"}", FAILURE_PROVISION_SETTING},
        {"settings", "{\"mute\":\"maybe\"}", FAILURE_PROVISION_SETTING},
        {"settings", "{\"rotate\":45}", FAILURE_PROVISION_SETTING},
        {"settings", "{\"source\":\"a\\nmute = yes\"}", FAILURE_PROVISION_SETTING},
        {"settings", "{\"source\":\"camera ;x\"}", FAILURE_PROVISION_SETTING},
        {"settings", "{\"label\":\" x\"}", FAILURE_PROVISION_SETTING},
        {"settings", "{\"a-name-that-is-longer-than-any-setting-has\":1}",
         FAILURE_PROVISION_SETTING},
    };
    static const struct {
        const char *name, *whole;
    } least[] = {{"version", VERSION},
                 {"portal", PORTAL},
                 {"portal-key", KEY},
                 {"account", ACCOUNT},
                 {"token", TOKEN}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[1024] = "{", member[64];
        for (size_t k = 0; k < sizeof(least) / sizeof(least[0]); k++)
            if (strcmp(least[k].name, rows[i].member) != 0)
                strcat(strcat(text, least[k].whole), ",");
        snprintf(member, sizeof(member), "\"%s\":", rows[i].member);
        strcat(strcat(strcat(text, member), rows[i].value), "}");
        expect(text, rows[i].failure, "");
    }
}

static enum failure read_from(const char *name, const char *credentials)
{
    struct fault fault = {0};
    bool read = provision_file_read(name, credentials, &file, &fault);
    return read ? FAILURE_NONE : fault.failure;
}

static void a_credential_is_a_plain_name_in_its_folder(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch_join(state, "kiosk"), "{" LEAST "}", strlen("{" LEAST "}"));
    assert_int_equal(read_from(scratch_join(state, "kiosk"), NULL), FAILURE_NONE);
    assert_int_equal(read_from("credential:kiosk", scratch->path), FAILURE_NONE);
    assert_string_equal(file.pairing.account_id, "2044");

    static const char *const none[] = {
        "credential:",     "credential:other",  "credential:.",     "credential:..",
        "credential:../x", "credential:/kiosk", "/nonexistent/file"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_int_equal(read_from(none[i], scratch->path), FAILURE_PROVISION_UNREADABLE);
    assert_int_equal(read_from("credential:kiosk", NULL), FAILURE_PROVISION_UNREADABLE);
    assert_int_equal(read_from(scratch->path, NULL), FAILURE_PROVISION_UNREADABLE);
}

static void a_file_that_is_too_long_is_none(void **state)
{
    static char large[PROVISION_FILE_MAX];
    memset(large, ' ', sizeof(large));
    memcpy(large, "{" LEAST "}", strlen("{" LEAST "}"));
    scratch_write(scratch_join(state, "large"), large, sizeof(large));
    assert_int_equal(read_from(scratch_join(state, "large"), NULL), FAILURE_PROVISION_FORM);
    scratch_write(scratch_join(state, "large"), large, sizeof(large) - 1);
    assert_int_equal(read_from(scratch_join(state, "large"), NULL), FAILURE_NONE);
}

struct told {
    char text[1024];
};

static void note(void *userdata, const struct finding *finding)
{
    struct told *told = userdata;
    size_t used = strlen(told->text);
    snprintf(told->text + used, sizeof(told->text) - used, "%u %s %s\n", finding->line,
             failure_code(finding->fault.failure), finding->key);
}

static void check(void **state, const char *text, const char *expected)
{
    struct told told = {0};
    struct finding_sink sink = {note, &told};
    scratch_write(scratch_join(state, "kiosk"), text, strlen(text));
    bool well = provision_file_check(scratch_join(state, "kiosk"), NULL, sink);
    assert_string_equal(told.text, expected);
    assert_int_equal(well, expected[0] == '\0');
}

static void a_check_tells_everything_and_where(void **state)
{
    check(state, "{" LEAST "}", "");
    check(state,
          "{\n" VERSION ",\n\"portal\" : \"portal\",\n" KEY ",\n\"account\":\"account\",\n"
          "\"token\":\"QRT\",\n\"pins\":[\n\"lang\"],\n\"Label\":\"\\\"label\","
          "\n\"settings\":{\n\"lang\":\"xx\",\n\"mute\":true,\n\"theme\":[],\n\"fly\":7}}",
          "9 provision.name Label\n3 provision.portal portal\n7 provision.pins pins\n"
          "6 provision.token token\n11 provision.setting lang\n"
          "13 provision.setting theme\n14 provision.setting fly\n");
    check(state, "{" VERSION "}",
          "0 provision.missing portal\n0 provision.missing portal-key\n"
          "0 provision.missing account\n0 provision.missing token\n");
    check(state, "{" LEAST ",\n\"settings\":7}", "2 provision.setting settings\n");
    check(state, "{\n" VERSION "\n" PORTAL "}", "3 provision.form \n");
    check(state, "[]", "0 provision.form \n");
}

static void a_check_tells_what_cannot_be_read(void **state)
{
    (void)state;
    struct told told = {0};
    struct finding_sink sink = {note, &told};
    assert_false(provision_file_check("credential:kiosk", NULL, sink));
    assert_string_equal(told.text, "0 provision.unreadable \n");
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;

    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_is_taken),
        cmocka_unit_test(the_file_is_taken_or_there_was_no_memory),
        cmocka_unit_test(all_is_taken),
        cmocka_unit_test_setup_teardown(all_settings_fit_at_their_longest, scratch_make,
                                        scratch_remove),
        cmocka_unit_test(what_is_no_such_file_is_told),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(each_wrong_value_has_a_code_of_its_own),
        cmocka_unit_test_setup_teardown(a_credential_is_a_plain_name_in_its_folder,
                                        scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(a_check_tells_everything_and_where, scratch_make,
                                        scratch_remove),
        cmocka_unit_test(a_check_tells_what_cannot_be_read),
        cmocka_unit_test_setup_teardown(a_file_that_is_too_long_is_none, scratch_make,
                                        scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
