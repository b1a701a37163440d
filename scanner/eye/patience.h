// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_PATIENCE_H
#define QRCONFIRM_SCANNER_EYE_PATIENCE_H

// A camera shows the same for seconds, and its frames come faster than anybody needs them:
// where all of them were read in vain, one is looked at for damage too, as a still picture is.
// Which one that is; and which need not be read at all, as the device lives on a battery. Times
// are microseconds on the clock of the frames. A plain value, zero at first.

#include <stdbool.h>
#include <stdint.h>

enum sight {
    SIGHT_NOTHING,
    SIGHT_LOCATED, // a code, not read yet
    SIGHT_READ,
};

struct patience {
    bool in_vain;    // nothing was read in the last frame
    int64_t vain_us; // time of the frame since which; or of the last one that got more work
    int64_t wait_us; // from then on, until one gets more work
    bool bare;       // not even a code to be seen in the last frame
    int64_t bare_us; // time of the frame since which
    int64_t read_us; // time of the last frame
};

// Whether the frame of this time is one that gets more work.
bool patience_is_due(const struct patience *patience, int64_t time_us);

// Whether the frame of this time need not be read: there has been no code to be seen for a
// while, and the frame before it is near.
bool patience_allows_rest(const struct patience *patience, int64_t time_us);

// A frame was read, with more work or not.
void patience_note(struct patience *patience, int64_t time_us, bool more, enum sight sight);

// What comes next is another scene.
void patience_reset(struct patience *patience);

#endif
