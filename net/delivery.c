// SPDX-License-Identifier: MIT
#include "net/delivery.h"

#include <sodium.h>

#include "net/pairings/key_succession.h"
#include "net/protocol/reply.h"

// How often it is looked whether another qrconfirm has done.
#define TURN_MS INT64_C(200)

// What a reply is compared with.
struct sent {
    enum message message;
    union statement statement;
    struct span body;
    const char *account_id; // of the pairing
};

static enum verdict check_reply(const void *userdata, long status,
                                const struct envelope_opened *reply)
{
    const struct sent *sent = userdata;
    const union statement *told = &reply->statement;
    if (status != 200)
        return VERDICT_STATE;

    switch (sent->message) {
    case MESSAGE_DECISION:
        return reply_check_receipt(&sent->statement.decision, sent->body, &told->receipt);
    case MESSAGE_ENDSESSION:
        return reply_check_ended(&sent->statement.endsession, sent->body, &told->receipt);
    case MESSAGE_ROTATE:
        return reply_check_rotated(&sent->statement.rotate, sent->body, sent->account_id,
                                   &told->enrolled);
    case MESSAGE_UNPAIR: {
        const struct statement_unpair *unpair = &sent->statement.unpair;
        enum verdict verdict = reply_check_revoked(unpair->portal_id, unpair->device_id,
                                                   unpair->key_id, &told->revoked);
        if (verdict == VERDICT_OK && told->revoked.reason != REVOKED_BY_DEVICE)
            verdict = VERDICT_REASON;
        return verdict;
    }
    default:
        return VERDICT_TYPE;
    }
}

static const char *end_word(enum delivery_end end)
{
    switch (end) {
    case DELIVERY_ANSWERED:
        return "answered";
    case DELIVERY_REFUSED:
        return "refused";
    case DELIVERY_NO_ANSWER:
        return "no answer";
    case DELIVERY_NOT_SENT:
    case DELIVERY_FAILED:
        return "not sent";
    case DELIVERY_UNSAFE:
        return "no answer, then not safe";
    case DELIVERY_STOPPED:
        return "stopped";
    }
    return "";
}

static void note(const struct delivery *delivery, const char *event, const char *end,
                 const struct fault *fault)
{
    char hash_text[HASH_SIZE * 2 + 1];
    uint8_t hash[HASH_SIZE];
    bool hashed = hash_sha256(statement_span(&delivery->outbox.statement.body), hash);
    if (hashed)
        sodium_bin2hex(hash_text, sizeof(hash_text), hash, sizeof(hash));
    const struct journal_field fields[] = {
        {"statement", message_name(delivery->outbox.statement.message)},
        {"hash", hashed ? hash_text : NULL},
        {"end", end},
        {"code", fault ? failure_code(fault->failure) : NULL},
        {0},
    };
    action_note(delivery->link->action, event, delivery->link->pairing, fields, NULL);
}

bool delivery_take_turn(const struct net_action *action, struct outbox *outbox,
                        const struct pairing *pairing, int64_t until_ms, struct fault *fault)
{
    const char *state_dir = action->environment->state_dir;
    while (!outbox_open(outbox, state_dir, pairing->id, pairing->sequence, fault)) {
        if (!fault || fault->failure != FAILURE_DEVICE_BUSY ||
            action_boot_ms(action) + TURN_MS >= until_ms)
            return false;
        if (!action->pause(action->userdata, TURN_MS))
            return fault_set(fault, FAILURE_INTERRUPTED, "while another answer was under way");
    }
    return true;
}

bool delivery_open(struct delivery *delivery, struct portal_link *link, int64_t until_ms,
                   struct fault *fault)
{
    *delivery = (struct delivery){.link = link};
    const struct net_action *action = link->action;
    if (!delivery_take_turn(action, &delivery->outbox, link->pairing, until_ms, fault))
        return false;
    if (!outbox_drop_old(&delivery->outbox, (int64_t)action_wall_s(action), fault)) {
        outbox_close(&delivery->outbox);
        return false;
    }
    if (link->stored)
        key_succession_follow(action->pairings, link->pairing);
    return true;
}

void delivery_close(struct delivery *delivery)
{
    outbox_close(&delivery->outbox);
}

