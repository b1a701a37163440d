// SPDX-License-Identifier: MIT
#include "portal/core/challenges.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>

#include "net/protocol/base32.h"
#include "net/protocol/challenge.h"
#include "portal/core/challenge_names.h"
#include "portal/core/config.h"
#include "portal/core/store_hash.h"

#define MS_PER_S  1000
#define ROW_BYTES 7u // of an id, as far as a subject tells rows apart
#define SWEEP_MAX 50 // rows in one statement: each is told to those that wait

#define CHALLENGE_COLUMNS                                                                      \
    "id, state, reason, created, created_boot, expires_boot, address, agent, mark_hash, "      \
    "framed, nonce, device_id, user, expires, flags, last_login, context_hash, login_id, "     \
    "code, code_tries_left, rowid"

// How many live follows from how many are made, as none lives for long.
static bool creation_limited(struct portal *portal, const char *address, int64_t now)
{
    struct store *store = &portal->store;
    struct tally *made = &portal->new_codes;
    char group[ADDRESS_MAX + 1];
    address_group(address, group);
    uint64_t network = (uint64_t)config_number(store, CONFIG_LIMIT_NEW_CODES_NETWORK);
    uint64_t all = (uint64_t)config_number(store, CONFIG_LIMIT_NEW_CODES);
    return !tally_take(made, span_str(group), network, now) ||
           !tally_take(made, span_str("all"), all, now);
}

// In one transaction with what is made, so rows are never many more than those of a day. A few
// at a time: after a quiet day there may be more than one statement has the time for. What is
// live stays, however far the clock of the wall was set on.
static void forget_old(struct portal *portal)
{
    store_run(&portal->store,
              "DELETE FROM challenges WHERE id IN (SELECT id FROM challenges "
              "WHERE created < ? AND expires_boot <= ? ORDER BY created LIMIT 100)",
              "ii", portal_wall_s(portal) - CHALLENGE_KEEP_S, portal_boot_ms(portal));
}

// Where they lie in the store, those that nobody scanned are forgotten as soon as in memory:
// there are as many as windows were opened, and nothing of them matters any more. What was
// looked at once is not looked at again.
static void forget_unscanned(struct portal *portal)
{
    int64_t until = portal_wall_s(portal) - UNSCANNED_KEPT / MS_PER_S;
    if (!store_is_shared(&portal->store) || portal->swept >= until)
        return;

    int gone =
        store_run(&portal->store,
                  "DELETE FROM challenges WHERE id IN (SELECT id FROM challenges "
                  "WHERE created >= ? AND created < ? AND expires_boot <= ? "
                  "AND device_id IS NULL ORDER BY created LIMIT ?)",
                  "iiii", portal->swept, until, portal_boot_ms(portal), (int64_t)SWEEP_MAX);
    if (gone == 0 && !store_has_failed(&portal->store)) // what goes may yet be taken back
        portal->swept = until;
}

// The row that it will have, so that its page can wait for it before there is one.
static int64_t row_of(const uint8_t *id)
{
    int64_t row = 0;
    for (size_t i = 0; i < ROW_BYTES; i++)
        row = row << 8 | id[i];
    row >>= 1;
    return row ? row : 1;
}

// False: it has no nonce, and there is none.
static bool of_unscanned(const struct portal *portal, const struct unscanned *unscanned,
                         struct portal_challenge *out)
{
    *out = (struct portal_challenge){.row = row_of(unscanned->id),
                                     .state = unscanned->over ? CHALLENGE_EXPIRED
                                                              : CHALLENGE_CREATED,
                                     .created = unscanned->created,
                                     .created_boot = unscanned->created_boot,
                                     .expires_boot = unscanned->expires_boot,
                                     .has_mark = unscanned->has_mark,
                                     .framed = unscanned->framed,
                                     .code_tries_left = CHALLENGE_TRIES};

