// SPDX-License-Identifier: MIT
#include "ui/flow/advice.h"

#include <stddef.h>

#define NEWEST     0.15f // what one frame counts
#define SHOW_FROM  0.4f  // share of the frames
#define KEEP_UNTIL 0.25f

static const char *const names[ADVICE_HINTS] = {
    [HINT_NONE] = "none",     [HINT_TOO_FAR] = "too-far",     [HINT_TOO_DARK] = "too-dark",
    [HINT_GLARE] = "glare",   [HINT_BLURRED] = "blurred",     [HINT_TILTED] = "tilted",
    [HINT_MOVING] = "moving", [HINT_NO_BORDER] = "no-border",
};

const char *advice_name(enum hint hint)
{
    return names[hint];
}

void advice_begin(struct advice *advice, int64_t now_ms)
{
    *advice = (struct advice){.begun_ms = now_ms};
}

static enum hint leading(const struct advice *advice)
{
    size_t best = HINT_NONE + 1;
    for (size_t i = best; i < ADVICE_HINTS; i++) {
        if (advice->share[i] > advice->share[best])
            best = i;
    }
    return advice->share[best] >= SHOW_FROM ? (enum hint)best : HINT_NONE;
}

void advice_take(struct advice *advice, enum hint hint, int64_t now_ms)
{
    for (size_t i = 0; i < ADVICE_HINTS; i++)
        advice->share[i] *= 1 - NEWEST;
    advice->share[hint] += NEWEST;

    if (now_ms - advice->begun_ms < ADVICE_AFTER_MS)
        return;
    if (advice->shown != HINT_NONE && now_ms - advice->shown_ms < ADVICE_HOLD_MS)
        return;
    enum hint next = leading(advice);
    if (next == HINT_NONE && advice->share[advice->shown] >= KEEP_UNTIL)
        return;
    if (next == advice->shown)
        return;
    advice->shown = next;
    advice->shown_ms = now_ms;
}
