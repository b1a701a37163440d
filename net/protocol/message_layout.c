// SPDX-License-Identifier: MIT
#include "net/protocol/message_layout.h"

#include <sodium.h>

static bool is_zero(const uint8_t *bytes, size_t size)
{
    return sodium_is_zero(bytes, size) == 1;
}

static enum verdict check_metadata(const union statement *statement)
{
    const struct statement_metadata *m = &statement->metadata;
    uint8_t id[PORTAL_ID_SIZE];
    if (!portal_id_of(m->portal_key, id))
        return VERDICT_NOT_JUDGED;
    if (memcmp(id, m->portal_id, sizeof(id)) != 0)
        return VERDICT_PORTAL_ID;
    if (memcmp(m->next_key, m->portal_key, sizeof(m->next_key)) == 0)
        return VERDICT_NEXT_KEY;
    if (!is_zero(m->next_key, sizeof(m->next_key)) && !public_key_is_good(m->next_key))
        return VERDICT_NEXT_KEY;
    return VERDICT_OK;
}

// Pending has the code and nothing else, active everything but the code.
static enum verdict check_enrolled(const union statement *statement)
{
    const struct statement_enrolled *e = &statement->enrolled;
    bool active = e->state == ENROLLED_ACTIVE;
    bool whole = !is_zero(e->device_id, sizeof(e->device_id)) == active &&
                 (e->not_after > 0) == active && (e->account_id[0] != '\0') == active &&
                 (e->account_name[0] != '\0') == active &&
                 (e->pairing_code[0] == '\0') == active;
    return whole ? VERDICT_OK : VERDICT_STATE;
}

static enum verdict check_context(const union statement *statement)
{
    const struct statement_context *c = &statement->context;
    // As a difference: `created` may be any number, and a sum could wrap.
    bool in_order = c->created <= c->server_time && c->server_time < c->expires &&
                    c->expires - c->created <= STATEMENT_LIFE_MAX_S;
    return in_order ? VERDICT_OK : VERDICT_TIMES;
}

static enum verdict check_receipt(const union statement *statement)
{
    const struct statement_receipt *r = &statement->receipt;
    if ((r->pickup_code[0] != '\0') != (r->result == RECEIPT_PICKUP_CODE))
        return VERDICT_PICKUP_CODE;
    if (is_zero(r->login_id, sizeof(r->login_id)) != (r->result == RECEIPT_DENIED))
        return VERDICT_LOGIN_ID;
    return VERDICT_OK;
}

// Who was verified was there.
static enum verdict check_decision(const union statement *statement)
{
    unsigned flags = statement->decision.flags;
    bool verified_alone = (flags & DECISION_USER_VERIFIED) && !(flags & DECISION_USER_PRESENT);
    return verified_alone ? VERDICT_FLAGS : VERDICT_OK;
}

// Without entries there is no last one.
static enum verdict check_journal(const union statement *statement)
{
    const struct statement_journal *j = &statement->journal;
    return is_zero(j->head, sizeof(j->head)) == (j->count == 0) ? VERDICT_OK : VERDICT_STATE;
}

// clang-format off
#define AT(member) offsetof(struct OF, member)
#define SIZE(member) ((unsigned)sizeof(((struct OF *)0)->member))

#define BYTES(member)           {FIELD_BYTES, AT(member), 0, SIZE(member), 0, VERDICT_OK}
#define U64(member)             {FIELD_U64, AT(member), 0, 1, 0, VERDICT_OK}
#define U8(member, low, high, refused)  {FIELD_U8, AT(member), low, high, 0, refused}
#define FLAGS(member, must, all)        {FIELD_U8, AT(member), 0, all, must, VERDICT_FLAGS}
#define TEXT(member, low, refused)      {FIELD_TEXT, AT(member), low, SIZE(member) - 1, 0, refused}
#define CODE(member, refused)           {FIELD_CODE, AT(member), 0, STATEMENT_CODE_SIZE, 0, refused}
#define ORIGIN(member)          {FIELD_ORIGIN, AT(member), 1, ORIGIN_MAX, 0, VERDICT_ORIGIN}
#define TARGET(kind, member)    {kind, AT(member), 1, STATEMENT_TARGET_MAX, 0, VERDICT_TARGET}
#define WHERE                   ORIGIN(where.origin), TARGET(FIELD_TARGET, where.target)

#define DECISION_FIELDS(target_kind, decision_max)                                             \
    BYTES(portal_id), BYTES(challenge_id), BYTES(context_hash), BYTES(device_id),              \
    BYTES(key_id), U8(decision, 1, decision_max, VERDICT_DECISION),                            \
    FLAGS(flags, 0, DECISION_USER_PRESENT | DECISION_USER_VERIFIED), U64(time), U64(sequence),                          \
    ORIGIN(where.origin), TARGET(target_kind, where.target),                                   \
    TEXT(account_id, 1, VERDICT_ACCOUNT_ID_LENGTH)

#define MEDIA(name) name, "application/vnd.qrlogin." name "-v1"
#define DEVICE(name) MEDIA(name), "/qr-login/v1/" name
#define PORTAL(name) MEDIA(name), NULL

