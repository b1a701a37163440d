// SPDX-License-Identifier: MIT
#include "net/pairings/signer.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "net/pairings/pin.h"
#include "net/pairings/pin_change.h"
#include "net/pairings/signer_journal.h"
#include "net/pairings/signer_keys.h"
#include "net/pairings/storage_fault.h"

void signer_init(struct signer *signer, int folder, const struct dialect *const *dialects)
{
    *signer = (struct signer){
        .folder = folder,
        .dialects = dialects,
        .cost = {SEAL_PASSES, SEAL_MEMORY_KIB},
    };
}

void signer_destroy(struct signer *signer)
{
    seal_free(signer->seal);
    seal_part_free(signer->part);
    signer->seal = NULL;
    signer->part = NULL;
}

// ---- the PIN ---------------------------------------------------------------------------

// A number whose statement could not be stored was never sent: the program comes with it again.
// From here on the record says which are used.
static bool lock(struct signer *signer)
{
    seal_free(signer->seal);
    signer->seal = NULL;
    signer->held = (struct signer_held){0};
    return true;
}

// What a person typed, and what the signer was handed.
static struct seal_secret secret_of(const struct signer *signer, const struct signer_pins *pins,
                                    const struct signer_pin *pin)
{
    struct seal_secret secret = signer_secret(pins, pin);
    secret.part = signer->part;
    secret.tpm = signer->tpm;
    return secret;
}

// The same for a seal that is to be made with a part of that kind.
static bool new_secret(const struct signer *signer, enum seal_part_kind kind,
                       const struct seal_part *part, struct seal_secret *secret,
                       struct fault *fault)
{
    bool by_tpm = kind == SEAL_PART_TPM;
    if (by_tpm && !signer->tpm)
        return fault_set(fault, FAILURE_KEY_TPM_MISSING, "none is asked");
    secret->tpm = by_tpm ? signer->tpm : NULL;
    secret->part = by_tpm || kind == SEAL_PART_NONE ? NULL : part;
    return true;
}

static bool unlock(struct signer *signer, const struct signer_pins *pins, int64_t *wait_ms,
                   struct fault *fault)
{
    if (!pin_change_finish(signer->folder, fault))
        return false;
    int held = pin_lock(signer->folder, fault);
    if (held < 0)
        return false;

    struct seal_secret secret = secret_of(signer, pins, &pins->old);
    struct seal *seal = pin_open(signer->folder, &secret, pins->now_ms, wait_ms, fault);
    close(held);
    if (!seal)
        return false;
    seal_free(signer->seal);
    signer->seal = seal;
    return true;
}

// The seal in force; NULL with `ok` where there is none. With the lock held.
static struct seal *open_old(const struct signer *signer, const struct signer_pins *pins,
                             int64_t *wait_ms, bool *ok, struct fault *fault)
{
    struct seal_secret secret = secret_of(signer, pins, &pins->old);
    struct pin_in_force force = {0};
    struct seal *seal = NULL;
    bool with_pin = secret.pin.n > 0;

    *ok = with_pin || pin_in_force(signer->folder, &force, fault);
    if (!*ok)
        return NULL;
    if (with_pin)
        seal = pin_open(signer->folder, &secret, pins->now_ms, wait_ms, fault);
    else if (force.is_set)
        seal = pin_open_by_part(signer->folder, signer->part, signer->tpm, fault);
    *ok = seal || (!with_pin && !force.is_set);
    return seal;
}

// From the seal in force to another one, or, with neither PIN nor part, to none. With the lock
// held.
static bool change(const struct signer *signer, const struct signer_pins *pins,
                   const struct seal_secret *secret, int64_t *wait_ms, struct fault *fault)
{
    struct seal *new = NULL;
    bool ok, sealed = secret->pin.n > 0 || secret->part || secret->tpm;
    struct seal *old = open_old(signer, pins, wait_ms, &ok, fault);
    if (!ok)
        return false;

    if (!sealed || (new = seal_make(secret, signer->cost, fault)))
        ok = pin_change(signer->folder, old, new, fault);
    else
        ok = false;
    seal_free(old);
    seal_free(new);
    return ok;
}

// What seals now. Without the PIN that is in it nothing is changed: `without`.
static bool read_force(const struct signer *signer, const struct signer_pins *pins,
                       enum failure without, struct pin_in_force *out, struct fault *fault)
{
    struct pin_in_force force = {0};
    if (!pin_in_force(signer->folder, &force, fault))
        return false;
    if (force.is_set && force.by_pin && pins->old.size == 0)
        return fault_set(fault, without, "give the PIN in force");
    *out = force;
    return true;
}