    memcpy(out->id, unscanned->id, sizeof(out->id));
    memcpy(out->cookie_hash, unscanned->cookie_hash, sizeof(out->cookie_hash));
    memcpy(out->address, unscanned->address, sizeof(out->address));
    memcpy(out->agent, unscanned->agent, sizeof(out->agent));
    memcpy(out->mark_hash, unscanned->mark_hash, sizeof(out->mark_hash));
    return challenge_nonce_of(portal, out->id, out->nonce);
}

// What is known of a page: its browser, and when it began. Its cookie's hash is left out.
static void describe(struct portal *portal, const struct challenge_request *request,
                     int64_t created_boot, struct unscanned *out)
{
    struct store *store = &portal->store;
    int64_t age = portal_boot_ms(portal) - created_boot;
    *out = (struct unscanned){
        .created = portal_wall_s(portal) - age / MS_PER_S,
        .created_boot = created_boot,
        .expires_boot = created_boot + config_number(store, CONFIG_TIME_CHALLENGE) * MS_PER_S,
        .framed = config_switch(store, CONFIG_FRAMES)};
    out->has_mark = store_token_hash(store, request->mark_cookie, out->mark_hash);
    snprintf(out->address, sizeof(out->address), "%s", request->address);
    snprintf(out->agent, sizeof(out->agent), "%s", request->agent);
}

static struct challenge_page page_of(const struct unscanned *unscanned)
{
    return (struct challenge_page){.created_boot = unscanned->created_boot,
                                   .address = unscanned->address,
                                   .agent = unscanned->agent,
                                   .mark_hash =
                                       unscanned->has_mark ? unscanned->mark_hash : NULL};
}

void challenges_keep(struct portal *portal, struct portal_challenge *challenge)
{
    char group[ADDRESS_MAX + 1];
    if (challenge->stored)
        return;

    address_group(challenge->address, group);
    forget_old(portal);
    forget_unscanned(portal);
    store_run(&portal->store,
              "INSERT INTO challenges (rowid, id, cookie_hash, state, created, created_boot, "
              "expires_boot, address, address_group, agent, mark_hash, framed, nonce) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
              "ibbiiiitttbib", challenge->row, challenge->id, sizeof(challenge->id),
              challenge->cookie_hash, sizeof(challenge->cookie_hash), (int64_t)challenge->state,
              challenge->created, challenge->created_boot, challenge->expires_boot,
              challenge->address, group, challenge->agent,
              challenge->has_mark ? challenge->mark_hash : NULL,
              challenge->has_mark ? sizeof(challenge->mark_hash) : (size_t)0,
              (int64_t)challenge->framed, challenge->nonce, sizeof(challenge->nonce));
    challenge->stored = true;
}

// In memory until a device scans it; where other instances serve as well, in the store at once:
// the device may come to any of them. BUSY: there are too many.
static enum outcome put(struct portal *portal, const struct unscanned *unscanned, int64_t now,
                        struct portal_challenge *out)
{
    if (!of_unscanned(portal, unscanned, out))
        return OUTCOME_FAULT;
    if (!store_is_shared(&portal->store))
        return unscanned_put(&portal->unscanned, unscanned, now) ? OUTCOME_OK : OUTCOME_BUSY;
    challenges_keep(portal, out);
    return OUTCOME_OK;
}

enum outcome challenges_create(struct portal *portal, const struct challenge_request *request,
                               struct token *cookie, struct portal_challenge *out)
{
    int64_t now = portal_boot_ms(portal);
    struct unscanned unscanned;
    if (creation_limited(portal, request->address, now))
        return OUTCOME_RATE_LIMITED;

    describe(portal, request, now, &unscanned);
    if (!challenge_id_make(portal, unscanned.id))
        return OUTCOME_FAULT;
    struct challenge_page page = page_of(&unscanned);
    memcpy(page.id, unscanned.id, sizeof(page.id));
    if (!challenge_cookie_make(portal, &page, cookie))
        return OUTCOME_FAULT;
    memcpy(unscanned.cookie_hash, cookie->hash, sizeof(unscanned.cookie_hash));

