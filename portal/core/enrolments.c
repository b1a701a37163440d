// SPDX-License-Identifier: MIT
#include "portal/core/enrolments.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>

#include "net/protocol/base32.h"
#include "net/protocol/challenge.h"
#include "portal/core/config.h"
#include "portal/core/device_pairing.h"
#include "portal/core/store_hash.h"

#define MS_PER_S  1000
#define SEED_SIZE 32u

#define ENROLMENT_COLUMNS                                                                      \
    "token_hash, user, state, expires_boot, tries_left, body_hash, key_id, pairing_code, "     \
    "device_id, active_at, rowid, created, badge, kiosk"

#define TOKEN_ROW(enrolment) (enrolment)->token_hash, (size_t)HASH_SIZE

// The token is not kept: it is made of a random seed that is, and of a key that is not in the
// store. False: the transaction has failed.
static bool make_token(struct portal *portal, const uint8_t seed[static SEED_SIZE],
                       uint8_t token[static PAIRING_TOKEN_SIZE])
{
    if (crypto_generichash(token, PAIRING_TOKEN_SIZE, seed, SEED_SIZE, portal->keys.frame_key,
                           FRAME_KEY_SIZE) == 0)
        return true;
    store_give_up(&portal->store, "a pairing code");
    return false;
}

static void code_text(const struct portal *portal, const uint8_t *token, char *code,
                      size_t size)
{
    char fingerprint[BASE32_LENGTH(PAIRING_FPR_SIZE) + 1];
    char text[BASE32_LENGTH(PAIRING_TOKEN_SIZE) + 1];
    base32_encode(span_of(portal->keys.current.portal_id, PAIRING_FPR_SIZE), fingerprint);
    base32_encode(span_of(token, PAIRING_TOKEN_SIZE), text);
    snprintf(code, size, "%s/Q/P/%s/%s", portal->origin, fingerprint, text);
    for (char *c = code; *c; c++)
        *c = (char)toupper((unsigned char)*c);
}

void enrolments_begin(struct portal *portal, const struct session *session, char *code,
                      size_t size)
{
    struct store *store = &portal->store;
    uint8_t seed[SEED_SIZE], token[PAIRING_TOKEN_SIZE], hash[HASH_SIZE];
    environment_random(&portal->environment, seed, sizeof(seed));
    code[0] = '\0';
    if (!make_token(portal, seed, token) ||
        !store_hash(store, span_of(token, sizeof(token)), hash))
        return;

    // What the session showed before, and no device confirmed, is over: one code at a time.
    store_run(store,
              "UPDATE enrolments SET state = ? WHERE session_hash = ? AND state IN (?, ?)",
              "ibii", (int64_t)ENROLMENT_EXPIRED, session->id_hash, (size_t)TOKEN_HASH_SIZE,
              (int64_t)ENROLMENT_OPEN, (int64_t)ENROLMENT_TAKEN);
    store_run(store,
              "INSERT INTO enrolments (token_hash, user, session_hash, state, created, "
              "expires_boot, tries_left, seed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
              "bibiiiib", hash, sizeof(hash), session->user.id, session->id_hash,
              (size_t)TOKEN_HASH_SIZE, (int64_t)ENROLMENT_OPEN, portal_wall_s(portal),
              portal_boot_ms(portal) + config_number(store, CONFIG_TIME_PAIRING) * MS_PER_S,
              (int64_t)ENROLMENT_TRIES, seed, sizeof(seed));

    code_text(portal, token, code, size);
    sodium_memzero(token, sizeof(token));
}

void enrolments_code(struct portal *portal, const struct enrolment *enrolment, char *code,
                     size_t size)
{
    uint8_t seed[SEED_SIZE], token[PAIRING_TOKEN_SIZE], hash[HASH_SIZE];
    struct rows rows;
    code[0] = '\0';
    rows_open(&rows, &portal->store, "SELECT seed FROM enrolments WHERE token_hash = ?", "b",
              TOKEN_ROW(enrolment));
    bool found = rows_next(&rows) && rows_blob(&rows, 0, seed, sizeof(seed));
    rows_close(&rows);
    if (!found || enrolment->state > ENROLMENT_TAKEN)
        return;
    if (make_token(portal, seed, token) &&
        store_hash(&portal->store, span_of(token, sizeof(token)), hash) &&
        sodium_memcmp(hash, enrolment->token_hash, sizeof(hash)) == 0)
        code_text(portal, token, code, size);
    sodium_memzero(token, sizeof(token));
}

