// SPDX-License-Identifier: MIT
#include "net/pairings/journal_check.h"

#include <unistd.h>

#include "net/pairings/atomic_file.h"

static void load_head(const char *data_dir, struct journal_head *head,
                      struct journal_checked *out)
{
    bool missing;
    int folder = private_folder_open(data_dir, &out->unread);
    if (folder < 0)
        return;
    out->has_head = journal_head_load(folder, head, &missing, &out->unread);
    close(folder);
}

bool journal_check(const char *state_dir, const char *data_dir, size_t wanted,
                   void (*each)(void *userdata, const struct journal_line *line),
                   void *userdata, struct journal_checked *out, struct fault *fault)
{
    struct journal_head head = {0};
    struct journal_checked checked = {0};
    load_head(data_dir, &head, &checked);
    if (!journal_read(state_dir, wanted, &head.at, each, userdata, &checked.sum, fault))
        return false;

    bool now = checked.sum.loss != JOURNAL_KEPT;
    checked.loss = now ? checked.sum.loss : head.loss;
    checked.lost = now ? head.at : head.lost;
    *out = checked;
    return true;
}

enum failure journal_failure(const struct journal_checked *checked)
{
    if (checked->sum.faulty > 0)
        return FAILURE_JOURNAL_BROKEN;
    if (checked->loss != JOURNAL_KEPT)
        return journal_loss_failure(checked->loss);
    return checked->unread.failure;
}