    enum outcome outcome = put(portal, &unscanned, now, out);
    if (outcome == OUTCOME_OK)
        atomic_fetch_add(&portal->metrics.codes, 1);
    return outcome;
}

static void read_columns(const struct rows *rows, struct portal_challenge *out)
{
    *out = (struct portal_challenge){.stored = true};
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
    if (!challenge->stored) { // nobody scanned it: it can only have run out
        unscanned_end(&portal->unscanned, challenge->id);
        store_tell(&portal->store, subject_of_challenge(challenge->row));
        return;
    }
    store_run(&portal->store, "UPDATE challenges SET state = ?, reason = ? WHERE id = ?", "itb",
              (int64_t)state, reason, challenge->id, sizeof(challenge->id));
}

static void end_if_over(struct portal *portal, struct portal_challenge *challenge)
{
    if (!challenge_is_final(challenge) && portal_boot_ms(portal) >= challenge->expires_boot)
        challenges_finish(portal, challenge, CHALLENGE_EXPIRED, "");
}

static bool read_challenge(struct portal *portal, struct rows *rows,
                           struct portal_challenge *out)
{
    bool found = rows_next(rows);
    if (found)
        read_columns(rows, out);
    rows_close(rows);
    if (found)
        end_if_over(portal, out);
    return found;
}

// Where there is no row of it.
static bool find_unscanned(struct portal *portal, const uint8_t *id,
                           struct portal_challenge *out)
{
    struct unscanned unscanned;
    if (!unscanned_find(&portal->unscanned, id, &unscanned))
        return false;
    if (!of_unscanned(portal, &unscanned, out)) {
        store_give_up(&portal->store, "a nonce");
        return false;
    }
    end_if_over(portal, out);
    return true;
}

bool challenges_by_id(struct portal *portal, const uint8_t id[static CHALLENGE_ID_SIZE],
                      struct portal_challenge *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " CHALLENGE_COLUMNS " FROM challenges WHERE id = ?", "b", id,
              (size_t)CHALLENGE_ID_SIZE);
    return read_challenge(portal, &rows, out) || find_unscanned(portal, id, out);
}

bool challenges_by_cookie(struct portal *portal, const char *cookie,
                          struct portal_challenge *out)
{
    uint8_t hash[TOKEN_HASH_SIZE], id[CHALLENGE_ID_SIZE];
    if (!store_token_hash(&portal->store, cookie, hash) || !challenge_cookie_id(cookie, id))
        return false;
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT " CHALLENGE_COLUMNS " FROM challenges WHERE cookie_hash = ?", "b", hash,
              sizeof(hash));
    return read_challenge(portal, &rows, out) ||
           (find_unscanned(portal, id, out) &&
            sodium_memcmp(out->cookie_hash, hash, sizeof(hash)) == 0);
}

// Of a portal that was killed, or of another one: nobody has scanned it, or there was a row.
static bool take_up(struct portal *portal, const char *cookie,
                    const struct challenge_request *request, struct portal_challenge *out)
{
    struct unscanned unscanned;
    int64_t now = portal_boot_ms(portal);
    describe(portal, request, now, &unscanned);
    struct challenge_page page = page_of(&unscanned);
    if (!challenge_cookie_open(portal, cookie, &page))
        return false;

    describe(portal, request, page.created_boot, &unscanned);
    memcpy(unscanned.id, page.id, sizeof(unscanned.id));
    return store_token_hash(&portal->store, cookie, unscanned.cookie_hash) &&
           now < unscanned.expires_boot && challenge_id_is_ours(portal, unscanned.id) &&
           put(portal, &unscanned, now, out) == OUTCOME_OK;
}

