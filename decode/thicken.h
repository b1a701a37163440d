// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_THICKEN_H
#define QRCONFIRM_DECODE_THICKEN_H

// A picture whose dark lines are too thin, because light has eaten them: each pass makes every
// pixel the darkest of the nine around it, so dark parts grow by a pixel on each side. Gray
// erosion by a square of 3x3, as textbooks have it. Only for pictures that may take their time.

#include "decode/buffer.h"
#include "decode/pyramid.h"
#include "decode/work.h"

struct thickener {
    struct pyramid pyramid; // of the picture made last
    struct luma luma;       // that picture
    struct buffer storage;  // the picture and three rows
};

void thickener_init(struct thickener *thickener);
void thickener_destroy(struct thickener *thickener);

// Makes the first picture: one pass over `from`. False if memory is short or `from` is empty.
bool thicken(struct thickener *thickener, const struct luma *from, struct work *work);

// Makes the next one: `passes` more over the one before. False if memory is short.
bool thicken_more(struct thickener *thickener, unsigned passes, struct work *work);

#endif
