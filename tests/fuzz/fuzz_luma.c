// SPDX-License-Identifier: MIT
// A frame of any format with any sizes, true or not, over the bytes that are left: luma lies
// within them, or the frame is refused. The first 7 bytes: format, width, height, stride.
#include "tests/fuzz/fuzz.h"

#include "decode/luma.h"

static size_t number(const uint8_t *p)
{
    return (size_t)(p[0] << 8 | p[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { HEAD = 7 };
    if (size < HEAD)
        return 0;

    struct pixels pixels = {
        .format = (enum pixel_format)(bytes[0] % (PIXEL_V4L2 + 1)),
        .width = number(bytes + 1),
        .height = number(bytes + 3),
        .stride = number(bytes + 5),
        .data = span_of(bytes + HEAD, size - HEAD),
    };
    struct luma_buffer buffer;
    luma_buffer_init(&buffer);

    // Twice: a frame must not be read differently because of the one before it.
    bool first = false;
    for (int turn = 0; turn < 2; turn++) {
        struct luma luma;
        struct fault fault = {0};
        bool taken = luma_from_pixels(&pixels, &buffer, &luma, &fault);
        FUZZ_MUST(turn == 0 || taken == first);
        first = taken;
        FUZZ_MUST(taken || (fault.failure != FAILURE_NONE && fault.detail[0]));
        if (!taken)
            continue;

        FUZZ_MUST(luma.width > 0 && luma.width <= PICTURE_SIDE_MAX);
        FUZZ_MUST(luma.height > 0 && luma.height <= PICTURE_SIDE_MAX);
        unsigned sum = 0;
        for (size_t y = 0; y < luma.height; y++) {
            for (size_t x = 0; x < luma.width; x++)
                sum += luma.p[y * luma.stride + x];
        }
        FUZZ_MUST(sum <= 255u * luma.width * luma.height);
    }

    luma_buffer_destroy(&buffer);
    return 0;
}
