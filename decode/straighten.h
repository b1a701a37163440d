// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_STRAIGHTEN_H
#define QRCONFIRM_DECODE_STRAIGHTEN_H

// Step 10. The clean picture: the code drawn as it was printed, upright, dark on light, a few
// pixels a module, with its quiet zone. This is all that ZBar ever sees of the frame. Ours.

#include "decode/code_layout.h"
#include "decode/luma.h"

#define STRAIGHTEN_SCALE_MAX 4u // pixels a module
#define STRAIGHTEN_QUIET     4u // modules (ISO/IEC 18004, 6.3.8)
#define STRAIGHTEN_BYTES                                                                       \
    ((QR_SIZE_MAX + 2 * STRAIGHTEN_QUIET) * (QR_SIZE_MAX + 2 * STRAIGHTEN_QUIET) *             \
     STRAIGHTEN_SCALE_MAX * STRAIGHTEN_SCALE_MAX)

// Draws `size` * `size` modules (1 is dark), each `scale` pixels wide, into `room`,
// STRAIGHTEN_BYTES large; `out` points into it.
void straighten_draw(const uint8_t *dark, size_t size, size_t scale, uint8_t *room,
                     struct luma *out);

#endif
