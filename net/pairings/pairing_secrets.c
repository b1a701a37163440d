// SPDX-License-Identifier: MIT
#include "net/pairings/pairing_secrets.h"

#include <stdio.h>

#include "net/pairings/pairing_files.h"

static struct signer_talk *begin(uint32_t act, const char *id, struct fault *fault)
{
    struct signer_talk *talk = signer_talk_new();
    if (!talk) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
        return NULL;
    }
    talk->request.act = act;
    snprintf(talk->request.id, sizeof(talk->request.id), "%s", id);
    return talk;
}

// ---- keys ------------------------------------------------------------------------------

bool pairing_store_check_secrets(struct pairing_store *store, const char *id,
                                 struct fault *fault)
{
    struct signer_talk *talk = begin(SIGNER_CHECK, id, fault);
    bool ok = talk && store_signer_ask(&store->signer, talk, fault);
    signer_talk_free(talk);
    return ok;
}

bool pairing_store_has_key(struct pairing_store *store, const char *id, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    const uint8_t any[KEY_ID_SIZE] = {0};
    struct fault why = {0};
    pairing_file_name(name, id, KEY_SUFFIX);
    return key_file_names(store->folder, name, any, &why) ||
           why.failure != FAILURE_KEY_MISSING ||
           fault_set(fault, why.failure, "%s", why.detail);
}

static bool ask_for_key(struct pairing_store *store, uint32_t act, const char *id,
                        const uint8_t *key_id, uint8_t *public_key, struct fault *fault)
{
    struct signer_talk *talk = begin(act, id, fault);
    if (!talk)
        return false;
    if (key_id)
        memcpy(talk->request.key_id, key_id, KEY_ID_SIZE);
    bool ok = store_signer_ask(&store->signer, talk, fault);
    if (ok && public_key)
        memcpy(public_key, talk->answer.public_key, PUBLIC_KEY_SIZE);
    signer_talk_free(talk);
    return ok;
}

bool pairing_store_make_key(struct pairing_store *store, const char *id,
                            uint8_t public_key[static PUBLIC_KEY_SIZE], struct fault *fault)
{
    return ask_for_key(store, SIGNER_MAKE_KEY, id, NULL, public_key, fault);
}

bool pairing_store_follow_key(struct pairing_store *store, const char *id,
                              const uint8_t key_id[static KEY_ID_SIZE],
                              uint8_t public_key[static PUBLIC_KEY_SIZE], struct fault *fault)
{
    return ask_for_key(store, SIGNER_FOLLOW_KEY, id, key_id, public_key, fault);
}

bool pairing_store_keep_key(struct pairing_store *store, const char *id,
                            const uint8_t key_id[static KEY_ID_SIZE], struct fault *fault)
{
    return ask_for_key(store, SIGNER_KEEP_KEY, id, key_id, NULL, fault);
}

bool pairing_store_erase_keys(struct pairing_store *store, const char *id, struct fault *fault)
{
    return pairing_files_erase_secrets(store->folder, id, fault);
}

// ---- signing ---------------------------------------------------------------------------

static bool show(struct pairing_store *store, uint32_t act, const char *id, struct span text,
                 struct fault *fault)
{
    if (text.n > SIGNER_SHOWN_MAX)
        return fault_set(fault, FAILURE_SIGNER_REFUSED, "%zu bytes to show", text.n);
    struct signer_talk *talk = begin(act, id, fault);
    if (!talk)
        return false;
    talk->request.shown.size = (uint32_t)text.n;
    memcpy(talk->request.shown.text, text.p, text.n);
    bool ok = store_signer_ask(&store->signer, talk, fault);
    signer_talk_free(talk);
    return ok;
}

bool pairing_store_show_context(struct pairing_store *store, const char *id,
                                struct span envelope, struct fault *fault)
{
    return show(store, SIGNER_SHOW_CONTEXT, id, envelope, fault);
}

bool pairing_store_show_code(struct pairing_store *store, const char *id, struct span code,
                             struct fault *fault)
{
    return show(store, SIGNER_SHOW_CODE, id, code, fault);
}

bool pairing_store_sign(struct pairing_store *store, const char *id, enum message message,
                        struct span body, const struct pairing_key keys[], size_t count,
                        struct envelope_signature out[], struct envelope_text *journal,
                        struct fault *fault)
{
    if (body.n > STATEMENT_BODY_MAX || count > SIGNER_KEYS_MAX)
        return fault_set(fault, FAILURE_INTERNAL, "%s: too long", message_name(message));
    struct signer_talk *talk = begin(SIGNER_SIGN, id, fault);
    if (!talk)
        return false;

    struct signer_body *told = &talk->request.body;
    told->message = (uint32_t)message;
    told->keys = (uint32_t)count;
    told->size = (uint32_t)body.n;
    memcpy(told->bytes, body.p, body.n);
    for (size_t i = 0; i < count; i++)
        memcpy(told->key_id[i], keys[i].id, KEY_ID_SIZE);

    bool ok = store_signer_ask(&store->signer, talk, fault);
    const struct signer_signed *made = &talk->answer.signed_body;
    if (ok)
        memcpy(out, made->signature, count * sizeof(out[0]));
    if (ok && (made->journal_size == 0 ||
               !envelope_wrap(MESSAGE_JOURNAL, span_of(made->journal, made->journal_size),
                              &made->journal_signature, 1, journal)))
        journal->size = 0;
    signer_talk_free(talk);
    return ok;
}

// ---- passwords -------------------------------------------------------------------------

struct app_password *pairing_store_password(struct pairing_store *store, const char *id,
                                            struct fault *fault)
{
    struct app_password *password = NULL;
    struct signer_talk *talk = begin(SIGNER_TELL_PASSWORD, id, fault);
    if (!talk || !store_signer_ask(&store->signer, talk, fault))
        goto free_talk;
    password = app_password_new();
    if (password)
        memcpy(password->text, talk->answer.password, sizeof(password->text));
    else
        fault_set(fault, FAILURE_MEMORY, "guarded memory");

free_talk:
    signer_talk_free(talk);
    return password;
}

bool pairing_store_save_password(struct pairing_store *store, const char *id,
                                 const struct app_password *password, struct fault *fault)
{
    struct signer_talk *talk = begin(SIGNER_KEEP_PASSWORD, id, fault);
    if (!talk)
        return false;
    memcpy(talk->request.password, password->text, sizeof(talk->request.password));
    bool ok = store_signer_ask(&store->signer, talk, fault);
    signer_talk_free(talk);
    return ok;
}
