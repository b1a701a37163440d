// SPDX-License-Identifier: MIT
#include "ui/settings/provision_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#include "net/certificate.h"
#include "net/protocol/base32.h"
#include "net/protocol/device_token.h"
#include "net/protocol/ijson.h"
#include "net/protocol/json_text.h"
#include "net/protocol/text.h"
#include "ui/settings/options.h"

#define VERSION           1
#define CREDENTIAL_PREFIX "credential:"

_Static_assert(PROVISION_SETTINGS_MAX >= OPTIONS_MAX, "a file may bring every setting");

// ---- its members -------------------------------------------------------------------------

// Each takes its value; false if it is not right, and `why` may then say more than its name.

static bool text_of(json_t *value, size_t most, struct span *out)
{
    if (!json_is_string(value))
        return false;
    *out = span_of(json_string_value(value), json_string_length(value));
    return out->n > 0 && out->n <= most;
}

static bool keep_text(json_t *value, char *out, size_t room)
{
    struct span text;
    if (!text_of(value, room - 1, &text) || text_check_whole(text) != TEXT_OK)
        return false;
    memcpy(out, text.p, text.n);
    out[text.n] = '\0';
    return true;
}

static bool take_version(json_t *value, struct provision_file *out, struct fault *why)
{
    (void)out;
    (void)why;
    return json_is_integer(value) && json_integer_value(value) == VERSION;
}

static bool take_portal(json_t *value, struct provision_file *out, struct fault *why)
{
    struct origin *origin = &out->pairing.code.origin;
    (void)why;
    return keep_text(value, origin->text, sizeof(origin->text)) &&
           origin_is_normal(span_str(origin->text)) && !origin_is_plain_http(origin);
}

static bool take_portal_key(json_t *value, struct provision_file *out, struct fault *why)
{
    struct span text;
    (void)why;
    return text_of(value, BASE32_LENGTH(PAIRING_FPR_SIZE), &text) &&
           base32_decode(text, out->pairing.code.fingerprint, PAIRING_FPR_SIZE);
}

static bool take_pins(json_t *value, struct provision_file *out, struct fault *why)
{
    size_t i;
    const json_t *pin;
    if (!json_is_array(value) || json_array_size(value) > TOKEN_PAIRING_PINS_MAX)
        return false;

    json_array_foreach(value, i, pin)
    {
        const char *text = json_string_value(pin);
        if (!text || !pin_parse(text, out->pairing.pins[i]))
            return fault_set(why, FAILURE_PROVISION_PINS, "pins, %zu", i + 1);
    }
    out->pairing.pin_count = i;
    return true;
}

static bool take_account(json_t *value, struct provision_file *out, struct fault *why)
{
    (void)why;
    return keep_text(value, out->pairing.account_id, sizeof(out->pairing.account_id));
}

static bool take_token(json_t *value, struct provision_file *out, struct fault *why)
{
    struct span text;
    (void)why;
    return text_of(value, DEVICE_TOKEN_TEXT_SIZE, &text) &&
           device_token_read(text, out->pairing.code.token);
}

static bool take_label(json_t *value, struct provision_file *out, struct fault *why)
{
    (void)why;
    return keep_text(value, out->pairing.label, sizeof(out->pairing.label));
}

static bool take_administrator(json_t *value, struct provision_file *out, struct fault *why)
{
    (void)why;
    return keep_text(value, out->administrator, sizeof(out->administrator)) &&
           administrator_is_hash(out->administrator);
}

// As the configuration file has it: JSON may also say true for yes, and a number.
static bool setting_text(json_t *value, char out[static PROVISION_VALUE_MAX + 1])
{
    size_t room = PROVISION_VALUE_MAX + 1;
    if (json_is_boolean(value))
        snprintf(out, room, "%s", json_is_true(value) ? "yes" : "no");
    else if (json_is_integer(value))
        snprintf(out, room, "%lld", (long long)json_integer_value(value));
    else
        return keep_text(value, out, room);
    return true;
}

// In a line of the configuration file, what stands behind " ;" is a comment, and spaces at its
// ends are none of the value.
static bool stays_whole(const char *value)
{
    size_t size = strlen(value);
    return !strstr(value, " ;") && value[0] != ' ' && value[0] != ';' && value[size - 1] != ' ';
}

static bool take_setting(const char *name, json_t *wanted, struct provision_file *out,
                         struct fault *why)
{
    struct options scratch = options_default;
    struct provision_setting *setting = &out->settings[out->setting_count];
    if (strlen(name) > PROVISION_NAME_MAX || !setting_text(wanted, setting->value) ||
        !stays_whole(setting->value))
        return fault_set(why, FAILURE_PROVISION_SETTING, "%.100s", name);

    snprintf(setting->name, sizeof(setting->name), "%s", name);
    if (!options_set(&scratch, setting->name, setting->value, why))
        return false;
    out->setting_count++;
    return true;
}

