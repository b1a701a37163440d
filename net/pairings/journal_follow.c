// SPDX-License-Identifier: MIT
#include "net/pairings/journal_follow.h"

#include <string.h>

#include "net/pairings/journal_read.h"

static void pass_by(void *userdata, const struct journal_line *line)
{
    (void)userdata;
    (void)line;
}

// ---- lines behind the head -------------------------------------------------------------

struct catching_up {
    const struct journal_keeper *keeper;
    struct journal_place head, read, end;
    bool failed;
    struct fault why;
    size_t size;
    uint8_t lines[JOURNAL_STEP_MAX]; // behind `head`, up to `read`
};

static void hand_over(struct catching_up *behind)
{
    const struct journal_step step = {.from = behind->head,
                                      .lines = span_of(behind->lines, behind->size)};
    if (behind->size == 0 || behind->failed)
        return;
    behind->failed = !behind->keeper->follow(behind->keeper->userdata, &step, &behind->why);
    behind->head = behind->read;
    behind->size = 0;
}

static void take_line(void *userdata, const struct journal_line *line)
{
    struct catching_up *behind = userdata;
    if (behind->failed || line->number <= behind->read.count ||
        line->number > behind->end.count)
        return;
    if (sizeof(behind->lines) - behind->size < line->text.n + 1)
        hand_over(behind);

    memcpy(behind->lines + behind->size, line->text.p, line->text.n);
    behind->size += line->text.n;
    behind->lines[behind->size++] = '\n';
    behind->read.count = line->number;
    if (!hash_sha256(line->text, behind->read.hash))
        behind->failed = !fault_set(&behind->why, FAILURE_INTERNAL, JOURNAL_NAME ": SHA-256");
}

// Refused lines are not ours: then the journal is not what was written.
static bool catch_up(const char *state_dir, const struct journal_keeper *keeper,
                     const struct journal_place *head, struct journal_step *step,
                     struct fault *fault)
{
    struct journal_sum sum;
    struct catching_up behind = {
        .keeper = keeper, .head = *head, .read = *head, .end = step->from};
    if (!journal_read(state_dir, JOURNAL_ALL, NULL, take_line, &behind, &sum, fault))
        return false;
    hand_over(&behind);
    if (behind.failed && behind.why.failure != FAILURE_SIGNER_REFUSED)
        return fault_set(fault, behind.why.failure, "%s", behind.why.detail);
    if (behind.failed)
        step->loss = JOURNAL_REWRITTEN;
    return true;
}

// ---- where the end is ------------------------------------------------------------------

bool journal_place_of_end(const char *state_dir, const struct journal_keeper *keeper,
                          const char before[static JOURNAL_HASH_HEX + 1],
                          struct journal_step *step, struct fault *fault)
{
    struct journal_head head = {0};
    struct journal_sum sum;
    char hash[JOURNAL_HASH_HEX + 1];
    bool missing;
    bool there = keeper->load(keeper->userdata, &head, &missing, fault);
    if (!there && !missing)
        return false;

    step->loss = JOURNAL_KEPT;
    step->from = head.at;
    journal_hash_hex(head.at.hash, hash);
    if (there && strcmp(hash, before) == 0)
        return true;

    if (!journal_read(state_dir, JOURNAL_ALL, &head.at, pass_by, NULL, &sum, fault))
        return false;
    step->from = sum.end;
    step->loss = sum.loss;
    return missing || sum.loss != JOURNAL_KEPT ||
           catch_up(state_dir, keeper, &head.at, step, fault);
}