static bool change_pin(struct signer *signer, const struct signer_pins *pins, int64_t *wait_ms,
                       struct fault *fault)
{
    if (pins->new.size > 0 && !pin_is_good(signer_pin_span(&pins->new)))
        return fault_set(fault, FAILURE_PIN_FORM, "%u characters", pins->new.size);
    int held = pin_lock(signer->folder, fault);
    if (held < 0)
        return false;

    struct pin_in_force force = {0};
    struct seal_secret new = secret_of(signer, pins, &pins->new);
    bool ok = read_force(signer, pins, FAILURE_PIN_IS_SET, &force, fault) &&
              new_secret(signer, force.part, signer->part, &new, fault) &&
              change(signer, pins, &new, wait_ms, fault);
    close(held);
    lock(signer);
    return ok;
}

// ---- the part --------------------------------------------------------------------------

static struct seal_part *copy_of(const struct signer_part *given, struct fault *fault)
{
    struct seal_part *part = sodium_malloc(sizeof(*part));
    if (!part) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
        return NULL;
    }
    part->kind = (enum seal_part_kind)given->kind;
    memcpy(part->secret, given->secret, sizeof(part->secret));
    return part;
}

static void hold_part(struct signer *signer, struct seal_part *part)
{
    seal_part_free(signer->part);
    signer->part = part;
}

static bool take_part(struct signer *signer, const struct signer_part *given,
                      struct fault *fault)
{
    struct seal_part *part = NULL;
    if (given->kind != SEAL_PART_NONE && !(part = copy_of(given, fault)))
        return false;
    hold_part(signer, part);
    return true;
}

// The PIN stays as it is.
static bool change_part(struct signer *signer, const struct signer_part *given,
                        int64_t *wait_ms, struct fault *fault)
{
    struct seal_part *part = NULL;
    bool is_handed = given->kind != SEAL_PART_NONE && given->kind != SEAL_PART_TPM;
    if (is_handed && !(part = copy_of(given, fault)))
        return false;

    struct pin_in_force force = {0};
    int held = pin_lock(signer->folder, fault);
    bool ok =
        held >= 0 && read_force(signer, &given->pins, FAILURE_KEY_WRONG_PIN, &force, fault);
    struct seal_secret new = secret_of(signer, &given->pins, &given->pins.old);
    ok = ok && new_secret(signer, (enum seal_part_kind)given->kind, part, &new, fault) &&
         change(signer, &given->pins, &new, wait_ms, fault);
    if (held >= 0)
        close(held);

    lock(signer);
    if (ok || (fault && fault->failure == FAILURE_PIN_UNFINISHED))
        hold_part(signer, part);
    else
        seal_part_free(part);
    return ok;
}

// Where no PIN is asked for, the part opens by itself: anew each time, as another program may
// have changed what seals. False with a fault where it does not.
static bool open_by_part(struct signer *signer, struct fault *fault)
{
    struct fault why = {0};
    if (signer->seal && signer->seal->by_pin)
        return true;
    seal_free(signer->seal);
    signer->seal = pin_open_by_part(signer->folder, signer->part, signer->tpm, &why);
    return why.failure == FAILURE_NONE || fault_set(fault, why.failure, "%s", why.detail);
}

// ---- keys ------------------------------------------------------------------------------

static bool add_key(struct secret_keys *keys, struct fault *fault)
{
    uint8_t *seed = sodium_malloc(KEY_SEED_SIZE);
    if (!seed)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    randombytes_buf(seed, KEY_SEED_SIZE);
    bool added = secret_keys_add(keys, seed, fault);
    sodium_free(seed);
    return added;
}

// Of a pairing that is kept no key is written over.
static bool is_new(const struct signer *signer, const char *id, struct fault *fault)
{
    struct pairing record;
    struct fault why = {0};
    bool there = pairing_record_load(signer->folder, signer->dialects, id, &record, &why);
    if (!there && why.failure == FAILURE_PAIRING_UNKNOWN)
        return true;
    if (!there && storage_is_unknown(why.failure))
        return fault_set(fault, why.failure, "%s", why.detail);
    return fault_set(fault, FAILURE_SIGNER_REFUSED, "a pairing that is there already");
}