const struct layout layouts[MESSAGE_COUNT] = {
#define OF statement_enrol
    [MESSAGE_ENROL] = {DEVICE("enrol"), 0x01, sizeof(struct OF), NULL, {
        BYTES(portal_id), BYTES(token), BYTES(session_key), BYTES(device_nonce),
        U8(protection, PROTECTION_FILE, PROTECTION_HARDWARE, VERDICT_PROTECTION),
        FLAGS(flags, 0, ENROL_CAN_VERIFY_USER | ENROL_KIOSK), U64(time),
        TEXT(label, 1, VERDICT_LABEL_LENGTH), TEXT(platform, 0, VERDICT_PLATFORM_LENGTH),
        WHERE}},
#undef OF
#define OF statement_resolve
    [MESSAGE_RESOLVE] = {DEVICE("resolve"), 0x02, sizeof(struct OF), NULL, {
        BYTES(portal_id), BYTES(challenge_id), BYTES(device_id), BYTES(key_id), U64(time),
        BYTES(request_nonce),
        {FIELD_FRAME, AT(frame), 0, CHALLENGE_FRAME_SIZE, 0, VERDICT_FRAME}, WHERE}},
#undef OF
#define OF statement_decision
    [MESSAGE_DECISION] = {DEVICE("decision"), 0x03, sizeof(struct OF), check_decision, {
        DECISION_FIELDS(FIELD_TARGET, DECISION_DENY_AND_REPORT)}},
    [MESSAGE_BITRIX24] = {PORTAL("bitrix24"), 0x07, sizeof(struct OF), check_decision, {
        DECISION_FIELDS(FIELD_TARGET_WITH_QUERY, DECISION_APPROVE)}},
#undef OF
#define OF statement_rotate
    [MESSAGE_ROTATE] = {DEVICE("rotate"), 0x04, sizeof(struct OF), NULL, {
        BYTES(portal_id), BYTES(device_id), BYTES(key_id), BYTES(new_key), U64(time),
        U64(sequence), WHERE}},
#undef OF
#define OF statement_unpair
    [MESSAGE_UNPAIR] = {DEVICE("unpair"), 0x05, sizeof(struct OF), NULL, {
        BYTES(portal_id), BYTES(device_id), BYTES(key_id), U64(time), U64(sequence),
        FLAGS(flags, 0, UNPAIR_END_SESSIONS), WHERE}},
#undef OF
#define OF statement_endsession
    [MESSAGE_ENDSESSION] = {DEVICE("endsession"), 0x06, sizeof(struct OF), NULL, {
        BYTES(portal_id), BYTES(device_id), BYTES(key_id), U64(time), U64(sequence),
        BYTES(login_id), WHERE}},
#undef OF
#define OF statement_journal
    [MESSAGE_JOURNAL] = {PORTAL("journal"), 0x08, sizeof(struct OF), check_journal, {
        BYTES(portal_id), BYTES(device_id), BYTES(key_id), BYTES(statement_hash), U64(count),
        BYTES(head)}},
#undef OF
#define OF statement_metadata
    [MESSAGE_METADATA] = {PORTAL("metadata"), 0x81, sizeof(struct OF), check_metadata, {
        BYTES(portal_id), BYTES(portal_key), BYTES(next_key), U64(serial),
        {FIELD_PINS, AT(pins), 0, STATEMENT_PINS_MAX, 0, VERDICT_PINS},
        {FIELD_BASE_URL, AT(base_url), 1, BASE_URL_MAX, 0, VERDICT_BASE_URL},
        TEXT(display_name, 1, VERDICT_DISPLAY_NAME_LENGTH)}},
#undef OF
#define OF statement_enrolled
    [MESSAGE_ENROLLED] = {PORTAL("enrolled"), 0x82, sizeof(struct OF), check_enrolled, {
        BYTES(portal_id), BYTES(echo), BYTES(session_key),
        U8(state, ENROLLED_PENDING, ENROLLED_ACTIVE, VERDICT_STATE),
        BYTES(device_id), U64(not_after), U64(server_time), U64(serial),
        CODE(pairing_code, VERDICT_PAIRING_CODE_FORM),
        TEXT(account_id, 0, VERDICT_ACCOUNT_ID_LENGTH),
        TEXT(account_name, 0, VERDICT_ACCOUNT_NAME_LENGTH)}},
#undef OF
#define OF statement_context
    [MESSAGE_CONTEXT] = {PORTAL("context"), 0x83, sizeof(struct OF), check_context, {
        BYTES(portal_id), BYTES(challenge_id), BYTES(challenge_nonce), BYTES(device_id),
        BYTES(request_nonce), U64(server_time), U64(serial), U64(created), U64(expires),
        {FIELD_U16, AT(flags), 0, 0x3f, 0, VERDICT_FLAGS}, ORIGIN(origin),
        TEXT(account_id, 1, VERDICT_ACCOUNT_ID_LENGTH),
        TEXT(account_name, 1, VERDICT_ACCOUNT_NAME_LENGTH),
        TEXT(browser_ip, 0, VERDICT_BROWSER_IP_LENGTH), TEXT(place, 0, VERDICT_PLACE_LENGTH),
        TEXT(agent, 0, VERDICT_AGENT_LENGTH), TEXT(last_use, 0, VERDICT_LAST_USE_LENGTH)}},
#undef OF
#define OF statement_receipt
    [MESSAGE_RECEIPT] = {PORTAL("receipt"), 0x84, sizeof(struct OF), check_receipt, {
        BYTES(portal_id), BYTES(device_id), BYTES(statement_hash),
        U8(result, RECEIPT_APPROVED, RECEIPT_ALREADY_OVER, VERDICT_RESULT),
        FLAGS(flags, 0, RECEIPT_TWO_STEP | RECEIPT_RENEW), BYTES(login_id), U64(server_time),
        CODE(pickup_code, VERDICT_PICKUP_CODE_FORM)}},
#undef OF
#define OF statement_revoked
    [MESSAGE_REVOKED] = {PORTAL("revoked"), 0x85, sizeof(struct OF), NULL, {
        BYTES(portal_id), BYTES(device_id), BYTES(key_id), U64(revoked_at), U64(server_time),
        U8(reason, REVOKED_BY_USER, REVOKED_COPY, VERDICT_REASON)}},
#undef OF
};
