// SPDX-License-Identifier: MIT
// The row of qr-login v1: its pairing by a code, and the functions of its sign-ins.
#include "net/qr_login/qr_login_dialect.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/metadata.h"
#include "net/protocol/known_text.h"
#include "net/qr_login/badge_enrolment.h"
#include "net/qr_login/connect.h"
#include "net/qr_login/enrolment.h"
#include "net/qr_login/open_sign_in.h"
#include "net/qr_login/resume.h"
#include "net/qr_login/rotation.h"
#include "net/qr_login/sign_in.h"
#include "net/qr_login/token_enrolment.h"
#include "net/qr_login/unpair.h"

struct pairing_try {
    struct enrolment *enrolment;
};

static bool owns(const struct challenge *challenge)
{
    return challenge->kind == PAYLOAD_LOGIN || challenge->kind == PAYLOAD_PAIRING;
}

// ---- pairing -----------------------------------------------------------------------------

// Takes the enrolment over; NULL if there is none.
static struct pairing_try *wrap(struct enrolment *enrolment, struct fault *fault)
{
    if (!enrolment)
        return NULL;
    struct pairing_try *pairing = malloc(sizeof(*pairing));
    if (!pairing) {
        fault_set(fault, FAILURE_MEMORY, "pairing");
        enrolment_free(enrolment);
        return NULL;
    }
    pairing->enrolment = enrolment;
    return pairing;
}

static struct pairing_try *begin(const struct net_action *action, const struct dialect *dialect,
                                 const struct challenge *code, const char *label,
                                 struct fault *fault)
{
    struct enrolment_terms terms = {.label = label};
    return wrap(enrolment_begin(action, dialect, &code->pairing, &terms, fault), fault);
}

static struct pairing_try *begin_by_token(const struct net_action *action,
                                          const struct dialect *dialect,
                                          const struct token_pairing *wanted,
                                          struct fault *fault)
{
    return wrap(token_enrolment_begin(action, dialect, wanted, fault), fault);
}

static struct pairing_try *begin_by_badge(const struct net_action *action,
                                          const struct dialect *dialect,
                                          const struct badge_pairing *wanted,
                                          struct fault *fault)
{
    return wrap(badge_enrolment_begin(action, dialect, wanted, fault), fault);
}

static struct pairing_try *take_up(const struct net_action *action,
                                   const struct dialect *dialect, struct fault *fault)
{
    struct enrolment *enrolment = enrolment_load(action, dialect, fault);
    if (enrolment && enrolment_is_by_token(enrolment)) {
        enrolment_free(enrolment);
        fault_set(fault, FAILURE_PAIRING_NONE, "one by a device token is under way");
        return NULL;
    }
    return wrap(enrolment, fault);
}

// Repeats the enrolment until the portal has accepted it.
static enum pairing_step advance(struct pairing_try *pairing, struct fault *fault)
{
    struct enrolment *enrolment = pairing->enrolment;
    if (enrolment_is_by_token(enrolment) ? !token_enrolment_try(enrolment, fault)
                                         : !enrolment_try(enrolment, fault))
        return PAIRING_STEP_FAILED;
    return enrolment->replied && enrolment->told.state == ENROLLED_ACTIVE ? PAIRING_STEP_PAIRED
                                                                          : PAIRING_STEP_PORTAL;
}

static void tell(const struct pairing_try *pairing, enum pairing_step step,
                 struct net_event *out)
{
    const struct enrolment *enrolment = pairing->enrolment;
    const struct portal_facts *portal = &enrolment->record.pairing.portal;
    struct origin origin;
    portal_facts_origin(portal, &origin);
    *out = (struct net_event){.kind = step == PAIRING_STEP_PAIRED ? NET_EVENT_PAIRED
                                                                  : NET_EVENT_PAIRING_CODE};
    snprintf(out->pairing.id, sizeof(out->pairing.id), "%s", enrolment->record.pairing.id);
    snprintf(out->pairing.pairing_code, sizeof(out->pairing.pairing_code), "%s",
             enrolment->replied ? enrolment->told.pairing_code : "");
    snprintf(out->pairing.portal_name, sizeof(out->pairing.portal_name), "%s",
             portal->display_name);
    snprintf(out->pairing.origin, sizeof(out->pairing.origin), "%s", origin.text);
    snprintf(out->pairing.account_name, sizeof(out->pairing.account_name), "%s",
             enrolment->told.account_name);
}

static int64_t pace_ms(const struct pairing_try *pairing)
{
    return enrolment_pace_ms(pairing->enrolment);
}

static bool keep(struct pairing_try *pairing, struct fault *fault)
{
    return enrolment_keep(pairing->enrolment, fault);
}

static enum net_giving_up give_up(struct pairing_try *pairing)
{
    return enrolment_give_up(pairing->enrolment);
}

static enum net_giving_up withdraw(struct pairing_try *pairing)
{
    return enrolment_withdraw(pairing->enrolment);
}

static void free_pairing(struct pairing_try *pairing)
{
    if (pairing)
        enrolment_free(pairing->enrolment);
    free(pairing);
}

// An enrolment that nobody answers stays on disk.
static const struct pairing_ops pairing_by_code = {
    .begin_by_code = begin,
    .begin_by_token = begin_by_token,
    .begin_by_badge = begin_by_badge,
    .name_badge_refusal = badge_enrolment_name_refusal,
    .find_begun = enrolment_file_find,
    .take_up = take_up,
    .advance = advance,
    .tell = tell,
    .pace_ms = pace_ms,
    .answer_ms = ENROLMENT_LIFE_S * 1000,
    .keep = keep,
    .give_up = give_up,
    .withdraw = withdraw,
    .free = free_pairing,
};

// ---- a pairing that is stored ------------------------------------------------------------

static void know_codes(const struct pairing *pairing, struct known_codes *out)
{
    const struct portal_facts *portal = &pairing->portal;
    const uint8_t *const keys[] = {portal->portal_key, portal->next_key};
    struct origin origin;
    portal_facts_origin(portal, &origin);

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        uint8_t id[PORTAL_ID_SIZE];
        if (sodium_is_zero(keys[i], PUBLIC_KEY_SIZE) || !portal_id_of(keys[i], id))
            continue;
        known_text_login(&origin, id, out);
    }
}

// ---- the row -----------------------------------------------------------------------------

static const struct dialect_ops ops = {
    .shows_text = true,
    .recognise = challenge_read_qr_login,
    .owns = owns,
    .size = sizeof(struct sign_in),
    .begin = sign_in_begin,
    .resolve = sign_in_resolve,
    .decide = sign_in_decide,
    .renew = sign_in_renew,
    .end_session = sign_in_end_session,
    .end = sign_in_end,
    .take_up = open_sign_in_take_up,
    .send_open = open_sign_in_send,
    .withdraw = open_sign_in_withdraw,
    .know_codes = know_codes,
    .connect = qr_login_connect,
    .resume = qr_login_resume,
    .renew_key = qr_login_renew,
    .unpair = qr_login_unpair,
    .probe_path = METADATA_PATH,
    .pairing = &pairing_by_code,
};

const struct dialect qr_login_dialect = {
    .name = "qr-login",
    .ops = &ops,
};