static void set_state(struct portal *portal, struct enrolment *enrolment,
                      enum enrolment_state state)
{
    enrolment->state = state;
    store_run(&portal->store, "UPDATE enrolments SET state = ? WHERE token_hash = ?", "ib",
              (int64_t)state, TOKEN_ROW(enrolment));
}

// A first use of a badge does not outlive it, nor the kiosk.
static bool place_is_over(struct portal *portal, const struct enrolment *enrolment)
{
    return enrolment->badge > 0 &&
           store_number(&portal->store, 0,
                        "SELECT count(*) FROM badges, devices WHERE number = ? AND "
                        "withdrawn_at = 0 AND badges.expires > ? AND device_id = ? AND "
                        "revoked_at = 0",
                        "iib", enrolment->badge, portal_wall_s(portal), enrolment->kiosk,
                        (size_t)DEVICE_ID_SIZE) == 0;
}

static bool read_enrolment(struct portal *portal, struct rows *rows, struct enrolment *out)
{
    bool found = rows_next(rows);

    if (found) {
        *out = (struct enrolment){0};
        rows_blob(rows, 0, out->token_hash, sizeof(out->token_hash));
        out->user = rows_int(rows, 1);
        out->state = (enum enrolment_state)rows_int(rows, 2);
        out->expires_boot = rows_int(rows, 3);
        out->tries_left = rows_int(rows, 4);
        rows_blob(rows, 5, out->body_hash, sizeof(out->body_hash));
        rows_blob(rows, 6, out->key_id, sizeof(out->key_id));
        rows_text(rows, 7, out->pairing_code, sizeof(out->pairing_code));
        out->has_device = rows_blob(rows, 8, out->device_id, sizeof(out->device_id));
        out->active_at = rows_int(rows, 9);
        out->row = rows_int(rows, 10);
        out->created = rows_int(rows, 11);
        out->badge = rows_int(rows, 12);
        rows_blob(rows, 13, out->kiosk, sizeof(out->kiosk));
    }
    rows_close(rows);

    if (found && out->state <= ENROLMENT_TAKEN && portal_boot_ms(portal) >= out->expires_boot)
        set_state(portal, out, ENROLMENT_EXPIRED);
    else if (found && out->state <= ENROLMENT_TAKEN && place_is_over(portal, out))
        set_state(portal, out, ENROLMENT_REFUSED);
    return found;
}

// Of a first use: the one that was found may be over by now.
static bool read_waiting(struct portal *portal, struct rows *rows, struct enrolment *out)
{
    struct enrolment found;
    if (!read_enrolment(portal, rows, &found) || found.state != ENROLMENT_TAKEN)
        return false;
    *out = found;
    return true;
}

bool enrolments_of_session(struct portal *portal, const struct session *session,
                           struct enrolment *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " ENROLMENT_COLUMNS " FROM enrolments WHERE session_hash = ? "
              "ORDER BY rowid DESC LIMIT 1",
              "b", session->id_hash, (size_t)TOKEN_HASH_SIZE);
    return read_enrolment(portal, &rows, out);
}

bool enrolments_by_token(struct portal *portal, const uint8_t token_hash[static HASH_SIZE],
                         struct enrolment *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " ENROLMENT_COLUMNS " FROM enrolments WHERE token_hash = ?", "b",
              token_hash, (size_t)HASH_SIZE);
    return read_enrolment(portal, &rows, out);
}

bool enrolments_by_body(struct portal *portal, const uint8_t body_hash[static HASH_SIZE],
                        struct enrolment *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " ENROLMENT_COLUMNS " FROM enrolments WHERE body_hash = ?", "b",
              body_hash, (size_t)HASH_SIZE);
    return read_enrolment(portal, &rows, out);
}

