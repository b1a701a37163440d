// SPDX-License-Identifier: MIT
#include "net/qr_login/enrolment.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "net/new_key.h"
#include "net/pairings/atomic_file.h"
#include "net/pairings/pairing_part.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/pairing_secrets.h"
#include "net/protocol/reply.h"
#include "net/protocol/text.h"
#include "net/qr_login/unpair.h"

// An old pairing, or one that is not kept, is told to the portal for so long at most: its keys
// are erased in any case.
#define LEAVE_MS INT64_C(5000)

static struct enrolment *new_enrolment(const struct net_action *action,
                                       const struct dialect *dialect, struct fault *fault)
{
    struct enrolment *enrolment = calloc(1, sizeof(*enrolment));
    if (!enrolment) {
        fault_set(fault, FAILURE_MEMORY, "enrolment");
        return NULL;
    }

    enrolment->action = action;
    enrolment->record.pairing.dialect = dialect;
    enrolment->link = portal_link_new(action, &enrolment->record.pairing, false);
    if (!enrolment->link) {
        fault_set(fault, FAILURE_MEMORY, "enrolment");
        free(enrolment);
        return NULL;
    }

    enrolment->brisk_until_ms = action_boot_ms(action) + ENROLMENT_BRISK_MS;
    return enrolment;
}

void enrolment_free(struct enrolment *enrolment)
{
    if (!enrolment)
        return;
    portal_link_free(enrolment->link);
    free(enrolment);
}

// Keys name portals: one that is already paired may not come back under another address.
static bool is_free_to_pair(const struct enrolment *enrolment, struct fault *fault)
{
    const struct portal_facts *told = &enrolment->record.pairing.portal;
    struct pairing held;

    for (size_t i = 0; pairing_store_get(enrolment->action->pairings, i, &held); i++) {
        struct origin told_origin, held_origin;
        bool same = portal_facts_have_key(&held.portal, told->portal_key) ||
                    portal_facts_have_key(&held.portal, told->next_key);
        portal_facts_origin(told, &told_origin);
        portal_facts_origin(&held.portal, &held_origin);

        if (same && strcmp(told_origin.text, held_origin.text) != 0)
            return fault_set(fault, FAILURE_PAIRING_OTHER_ORIGIN, "paired as %.100s",
                             held_origin.text);
    }
    return true;
}

bool enrolment_is_by_token(const struct enrolment *enrolment)
{
    return enrolment->record.account_id[0] != '\0';
}

static bool has_pin(const struct statement_pins *pins, const uint8_t hash[static HASH_SIZE])
{
    size_t i = 0;
    while (i < pins->count && memcmp(pins->hash[i], hash, HASH_SIZE) != 0)
        i++;
    return i < pins->count;
}

bool enrolment_check_pins(const struct enrolment *enrolment, const struct token_pairing *wanted,
                          struct fault *fault)
{
    const struct portal_facts *told = &enrolment->record.pairing.portal;
    for (size_t i = 0; i < wanted->pin_count; i++)
        if (!has_pin(&told->pins, wanted->pins[i]))
            return fault_set(fault, FAILURE_PROVISION_OTHER_PINS, "%.200s: pin %zu of %zu",
                             told->base_url, i + 1, wanted->pin_count);
    return true;
}

// The label as the protocol limits it, cut between characters.
static void set_label(char out[static STATEMENT_LABEL_MAX + 1], const char *label)
{
    size_t size = strlen(label);
    if (size > STATEMENT_LABEL_MAX) {
        size = STATEMENT_LABEL_MAX;
        while (size > 0 && ((uint8_t)label[size] & 0xC0) == 0x80)
            size--;
    }
    memcpy(out, label, size);
    out[size] = 0;
    if (size == 0 || text_check_whole(span_of(out, size)) != TEXT_OK)
        snprintf(out, STATEMENT_LABEL_MAX + 1, "qrconfirm");
}

// Of a TPM behind a credential or a keyring this program knows nothing: it does not say so.
static uint8_t protection_of(struct pairing_store *pairings)
{
    uint8_t id[SEAL_PART_ID_SIZE];
    switch (pairing_store_part(pairings, id)) {
    case SEAL_PART_KEYRING:
    case SEAL_PART_CREDENTIAL:
        return PROTECTION_KEYRING;
    case SEAL_PART_TPM:
        return PROTECTION_HARDWARE;
    default:
        return PROTECTION_FILE;
    }
}

