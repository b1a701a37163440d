// SPDX-License-Identifier: MIT
#include "net/signer/tpm.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/pairings/seal_part.h"
#include "net/signer/tpm_object.h"

#define ANY      ESYS_TR_NONE
#define PASSWORD ESYS_TR_PASSWORD // of a key of ours: empty
#define DEVICE   "device:"

// ---- what it answers -------------------------------------------------------------------

// The number of an answer without the place of what it is about.
static TSS2_RC kind_of(TSS2_RC rc)
{
    rc &= ~TSS2_RC_LAYER_MASK;
    if (rc & TPM2_RC_FMT1)
        rc &= TPM2_RC_FMT1 | 0x3f;
    return rc;
}

static bool fail(TSS2_RC rc, const char *what, struct fault *fault)
{
    return fault_set(fault, FAILURE_KEY_TPM_FAILED, "%s: 0x%08x", what, rc);
}

static bool is_there(const struct tpm *tpm, struct fault *fault)
{
    return tpm->esys || fault_set(fault, tpm->fault.failure, "%s", tpm->fault.detail);
}

// ---- its keys --------------------------------------------------------------------------

static void flush(const struct tpm *tpm, ESYS_TR *handle)
{
    if (*handle != ESYS_TR_NONE)
        tpm->library.esys_FlushContext(tpm->esys, *handle);
    *handle = ESYS_TR_NONE;
}

// A storage key of the owner or of the maker: always the same one, until the TPM is cleared.
static TSS2_RC make_key(const struct tpm *tpm, ESYS_TR hierarchy, ESYS_TR *out,
                        TPM2B_NAME *name)
{
    const struct tpm_library *library = &tpm->library;
    const TPM2B_SENSITIVE_CREATE nothing = {0};
    const TPM2B_PUBLIC form = tpm_storage_key();
    const TPM2B_DATA no_data = {0};
    const TPML_PCR_SELECTION no_registers = {0};

    TSS2_RC rc =
        library->esys_CreatePrimary(tpm->esys, hierarchy, PASSWORD, ANY, ANY, &nothing, &form,
                                    &no_data, &no_registers, out, NULL, NULL, NULL, NULL);
    if (rc != 0) {
        *out = ESYS_TR_NONE;
        return rc;
    }

    TPM2B_NAME *made = NULL;
    rc = library->esys_TR_GetName(tpm->esys, *out, &made);
    if (rc == 0)
        *name = *made;
    else
        flush(tpm, out);
    library->esys_Free(made);
    return rc;
}

static bool make_owner_key(const struct tpm *tpm, ESYS_TR *out, TPM2B_NAME *name,
                           struct fault *fault)
{
    TSS2_RC rc = make_key(tpm, ESYS_TR_RH_OWNER, out, name);
    if (kind_of(rc) == TPM2_RC_BAD_AUTH || kind_of(rc) == TPM2_RC_AUTH_FAIL)
        return fault_set(fault, FAILURE_KEY_TPM_FAILED, "its owner has set a password");
    return rc == 0 || fail(rc, "TPM2_CreatePrimary", fault);
}

// Of one whose endorsement key cannot be had it cannot be told whether it is another one.
static void name_endorsement(const struct tpm *tpm, TPM2B_NAME *out)
{
    ESYS_TR key = ESYS_TR_NONE;
    *out = (TPM2B_NAME){0};
    (void)make_key(tpm, ESYS_TR_RH_ENDORSEMENT, &key, out);
    flush(tpm, &key);
}

// The owner's key, if it is the one under which the object was stored.
static bool find_key(const struct tpm *tpm, const struct tpm_object *object, ESYS_TR *out,
                     struct fault *fault)
{
    TPM2B_NAME owner, endorsement;
    if (!make_owner_key(tpm, out, &owner, fault))
        return false;
    if (tpm_name_is(&owner, &object->owner))
        return true;

