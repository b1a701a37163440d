// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_EQUALISE_H
#define QRCONFIRM_DECODE_EQUALISE_H

// Step 8. Equalising: taking the neighbours' light out of each module.
//
// In a blurred picture a module's middle shows its neighbours too. How much of each is learned
// from the modules that are known beforehand, the function patterns, as a modem learns its
// line from a training sequence: the 3x3 weights that best turn what was sampled into what is
// known (a linear minimum mean square error equaliser; Proakis, "Digital Communications",
// chapter 9). It undoes blur, motion in any direction and a grid that sits a little beside.
// With data modules decided in a first round the training is repeated on the whole code.

#include "decode/sample.h"

struct equaliser_room {
    float value[QR_MODULES_MAX];
};

// Replaces the soft values by equalised ones. False, and nothing changed, if the known modules
// do not determine the weights. `expect` (enum grid_expect, one a module) says more of them;
// NULL: the function patterns are all that is known.
bool equalise_code(struct soft_code *code, const uint8_t *expect, struct equaliser_room *room,
                   struct work *work);

#endif