// The new key first, as in every enrolment; then the kiosk's.
static bool sign_with_voucher(struct enrolment *enrolment, const struct enrolment_terms *terms,
                              struct fault *fault)
{
    struct enrolment_record *record = &enrolment->record;
    const struct pairing *pairing = &record->pairing, *voucher = terms->voucher;
    struct envelope_signature signatures[2];
    if (statement_encode(MESSAGE_ENROL, &record->statement, &record->body) != VERDICT_OK)
        return fault_set(fault, FAILURE_INTERNAL, "enrol");

    // Nothing goes along: the person has no journal yet, and the kiosk's is not his.
    struct span body = statement_span(&record->body);
    struct envelope_text journal;
    return pairing_store_sign(enrolment->action->pairings, pairing->id, MESSAGE_ENROL, body,
                              pairing->key, 1, &signatures[0], &journal, fault) &&
           pairing_store_sign(terms->vouching, voucher->id, MESSAGE_ENROL, body, voucher->key,
                              1, &signatures[1], &journal, fault) &&
           (envelope_wrap(MESSAGE_ENROL, body, signatures, 2, &record->envelope) ||
            fault_set(fault, FAILURE_INTERNAL, "enrol: too long"));
}

static bool make_statement(struct enrolment *enrolment, const struct pairing_code *code,
                           const struct enrolment_terms *terms, struct fault *fault)
{
    const struct net_action *action = enrolment->action;
    struct enrolment_record *record = &enrolment->record;
    const struct portal_facts *portal = &record->pairing.portal;
    struct statement_enrol *statement = &record->statement;
    struct utsname system;

    if (!portal_id_of(portal->portal_key, statement->portal_id))
        return fault_set(fault, FAILURE_INTERNAL, "SHA-256");
    memcpy(statement->token, code->token, sizeof(statement->token));
    action_random(action, statement->device_nonce, sizeof(statement->device_nonce));
    statement->protection = protection_of(action->pairings);
    if (pairing_store_has_pin(action->pairings))
        statement->flags |= ENROL_CAN_VERIFY_USER;
    if (action->environment->kiosk || terms->voucher)
        statement->flags |= ENROL_KIOSK;
    statement->time = action_wall_s(action);
    set_label(statement->label, terms->label);
    if (terms->by_token)
        snprintf(record->account_id, sizeof(record->account_id), "%s",
                 terms->by_token->account_id);
    if (uname(&system) == 0)
        snprintf(statement->platform, sizeof(statement->platform), "%.20s %.20s",
                 system.sysname, system.machine);

    if (!statement_where_set(&statement->where, portal->base_url, MESSAGE_ENROL))
        return fault_set(fault, FAILURE_NET_REPLY, "the portal's address is too long");
    if (terms->voucher)
        return sign_with_voucher(enrolment, terms, fault);
    return link_sign(enrolment->link, MESSAGE_ENROL, statement, &record->body,
                     &record->envelope, fault);
}

static bool save(const struct enrolment *enrolment, struct fault *fault)
{
    return enrolment_file_write(enrolment->action->pairings, &enrolment->record, fault);
}

static void erase(struct enrolment *enrolment)
{
    struct pairing_store *pairings = enrolment->action->pairings;
    pairing_store_erase_keys(pairings, enrolment->record.pairing.id, NULL);
    enrolment_file_remove(pairings);
}

// A new pairing code says that the one before is given up. False with INTERRUPTED if the person
// has left: it stays then.
static bool withdraw_pending(const struct net_action *action, const struct dialect *dialect,
                             struct fault *fault)
{
    struct enrolment *old = enrolment_load(action, dialect, NULL);
    if (!old)
        return true;
    bool left = !enrolment_try(old, fault) && fault->failure == FAILURE_INTERRUPTED;
    if (!left)
        enrolment_give_up(old);
    enrolment_free(old);
    return !left;
}

// A kiosk that vouches knows its portal already, and its serial.
static bool find_portal(const struct net_action *action, const struct pairing_code *code,
                        const struct enrolment_terms *terms, struct portal_facts *out,
                        struct fault *fault)
{
    if (!terms->voucher)
        return metadata_fetch(action, code, out, fault);
    *out = terms->voucher->portal;
    return true;
}

