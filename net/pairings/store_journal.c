// SPDX-License-Identifier: MIT
#include "net/pairings/store_journal.h"

static bool load(void *userdata, struct journal_head *out, bool *missing, struct fault *fault)
{
    const struct pairing_store *store = userdata;
    return journal_head_load(store->folder, out, missing, fault);
}

static bool follow(void *userdata, const struct journal_step *step, struct fault *fault)
{
    struct pairing_store *store = userdata;
    struct signer_talk *talk = signer_talk_new();
    if (!talk)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");

    struct signer_lines *lines = &talk->request.lines;
    talk->request.act = SIGNER_FOLLOW_JOURNAL;
    lines->from = step->from;
    lines->loss = (uint32_t)step->loss;
    lines->size = (uint32_t)step->lines.n;
    memcpy(lines->text, step->lines.p, step->lines.n);
    bool ok = store_signer_ask(&store->signer, talk, fault);
    signer_talk_free(talk);
    return ok;
}

struct journal_keeper store_journal_keeper(struct pairing_store *store)
{
    return (struct journal_keeper){.load = load, .follow = follow, .userdata = store};
}
