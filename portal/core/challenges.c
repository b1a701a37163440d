// SPDX-License-Identifier: MIT
#include "portal/core/challenges.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>

#include "net/protocol/base32.h"
#include "net/protocol/challenge.h"
#include "portal/core/attempts.h"
#include "portal/core/config.h"

#define MS_PER_S 1000

#define CHALLENGE_COLUMNS                                                                      \
    "id, state, reason, created, created_boot, expires_boot, address, agent, mark_hash, "      \
    "framed, nonce, device_id, user, expires, flags, last_login, context_hash, login_id, "     \
    "code, code_tries_left, rowid"

// How many live follows from how many are made, as none lives for long.
static bool creation_limited(struct portal *portal, const char *group, int64_t now)
{
    struct store *store = &portal->store;
    struct span all = span_str("all");
    if (attempts_exhausted(store, &ATTEMPTS_NEW_CHALLENGE, span_str(group), now) ||
        attempts_exhausted(store, &ATTEMPTS_NEW_CHALLENGES, all, now))
        return true;
    attempts_add(store, &ATTEMPTS_NEW_CHALLENGE, span_str(group), now);
    attempts_add(store, &ATTEMPTS_NEW_CHALLENGES, all, now);
    return false;
}

static void forget_old(struct portal *portal)
{
    store_run(&portal->store, "DELETE FROM challenges WHERE created < ?", "i",
              portal_wall_s(portal) - CHALLENGE_KEEP_S);
}

enum outcome challenges_create(struct portal *portal, const struct challenge_request *request,
                               struct token *cookie, struct portal_challenge *out)
{
    struct store *store = &portal->store;
    int64_t now = portal_boot_ms(portal);
    char group[ADDRESS_MAX + 1];
    address_group(request->address, group);
    if (creation_limited(portal, group, now))
        return OUTCOME_RATE_LIMITED;

    struct portal_challenge challenge = {.state = CHALLENGE_CREATED,
                                         .created = portal_wall_s(portal),
                                         .created_boot = now,
                                         .code_tries_left = CHALLENGE_TRIES};
    environment_random(&portal->environment, challenge.id, sizeof(challenge.id));
    environment_random(&portal->environment, challenge.nonce, sizeof(challenge.nonce));
    token_make(&portal->environment, cookie);

    challenge.expires_boot = now + config_number(store, CONFIG_TIME_CHALLENGE) * MS_PER_S;
    challenge.has_mark = token_hash(request->mark_cookie, challenge.mark_hash);
    challenge.framed = config_switch(store, CONFIG_FRAMES);
    snprintf(challenge.address, sizeof(challenge.address), "%s", request->address);
    snprintf(challenge.agent, sizeof(challenge.agent), "%s", request->agent);

    forget_old(portal);
    store_run(store,
              "INSERT INTO challenges (id, cookie_hash, state, created, created_boot, "
              "expires_boot, address, address_group, agent, mark_hash, framed, nonce) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              "bbiiiitttbib", challenge.id, sizeof(challenge.id), cookie->hash,
              sizeof(cookie->hash), (int64_t)challenge.state, challenge.created, now,
              challenge.expires_boot, challenge.address, group, challenge.agent,
              challenge.has_mark ? challenge.mark_hash : NULL,
              challenge.has_mark ? sizeof(challenge.mark_hash) : (size_t)0,
              (int64_t)challenge.framed, challenge.nonce, sizeof(challenge.nonce));

    *out = challenge;
    return OUTCOME_OK;
}

