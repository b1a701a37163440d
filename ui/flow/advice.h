// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_ADVICE_H
#define QRCONFIRM_UI_FLOW_ADVICE_H

// Which hint is shown to a person who aims. Every frame without a code brings one, and they
// change faster than anybody reads: a hint is shown only after ADVICE_AFTER_MS without success,
// when it is what most of the last frames say, one at a time, and stays for ADVICE_HOLD_MS.
// Pure.

#include <stdint.h>

#include "decode/hints.h"

#define ADVICE_AFTER_MS 1000
#define ADVICE_HOLD_MS  2000
#define ADVICE_HINTS    (HINT_NO_BORDER + 1)

struct advice {
    float share[ADVICE_HINTS]; // of the last frames, newer ones counting more
    enum hint shown;
    int64_t begun_ms; // when aiming began, or a code was last seen
    int64_t shown_ms; // since when
};

// Aiming begins, or a code was seen: the last hint does not hold any more.
void advice_begin(struct advice *advice, int64_t now_ms);

// Takes what one frame says.
void advice_take(struct advice *advice, enum hint hint, int64_t now_ms);

// The stable name of a hint: "none", "too-far", "too-dark", "glare", "blurred", "tilted",
// "moving", "no-border".
const char *advice_name(enum hint hint);

#endif
