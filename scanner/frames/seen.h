// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FRAMES_SEEN_H
#define QRCONFIRM_SCANNER_FRAMES_SEEN_H

// What a panel shows of a picture that fills it, aspect kept: the picture's middle.

#include "scanner/frames/frame.h"

// The size of a panel, in pixels or any other unit, as the person sees it.
struct panel {
    int width, height;
};

// Makes `to` a copy of the middle of `from` that the panel shows, with even margins and a pixel
// or two more than is seen: what is drawn is made of neighbours. A JPEG, a frame shorter than
// its format says, and any frame for a panel without a size are copied whole. False if memory
// is short.
bool frame_copy_seen(struct frame *to, const struct frame *from, struct panel panel);

#endif
