// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_RECOGNISE_H
#define QRCONFIRM_DECODE_RECOGNISE_H

// From a grid to a payload: the order in which steps 7 to 10 are asked. Modules are sampled,
// turned round if the code is mirrored (ISO/IEC 18004:2015 allows it), and repaired, as they
// are and equalised. Where that fails, the modules that are sure by now, data too, say where
// the grid is off: the homography is fitted to all of them, then bends of rising order, and all
// is tried again. So a code on a bottle unrolls from its known corner inwards.

#include "decode/codewords.h"
#include "decode/content.h"
#include "decode/equalise.h"
#include "decode/known.h"
#include "decode/locate.h"

enum recognised {
    RECOGNISED,           // `read` has the payload
    RECOGNISED_UNSURE,    // it looks like a code, but too much of it is wrong
    RECOGNISED_NO_CODE,   // it does not even look like one
    RECOGNISED_NO_CONTENT // repaired, but what it holds breaks the rules, or is nothing
};

struct recogniser {
    struct locator *locator;
    struct work *work;
    struct soft_code soft;  // as sampled: of the grid that fitted the function patterns best
    struct soft_code tried; // as sampled last, or equalised
    float fidelity;         // of `soft`: see soft_fidelity()
    struct sample_stats stats;
    struct sample_room sample;
    struct equaliser_room equaliser;
    struct codewords_room codewords;
    const struct known_codes *known; // that may be in view; NULL: none
    struct known_words words[2];     // of the one that fits best, and of another
    uint8_t dark[QR_MODULES_MAX];    // of the code read last
    uint8_t expect[QR_MODULES_MAX];
    struct qr_code read; // without corners
};

// Reads a located code; its grid may end up better fitted, and is transposed if the code is
// mirrored.
enum recognised recognise(struct recogniser *recogniser, struct located *code);

// Reads soft modules alone, as they are and equalised; `soft` is left as it is. What is known
// of codes is used where they cannot be read without.
enum recognised recognise_soft(struct recogniser *recogniser, const struct soft_code *soft);

#endif
