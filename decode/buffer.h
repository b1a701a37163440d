// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_BUFFER_H
#define QRCONFIRM_DECODE_BUFFER_H

// Bytes for a picture or a part of one, that are used again from frame to frame. A buffer only
// grows, to the largest picture seen. What was in it is lost when it grows.

#include "decode/pixels.h"

// Bytes: eight for each pixel of the largest picture. Nothing that is made of one needs more.
#define BUFFER_MAX (8u * PICTURE_SIDE_MAX * PICTURE_SIDE_MAX)

struct buffer {
    uint8_t *p; // owned
    size_t capacity;
};

void buffer_init(struct buffer *buffer);
void buffer_destroy(struct buffer *buffer);

// Makes room for `rows` rows of `row_bytes` each. False, and the buffer is as it was, if memory
// is short or they are more than BUFFER_MAX.
bool buffer_reserve(struct buffer *buffer, size_t rows, size_t row_bytes);

#endif