void enrolments_take(struct portal *portal, struct enrolment *enrolment, struct span body,
                     struct span envelope)
{
    char text[ENVELOPE_MAX + 1];
    snprintf(text, sizeof(text), "%.*s", (int)envelope.n, (const char *)envelope.p);
    if (!store_hash(&portal->store, body, enrolment->body_hash))
        return;
    environment_digits(&portal->environment, enrolment->pairing_code);
    enrolment->state = ENROLMENT_TAKEN;
    store_run(&portal->store,
              "UPDATE enrolments SET state = ?, body_hash = ?, body = ?, envelope = ?, "
              "key_id = ?, pairing_code = ? WHERE token_hash = ?",
              "ibbtbtb", (int64_t)enrolment->state, enrolment->body_hash, (size_t)HASH_SIZE,
              body.p, body.n, text, enrolment->key_id, (size_t)KEY_ID_SIZE,
              enrolment->pairing_code, TOKEN_ROW(enrolment));
}

void enrolments_begin_first_use(struct portal *portal, struct enrolment *enrolment,
                                struct span body, struct span envelope)
{
    struct store *store = &portal->store;
    store_run(store, "UPDATE enrolments SET state = ? WHERE badge = ? AND state = ?", "iii",
              (int64_t)ENROLMENT_EXPIRED, enrolment->badge, (int64_t)ENROLMENT_TAKEN);

    // Its badge may begin others: the body is what names it.
    if (!store_hash(store, body, enrolment->token_hash))
        return;
    enrolment->created = portal_wall_s(portal);
    enrolment->tries_left = ENROLMENT_TRIES;
    enrolment->expires_boot = portal_boot_ms(portal) + FIRST_USE_S * INT64_C(1000);
    store_run(store,
              "INSERT INTO enrolments (token_hash, user, session_hash, state, created, "
              "expires_boot, tries_left, badge, kiosk) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
              "bibiiiiib", TOKEN_ROW(enrolment), enrolment->user, TOKEN_ROW(enrolment),
              (int64_t)ENROLMENT_TAKEN, enrolment->created, enrolment->expires_boot,
              enrolment->tries_left, enrolment->badge, enrolment->kiosk,
              (size_t)DEVICE_ID_SIZE);
    enrolments_take(portal, enrolment, body, envelope);
}

bool enrolments_waiting_of_badge(struct portal *portal, int64_t badge, struct enrolment *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " ENROLMENT_COLUMNS " FROM enrolments WHERE badge = ? AND state = ? "
              "ORDER BY rowid DESC LIMIT 1",
              "ii", badge, (int64_t)ENROLMENT_TAKEN);
    return read_waiting(portal, &rows, out);
}

// One whose badge or kiosk is over hides no other.
bool enrolments_waiting_of_user(struct portal *portal, int64_t user, struct enrolment *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " ENROLMENT_COLUMNS " FROM enrolments WHERE badge > 0 AND user = ? AND "
              "state = ? AND expires_boot > ? AND EXISTS (SELECT 1 FROM badges WHERE "
              "number = enrolments.badge AND withdrawn_at = 0 AND expires > ?) AND EXISTS "
              "(SELECT 1 FROM devices WHERE devices.device_id = enrolments.kiosk AND "
              "revoked_at = 0) ORDER BY rowid DESC LIMIT 1",
              "iiii", user, (int64_t)ENROLMENT_TAKEN, portal_boot_ms(portal),
              portal_wall_s(portal));
    return read_waiting(portal, &rows, out);
}

bool enrolments_first_use(struct portal *portal, int64_t user, int64_t row,
                          struct enrolment *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " ENROLMENT_COLUMNS " FROM enrolments WHERE badge > 0 AND user = ? AND "
              "rowid = ?",
              "ii", user, row);
    return read_enrolment(portal, &rows, out);
}