static bool make_key(struct signer *signer, const char *id,
                     uint8_t public_key[static PUBLIC_KEY_SIZE], struct fault *fault)
{
    if (!is_new(signer, id, fault))
        return false;
    struct secret_keys *keys = secret_keys_new();
    if (!keys)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    bool ok = add_key(keys, fault) &&
              signer_write_keys(signer->folder, signer->seal, id, keys, fault);
    if (ok)
        memcpy(public_key, keys->key[0].public_key, PUBLIC_KEY_SIZE);
    secret_keys_free(keys);
    return ok;
}

// The other key of the file than `id`; NULL if there is none.
static const struct secret_key *other_key(const struct secret_keys *keys,
                                          const uint8_t id[static KEY_ID_SIZE])
{
    for (size_t i = 0; i < keys->count; i++)
        if (memcmp(keys->key[i].id, id, KEY_ID_SIZE) != 0)
            return &keys->key[i];
    return NULL;
}

// The record names the key that waits, if one does: a key that it does not name was never sent.
static bool follow_key(struct signer *signer, const struct pairing *record,
                       const uint8_t key_id[static KEY_ID_SIZE],
                       uint8_t public_key[static PUBLIC_KEY_SIZE], struct fault *fault)
{
    struct secret_keys *keys =
        signer_read_keys(signer->folder, signer->seal, record->id, fault);
    if (!keys)
        return false;

    const struct secret_key *next = NULL;
    for (size_t i = 0; i < record->key_count; i++)
        if (memcmp(record->key[i].id, key_id, KEY_ID_SIZE) != 0)
            next = secret_keys_find(keys, record->key[i].id);

    bool ok = true;
    if (!next) {
        secret_keys_keep(keys, key_id);
        ok = add_key(keys, fault) &&
             signer_write_keys(signer->folder, signer->seal, record->id, keys, fault);
        next = ok ? other_key(keys, key_id) : NULL;
    }
    if (next)
        memcpy(public_key, next->public_key, PUBLIC_KEY_SIZE);
    secret_keys_free(keys);
    return ok;
}

static bool keep_key(struct signer *signer, const char *id,
                     const uint8_t key_id[static KEY_ID_SIZE], struct fault *fault)
{
    struct secret_keys *keys = signer_read_keys(signer->folder, signer->seal, id, fault);
    if (!keys)
        return false;
    bool ok = secret_keys_find(keys, key_id) != NULL ||
              fault_set(fault, FAILURE_PAIRING_DAMAGED, "the key in use is not there");
    if (ok) {
        secret_keys_keep(keys, key_id);
        ok = signer_write_keys(signer->folder, signer->seal, id, keys, fault);
    }
    secret_keys_free(keys);
    return ok;
}

// ---- signing ---------------------------------------------------------------------------

// What was shown counts as answered, and a number as used, once all is signed: what failed can
// be asked for again.
static bool sign(struct signer *signer, const struct signer_request *request,
                 const struct pairing *record, struct signer_signed *out, struct fault *fault)
{
    const struct signer_body *body = &request->body;
    struct secret_keys *keys =
        signer_read_keys(signer->folder, signer->seal, request->id, fault);
    if (!keys)
        return false;

    const struct signer_case about = {record, keys, signer->seal && signer->seal->by_pin};
    struct signer_held held = signer->held;
    struct signer_signed made = {0};
    bool ok = signer_may_sign(&held, &about, request->id, body, fault);
    for (size_t i = 0; ok && i < body->keys; i++)
        ok = envelope_sign((enum message)body->message, span_of(body->bytes, body->size),
                           secret_keys_find(keys, body->key_id[i])->secret,
                           &made.signature[i]) ||
             fault_set(fault, FAILURE_INTERNAL, "signer: Ed25519");
    ok = ok &&
         signer_tell_journal(signer->folder, body,
                             secret_keys_find(keys, body->key_id[0])->secret, &made, fault);

    if (ok) {
        signer->held = held;
        *out = made;
    }
    secret_keys_free(keys);
    return ok;
}

// ---- passwords -------------------------------------------------------------------------

static bool tell_password(struct signer *signer, const char *id,
                          char out[static APP_PASSWORD_MAX + 1], struct fault *fault)
{
    struct app_password *password =
        signer_read_password(signer->folder, signer->seal, id, fault);
    if (!password)
        return false;
    memcpy(out, password->text, sizeof(password->text));
    app_password_free(password);
    return true;
}

static bool keep_password(struct signer *signer, const struct signer_request *request,
                          struct fault *fault)
{
    struct app_password *password = app_password_new();
    if (!password)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    memcpy(password->text, request->password, sizeof(password->text));
    bool ok = signer_write_password(signer->folder, signer->seal, request->id, password, fault);
    app_password_free(password);
    return ok;
}