uint64_t delivery_next_sequence(const struct delivery *delivery)
{
    return delivery->outbox.sequence + 1;
}

static enum message answer_to(enum message message)
{
    switch (message) {
    case MESSAGE_UNPAIR:
        return MESSAGE_REVOKED;
    case MESSAGE_ROTATE:
        return MESSAGE_ENROLLED;
    default:
        return MESSAGE_RECEIPT;
    }
}

// What the end of a rotation means for the keys, before the outbox forgets that there was one.
// A key that the portal has seen is one of a rotation whose reply was lost.
static bool heed_rotation(struct portal_link *link, const struct statement_rotate *sent,
                          enum link_end end, struct fault *fault)
{
    const struct statement_enrolled *told = &link->opened.statement.enrolled;
    struct pairing_store *pairings = link->action->pairings;
    uint8_t id[KEY_ID_SIZE];
    if (!key_id_of(sent->new_key, id))
        return fault_set(fault, FAILURE_INTERNAL, "SHA-256");
    if (end == LINK_ANSWERED)
        return key_succession_taken(pairings, link->pairing, id, (int64_t)told->not_after,
                                    (int64_t)told->server_time, fault);
    if (end == LINK_REFUSED && link->problem.code == PROBLEM_KEY_IN_USE)
        return key_succession_taken(pairings, link->pairing, id, 0, 0, fault);
    return true;
}

// The pairing remembers the counter too, as the state folder may be lost, the portal's time,
// and whether its receipt asked for a new key: where a PIN is needed, that is made later.
static void remember_counter(struct portal_link *link, uint64_t sequence)
{
    struct pairing record;
    struct pairing_store *pairings = link->action->pairings;
    link->pairing->sequence = sequence;
    if (!link->stored || !pairing_store_hold(pairings, NULL))
        return;
    if (pairing_store_reload(pairings, link->pairing->id, &record, NULL)) {
        record.sequence = sequence;
        record.renewal_asked = link->pairing->renewal_asked;
        if (record.portal_time < link->pairing->portal_time)
            record.portal_time = link->pairing->portal_time;
        pairing_store_save(pairings, &record, NULL);
    }
    pairing_store_release(pairings);
}

static enum delivery_end end_of(enum link_end end, bool sent)
{
    switch (end) {
    case LINK_ANSWERED:
        return DELIVERY_ANSWERED;
    case LINK_REFUSED:
        return DELIVERY_REFUSED;
    case LINK_UNSAFE:
        return sent ? DELIVERY_UNSAFE : DELIVERY_FAILED;
    default:
        return sent ? DELIVERY_NO_ANSWER : DELIVERY_NOT_SENT;
    }
}

// Sends the statement that the outbox holds, and drops it when it has ended. `before`: a copy
// may have arrived already.
static enum delivery_end send_stored(struct delivery *delivery, bool before, int64_t counts_ms,
                                     int64_t until_ms, struct fault *fault)
{
    struct portal_link *link = delivery->link;
    const struct outbox_statement *stored = &delivery->outbox.statement;
    struct sent sent = {.message = stored->message,
                        .body = statement_span(&stored->body),
                        .account_id = link->pairing->account_id};
    struct link_request request = {
        .message = stored->message,
        .envelope = envelope_span(&stored->envelope),
        .expected = answer_to(stored->message),
        .until_ms = until_ms,
        .counts_ms = counts_ms,
        .check = check_reply,
        .sent = &sent,
    };

    enum link_end end = LINK_NO_ANSWER;
    if (statement_decode(stored->message, sent.body, &sent.statement) == VERDICT_OK) {
        memcpy(request.portal_id, sent.statement.decision.portal_id, PORTAL_ID_SIZE);
        end = link_send(link, &request, fault);
    } else {
        fault_set(fault, FAILURE_OUTBOX_DAMAGED, "the stored statement cannot be read");
    }

    if (end == LINK_STOPPED)
        return DELIVERY_STOPPED;
    if (stored->message == MESSAGE_ROTATE &&
        !heed_rotation(link, &sent.statement.rotate, end, fault))
        return DELIVERY_FAILED;

    if (end == LINK_ANSWERED && stored->message == MESSAGE_DECISION)
        link->pairing->renewal_asked =
            (link->opened.statement.receipt.flags & RECEIPT_RENEW) != 0;
    enum delivery_end result = end_of(end, before || link->sent);
    note(delivery, "ended", end_word(result), result == DELIVERY_ANSWERED ? NULL : fault);
    struct fault ignored;
    if (link->revoked) {
        outbox_forget(&delivery->outbox);
        return result;
    }
    bool dropped = outbox_end(&delivery->outbox, &ignored);
    remember_counter(link, delivery->outbox.sequence);
    if (dropped || (result != DELIVERY_NOT_SENT && result != DELIVERY_FAILED))
        return result;
    *fault = ignored; // it would go out later, though it did not now
    return DELIVERY_FAILED;
}