static void activate(struct portal *portal, struct enrolment *enrolment)
{
    struct store *store = &portal->store;
    uint8_t body[STATEMENT_BODY_MAX];
    size_t size = (size_t)store_number(
        store, 0, "SELECT length(body) FROM enrolments WHERE token_hash = ?", "b",
        TOKEN_ROW(enrolment));

    struct rows rows;
    struct statement_enrol enrol;
    rows_open(&rows, store, "SELECT body FROM enrolments WHERE token_hash = ?", "b",
              TOKEN_ROW(enrolment));
    bool read = rows_next(&rows) && size <= sizeof(body) && rows_blob(&rows, 0, body, size) &&
                statement_decode_enrol(span_of(body, size), &enrol) == VERDICT_OK;
    rows_close(&rows);
    if (!read) {
        store->failed = true;
        return;
    }

    struct device_pairing pairing = {.user = enrolment->user, .badge = enrolment->badge};
    memcpy(pairing.key_id, enrolment->key_id, KEY_ID_SIZE);
    memcpy(pairing.kiosk, enrolment->kiosk, DEVICE_ID_SIZE);
    if (pairing.badge > 0)
        pairing.badge_ends = store_number(
            store, 0, "SELECT expires FROM badges WHERE number = ?", "i", pairing.badge);
    device_pairing_make(portal, &enrol, &pairing);

    enrolment->has_device = true;
    enrolment->active_at = pairing.made_at;
    memcpy(enrolment->device_id, pairing.device_id, sizeof(enrolment->device_id));
    store_run(store, "UPDATE enrolments SET device_id = ?, active_at = ? WHERE token_hash = ?",
              "bib", pairing.device_id, (size_t)DEVICE_ID_SIZE, pairing.made_at,
              TOKEN_ROW(enrolment));
    set_state(portal, enrolment, ENROLMENT_ACTIVE);
}

enum confirm_result enrolments_confirm(struct portal *portal, struct enrolment *enrolment,
                                       const char *typed)
{
    if (enrolment->state > ENROLMENT_TAKEN)
        return CONFIRM_GONE;

    // A code typed before any device showed one cannot be right, and counts.
    if (enrolment->state == ENROLMENT_TAKEN && strlen(typed) == CODE_DIGITS &&
        sodium_memcmp(typed, enrolment->pairing_code, CODE_DIGITS) == 0) {
        activate(portal, enrolment);
        return CONFIRM_PAIRED;
    }

    enrolment->tries_left--;
    store_run(&portal->store, "UPDATE enrolments SET tries_left = ? WHERE token_hash = ?", "ib",
              enrolment->tries_left, TOKEN_ROW(enrolment));

    if (enrolment->tries_left > 0)
        return CONFIRM_WRONG;

    set_state(portal, enrolment, ENROLMENT_REFUSED);
    return CONFIRM_REFUSED;
}

void enrolments_refuse(struct portal *portal, struct enrolment *enrolment)
{
    if (enrolment->state <= ENROLMENT_TAKEN)
        set_state(portal, enrolment, ENROLMENT_REFUSED);
}

int64_t enrolment_expires_in(const struct portal *portal, const struct enrolment *enrolment)
{
    int64_t left = enrolment->expires_boot - portal_boot_ms(portal);
    if (enrolment->state > ENROLMENT_TAKEN || left < 0)
        return 0;
    return (left + MS_PER_S - 1) / MS_PER_S;
}

const char *enrolment_state_name(enum enrolment_state state)
{
    static const char *const names[] = {"open", "taken", "paired", "refused", "expired"};
    return names[state];
}

void enrolments_restart(struct portal *portal)
{
    store_run(&portal->store, "UPDATE enrolments SET state = ? WHERE state IN (?, ?)", "iii",
              (int64_t)ENROLMENT_EXPIRED, (int64_t)ENROLMENT_OPEN, (int64_t)ENROLMENT_TAKEN);
}

void enrolments_end_of_user(struct portal *portal, int64_t user)
{
    store_run(&portal->store,
              "UPDATE enrolments SET state = ? WHERE user = ? AND state IN (?, ?)", "iiii",
              (int64_t)ENROLMENT_REFUSED, user, (int64_t)ENROLMENT_OPEN,
              (int64_t)ENROLMENT_TAKEN);
}
