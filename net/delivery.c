// SPDX-License-Identifier: MIT
#include "net/delivery.h"

#include <sodium.h>

#include "net/reply.h"

// What a reply is compared with.
struct sent {
    enum message message;
    union statement statement;
    struct span body;
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
    case DELIVERY_FAILED:
        return "not sent";
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
    hash_sha256(statement_span(&delivery->outbox.statement.body), hash);
    sodium_bin2hex(hash_text, sizeof(hash_text), hash, sizeof(hash));
    const struct journal_field fields[] = {
        {"statement", message_name(delivery->outbox.statement.message)},
        {"hash", hash_text},
        {"end", end},
        {"code", fault ? failure_code(fault->failure) : NULL},
        {0},
    };
    action_note(delivery->link->action, event, delivery->link->pairing, fields, NULL);
}

bool delivery_open(struct delivery *delivery, struct portal_link *link, struct fault *fault)
{
    *delivery = (struct delivery){.link = link};
    const struct net_action *action = link->action;
    if (!outbox_open(&delivery->outbox, action->environment->state_dir, link->pairing->id,
                     link->pairing->sequence, fault))
        return false;
    if (!outbox_drop_old(&delivery->outbox, (int64_t)action_wall_s(action), fault)) {
        outbox_close(&delivery->outbox);
        return false;
    }
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

// Sends the statement that the outbox holds, and drops it when it has ended.
static enum delivery_end send_stored(struct delivery *delivery, int64_t until_ms,
                                     struct fault *fault)
{
    struct portal_link *link = delivery->link;
    const struct outbox_statement *stored = &delivery->outbox.statement;
    struct sent sent = {.message = stored->message, .body = statement_span(&stored->body)};
    struct link_request request = {
        .message = stored->message,
        .envelope = envelope_span(&stored->envelope),
        .expected = stored->message == MESSAGE_UNPAIR ? MESSAGE_REVOKED : MESSAGE_RECEIPT,
        .until_ms = until_ms,
        .check = check_reply,
        .sent = &sent,
    };
    enum link_end end = LINK_NO_ANSWER;
    if (statement_decode(stored->message, sent.body, &sent.statement) == VERDICT_OK) {
        memcpy(request.portal_id, sent.statement.decision.portal_id, PORTAL_ID_SIZE);
        end = link_send(link, &request, fault);
    } else {
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "the stored statement cannot be read");
    }
    if (end == LINK_STOPPED)
        return DELIVERY_STOPPED;

    enum delivery_end result = end == LINK_ANSWERED  ? DELIVERY_ANSWERED
                               : end == LINK_REFUSED ? DELIVERY_REFUSED
                               : end == LINK_UNSAFE  ? DELIVERY_FAILED
                                                     : DELIVERY_NO_ANSWER;
    note(delivery, "ended", end_word(result), result == DELIVERY_ANSWERED ? NULL : fault);
    struct fault ignored;
    if (link->revoked) {
        outbox_forget(&delivery->outbox);
        return result;
    }
    outbox_end(&delivery->outbox, &ignored);
    // The pairing remembers the counter too: the state folder may be lost.
    link->pairing->sequence = delivery->outbox.sequence;
    if (link->stored)
        pairing_store_save(link->action->pairings, link->pairing, &ignored);
    return result;
}

enum delivery_end delivery_send(struct delivery *delivery, enum message message,
                                const void *statement, int64_t until_ms, struct fault *fault)
{
    struct outbox_statement made = {.message = message,
                                    .made_at = (int64_t)action_wall_s(delivery->link->action)};
    if (!link_sign(delivery->link, message, statement, &made.body, &made.envelope, fault))
        return DELIVERY_FAILED;
    if (!outbox_put(&delivery->outbox, &made, delivery_next_sequence(delivery), fault))
        return DELIVERY_FAILED;
    note(delivery, "signed", NULL, NULL);
    return send_stored(delivery, until_ms, fault);
}

enum delivery_end delivery_resume(struct delivery *delivery, int64_t until_ms,
                                  bool *was_waiting, struct fault *fault)
{
    *was_waiting = delivery->outbox.waiting;
    if (!delivery->outbox.waiting)
        return DELIVERY_ANSWERED;
    return send_stored(delivery, until_ms, fault);
}
