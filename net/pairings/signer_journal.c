// SPDX-License-Identifier: MIT
#include "net/pairings/signer_journal.h"

#include <string.h>

#include "net/pairings/journal_file.h"
#include "net/protocol/statement.h"

static bool same_place(const struct journal_place *a, const struct journal_place *b)
{
    return a->count == b->count && memcmp(a->hash, b->hash, HASH_SIZE) == 0;
}

// Where the journal was, as the program says. If that is not where the head is, the program has
// to say why, and what the head was is kept.
static bool begin(struct journal_head *head, bool missing, const struct signer_lines *lines,
                  struct fault *fault)
{
    if (!missing && same_place(&head->at, &lines->from))
        return true;
    if (!missing && lines->loss == JOURNAL_KEPT)
        return fault_set(fault, FAILURE_SIGNER_REFUSED, "a journal of another length");

    if (!missing && head->loss == JOURNAL_KEPT) {
        head->loss = (enum journal_loss)lines->loss;
        head->lost = head->at;
    }
    head->at = lines->from;
    return true;
}

// A line that is no entry names none before it: `log` calls it damaged.
static bool take_line(struct journal_place *at, struct span line, struct fault *fault)
{
    char named[JOURNAL_HASH_HEX + 1], before[JOURNAL_HASH_HEX + 1];
    bool starved = false;
    journal_hash_hex(at->hash, before);
    bool names = journal_line_names(line, named, &starved);
    if (starved)
        return fault_set(fault, FAILURE_MEMORY, "a line of the journal");
    if (names && strcmp(named, before) != 0)
        return fault_set(fault, FAILURE_SIGNER_REFUSED, "a line of another journal");
    if (!hash_sha256(line, at->hash))
        return fault_set(fault, FAILURE_INTERNAL, JOURNAL_NAME ": SHA-256");
    at->count++;
    return true;
}

bool signer_judge_lines(struct journal_head *head, bool missing,
                        const struct signer_lines *lines, struct fault *fault)
{
    struct journal_head moved = *head;
    if (!begin(&moved, missing, lines, fault))
        return false;

    struct span left = span_of(lines->text, lines->size);
    while (left.n > 0) {
        // There is one: the message was judged.
        const uint8_t *feed = memchr(left.p, '\n', left.n);
        size_t size = (size_t)(feed - left.p);
        if (!take_line(&moved.at, span_of(left.p, size), fault))
            return false;
        left = span_of(left.p + size + 1, left.n - size - 1);
    }
    *head = moved;
    return true;
}

bool signer_follow_journal(int folder, const struct signer_lines *lines, struct fault *fault)
{
    struct journal_head head = {0};
    bool missing;
    bool there = journal_head_load(folder, &head, &missing, fault);
    return (there || missing) && signer_judge_lines(&head, missing, lines, fault) &&
           journal_head_save(folder, &head, fault);
}

// ---- what a portal is told -------------------------------------------------------------

static bool name_device(const uint8_t portal_id[static PORTAL_ID_SIZE],
                        const uint8_t device_id[static DEVICE_ID_SIZE],
                        struct statement_journal *out)
{
    memcpy(out->portal_id, portal_id, PORTAL_ID_SIZE);
    memcpy(out->device_id, device_id, DEVICE_ID_SIZE);
    return true;
}

// False for what no journal goes along with.
static bool begin_journal(enum message message, const union statement *said,
                          struct statement_journal *out)
{
    switch (message) {
    case MESSAGE_DECISION:
        return name_device(said->decision.portal_id, said->decision.device_id, out);
    case MESSAGE_ROTATE:
        return name_device(said->rotate.portal_id, said->rotate.device_id, out);
    case MESSAGE_UNPAIR:
        return name_device(said->unpair.portal_id, said->unpair.device_id, out);
    case MESSAGE_ENDSESSION:
        return name_device(said->endsession.portal_id, said->endsession.device_id, out);
    default:
        return false;
    }
}

bool signer_tell_journal(int folder, const struct signer_body *body, const uint8_t *secret_key,
                         struct signer_signed *out, struct fault *fault)
{
    enum message message = (enum message)body->message;
    struct span bytes = span_of(body->bytes, body->size);
    union statement said;
    struct statement_journal journal = {0};
    struct statement_body told;
    struct journal_head head;
    bool missing;
    if (statement_decode(message, bytes, &said) != VERDICT_OK ||
        !begin_journal(message, &said, &journal) ||
        !journal_head_load(folder, &head, &missing, NULL))
        return true;

    memcpy(journal.key_id, body->key_id[0], KEY_ID_SIZE);
    journal.count = head.at.count;
    memcpy(journal.head, head.at.hash, HASH_SIZE);

    if (!hash_sha256(bytes, journal.statement_hash))
        return fault_set(fault, FAILURE_INTERNAL, "journal: SHA-256");
    if (statement_encode_journal(&journal, &told) != VERDICT_OK ||
        told.size > sizeof(out->journal))
        return true;
    if (!envelope_sign(MESSAGE_JOURNAL, statement_span(&told), secret_key,
                       &out->journal_signature))
        return fault_set(fault, FAILURE_INTERNAL, "journal: Ed25519");

    memcpy(out->journal, told.bytes, told.size);
    out->journal_size = (uint32_t)told.size;
    return true;
}
