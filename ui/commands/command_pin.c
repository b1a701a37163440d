// SPDX-License-Identifier: MIT
#include "ui/commands/command_pin.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "console/line.h"
#include "console/signals.h"
#include "net/dialects/dialects.h"
#include "net/pairings/administrator.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/pin.h"
#include "net/signer/signer_store.h"
#include "ui/app/app.h"
#include "ui/terminal/terminal.h"
#include "ui/text/fault_line.h"
#include "ui/text/language.h"

#define LINE_MAX_BYTES (PIN_DIGITS_MAX + 2) // a digit too many is seen, not cut off

struct pins {
    char old[LINE_MAX_BYTES], new[LINE_MAX_BYTES];
};

// The PIN that seals the keys, or the administrator's.
struct kind {
    const char *prompt, *prompt_new;
    bool (*is_set)(struct pairing_store *store);
    int64_t (*wait_ms)(struct pairing_store *store, int64_t now_ms);
    bool (*change)(struct pairing_store *store, struct span old_pin, struct span new_pin,
                   int64_t now_ms, int64_t *wait_ms, struct fault *fault);
    enum failure set_already, not_set;
    const char *event; // what JSON Lines say before "set"
    const char *set, *removed;
};

static const struct kind of_device = {
    .prompt = N_("PIN"),
    .prompt_new = N_("New PIN, 6 to 32 digits"),
    .is_set = pairing_store_has_pin,
    .wait_ms = pairing_store_pin_wait_ms,
    .change = pairing_store_change_pin,
    .set_already = FAILURE_PIN_IS_SET,
    .not_set = FAILURE_PIN_NOT_SET,
    .event = "\"event\":\"pin\"",
    .set = N_("This PIN is asked before each sign-in from now on."),
    .removed = N_("This device has no PIN any more: whoever has it can approve."),
};

static const struct kind of_administrator = {
    .prompt = N_("Administrator PIN"),
    .prompt_new = N_("New administrator PIN, 6 to 32 digits"),
    .is_set = administrator_is_set,
    .wait_ms = administrator_wait_ms,
    .change = administrator_change,
    .set_already = FAILURE_ADMINISTRATOR_IS_SET,
    .not_set = FAILURE_ADMINISTRATOR_NOT_SET,
    .event = "\"event\":\"pin\",\"administrator\":true",
    .set = N_("A kiosk can now be paired and set up at its screen with this PIN."),
    .removed = N_("A kiosk can no longer be paired or set up at its screen."),
};

static bool read_digits(const char *prompt, char out[static LINE_MAX_BYTES],
                        enum failure no_line, struct fault *fault)
{
    enum line_end end = line_read(LINE_SECRET, prompt, out, LINE_MAX_BYTES);
    if (end == LINE_STOPPED)
        return fault_set(fault, FAILURE_INTERRUPTED, "%s", _("by a signal"));
    return end == LINE_READ || fault_set(fault, no_line, _("no line with a PIN"));
}

static bool read_old(const struct kind *kind, char out[static LINE_MAX_BYTES],
                     struct fault *fault)
{
    return read_digits(_(kind->prompt), out, FAILURE_KEY_WRONG_PIN, fault);
}

static bool read_new(const struct kind *kind, char out[static LINE_MAX_BYTES],
                     struct fault *fault)
{
    char again[LINE_MAX_BYTES] = "";

    if (!read_digits(_(kind->prompt_new), out, FAILURE_PIN_FORM, fault))
        return false;
    if (!pin_is_good(span_str(out)))
        return fault_set(fault, FAILURE_PIN_FORM,
                         ngettext("%zu character", "%zu characters", strlen(out)), strlen(out));

    if (!isatty(STDIN_FILENO))
        return true;
    bool came = read_digits(_("The same again"), again, FAILURE_PIN_FORM, fault);
    bool same = came && strcmp(out, again) == 0;
    sodium_memzero(again, sizeof(again));
    if (came && !same)
        fault_set(fault, FAILURE_PIN_FORM, _("the two are not the same"));
    return same;
}

