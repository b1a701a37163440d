// SPDX-License-Identifier: MIT
#include "ui/command_pin.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "net/pairing.h"
#include "net/pin.h"
#include "ui/app.h"
#include "ui/language.h"
#include "ui/secret_line.h"
#include "ui/terminal.h"

#define LINE_MAX_BYTES (PIN_DIGITS_MAX + 2) // a digit too many is seen, not cut off

struct pins {
    char old[LINE_MAX_BYTES], new[LINE_MAX_BYTES];
};

static bool read_old(char out[static LINE_MAX_BYTES], struct fault *fault)
{
    return secret_line_read(_("PIN"), out, LINE_MAX_BYTES) ||
           fault_set(fault, FAILURE_KEY_WRONG_PIN, _("no line with a PIN"));
}

static bool read_new(char out[static LINE_MAX_BYTES], struct fault *fault)
{
    char again[LINE_MAX_BYTES] = "";
    if (!secret_line_read(_("New PIN, 6 to 32 digits"), out, LINE_MAX_BYTES))
        return fault_set(fault, FAILURE_PIN_FORM, _("no line with a PIN"));
    if (!pin_is_good(span_str(out)))
        return fault_set(fault, FAILURE_PIN_FORM,
                         ngettext("%zu character", "%zu characters", strlen(out)), strlen(out));
    if (!isatty(STDIN_FILENO))
        return true;
    bool same =
        secret_line_read(_("The same again"), again, sizeof(again)) && strcmp(out, again) == 0;
    sodium_memzero(again, sizeof(again));
    return same || fault_set(fault, FAILURE_PIN_FORM, _("the two are not the same"));
}

// What would fail anyhow is said before anything is asked.
static bool may_begin(struct pairing_store *store, bool set, struct fault *fault)
{
    bool has_pin = pairing_store_has_pin(store);
    if (set && has_pin)
        return fault_set(fault, FAILURE_PIN_IS_SET, "pin set");
    if (!set && !has_pin)
        return fault_set(fault, FAILURE_PIN_NOT_SET, _("nothing to change"));
    int64_t wait_ms = set ? 0 : pairing_store_pin_wait_ms(store, app_now_ms());
    return wait_ms == 0 ||
           fault_set(fault, FAILURE_KEY_WAIT, _("%lld s"), (long long)(wait_ms + 999) / 1000);
}

static bool change(struct pairing_store *store, const char *verb, struct pins *pins,
                   struct fault *fault)
{
    bool set = strcmp(verb, "set") == 0, remove = strcmp(verb, "remove") == 0;
    int64_t wait_ms;
    if (!set && !remove && strcmp(verb, "change") != 0)
        return fault_set(fault, FAILURE_USAGE, _("'%.40s': set, change or remove"), verb);
    if (!may_begin(store, set, fault) || (!set && !read_old(pins->old, fault)) ||
        (!remove && !read_new(pins->new, fault)))
        return false;
    // An empty old PIN would mean that none is set.
    if (!set && pins->old[0] == '\0')
        return fault_set(fault, FAILURE_KEY_WRONG_PIN, _("an empty line"));
    return pairing_store_change_pin(store, span_str(pins->old), span_str(pins->new),
                                    app_now_ms(), &wait_ms, fault);
}

enum exit_code command_pin(const struct options *options, const struct paths *paths)
{
    struct fault fault = {0};
    struct pairing_store *store = pairing_store_open(paths->data, &fault);
    if (!store)
        return terminal_tell_fault(options, &fault);
    struct pins *pins = sodium_malloc(sizeof(*pins));
    bool done = false;
    if (pins) {
        memset(pins, 0, sizeof(*pins));
        done = change(store, options->files[0], pins, &fault);
    } else {
        fault_set(&fault, FAILURE_MEMORY, "guarded memory");
    }
    sodium_free(pins);
    bool has_pin = pairing_store_has_pin(store);
    pairing_store_close(store);
    if (!done)
        return terminal_tell_fault(options, &fault);
    if (options->face == FACE_JSON)
        printf("{\"event\":\"pin\",\"set\":%s}\n", has_pin ? "true" : "false");
    else
        printf("%s\n", has_pin
                           ? _("The keys of this device are sealed by this PIN.")
                           : _("This device has no PIN any more: its keys are not sealed."));
    return EXIT_CODE_OK;
}