static void read_columns(const struct rows *rows, struct portal_challenge *out)
{
    *out = (struct portal_challenge){0};
    rows_blob(rows, 0, out->id, sizeof(out->id));
    out->state = (enum challenge_state)rows_int(rows, 1);
    rows_text(rows, 2, out->reason, sizeof(out->reason));
    out->created = rows_int(rows, 3);
    out->created_boot = rows_int(rows, 4);
    out->expires_boot = rows_int(rows, 5);

    rows_text(rows, 6, out->address, sizeof(out->address));
    rows_text(rows, 7, out->agent, sizeof(out->agent));
    out->has_mark = rows_blob(rows, 8, out->mark_hash, sizeof(out->mark_hash));
    out->framed = rows_int(rows, 9) != 0;
    rows_blob(rows, 10, out->nonce, sizeof(out->nonce));

    out->has_device = rows_blob(rows, 11, out->device_id, sizeof(out->device_id));
    out->user = rows_int(rows, 12);

    out->expires = rows_int(rows, 13);
    out->flags = (uint16_t)rows_int(rows, 14);
    rows_text(rows, 15, out->last_login, sizeof(out->last_login));
    rows_blob(rows, 16, out->context_hash, sizeof(out->context_hash));
    out->has_login = rows_blob(rows, 17, out->login_id, sizeof(out->login_id));
    rows_text(rows, 18, out->code, sizeof(out->code));
    out->code_tries_left = rows_int(rows, 19);
    out->row = rows_int(rows, 20);
}

void challenges_finish(struct portal *portal, struct portal_challenge *challenge,
                       enum challenge_state state, const char *reason)
{
    challenge->state = state;
    snprintf(challenge->reason, sizeof(challenge->reason), "%s", reason);
    store_run(&portal->store, "UPDATE challenges SET state = ?, reason = ? WHERE id = ?", "itb",
              (int64_t)state, reason, challenge->id, sizeof(challenge->id));
}

static bool read_challenge(struct portal *portal, struct rows *rows,
                           struct portal_challenge *out)
{
    bool found = rows_next(rows);
    if (found)
        read_columns(rows, out);
    rows_close(rows);
    if (found && !challenge_is_final(out) && portal_boot_ms(portal) >= out->expires_boot)
        challenges_finish(portal, out, CHALLENGE_EXPIRED, "");
    return found;
}

bool challenges_by_id(struct portal *portal, const uint8_t id[static CHALLENGE_ID_SIZE],
                      struct portal_challenge *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " CHALLENGE_COLUMNS " FROM challenges WHERE id = ?", "b", id,
              (size_t)CHALLENGE_ID_SIZE);
    return read_challenge(portal, &rows, out);
}

bool challenges_by_cookie(struct portal *portal, const char *cookie,
                          struct portal_challenge *out)
{
    uint8_t hash[TOKEN_HASH_SIZE];
    if (!token_hash(cookie, hash))
        return false;
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " CHALLENGE_COLUMNS " FROM challenges WHERE cookie_hash = ?", "b", hash,
              sizeof(hash));
    return read_challenge(portal, &rows, out);
}

int64_t challenge_now(const struct portal *portal, const struct portal_challenge *challenge)
{
    return challenge->created + (portal_boot_ms(portal) - challenge->created_boot) / MS_PER_S;
}

bool challenge_frame_is_fresh(const struct portal *portal,
                              const struct portal_challenge *challenge,
                              const struct statement_frame *frame)
{
    if (!challenge->framed)
        return true;
    if (frame->size != CHALLENGE_FRAME_SIZE)
        return false;
    uint64_t now = (uint64_t)challenge_now(portal, challenge);
    for (uint64_t before = 0; before <= FRAME_STEPS_BEFORE; before++) {
        uint8_t expected[CHALLENGE_FRAME_SIZE];
        frame_code(portal->keys.frame_key, challenge->id, now - before * FRAME_STEP_S,
                   expected);
        if (sodium_memcmp(expected, frame->bytes, CHALLENGE_FRAME_SIZE) == 0)
            return true;
    }
    return false;
}