// What would fail anyhow is said before anything is asked.
static bool may_begin(const struct kind *kind, struct pairing_store *store, bool set,
                      struct fault *fault)
{
    bool is_set = kind->is_set(store);
    if (set && is_set)
        return fault_set(fault, kind->set_already, "pin set");
    if (!set && !is_set)
        return fault_set(fault, kind->not_set, _("nothing to change"));
    int64_t wait_ms = set ? 0 : kind->wait_ms(store, app_now_ms());
    return wait_ms == 0 ||
           fault_set(fault, FAILURE_KEY_WAIT, _("%lld s"), (long long)(wait_ms + 999) / 1000);
}

static bool change(const struct kind *kind, struct pairing_store *store, const char *verb,
                   struct pins *pins, struct fault *fault)
{
    bool set = strcmp(verb, "set") == 0, remove = strcmp(verb, "remove") == 0;
    int64_t wait_ms;

    if (!set && !remove && strcmp(verb, "change") != 0)
        return fault_set(fault, FAILURE_USAGE, _("'%.40s': set, change, remove or hash"), verb);
    if (!may_begin(kind, store, set, fault) || (!set && !read_old(kind, pins->old, fault)) ||
        (!remove && !read_new(kind, pins->new, fault)))
        return false;

    // An empty old PIN would mean that none is set.
    if (!set && pins->old[0] == '\0')
        return fault_set(fault, FAILURE_KEY_WRONG_PIN, _("an empty line"));

    // Once it has begun it holds for all keys or for none, and goes on to its end.
    if (signals_came())
        return fault_set(fault, FAILURE_INTERRUPTED, "%s", _("by a signal"));
    return kind->change(store, span_str(pins->old), span_str(pins->new), app_now_ms(), &wait_ms,
                        fault);
}

// A keyring, and the person whom it asks for its password, is waited for until then.
static void on_signal(void *userdata)
{
    pairing_store_leave(userdata);
}

static bool change_until_signal(const struct kind *kind, struct pairing_store *store,
                                const char *verb, struct fault *fault)
{
    struct signals_watch signals;
    struct pins *pins = sodium_malloc(sizeof(*pins));
    if (!pins)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    memset(pins, 0, sizeof(*pins));

    bool done = false;
    if (signals_watch_start(&signals, on_signal, store, fault)) {
        done = change(kind, store, verb, pins, fault);
        signals_watch_stop(&signals);
    }
    sodium_free(pins);
    if (!done && signals_came())
        fault_set(fault, FAILURE_INTERRUPTED, "%s", _("by a signal"));
    return done;
}

static bool read_and_hash(char out[static ADMINISTRATOR_HASH_SIZE], struct fault *fault)
{
    // No store is opened here, which would have done it.
    char *pin = sodium_init() < 0 ? NULL : sodium_malloc(LINE_MAX_BYTES);
    if (!pin)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    bool done = read_new(&of_administrator, pin, fault) &&
                administrator_hash(span_str(pin), out, fault);
    sodium_free(pin);
    return done;
}

static enum exit_code print_hash(const struct options *options)
{
    char hash[ADMINISTRATOR_HASH_SIZE];
    struct fault fault = {0};
    suspend_block();
    if (!read_and_hash(hash, &fault))
        return terminal_tell_fault(options, &fault);
    if (options->face == FACE_JSON)
        printf("{\"event\":\"pin-hash\",\"argon2id\":\"%s\"}\n", hash);
    else
        printf("%s\n", hash);
    return EXIT_CODE_OK;
}

enum exit_code command_pin(const struct options *options, const struct paths *paths)
{
    if (strcmp(options->files[0], "hash") == 0)
        return print_hash(options);

    const struct kind *kind = options->administrator ? &of_administrator : &of_device;
    struct fault fault = {0};
    suspend_block();
    struct pairing_store *store =
        signer_store_open(paths->data, dialects, fault_line_tell, NULL, &fault);
    if (!store)
        return terminal_tell_fault(options, &fault);

    bool done = change_until_signal(kind, store, options->files[0], &fault);
    bool is_set = kind->is_set(store);
    pairing_store_close(store);

    if (!done)
        return terminal_tell_fault(options, &fault);
    if (options->face == FACE_JSON)
        printf("{%s,\"set\":%s}\n", kind->event, is_set ? "true" : "false");
    else
        printf("%s\n", is_set ? _(kind->set) : _(kind->removed));
    return EXIT_CODE_OK;
}
