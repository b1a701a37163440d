// SPDX-License-Identifier: MIT
#include "scanner/eye/patience.h"

#define WAIT_US     2000000 // of frames in vain, after which one is looked at with more work
#define WAIT_MAX_US 8000000 // where that was in vain too: twice as long, up to this
#define BARE_US     2000000 // without a code to be seen, after which
#define REST_US     50000   // frames so near to the last one are not read: every second of 30

bool patience_is_due(const struct patience *patience, int64_t time_us)
{
    return patience->in_vain && time_us - patience->vain_us >= patience->wait_us;
}

bool patience_allows_rest(const struct patience *patience, int64_t time_us)
{
    int64_t since_us = time_us - patience->read_us;
    return patience->bare && time_us - patience->bare_us >= BARE_US && since_us >= 0 &&
           since_us < REST_US && !patience_is_due(patience, time_us);
}

static void note_bare(struct patience *patience, int64_t time_us, bool bare)
{
    if (!patience->bare)
        patience->bare_us = time_us;
    patience->bare = bare;
    patience->read_us = time_us;
}

void patience_note(struct patience *patience, int64_t time_us, bool more, enum sight sight)
{
    note_bare(patience, time_us, sight == SIGHT_NOTHING);

    if (!patience->in_vain)
        patience->wait_us = WAIT_US;
    else if (more && patience->wait_us < WAIT_MAX_US)
        patience->wait_us *= 2;

    if (more || !patience->in_vain)
        patience->vain_us = time_us;
    patience->in_vain = sight != SIGHT_READ;
}

void patience_reset(struct patience *patience)
{
    patience->in_vain = patience->bare = false;
}