// ---- messages --------------------------------------------------------------------------

static bool take_of_pairing(struct signer *signer, const struct signer_request *request,
                            const struct pairing *record, struct signer_answer *answer,
                            struct fault *fault)
{
    struct span shown = span_of(request->shown.text, request->shown.size);
    // A copy: in some builds gcc takes one member of the request for another's bytes.
    uint8_t key_id[KEY_ID_SIZE];
    memcpy(key_id, request->key_id, sizeof(key_id));

    switch (request->act) {
    case SIGNER_CHECK:
        return signer_check_secrets(signer->folder, request->id, record->key[0].id,
                                    record->dialect->has_password, fault);
    case SIGNER_FOLLOW_KEY:
        return follow_key(signer, record, key_id, answer->public_key, fault);
    case SIGNER_SHOW_CONTEXT:
        return signer_hold_context(&signer->held, record, shown, fault);
    case SIGNER_SHOW_CODE:
        return signer_hold_code(&signer->held, record, shown, fault);
    default:
        return fault_set(fault, FAILURE_INTERNAL, "signer: act %u", request->act);
    }
}

// The record is read anew each time: it is what the person has kept, not what the program says.
static bool take_with_record(struct signer *signer, const struct signer_request *request,
                             struct signer_answer *answer, struct fault *fault)
{
    struct pairing record;
    struct fault why = {0};
    bool there =
        pairing_record_load(signer->folder, signer->dialects, request->id, &record, &why);
    if (request->act == SIGNER_SIGN && (there || why.failure == FAILURE_PAIRING_UNKNOWN))
        return sign(signer, request, there ? &record : NULL, &answer->signed_body, fault);
    if (!there)
        return fault_set(fault, why.failure, "%s", why.detail);
    return take_of_pairing(signer, request, &record, answer, fault);
}

static bool take(struct signer *signer, const struct signer_request *request,
                 struct signer_answer *answer, struct fault *fault)
{
    uint8_t key_id[KEY_ID_SIZE];
    memcpy(key_id, request->key_id, sizeof(key_id));

    switch (request->act) {
    case SIGNER_UNLOCK:
        return unlock(signer, &request->pins, &answer->wait_ms, fault);
    case SIGNER_LOCK:
        return lock(signer);
    case SIGNER_CHANGE_PIN:
        return change_pin(signer, &request->pins, &answer->wait_ms, fault);
    case SIGNER_TAKE_PART:
        return take_part(signer, &request->part, fault);
    case SIGNER_CHANGE_PART:
        return change_part(signer, &request->part, &answer->wait_ms, fault);
    case SIGNER_CHECK_TPM:
        return pin_check_tpm(signer->folder, signer->tpm, fault);
    case SIGNER_FINISH_PIN:
        return pin_change_finish(signer->folder, fault);
    case SIGNER_MAKE_KEY:
        return make_key(signer, request->id, answer->public_key, fault);
    case SIGNER_KEEP_KEY:
        return keep_key(signer, request->id, key_id, fault);
    case SIGNER_TELL_PASSWORD:
        return tell_password(signer, request->id, answer->password, fault);
    case SIGNER_KEEP_PASSWORD:
        return keep_password(signer, request, fault);
    case SIGNER_FOLLOW_JOURNAL:
        return signer_follow_journal(signer->folder, &request->lines, fault);
    default:
        return take_with_record(signer, request, answer, fault);
    }
}

static bool needs_keys(uint32_t act)
{
    switch (act) {
    case SIGNER_MAKE_KEY:
    case SIGNER_FOLLOW_KEY:
    case SIGNER_KEEP_KEY:
    case SIGNER_SIGN:
    case SIGNER_TELL_PASSWORD:
    case SIGNER_KEEP_PASSWORD:
        return true;
    default:
        return false;
    }
}

bool signer_take(struct signer *signer, const struct signer_request *request,
                 struct signer_answer *answer)
{
    struct fault fault = {0};
    sodium_memzero(answer, sizeof(*answer));
    if (!signer_request_is_good(request))
        return false;

    bool done = (!needs_keys(request->act) || open_by_part(signer, &fault)) &&
                take(signer, request, answer, &fault);
    if (signer->seal && !signer->seal->by_pin) { // what is needed once is held no longer
        seal_free(signer->seal);
        signer->seal = NULL;
    }
    if (!done) {
        answer->failure = fault.failure;
        memcpy(answer->detail, fault.detail, sizeof(answer->detail));
    }
    answer->act = request->act;
    return true;
}