static const struct {
    const char *name;
    bool needed;
    enum failure wrong;
    bool (*take)(json_t *value, struct provision_file *out, struct fault *why);
} members[] = {
    {"version", true, FAILURE_PROVISION_FORM, take_version},
    {"portal", true, FAILURE_PROVISION_PORTAL, take_portal},
    {"portal-key", true, FAILURE_PROVISION_PORTAL_KEY, take_portal_key},
    {"pins", false, FAILURE_PROVISION_PINS, take_pins},
    {"account", true, FAILURE_PROVISION_ACCOUNT, take_account},
    {"token", true, FAILURE_PROVISION_TOKEN, take_token},
    {"label", false, FAILURE_PROVISION_LABEL, take_label},
    {"administrator-pin", false, FAILURE_PROVISION_ADMINISTRATOR, take_administrator},
    {"settings", false, FAILURE_PROVISION_SETTING, NULL}, // each for itself: take_settings
};

#define MEMBERS (sizeof(members) / sizeof(members[0]))

// ---- what is wrong with it ---------------------------------------------------------------

struct reading {
    struct span text;
    struct provision_file *out;
    struct finding_sink sink;
    bool ok;
};

static size_t string_end(struct span text, size_t at)
{
    for (at++; at < text.n && text.p[at] != '"'; at++)
        at += text.p[at] == '\\';
    return at;
}

static bool is_name(struct span text, size_t at, size_t end, const char *name)
{
    size_t size = strlen(name);
    if (end - at - 1 != size || memcmp(text.p + at + 1, name, size) != 0)
        return false;
    for (end++; end < text.n && strchr(" \t\r\n", text.p[end]);)
        end++;
    return end < text.n && text.p[end] == ':';
}

// The line in which this name of a member stands, so many objects deep; 0: it is not written
// like this. jansson does not keep it. The text is JSON.
static unsigned line_of(struct span text, const char *name, unsigned deep)
{
    unsigned line = 1, depth = 0;
    for (size_t i = 0; i < text.n; i++) {
        line += text.p[i] == '\n';
        depth += text.p[i] == '{' || text.p[i] == '[';
        depth -= text.p[i] == '}' || text.p[i] == ']';
        if (text.p[i] != '"')
            continue;
        size_t end = string_end(text, i);
        if (depth == deep && is_name(text, i, end, name))
            return line;
        i = end;
    }
    return 0;
}

static void tell(struct reading *reading, enum failure failure, const char *key, unsigned deep,
                 const char *detail)
{
    struct finding finding = {.line = line_of(reading->text, key, deep)};
    snprintf(finding.key, sizeof(finding.key), "%.100s", key);
    fault_set(&finding.fault, failure, "%.200s", detail);
    reading->ok = false;
    reading->sink.take(reading->sink.userdata, &finding);
}

static void tell_form(struct reading *reading, enum failure failure, const char *detail)
{
    struct finding finding = {0};
    json_error_t error;
    json_t *value =
        json_text_load(reading->text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error, NULL);
    finding.line = !value && error.line > 0 ? (unsigned)error.line : 0;
    json_decref(value);

    fault_set(&finding.fault, failure, "%s", detail);
    reading->ok = false;
    reading->sink.take(reading->sink.userdata, &finding);
}

static void look_for_other_names(struct reading *reading, json_t *root)
{
    const char *name;
    json_t *value;
    json_object_foreach(root, name, value)
    {
        size_t i = 0;
        while (i < MEMBERS && strcmp(members[i].name, name) != 0)
            i++;
        if (i == MEMBERS)
            tell(reading, FAILURE_PROVISION_NAME, name, 1, name);
    }
}

static void take_settings(struct reading *reading, json_t *value)
{
    const char *name;
    json_t *wanted;
    if (!json_is_object(value) || json_object_size(value) > PROVISION_SETTINGS_MAX) {
        tell(reading, FAILURE_PROVISION_SETTING, "settings", 1, "settings");
        return;
    }

    json_object_foreach(value, name, wanted)
    {
        struct fault why = {0};
        if (!take_setting(name, wanted, reading->out, &why))
            tell(reading, FAILURE_PROVISION_SETTING, name, 2, why.detail);
    }
}

static void take_members(struct reading *reading, json_t *root)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        const char *name = members[i].name;
        json_t *value = json_object_get(root, name);
        struct fault why = {0};

        if (!value && members[i].needed)
            tell(reading, FAILURE_PROVISION_MISSING, name, 1, name);
        else if (value && !members[i].take)
            take_settings(reading, value);
        else if (value && !members[i].take(value, reading->out, &why))
            tell(reading, members[i].wrong, name, 1, why.detail[0] ? why.detail : name);
    }
}