    flush(tpm, out);
    name_endorsement(tpm, &endorsement);
    bool cleared = tpm_name_is(&endorsement, &object->endorsement);
    return fault_set(fault, cleared ? FAILURE_KEY_TPM_CLEARED : FAILURE_KEY_TPM_OTHER,
                     "its owner's key is another one");
}

// `direction`: what of the call is encrypted, TPMA_SESSION_DECRYPT what goes there,
// TPMA_SESSION_ENCRYPT what comes back.
static TSS2_RC begin_session(const struct tpm *tpm, ESYS_TR key, TPMA_SESSION direction,
                             ESYS_TR *out)
{
    const TPMT_SYM_DEF cipher = {
        .algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB};
    TSS2_RC rc = tpm->library.esys_StartAuthSession(
        tpm->esys, key, ANY, ANY, ANY, ANY, NULL, TPM2_SE_HMAC, &cipher, TPM2_ALG_SHA256, out);
    if (rc != 0)
        *out = ESYS_TR_NONE;
    return rc != 0 ? rc
                   : tpm->library.esys_TRSess_SetAttributes(
                         tpm->esys, *out, direction | TPMA_SESSION_CONTINUESESSION, 0xff);
}

// ---- locked out ------------------------------------------------------------------------

struct lockout {
    bool now;
    uint32_t seconds; // until it takes one try more
};

static TSS2_RC read_lockout(const struct tpm *tpm, struct lockout *out)
{
    TPMS_CAPABILITY_DATA *data = NULL;
    TSS2_RC rc = tpm->library.esys_GetCapability(
        tpm->esys, ANY, ANY, ANY, TPM2_CAP_TPM_PROPERTIES, TPM2_PT_PERMANENT,
        TPM2_PT_LOCKOUT_INTERVAL - TPM2_PT_PERMANENT + 1, NULL, &data);
    if (rc != 0)
        return rc;

    const TPML_TAGGED_TPM_PROPERTY *list = &data->data.tpmProperties;
    *out = (struct lockout){0};
    for (uint32_t i = 0; i < list->count && i < TPM2_MAX_TPM_PROPERTIES; i++) {
        const TPMS_TAGGED_PROPERTY *property = &list->tpmProperty[i];
        if (property->property == TPM2_PT_PERMANENT)
            out->now = (property->value & TPMA_PERMANENT_INLOCKOUT) != 0;
        if (property->property == TPM2_PT_LOCKOUT_INTERVAL)
            out->seconds = property->value;
    }
    tpm->library.esys_Free(data);
    return 0;
}

static bool tell_locked(const struct lockout *lockout, struct fault *fault)
{
    if (lockout->seconds == 0)
        return fault_set(fault, FAILURE_KEY_TPM_LOCKED, "until its owner resets it");
    return fault_set(fault, FAILURE_KEY_TPM_LOCKED, "at most %u s", lockout->seconds);
}

static bool is_not_locked(const struct tpm *tpm, struct fault *fault)
{
    struct lockout lockout;
    TSS2_RC rc = read_lockout(tpm, &lockout);
    if (rc != 0)
        return fail(rc, "TPM2_GetCapability", fault);
    return !lockout.now || tell_locked(&lockout, fault);
}

// ---- what the signer asks it -----------------------------------------------------------

static void set_auth(TPM2B_AUTH *out, struct span auth)
{
    out->size = (UINT16)auth.n;
    if (auth.n > 0)
        memcpy(out->buffer, auth.p, auth.n);
}

static TSS2_RC create(const struct tpm *tpm, ESYS_TR key, ESYS_TR session, struct span auth,
                      const uint8_t *secret, struct tpm_object *out)
{
    const TPM2B_PUBLIC form = tpm_sealed_data(auth.n > 0);
    const TPM2B_DATA no_data = {0};
    const TPML_PCR_SELECTION no_registers = {0};
    TPM2B_PRIVATE *private = NULL;
    TPM2B_PUBLIC *public = NULL;
    TPM2B_SENSITIVE_CREATE sensitive = {.sensitive.data.size = SEAL_PART_SIZE};
    set_auth(&sensitive.sensitive.userAuth, auth);
    memcpy(sensitive.sensitive.data.buffer, secret, SEAL_PART_SIZE);

    TSS2_RC rc =
        tpm->library.esys_Create(tpm->esys, key, session, ANY, ANY, &sensitive, &form, &no_data,
                                 &no_registers, &private, &public, NULL, NULL, NULL);
    sodium_memzero(&sensitive, sizeof(sensitive));
    if (rc == 0) {
        out->private = *private;
        out->public = *public;
    }
    tpm->library.esys_Free(private);
    tpm->library.esys_Free(public);
    return rc;
}

