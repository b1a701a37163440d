// SPDX-License-Identifier: MIT
#include "net/pairings/journal_head.h"

#include "net/pairings/record_file.h"
#include "net/pairings/storage_fault.h"

#define FORMAT  "qrconfirm journal head"
#define VERSION 1

static const struct {
    const char *word;
    enum failure failure;
} losses[] = {
    [JOURNAL_KEPT] = {"", FAILURE_NONE},
    [JOURNAL_CUT] = {"cut", FAILURE_JOURNAL_CUT},
    [JOURNAL_REMOVED] = {"removed", FAILURE_JOURNAL_REMOVED},
    [JOURNAL_REWRITTEN] = {"rewritten", FAILURE_JOURNAL_REWRITTEN},
};
#define LOSSES (sizeof(losses) / sizeof(losses[0]))

enum failure journal_loss_failure(enum journal_loss loss)
{
    return losses[loss].failure;
}

static void read_place(struct record_reader *reader, struct journal_place *out)
{
    record_read_counter(reader, "count", &out->count);
    record_read_bytes(reader, "hash", out->hash, sizeof(out->hash));
}

static int write_place(json_t *object, const struct journal_place *place)
{
    return record_write_counter(object, "count", place->count) |
           record_write_bytes(object, "hash", span_of(place->hash, sizeof(place->hash)));
}

static void read_loss(struct record_reader *reader, struct journal_head *head)
{
    char word[16] = "";
    struct record_reader lost = {.object = json_object_get(reader->object, "lost")};
    if (!lost.object)
        return;
    record_read_text(&lost, "how", word, 1, sizeof(word));
    read_place(&lost, &head->lost);
    for (size_t i = JOURNAL_CUT; i < LOSSES; i++)
        if (strcmp(word, losses[i].word) == 0)
            head->loss = (enum journal_loss)i;
    if (lost.bad || head->loss == JOURNAL_KEPT)
        reader->bad = "lost";
}

bool journal_head_load(int folder, struct journal_head *out, bool *missing, struct fault *fault)
{
    enum atomic_read read;
    struct journal_head head = {0};
    json_t *root = record_file_read(folder, JOURNAL_HEAD_NAME, FORMAT, VERSION, &read, fault);
    *missing = read == ATOMIC_READ_MISSING;
    if (!root)
        return !*missing && storage_name_damage(fault, FAILURE_JOURNAL_HEAD_DAMAGED);

    struct record_reader reader = {.object = root};
    read_place(&reader, &head.at);
    read_loss(&reader, &head);
    json_decref(root);
    if (reader.bad)
        return fault_set(fault, FAILURE_JOURNAL_HEAD_DAMAGED, "%s: member \"%s\"",
                         JOURNAL_HEAD_NAME, reader.bad);
    *out = head;
    return true;
}

bool journal_head_save(int folder, const struct journal_head *head, struct fault *fault)
{
    int bad;
    json_t *root = record_file_begin(FORMAT, VERSION, &bad);
    bad |= write_place(root, &head->at);
    if (head->loss != JOURNAL_KEPT) {
        json_t *lost = json_object();
        bad |= json_object_set_new(lost, "how", json_string(losses[head->loss].word));
        bad |= write_place(lost, &head->lost);
        bad |= json_object_set_new(root, "lost", lost);
    }
    return record_file_write(folder, JOURNAL_HEAD_NAME, root, bad, fault);
}