// Tells all that is wrong; true if nothing is.
static bool read_text(struct span text, struct provision_file *out, struct finding_sink sink)
{
    enum verdict verdict = VERDICT_OK;
    struct reading reading = {.text = text, .out = out, .sink = sink, .ok = true};
    memset(out, 0, sizeof(*out));
    json_t *root = ijson_read(text, &verdict);
    if (json_is_object(root)) {
        look_for_other_names(&reading, root);
        take_members(&reading, root);
    } else {
        tell_form(&reading, verdict_failure(verdict, FAILURE_PROVISION_FORM),
                  root ? "no JSON object" : verdict_word(verdict));
    }

    json_decref(root);
    if (!hash_sha256(text, out->hash))
        tell(&reading, FAILURE_INTERNAL, "", 1, "SHA-256");
    return reading.ok;
}

static void keep_first(void *userdata, const struct finding *finding)
{
    struct finding *first = userdata;
    if (first->fault.failure == FAILURE_NONE)
        *first = *finding;
}

bool provision_file_parse(struct span text, struct provision_file *out, struct fault *fault)
{
    struct finding first = {0};
    bool ok = read_text(text, out, (struct finding_sink){keep_first, &first});
    if (!ok && fault)
        *fault = first.fault;
    return ok;
}

// ---- where it comes from -----------------------------------------------------------------

static bool read_all(int file, const char *name, uint8_t *out, size_t *size,
                     struct fault *fault)
{
    size_t have = 0;
    ssize_t got = 1;
    while (got > 0 && have < PROVISION_FILE_MAX) {
        do
            got = read(file, out + have, PROVISION_FILE_MAX - have);
        while (got < 0 && errno == EINTR);
        have += got > 0 ? (size_t)got : 0;
    }

    if (got < 0)
        return fault_set(fault, FAILURE_PROVISION_UNREADABLE, "%.180s: %s", name,
                         strerror(errno));
    if (have == PROVISION_FILE_MAX)
        return fault_set(fault, FAILURE_PROVISION_FORM, "%.180s: %u bytes or more", name,
                         PROVISION_FILE_MAX);
    *size = have;
    return true;
}

// The file of a credential; false if there can be none of that name.
static bool credential_path(const char *name, const char *folder, char out[static PATH_MAX],
                            struct fault *fault)
{
    const char *plain = name + strlen(CREDENTIAL_PREFIX);
    if (!folder || !folder[0])
        return fault_set(fault, FAILURE_PROVISION_UNREADABLE,
                         "%.100s: systemd gave no credentials", name);
    if (!plain[0] || strchr(plain, '/') || strcmp(plain, ".") == 0 || strcmp(plain, "..") == 0)
        return fault_set(fault, FAILURE_PROVISION_UNREADABLE, "%.100s: no name of a credential",
                         name);
    return snprintf(out, PATH_MAX, "%s/%s", folder, plain) < PATH_MAX ||
           fault_set(fault, FAILURE_PROVISION_UNREADABLE, "%.100s: a very long name", name);
}

static int open_named(const char *name, const char *credentials, struct fault *fault)
{
    char path[PATH_MAX];
    if (strcmp(name, "-") == 0)
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    if (strncmp(name, CREDENTIAL_PREFIX, strlen(CREDENTIAL_PREFIX)) == 0) {
        if (!credential_path(name, credentials, path, fault))
            return -1;
        name = path;
    }

    int file = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        fault_set(fault, FAILURE_PROVISION_UNREADABLE, "%.180s: %s", name, strerror(errno));
    return file;
}

// At most PROVISION_FILE_MAX bytes.
static bool read_named(const char *name, const char *credentials, uint8_t *text, size_t *size,
                       struct fault *fault)
{
    fault_set(fault, FAILURE_PROVISION_UNREADABLE, "%.180s", name);
    int file = open_named(name, credentials, fault);
    if (file < 0)
        return false;
    bool ok = read_all(file, name, text, size, fault);
    close(file);
    return ok;
}

bool provision_file_read(const char *name, const char *credentials, struct provision_file *out,
                         struct fault *fault)
{
    uint8_t text[PROVISION_FILE_MAX];
    size_t size = 0;
    bool ok = read_named(name, credentials, text, &size, fault) &&
              provision_file_parse(span_of(text, size), out, fault);
    sodium_memzero(text, sizeof(text));
    return ok;
}

bool provision_file_check(const char *name, const char *credentials, struct finding_sink sink)
{
    uint8_t text[PROVISION_FILE_MAX];
    size_t size = 0;
    struct provision_file file;
    struct finding whole = {0};
    bool ok = read_named(name, credentials, text, &size, &whole.fault);
    if (ok)
        ok = read_text(span_of(text, size), &file, sink);
    else
        sink.take(sink.userdata, &whole);

    sodium_memzero(text, sizeof(text));
    sodium_memzero(&file, sizeof(file));
    return ok;
}
