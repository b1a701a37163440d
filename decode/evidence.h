// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_EVIDENCE_H
#define QRCONFIRM_DECODE_EVIDENCE_H

// Step 11. Evidence across frames: the soft modules of a code that no single frame could read
// are added to those of the frames before. Noise averages out, glare moves on, and the phases
// of sampling and of moiré differ each time.
//
// Two codes must never be added. A frame belongs to what was collected if polarity and version
// are the same, the code has not jumped or changed its size, and its data modules agree with
// the collected ones as well as they should: how well that is follows from the fidelity of
// both, which the function patterns tell. Codes that differ in their nonce differ in half of
// the modules of that nonce and of all correction behind it, and fall short. What disagrees
// starts again. And what is read from collected modules counts only if the last frame alone
// confirms it. Ours.

#include "decode/locate.h"
#include "decode/sample.h"

#define EVIDENCE_SLOTS  3u // codes in view at once
#define EVIDENCE_MISSED 8u // frames without the code, after which it is forgotten

struct evidence {
    struct located code; // where the last frame had it
    unsigned frames;     // added so far; 0: the slot is free
    unsigned missed;     // frames since
    float weight;
    float sum[QR_MODULES_MAX];
};

struct evidence_box {
    struct evidence slot[EVIDENCE_SLOTS];
};

// To be called once a frame, before anything is added.
void evidence_age(struct evidence_box *box);

// Adds a frame's soft modules; `fidelity` is theirs. Returns the slot, whose `frames` is 1 if
// it began again, or NULL if they are too poor to tell which code they are of, or if this frame
// was added already.
struct evidence *evidence_add(struct evidence_box *box, const struct located *code,
                              const struct soft_code *soft, float fidelity);

// The collected modules as soft values like a frame's. `layout` must be of its version.
void evidence_soft(const struct evidence *evidence, const struct layout *layout,
                   struct soft_code *out);

// Does a frame alone confirm what was read from collected modules?
bool evidence_confirms(const struct soft_code *soft, float fidelity, const uint8_t *dark);

// The slot of a code that was read, or is another now, is free again.
void evidence_forget(struct evidence *evidence);

#endif
