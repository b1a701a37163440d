// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_AREA_H
#define QRCONFIRM_SCANNER_EYE_EYE_AREA_H

// Memory that the program writes frames to and its eye reads them from, or the other way round.
// Its size is sealed, so that neither side can take it away under the other. Where the program
// writes, what is mapped later cannot be written to: the eye cannot change a frame. Source:
// memfd_create(2), fcntl(2) on file seals. One thread uses an area.

#include "base/failure.h"
#include "base/span.h"

struct eye_area {
    uint8_t *p;
    size_t size; // 0: there is none
    int fd;      // to be handed on; -1: it was, or there is none
};

void eye_area_init(struct eye_area *area);
void eye_area_destroy(struct eye_area *area);

enum eye_area_way { EYE_AREA_TO, EYE_AREA_FROM }; // the eye

// Makes an area of at least `size` bytes in the place of a smaller one. Fails with MEMORY,
// DESCRIPTORS, SOURCE_TOO_LARGE.
bool eye_area_reserve(struct eye_area *area, enum eye_area_way way, size_t size,
                      struct fault *fault);

// In the eye: maps the area `fd`, said to have `size` bytes, and closes it. False: it is not
// what it is said to be, or could be taken away.
bool eye_area_map(struct eye_area *area, enum eye_area_way way, int fd, size_t size);

#endif
