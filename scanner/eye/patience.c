// SPDX-License-Identifier: MIT
#include "scanner/eye/patience.h"

#define WAIT_US     2000000 // of frames in vain, after which one is looked at with more work
#define WAIT_MAX_US 8000000 // where that was in vain too: twice as long, up to this

bool patience_is_due(const struct patience *patience, int64_t time_us)
{
    return patience->in_vain && time_us - patience->vain_us >= patience->wait_us;
}

void patience_note(struct patience *patience, int64_t time_us, bool more, bool found)
{
    if (!patience->in_vain)
        patience->wait_us = WAIT_US;
    else if (more && patience->wait_us < WAIT_MAX_US)
        patience->wait_us *= 2;

    if (more || !patience->in_vain)
        patience->vain_us = time_us;
    patience->in_vain = !found;
}

void patience_reset(struct patience *patience)
{
    patience->in_vain = false;
}