struct enrolment *enrolment_begin(const struct net_action *action,
                                  const struct dialect *dialect,
                                  const struct pairing_code *code,
                                  const struct enrolment_terms *terms, struct fault *fault)
{
    // Before the portal hears of a pairing that could not be kept.
    if (!pairing_store_has_room(action->pairings, fault) ||
        !private_folder_probe(pairing_store_folder(action->pairings), "pairings", fault))
        return NULL;

    struct enrolment *enrolment = new_enrolment(action, dialect, fault);
    if (!enrolment)
        return NULL;
    struct enrolment_record *record = &enrolment->record;
    if (!find_portal(action, code, terms, &record->pairing.portal, fault) ||
        !is_free_to_pair(enrolment, fault) ||
        (terms->by_token && !enrolment_check_pins(enrolment, terms->by_token, fault)))
        goto free_enrolment;
    if (!withdraw_pending(action, dialect, fault))
        goto free_enrolment;

    record->begun_at = (int64_t)action_wall_s(action);
    if (!new_key_make(action, &record->pairing, record->statement.session_key, fault))
        goto free_enrolment;
    if (!make_statement(enrolment, code, terms, fault) || !save(enrolment, fault)) {
        erase(enrolment);
        goto free_enrolment;
    }
    return enrolment;

free_enrolment:
    enrolment_free(enrolment);
    return NULL;
}

struct enrolment *enrolment_load(const struct net_action *action, const struct dialect *dialect,
                                 struct fault *fault)
{
    struct enrolment *enrolment = new_enrolment(action, dialect, fault);
    if (!enrolment)
        return NULL;
    if (!enrolment_file_read(action->pairings, &enrolment->record, fault)) {
        enrolment_free(enrolment);
        return NULL;
    }
    return enrolment;
}

int64_t enrolment_pace_ms(const struct enrolment *enrolment)
{
    bool brisk = action_boot_ms(enrolment->action) < enrolment->brisk_until_ms;
    int64_t pace_ms = brisk ? ENROLMENT_REPEAT_MS : ENROLMENT_SLOW_MS;
    return enrolment->asked_ms > pace_ms ? enrolment->asked_ms : pace_ms;
}

static enum verdict check_enrolled(const void *sent, long status,
                                   const struct envelope_opened *reply)
{
    const struct enrolment *enrolment = sent;
    const struct statement_enrolled *told = &reply->statement.enrolled;
    if (told->state != (status == 200 ? ENROLLED_ACTIVE : ENROLLED_PENDING))
        return VERDICT_STATE;
    return reply_check_enrolled(&enrolment->record.statement, told);
}

// A clock that was not set yet when the pairing began tells no age.
bool enrolment_is_too_old(const struct enrolment *enrolment)
{
    int64_t now = (int64_t)action_wall_s(enrolment->action);
    return enrolment->record.begun_at >= NET_CLOCK_FLOOR_S &&
           now - enrolment->record.begun_at > ENROLMENT_LIFE_S;
}

static bool take_reply(struct enrolment *enrolment, struct fault *fault)
{
    // A copy: fetching newer metadata does not touch it.
    struct statement_enrolled told = enrolment->link->opened.statement.enrolled;
    uint64_t before = enrolment->record.pairing.portal.serial;
    if (!link_heed_serial(enrolment->link, told.serial, fault))
        return false;
    if (enrolment->record.pairing.portal.serial != before && !save(enrolment, fault))
        return false;
    enrolment->told = told;
    enrolment->replied = true;
    return true;
}