bool challenges_of_browser(struct portal *portal, const char *cookie,
                           const struct challenge_request *request,
                           struct portal_challenge *out)
{
    return challenges_by_cookie(portal, cookie, out) || take_up(portal, cookie, request, out);
}

bool challenges_may_be_elsewhere(const struct portal *portal,
                                 const uint8_t id[static CHALLENGE_ID_SIZE])
{
    return !store_is_shared(&portal->store) && challenge_id_is_ours(portal, id);
}

int64_t challenge_now(const struct portal *portal, const struct portal_challenge *challenge)
{
    return challenge->created + (portal_boot_ms(portal) - challenge->created_boot) / MS_PER_S;
}

bool challenge_frame_is_fresh(struct portal *portal, const struct portal_challenge *challenge,
                              const struct statement_frame *frame)
{
    if (!challenge->framed)
        return true;
    if (frame->size != CHALLENGE_FRAME_SIZE)
        return false;
    uint64_t now = (uint64_t)challenge_now(portal, challenge);
    for (uint64_t before = 0; before <= FRAME_STEPS_BEFORE; before++) {
        uint8_t expected[CHALLENGE_FRAME_SIZE];
        if (!frame_code(portal->keys.frame_key, challenge->id, now - before * FRAME_STEP_S,
                        expected)) {
            store_give_up(&portal->store, "a frame");
            return false;
        }
        if (sodium_memcmp(expected, frame->bytes, CHALLENGE_FRAME_SIZE) == 0)
            return true;
    }
    return false;
}

// The QR text of section 3: upper case, so that it fits the alphanumeric mode. False: its frame
// cannot be made, and there is none.
static bool code_text(const struct portal *portal, const struct portal_challenge *challenge,
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
        if (!frame_code(portal->keys.frame_key, challenge->id,
                        (uint64_t)challenge_now(portal, challenge), frame)) {
            out[0] = '\0';
            return false;
        }
        base32_encode(span_of(frame, sizeof(frame)), frame_text);
        snprintf(out + n, size - (size_t)n, "/%s", frame_text);
    }
    return true;
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

bool challenge_page_key(const struct portal *portal, const struct portal_challenge *challenge,
                        struct text *out)
{
    char text[ORIGIN_MAX + 64] = "";
    if (shows_code(challenge) && !code_text(portal, challenge, text, sizeof(text)))
        return false;
    text_format(out, "%d %s %s", (int)challenge->state, challenge->reason, text);
    return true;
}

json_t *challenge_page_state(struct portal *portal, const struct portal_challenge *challenge)
{
    int64_t left = challenge->expires_boot - portal_boot_ms(portal);
    bool final = challenge_is_final(challenge);
    bool approved = challenge->state == CHALLENGE_APPROVED;
    char text[ORIGIN_MAX + 64];
    if (shows_code(challenge) && !code_text(portal, challenge, text, sizeof(text)))
        return NULL;

    json_t *state =
        json_pack("{s:s, s:b, s:I}", "state", state_names[challenge->state], "code_required",
                  approved && challenge->code[0] != '\0', "expires_in",
                  (json_int_t)(final || left < 0 ? 0 : (left + 999) / MS_PER_S));

    if (shows_code(challenge)) {
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
    if (!machine_ran_on) { // times of the boot clock of before mean nothing
        store_run(&portal->store, "UPDATE challenges SET state = ? WHERE state < ?", "ii",
                  (int64_t)CHALLENGE_EXPIRED, (int64_t)CHALLENGE_CLAIMED);
        store_run(&portal->store, "UPDATE challenges SET expires_boot = 0", "");
    }
    forget_old(portal);
}

void challenges_stop(struct portal *portal)
{
    struct unscanned unscanned;
    struct portal_challenge challenge;
    portal_begin(portal);
    while (unscanned_take(&portal->unscanned, &unscanned)) {
        if (of_unscanned(portal, &unscanned, &challenge))
            challenges_keep(portal, &challenge);
    }
    portal_end_quietly(portal);
}