// The QR text of section 3: upper case, so that it fits the alphanumeric mode.
static void code_text(const struct portal *portal, const struct portal_challenge *challenge,
                      char *out, size_t size)
{
    char tag[BASE32_LENGTH(CHALLENGE_TAG_SIZE) + 1], id[BASE32_LENGTH(CHALLENGE_ID_SIZE) + 1];
    base32_encode(span_of(portal->keys.current.portal_id, CHALLENGE_TAG_SIZE), tag);
    base32_encode(span_of(challenge->id, sizeof(challenge->id)), id);
    int n = snprintf(out, size, "%s/Q/1/%s/%s", portal->origin, tag, id);
    for (char *c = out; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    if (challenge->framed && n > 0 && (size_t)n < size) {
        uint8_t frame[CHALLENGE_FRAME_SIZE];
        char frame_text[BASE32_LENGTH(CHALLENGE_FRAME_SIZE) + 1];
        frame_code(portal->keys.frame_key, challenge->id,
                   (uint64_t)challenge_now(portal, challenge), frame);
        base32_encode(span_of(frame, sizeof(frame)), frame_text);
        snprintf(out + n, size - (size_t)n, "/%s", frame_text);
    }
}

static const char *const state_names[] = {
    [CHALLENGE_CREATED] = "waiting",   [CHALLENGE_RESOLVED] = "scanned",
    [CHALLENGE_APPROVED] = "approved", [CHALLENGE_CLAIMED] = "claimed",
    [CHALLENGE_DENIED] = "denied",     [CHALLENGE_EXPIRED] = "expired",
};

const char *challenge_state_name(enum challenge_state state)
{
    return state_names[state];
}

// Its page shows a code to be scanned.
static bool shows_code(const struct portal_challenge *challenge)
{
    return challenge->state == CHALLENGE_CREATED || challenge->state == CHALLENGE_RESOLVED;
}

void challenge_page_key(const struct portal *portal, const struct portal_challenge *challenge,
                        struct text *out)
{
    char text[ORIGIN_MAX + 64] = "";
    if (shows_code(challenge))
        code_text(portal, challenge, text, sizeof(text));
    text_format(out, "%d %s %s", (int)challenge->state, challenge->reason, text);
}

json_t *challenge_page_state(struct portal *portal, const struct portal_challenge *challenge)
{
    int64_t left = challenge->expires_boot - portal_boot_ms(portal);
    bool final = challenge_is_final(challenge);
    bool approved = challenge->state == CHALLENGE_APPROVED;

    json_t *state =
        json_pack("{s:s, s:b, s:I}", "state", state_names[challenge->state], "code_required",
                  approved && challenge->code[0] != '\0', "expires_in",
                  (json_int_t)(final || left < 0 ? 0 : (left + 999) / MS_PER_S));

    if (shows_code(challenge)) {
        char text[ORIGIN_MAX + 64];
        code_text(portal, challenge, text, sizeof(text));
        json_object_set_new(state, "qr", json_string(text));
        if (challenge->state == CHALLENGE_CREATED) // once it is scanned, none is drawn
            json_object_set_new(state, "picture", qr_shelf_picture(&portal->pictures, text));
        if (challenge->framed)
            json_object_set_new(
                state, "frame_in",
                json_integer((json_int_t)FRAME_STEP_S -
                             challenge_now(portal, challenge) % (json_int_t)FRAME_STEP_S));
    }

    if (challenge->state == CHALLENGE_DENIED)
        json_object_set_new(state, "reason", json_string(challenge->reason));

    return state;
}

int64_t challenge_changes_in(const struct portal *portal,
                             const struct portal_challenge *challenge)
{
    if (challenge_is_final(challenge))
        return 0;

    int64_t now = portal_boot_ms(portal);
    int64_t left = challenge->expires_boot > now ? challenge->expires_boot - now : 1;
    if (challenge->framed && challenge->state < CHALLENGE_APPROVED) {
        const int64_t step_ms = (int64_t)FRAME_STEP_S * MS_PER_S;
        // Frames go by the seconds of challenge_now, which begin with the challenge.
        int64_t age = challenge->created % (int64_t)FRAME_STEP_S * MS_PER_S + now -
                      challenge->created_boot;
        int64_t frame = step_ms - age % step_ms;
        left = frame < left ? frame : left;
    }
    return left;
}

void challenges_restart(struct portal *portal, bool machine_ran_on)
{
    if (!machine_ran_on)
        store_run(&portal->store, "UPDATE challenges SET state = ? WHERE state < ?", "ii",
                  (int64_t)CHALLENGE_EXPIRED, (int64_t)CHALLENGE_CLAIMED);
    forget_old(portal);
}