bool enrolment_try(struct enrolment *enrolment, struct fault *fault)
{
    if (enrolment_is_too_old(enrolment)) {
        erase(enrolment);
        return fault_set(fault, FAILURE_PORTAL_TOKEN_EXPIRED, "the pairing is a day old");
    }

    struct link_request request = {
        .message = MESSAGE_ENROL,
        .envelope = envelope_span(&enrolment->record.envelope),
        .expected = MESSAGE_ENROLLED,
        .check = check_enrolled,
        .sent = enrolment,
    };
    memcpy(request.portal_id, enrolment->record.statement.portal_id, sizeof(request.portal_id));

    int64_t retry_after_s;
    enum link_end end = link_try(enrolment->link, &request, &retry_after_s, fault);
    enrolment->asked_ms = end == LINK_AGAIN && retry_after_s > 0 ? retry_after_s * 1000 : 0;
    if (enrolment->asked_ms > ENROLMENT_SLOW_MS) // a pairing code lives for minutes
        enrolment->asked_ms = ENROLMENT_SLOW_MS;

    switch (end) {
    case LINK_ANSWERED:
        return take_reply(enrolment, fault);
    case LINK_REFUSED:
        // "token-used" is said of one that it has accepted as well, a day later.
        enrolment->refused = fault->failure != FAILURE_PORTAL_TOKEN_USED;
        erase(enrolment);
        return false;
    case LINK_STOPPED:
        return fault_set(fault, FAILURE_INTERRUPTED, "while pairing");
    case LINK_UNSAFE:
        // Nothing was paired yet, so nothing was another way before.
        if (fault->failure == FAILURE_NET_PIN)
            fault->failure = FAILURE_NET_PIN_PAIRING;
        return false;
    case LINK_AGAIN:
    case LINK_NO_ANSWER:
        break;
    }

    enrolment->action->retrying(enrolment->action->userdata, fault);
    return true;
}

// The older pairing with this portal, if there is one, leaves with its own key.
static void replace_older(const struct enrolment *enrolment)
{
    const struct net_action *action = enrolment->action;
    const struct pairing *kept = &enrolment->record.pairing;
    struct pairing held;

    for (size_t i = 0; pairing_store_get(action->pairings, i, &held);) {
        if (strcmp(held.id, kept->id) == 0 ||
            !portal_facts_have_key(&held.portal, kept->portal.portal_key)) {
            i++;
            continue;
        }

        qr_login_unpair(action, &held, action_boot_ms(action) + LEAVE_MS);
        action_note(action, "replaced", &held, NULL, NULL);
        if (!pairing_store_forget(action->pairings, held.id, NULL))
            i++;
    }
}

static void take_account(struct enrolment *enrolment)
{
    const struct statement_enrolled *told = &enrolment->told;
    struct pairing *pairing = &enrolment->record.pairing;
    pairing->paired_at = (int64_t)action_wall_s(enrolment->action);
    pairing->key[0].not_after = (int64_t)told->not_after;
    memcpy(pairing->device_id, told->device_id, sizeof(pairing->device_id));
    memcpy(pairing->account_id, told->account_id, sizeof(pairing->account_id));
    memcpy(pairing->account_name, told->account_name, sizeof(pairing->account_name));
}

bool enrolment_keep(struct enrolment *enrolment, struct fault *fault)
{
    const struct net_action *action = enrolment->action;
    const struct pairing *pairing = &enrolment->record.pairing;
    if (!enrolment->replied || enrolment->told.state != ENROLLED_ACTIVE)
        return fault_set(fault, FAILURE_INTERNAL, "the portal has not accepted yet");
    take_account(enrolment);
    if (!pairing_store_save(action->pairings, pairing, fault))
        return false;
    enrolment_file_remove(action->pairings);
    action_note(action, "paired", pairing, NULL, NULL);
    replace_older(enrolment);
    return true;
}

enum net_giving_up enrolment_give_up(struct enrolment *enrolment)
{
    const struct net_action *action = enrolment->action;
    struct pairing *pairing = &enrolment->record.pairing;
    enum net_giving_up what = NET_GIVEN_UP_UNTOLD;

    if (enrolment->refused) {
        what = NET_GIVEN_UP;
    } else if (enrolment->replied && enrolment->told.state == ENROLLED_PENDING) {
        what = NET_GIVEN_UP_UNTYPED;
    } else if (enrolment->replied) {
        take_account(enrolment);
        if (qr_login_unpair(action, pairing, action_boot_ms(action) + LEAVE_MS))
            what = NET_GIVEN_UP;
    }

    action_note(action, "not kept", pairing, NULL, NULL);
    erase(enrolment);
    return what;
}

enum net_giving_up enrolment_withdraw(struct enrolment *enrolment)
{
    struct fault fault;
    enrolment_try(enrolment, &fault);
    return enrolment_give_up(enrolment);
}
