// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SCANNER_SUPPORT_H
#define QRCONFIRM_TESTS_SCANNER_SUPPORT_H

// Recordings and pictures made on the spot: drawn codes, Y4M, JPEG, files that go away again.
// What cannot be made fails the test.

#include "base/span.h"
#include "decode/luma.h"

// Growing bytes.
struct bytes {
    uint8_t *p;
    size_t n, capacity;
};

void bytes_add(struct bytes *bytes, struct span more);
void bytes_text(struct bytes *bytes, const char *text);
void bytes_free(struct bytes *bytes);
static inline struct span bytes_span(const struct bytes *bytes)
{
    return span_of(bytes->p, bytes->n);
}

// A gray picture of `width` by `height` pixels, all `fill`, with the code of `payload` in its
// middle where that is given. Freed by the caller.
uint8_t *draw_picture(size_t width, size_t height, uint8_t fill, struct span payload);

// Y4M: the header, then frames whose chroma, where the format has it, is neutral.
void y4m_add_header(struct bytes *to, size_t width, size_t height, const char *parameters);
void y4m_add_frame(struct bytes *to, const uint8_t *luma, size_t luma_size, size_t chroma_size);

// A JPEG of the gray picture.
void jpeg_add(struct bytes *to, const uint8_t *luma, size_t width, size_t height);

// Four inks of which the first alone has all its samples, as ImageMagick writes them: 16 by 16
// pixels from black to white.
struct span jpeg_of_sampled_inks(void);

// A new file of these bytes; `path` is freed and the file removed by temporary_remove.
char *temporary_file(struct span content);
void temporary_remove(char *path);

#endif
