// SPDX-License-Identifier: MIT
#include "net/pairings/signer.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "net/pairings/pin.h"
#include "net/pairings/pin_change.h"
#include "net/pairings/signer_journal.h"
#include "net/pairings/signer_keys.h"

void signer_init(struct signer *signer, int folder, const struct dialect *const *dialects)
{
    *signer = (struct signer){.folder = folder, .dialects = dialects};
}

void signer_destroy(struct signer *signer)
{
    seal_free(signer->seal);
    signer->seal = NULL;
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

static bool unlock(struct signer *signer, const struct signer_pins *pins, int64_t *wait_ms,
                   struct fault *fault)
{
    if (!pin_change_finish(signer->folder, fault))
        return false;
    int held = pin_lock(signer->folder, fault);
    if (held < 0)
        return false;

    struct seal_secret secret = signer_secret(pins, &pins->old);
    struct seal *seal = pin_open(signer->folder, &secret, pins->now_ms, wait_ms, fault);
    close(held);
    if (!seal)
        return false;
    seal_free(signer->seal);
    signer->seal = seal;
    return true;
}

// With the lock held.
static bool change(const struct signer *signer, const struct signer_pins *pins,
                   int64_t *wait_ms, struct fault *fault)
{
    int folder = signer->folder;
    struct seal_secret old_secret = signer_secret(pins, &pins->old);
    struct seal_secret new_secret = signer_secret(pins, &pins->new);
    struct seal *old = NULL, *new = NULL;
    bool ok = false;

    if (pin_is_set(folder) && old_secret.pin.n == 0)
        return fault_set(fault, FAILURE_PIN_IS_SET, "give the old one");
    if (old_secret.pin.n > 0 &&
        !(old = pin_open(folder, &old_secret, pins->now_ms, wait_ms, fault)))
        return false;
    if (new_secret.pin.n == 0 || (new = seal_make(&new_secret, fault)))
        ok = pin_change(folder, old, new, fault);
    seal_free(old);
    seal_free(new);
    return ok;
}

static bool change_pin(struct signer *signer, const struct signer_pins *pins, int64_t *wait_ms,
                       struct fault *fault)
{
    if (pins->new.size > 0 && !pin_is_good(signer_pin_span(&pins->new)))
        return fault_set(fault, FAILURE_PIN_FORM, "%u characters", pins->new.size);
    int held = pin_lock(signer->folder, fault);
    if (held < 0)
        return false;
    bool ok = change(signer, pins, wait_ms, fault);
    close(held);
    lock(signer);
    return ok;
}

// ---- keys ------------------------------------------------------------------------------

static bool add_key(struct secret_keys *keys, struct fault *fault)
{
    uint8_t *seed = sodium_malloc(KEY_SEED_SIZE);
    if (!seed)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    randombytes_buf(seed, KEY_SEED_SIZE);
    bool added = secret_keys_add(keys, seed) ||
                 fault_set(fault, FAILURE_PAIRING_DAMAGED, "the key in use is not there");
    sodium_free(seed);
    return added;
}

// Of a pairing that is kept no key is written over.
static bool is_new(const struct signer *signer, const char *id)
{
    struct pairing record;
    struct fault why = {0};
    return !pairing_record_load(signer->folder, signer->dialects, id, &record, &why) &&
           why.failure == FAILURE_PAIRING_UNKNOWN;
}

static bool make_key(struct signer *signer, const char *id,
                     uint8_t public_key[static PUBLIC_KEY_SIZE], struct fault *fault)
{
    if (!is_new(signer, id))
        return fault_set(fault, FAILURE_SIGNER_REFUSED, "a pairing that is there already");
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

// The keys are in memory for as long as it takes to sign.
static bool sign(struct signer *signer, const struct signer_request *request,
                 const struct pairing *record, struct envelope_signature *out,
                 struct fault *fault)
{
    const struct signer_body *body = &request->body;
    struct secret_keys *keys =
        signer_read_keys(signer->folder, signer->seal, request->id, fault);
    if (!keys)
        return false;

    const struct signer_case about = {record, keys, signer->seal != NULL};
    bool ok = signer_may_sign(&signer->held, &about, request->id, body, fault);
    for (size_t i = 0; ok && i < body->keys; i++)
        ok = envelope_sign((enum message)body->message, span_of(body->bytes, body->size),
                           secret_keys_find(keys, body->key_id[i])->secret, &out[i]);
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
        return sign(signer, request, there ? &record : NULL, answer->signature, fault);
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

bool signer_take(struct signer *signer, const struct signer_request *request,
                 struct signer_answer *answer)
{
    struct fault fault = {0};
    sodium_memzero(answer, sizeof(*answer));
    if (!signer_request_is_good(request))
        return false;

    if (!take(signer, request, answer, &fault)) {
        answer->failure = fault.failure;
        memcpy(answer->detail, fault.detail, sizeof(answer->detail));
    }
    answer->act = request->act;
    return true;
}
