// SPDX-License-Identifier: MIT
#include "ui/commands/command_seal.h"

#include <sodium.h>

#include "console/line.h"
#include "console/signals.h"
#include "net/dialects/dialects.h"
#include "net/pairings/pairing_part.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/pin.h"
#include "net/signer/part_store.h"
#include "net/signer/signer_store.h"
#include "ui/app/app.h"
#include "ui/terminal/terminal.h"
#include "ui/text/fault_line.h"
#include "ui/text/language.h"

#define LINE_MAX_BYTES (PIN_DIGITS_MAX + 2) // a digit too many is seen, not cut off

// Of one run. A keyring, and the person whom it asks, is waited for until a signal comes.
struct sealing {
    struct pairing_store *store;
    struct keyring_wait *wait;
    struct signals_watch signals;
};

static void on_signal(void *userdata)
{
    struct sealing *sealing = userdata;
    keyring_wait_end(sealing->wait);
    pairing_store_leave(sealing->store);
}

static bool read_pin(struct pairing_store *store, char out[static LINE_MAX_BYTES],
                     struct fault *fault)
{
    if (!pairing_store_has_pin(store))
        return true;
    enum line_end end = line_read(LINE_SECRET, _("PIN"), out, LINE_MAX_BYTES);
    if (end == LINE_STOPPED)
        return fault_set(fault, FAILURE_INTERRUPTED, "%s", _("by a signal"));
    return (end == LINE_READ && *out) ||
           fault_set(fault, FAILURE_KEY_WRONG_PIN, _("no line with a PIN"));
}

// Whether this part may be the one that seals: it is where device.pin says so, and it may be
// where that cannot be read.
static bool may_seal(struct pairing_store *store, const struct seal_part *part)
{
    uint8_t id[SEAL_PART_ID_SIZE], own[SEAL_PART_ID_SIZE];
    return !seal_part_id(part, own) || !pairing_store_check_pin(store, NULL) ||
           (pairing_store_part(store, id) == part->kind && memcmp(id, own, sizeof(id)) == 0);
}

// A keyring has the new part before the first key is sealed by it, and the old one until the
// last is not: at no moment are there keys whose part is gone.
static bool change(const struct sealing *sealing, enum seal_part_kind kind, struct span pin,
                   struct fault *fault)
{
    struct pairing_store *store = sealing->store;
    uint8_t old_id[SEAL_PART_ID_SIZE], id[SEAL_PART_ID_SIZE];
    enum seal_part_kind old = pairing_store_part(store, old_id);
    struct seal_part *part = NULL;
    int64_t wait_ms;
    if (kind != SEAL_PART_NONE && !(part = part_store_make(kind, sealing->wait, fault)))
        return false;

    bool done = pairing_store_change_part(store, pin, part, app_now_ms(), &wait_ms, fault);
    if (done)
        (void)part_store_drop(old, old_id, sealing->wait, NULL);
    if (!done && part && !may_seal(store, part) && seal_part_id(part, id))
        (void)part_store_drop(kind, id, sealing->wait, NULL);
    seal_part_free(part);
    return done;
}

static bool was_interrupted(struct fault *fault)
{
    return signals_came() && !fault_set(fault, FAILURE_INTERRUPTED, "%s", _("by a signal"));
}

static bool seal(const struct sealing *sealing, const char *name, struct fault *fault)
{
    struct pairing_store *store = sealing->store;
    uint8_t id[SEAL_PART_ID_SIZE];
    enum seal_part_kind kind = seal_part_named(name);
    if (kind == SEAL_PART_KINDS)
        return fault_set(fault, FAILURE_USAGE, _("'%.40s': keyring, credential, tpm or file"),
                         name);
    if (kind == pairing_store_part(store, id))
        return true;

    char *pin = sodium_malloc(LINE_MAX_BYTES);
    if (!pin)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    memset(pin, 0, LINE_MAX_BYTES);
    // Once it has begun it holds for all keys or for none, and goes on to its end.
    bool done = read_pin(store, pin, fault) && !was_interrupted(fault) &&
                change(sealing, kind, span_str(pin), fault);
    sodium_free(pin);
    if (!done)
        (void)was_interrupted(fault); // which is why the keyring gave nothing
    return done;
}

static bool seal_until_signal(struct pairing_store *store, const char *name,
                              struct fault *fault)
{
    struct sealing sealing = {.store = store, .wait = keyring_wait_new()};
    bool done = false;
    if (signals_watch_start(&sealing.signals, on_signal, &sealing, fault)) {
        done = seal(&sealing, name, fault);
        signals_watch_stop(&sealing.signals);
    }
    keyring_wait_free(sealing.wait);
    return done;
}

static const char *words_of(enum seal_part_kind kind)
{
    switch (kind) {
    case SEAL_PART_KEYRING:
        return _("A part of what opens the keys is in the keyring: a copy of the files opens "
                 "nothing.");
    case SEAL_PART_CREDENTIAL:
        return _(
            "A part of what opens the keys is a credential of systemd: a copy of the files "
            "opens nothing.");
    case SEAL_PART_TPM:
        return _("A part of what opens the keys is in the TPM of this device: a copy of the "
                 "files opens nothing elsewhere.");
    default:
        return _("Nothing but the PIN, if one is set, seals the keys: the PIN of a copy of the "
                 "files can be guessed.");
    }
}

enum exit_code command_seal(const struct options *options, const struct paths *paths)
{
    struct fault fault = {0};
    uint8_t id[SEAL_PART_ID_SIZE];
    suspend_block();
    struct pairing_store *store =
        signer_store_open(paths->data, dialects, fault_line_tell, NULL, &fault);
    if (!store)
        return terminal_tell_fault(options, &fault);

    bool done = options->file_count == 0 || seal_until_signal(store, options->files[0], &fault);
    enum seal_part_kind kind = pairing_store_part(store, id);
    pairing_store_close(store);

    if (!done)
        return terminal_tell_fault(options, &fault);
    if (options->face == FACE_JSON)
        printf("{\"event\":\"seal\",\"by\":\"%s\"}\n", seal_part_name(kind));
    else
        printf("%s\n", words_of(kind));
    return EXIT_CODE_OK;
}