static bool make(void *userdata, struct span auth, const uint8_t *secret,
                 struct seal_tpm_object *out, struct fault *fault)
{
    const struct tpm *tpm = userdata;
    struct tpm_object object = {0};
    ESYS_TR key = ESYS_TR_NONE, session = ESYS_TR_NONE;
    if (!is_there(tpm, fault))
        return false;
    name_endorsement(tpm, &object.endorsement);
    if (!make_owner_key(tpm, &key, &object.owner, fault))
        return false;

    TSS2_RC rc = begin_session(tpm, key, TPMA_SESSION_DECRYPT, &session);
    if (rc == 0)
        rc = create(tpm, key, session, auth, secret, &object);
    flush(tpm, &session);
    flush(tpm, &key);
    return (rc == 0 || fail(rc, "TPM2_Create", fault)) &&
           tpm_object_put(&tpm->library, &object, out, fault);
}

// The key and, under it, the object; both to be flushed.
static bool load(const struct tpm *tpm, const struct seal_tpm_object *kept, ESYS_TR *key,
                 ESYS_TR *loaded, struct fault *fault)
{
    struct tpm_object object;
    *key = *loaded = ESYS_TR_NONE;
    if (!is_there(tpm, fault) || !tpm_object_take(&tpm->library, kept, &object, fault) ||
        !find_key(tpm, &object, key, fault))
        return false;

    TSS2_RC rc = tpm->library.esys_Load(tpm->esys, *key, PASSWORD, ANY, ANY, &object.private,
                                        &object.public, loaded);
    if (rc == 0)
        return true;
    *loaded = ESYS_TR_NONE;
    flush(tpm, key);
    if (kind_of(rc) == TPM2_RC_INTEGRITY)
        return fault_set(fault, FAILURE_PIN_DAMAGED, "device.pin: member \"in_tpm\"");
    return fail(rc, "TPM2_Load", fault);
}

static bool check(void *userdata, const struct seal_tpm_object *kept, bool by_pin,
                  struct fault *fault)
{
    const struct tpm *tpm = userdata;
    ESYS_TR key, loaded;
    if (!load(tpm, kept, &key, &loaded, fault))
        return false;
    flush(tpm, &loaded);
    flush(tpm, &key);
    return !by_pin || is_not_locked(tpm, fault);
}

static bool tell_unsealed(const struct tpm *tpm, TSS2_RC rc, struct fault *fault)
{
    struct lockout lockout;
    TSS2_RC kind = kind_of(rc);
    if (kind == TPM2_RC_AUTH_FAIL || kind == TPM2_RC_BAD_AUTH)
        return fault_set(fault, FAILURE_KEY_WRONG_PIN, "not the PIN of this device");
    if (kind == TPM2_RC_LOCKOUT && read_lockout(tpm, &lockout) == 0)
        return tell_locked(&lockout, fault);
    return fail(rc, "TPM2_Unseal", fault);
}

