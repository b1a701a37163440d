// SPDX-License-Identifier: MIT
#include "portal/core/device_journal.h"

#include <stdlib.h>

#include "base/shortage.h"
#include "net/protocol/journal_told.h"
#include "portal/core/device_keys.h"

const char *device_journal_word(enum device_journal_state state)
{
    static const char *const words[] = {
        [DEVICE_JOURNAL_NOT_TOLD] = "not-told", [DEVICE_JOURNAL_GOES_ON] = "goes-on",
        [DEVICE_JOURNAL_STANDS] = "stands",     [DEVICE_JOURNAL_WENT_BACK] = "went-back",
        [DEVICE_JOURNAL_CHANGED] = "changed",
    };
    return words[state];
}

// ---- reading ---------------------------------------------------------------------------

struct kept {
    struct device_statement *statement;
    size_t count, room;
};

static bool find_key(void *userdata, const uint8_t key_id[static KEY_ID_SIZE],
                     uint8_t public_key[static PUBLIC_KEY_SIZE])
{
    struct device_key key;
    if (!device_keys_find(userdata, key_id, &key))
        return false;
    memcpy(public_key, key.public_key, PUBLIC_KEY_SIZE);
    return true;
}

static uint64_t sequence_of(enum message message, const union statement *said)
{
    switch (message) {
    case MESSAGE_DECISION:
        return said->decision.sequence;
    case MESSAGE_ROTATE:
        return said->rotate.sequence;
    case MESSAGE_UNPAIR:
        return said->unpair.sequence;
    case MESSAGE_ENDSESSION:
        return said->endsession.sequence;
    default:
        return 0;
    }
}

// Its signatures are judged again: the store is not believed.
static void read_envelope(struct store *store, const char *text,
                          const uint8_t device_id[static DEVICE_ID_SIZE],
                          struct device_statement *out)
{
    struct envelope_opened *opened = shortage_malloc(sizeof(*opened));
    struct statement_journal told;
    const struct envelope_keys keys = {find_key, store};
    if (opened && envelope_open(out->message, span_str(text), &keys, opened) == VERDICT_OK) {
        out->sequence = sequence_of(out->message, &opened->statement);
        if (journal_told_read(span_str(text), opened, device_id, &told)) {
            out->state = DEVICE_JOURNAL_GOES_ON;
            out->count = told.count;
            memcpy(out->head, told.head, HASH_SIZE);
        }
    }
    free(opened);
}

static struct device_statement *add(struct kept *kept)
{
    if (kept->count == kept->room) {
        size_t room = kept->room ? 2 * kept->room : 64;
        struct device_statement *more = shortage_realloc(kept->statement, room * sizeof(*more));
        if (!more)
            return NULL;
        kept->statement = more;
        kept->room = room;
    }
    struct device_statement *added = &kept->statement[kept->count++];
    *added = (struct device_statement){0};
    return added;
}

static bool read_rows(struct store *store, const uint8_t device_id[static DEVICE_ID_SIZE],
                      struct kept *kept)
{
    struct rows rows;
    bool whole = true;
    rows_open(&rows, store,
              "SELECT kind, received, body_hash, envelope FROM statements WHERE device_id = ?",
              "b", device_id, (size_t)DEVICE_ID_SIZE);

    while (whole && rows_next(&rows)) {
        struct device_statement *row = add(kept);
        char *text = row ? rows_text_copy(&rows, 3) : NULL;
        whole = text != NULL;
        if (!whole)
            break;
        row->message = (enum message)rows_int(&rows, 0);
        row->received = rows_int(&rows, 1);
        rows_blob(&rows, 2, row->hash, sizeof(row->hash));
        read_envelope(store, text, device_id, row);
        free(text);
    }
    rows_close(&rows);
    return whole;
}

// ---- judging ---------------------------------------------------------------------------

static int by_sequence(const void *a, const void *b)
{
    const struct device_statement *one = a, *other = b;
    return (one->sequence > other->sequence) - (one->sequence < other->sequence);
}

static enum device_journal_state compare(const struct device_statement *before,
                                         const struct device_statement *now)
{
    if (now->count != before->count)
        return now->count > before->count ? DEVICE_JOURNAL_GOES_ON : DEVICE_JOURNAL_WENT_BACK;
    return memcmp(now->head, before->head, HASH_SIZE) == 0 ? DEVICE_JOURNAL_STANDS
                                                           : DEVICE_JOURNAL_CHANGED;
}

bool device_journal_list(struct store *store, const uint8_t device_id[static DEVICE_ID_SIZE],
                         void (*each)(void *userdata, const struct device_statement *statement),
                         void *userdata)
{
    struct kept kept = {0};
    const struct device_statement *before = NULL;
    bool whole = read_rows(store, device_id, &kept);
    if (kept.count > 0)
        qsort(kept.statement, kept.count, sizeof(*kept.statement), by_sequence);

    for (size_t i = 0; i < kept.count; i++) {
        struct device_statement *now = &kept.statement[i];
        if (now->state != DEVICE_JOURNAL_NOT_TOLD) {
            now->state = before ? compare(before, now) : DEVICE_JOURNAL_GOES_ON;
            before = now;
        }
        each(userdata, now);
    }
    free(kept.statement);
    return whole;
}