enum delivery_end delivery_send_again(struct delivery *delivery, int64_t until_ms,
                                      struct fault *fault)
{
    return send_stored(delivery, true, until_ms, until_ms, fault);
}

enum delivery_end delivery_send(struct delivery *delivery, enum message message,
                                const void *statement, int64_t counts_ms, int64_t until_ms,
                                struct fault *fault)
{
    struct outbox_statement made = {.message = message,
                                    .made_at = (int64_t)action_wall_s(delivery->link->action)};
    if (!link_sign(delivery->link, message, statement, &made.body, &made.envelope, fault))
        return DELIVERY_FAILED;
    if (delivery->about)
        made.about = *delivery->about;
    if (!outbox_put(&delivery->outbox, &made, delivery_next_sequence(delivery), fault))
        return DELIVERY_FAILED;
    told_add(delivery->link->action->told, delivery->outbox.id, statement_span(&made.body));
    note(delivery, "signed", NULL, NULL);
    return send_stored(delivery, false, counts_ms, until_ms, fault);
}

bool delivery_drop_rotation(struct delivery *delivery, struct fault *fault)
{
    bool rotates =
        delivery->outbox.waiting && delivery->outbox.statement.message == MESSAGE_ROTATE;
    return !rotates || outbox_end(&delivery->outbox, fault);
}

bool delivery_holds_untold(const struct delivery *delivery)
{
    const struct outbox *outbox = &delivery->outbox;
    return outbox->waiting && outbox->statement.message == MESSAGE_DECISION &&
           !told_has(delivery->link->action->told, outbox->id,
                     statement_span(&outbox->statement.body));
}

enum delivery_end delivery_resume(struct delivery *delivery, int64_t until_ms,
                                  bool *was_waiting, struct fault *fault)
{
    const struct net_action *action = delivery->link->action;
    *was_waiting = delivery->outbox.waiting;
    if (!delivery->outbox.waiting)
        return DELIVERY_ANSWERED;
    if (delivery_holds_untold(delivery)) {
        fault_set(fault, FAILURE_ANSWER_OPEN, "%s", delivery->outbox.id);
        return DELIVERY_FAILED;
    }

    enum message message = delivery->outbox.statement.message;
    enum delivery_end end = send_stored(delivery, true, until_ms, until_ms, fault);
    if (end == DELIVERY_ANSWERED && answer_to(message) == MESSAGE_RECEIPT && action->late) {
        struct net_receipt receipt;
        delivery_tell_receipt(&delivery->link->opened.statement.receipt, &receipt);
        action->late(action->userdata, delivery->link->pairing, &receipt);
    }
    return end;
}

void delivery_tell_receipt(const struct statement_receipt *receipt, struct net_receipt *out)
{
    *out = (struct net_receipt){.otp_follows = receipt->flags & RECEIPT_TWO_STEP};

    switch (receipt->result) {
    case RECEIPT_APPROVED:
        out->result = NET_RESULT_APPROVED;
        break;
    case RECEIPT_PICKUP_CODE:
        out->result = NET_RESULT_PICKUP_CODE;
        break;
    case RECEIPT_DENIED:
        out->result = NET_RESULT_DENIED;
        break;
    default:
        out->result = NET_RESULT_ENDED;
    }

    out->may_end = out->result == NET_RESULT_APPROVED || out->result == NET_RESULT_PICKUP_CODE;
    memcpy(out->pickup_code, receipt->pickup_code, sizeof(out->pickup_code));
}