static TSS2_RC unseal(const struct tpm *tpm, ESYS_TR loaded, ESYS_TR session, struct span auth,
                      uint8_t *secret)
{
    TPM2B_SENSITIVE_DATA *data = NULL;
    TPM2B_AUTH value = {0};
    set_auth(&value, auth);
    TSS2_RC rc = tpm->library.esys_TR_SetAuth(tpm->esys, loaded, &value);
    sodium_memzero(&value, sizeof(value));
    if (rc == 0)
        rc = tpm->library.esys_Unseal(tpm->esys, loaded, session, ANY, ANY, &data);
    if (rc != 0)
        return rc;

    bool whole = data->size == SEAL_PART_SIZE;
    if (whole)
        memcpy(secret, data->buffer, SEAL_PART_SIZE);
    sodium_memzero(data, sizeof(*data));
    tpm->library.esys_Free(data);
    return whole ? 0 : TPM2_RC_SIZE;
}

static bool open_secret(void *userdata, const struct seal_tpm_object *kept, struct span auth,
                        uint8_t *secret, struct fault *fault)
{
    const struct tpm *tpm = userdata;
    ESYS_TR key, loaded, session = ESYS_TR_NONE;
    if (!load(tpm, kept, &key, &loaded, fault))
        return false;

    TSS2_RC rc = begin_session(tpm, key, TPMA_SESSION_ENCRYPT, &session);
    bool begun = rc == 0;
    if (begun)
        rc = unseal(tpm, loaded, session, auth, secret);
    flush(tpm, &session);
    flush(tpm, &loaded);
    flush(tpm, &key);
    if (!begun)
        return fail(rc, "TPM2_StartAuthSession", fault);
    return rc == 0 || tell_unsealed(tpm, rc, fault);
}

// ---- the way to it ---------------------------------------------------------------------

// The library's own word for a device that it cannot open is the same for all reasons.
static bool can_open(const char *device, struct fault *fault)
{
    int fd = open(device, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    int error = errno;
    if (fd >= 0) {
        close(fd);
        return true;
    }
    enum failure failure = FAILURE_KEY_TPM_FAILED; // busy, for one
    if (error == EACCES || error == EPERM)
        failure = FAILURE_KEY_TPM_FORBIDDEN;
    if (error == ENOENT || error == ENXIO || error == ENODEV || error == ENOTDIR)
        failure = FAILURE_KEY_TPM_MISSING;
    return fault_set(fault, failure, "%.150s: %s", device, strerror(error));
}

static bool reach(struct tpm *tpm, const char *where, struct fault *fault)
{
    bool is_device = strncmp(where, DEVICE, strlen(DEVICE)) == 0;
    if ((is_device && !can_open(where + strlen(DEVICE), fault)) ||
        !tpm_library_open(&tpm->library, fault))
        return false;

    TSS2_RC rc = tpm->library.loader_Initialize(where, &tpm->line);
    if (rc != 0) {
        tpm->line = NULL;
        return fault_set(fault, FAILURE_KEY_TPM_MISSING, "%.150s: 0x%08x", where, rc);
    }
    rc = tpm->library.esys_Initialize(&tpm->esys, tpm->line, NULL);
    if (rc == 0)
        return true;
    tpm->esys = NULL;
    return fail(rc, "Esys_Initialize", fault);
}

// The library for ciphers behind it reads its own files when it is first used: now.
static void warm_up(const struct tpm *tpm)
{
    ESYS_TR key = ESYS_TR_NONE, session = ESYS_TR_NONE;
    TPM2B_NAME name;
    if (make_key(tpm, ESYS_TR_RH_OWNER, &key, &name) == 0)
        (void)begin_session(tpm, key, TPMA_SESSION_ENCRYPT, &session);
    flush(tpm, &session);
    flush(tpm, &key);
}

void tpm_open(struct tpm *tpm, const char *where)
{
    *tpm = (struct tpm){0};
    tpm->seal =
        (struct seal_tpm){.make = make, .check = check, .open = open_secret, .userdata = tpm};
    if (reach(tpm, where && *where ? where : DEVICE TPM_DEVICE, &tpm->fault))
        warm_up(tpm);
}

void tpm_close(struct tpm *tpm)
{
    if (tpm->esys)
        tpm->library.esys_Finalize(&tpm->esys);
    if (tpm->line)
        tpm->library.loader_Finalize(&tpm->line);
    *tpm = (struct tpm){0};
}
