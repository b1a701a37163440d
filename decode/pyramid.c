// SPDX-License-Identifier: MIT
#include "decode/pyramid.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

void pyramid_init(struct pyramid *pyramid)
{
    *pyramid = (struct pyramid){0};
}

void pyramid_destroy(struct pyramid *pyramid)
{
    buffer_destroy(&pyramid->storage);
    pyramid_init(pyramid);
}

void pyramid_halve_row_portable(const uint8_t *upper, const uint8_t *lower, size_t width,
                                uint8_t *out)
{
    for (size_t i = 0; i < width; i++) {
        unsigned sum =
            (unsigned)upper[2 * i] + upper[2 * i + 1] + lower[2 * i] + lower[2 * i + 1];
        out[i] = (uint8_t)((sum + 2) >> 2);
    }
}

#if defined(__SSE2__)

// Sums of neighbouring bytes as 16-bit lanes.
static __m128i pair_sums(__m128i bytes)
{
    const __m128i even = _mm_set1_epi16(0x00ff);
    return _mm_add_epi16(_mm_and_si128(bytes, even), _mm_srli_epi16(bytes, 8));
}

static __m128i boxes_of_8(const uint8_t *upper, const uint8_t *lower)
{
    __m128i a = pair_sums(_mm_loadu_si128((const __m128i *)(const void *)upper));
    __m128i b = pair_sums(_mm_loadu_si128((const __m128i *)(const void *)lower));
    return _mm_srli_epi16(_mm_add_epi16(_mm_add_epi16(a, b), _mm_set1_epi16(2)), 2);
}

void pyramid_halve_row(const uint8_t *upper, const uint8_t *lower, size_t width, uint8_t *out)
{
    size_t i = 0;
    for (; i + 16 <= width; i += 16) {
        __m128i first = boxes_of_8(upper + 2 * i, lower + 2 * i);
        __m128i second = boxes_of_8(upper + 2 * i + 16, lower + 2 * i + 16);
        _mm_storeu_si128((__m128i *)(void *)(out + i), _mm_packus_epi16(first, second));
    }
    pyramid_halve_row_portable(upper + 2 * i, lower + 2 * i, width - i, out + i);
}

#elif defined(__ARM_NEON)

void pyramid_halve_row(const uint8_t *upper, const uint8_t *lower, size_t width, uint8_t *out)
{
    size_t i = 0;
    for (; i + 8 <= width; i += 8) {
        uint16x8_t sums = vpaddlq_u8(vld1q_u8(upper + 2 * i));
        sums = vpadalq_u8(sums, vld1q_u8(lower + 2 * i));
        vst1_u8(out + i, vrshrn_n_u16(sums, 2));
    }
    pyramid_halve_row_portable(upper + 2 * i, lower + 2 * i, width - i, out + i);
}

#else

void pyramid_halve_row(const uint8_t *upper, const uint8_t *lower, size_t width, uint8_t *out)
{
    pyramid_halve_row_portable(upper, lower, width, out);
}

#endif

bool pyramid_build(struct pyramid *pyramid, const struct luma *frame)
{
    if (frame->width == 0 || frame->height == 0 || frame->width > PICTURE_SIDE_MAX ||
        frame->height > PICTURE_SIDE_MAX)
        return false;
    size_t bytes = 0;
    for (size_t w = frame->width / 2, h = frame->height / 2; w > 0 && h > 0; w /= 2, h /= 2)
        bytes += w * h;
    if (!buffer_reserve(&pyramid->storage, 1, bytes))
        return false;

    pyramid->level[0] = *frame;
    pyramid->levels = 1;
    uint8_t *next = pyramid->storage.p;
    while (pyramid->levels < PYRAMID_LEVELS) {
        const struct luma *from = &pyramid->level[pyramid->levels - 1];
        size_t width = from->width / 2, height = from->height / 2;
        if (width == 0 || height == 0)
            break;
        for (size_t y = 0; y < height; y++) {
            const uint8_t *row = from->p + 2 * y * from->stride;
            pyramid_halve_row(row, row + from->stride, width, next + y * width);
        }
        pyramid->level[pyramid->levels++] =
            (struct luma){.p = next, .width = width, .height = height, .stride = width};
        next += width * height;
    }
    return true;
}

float pyramid_brightest(const struct pyramid *pyramid)
{
    const struct luma *top = &pyramid->level[pyramid->levels - 1];
    uint8_t high = 0;
    for (size_t y = 0; y < top->height; y++)
        for (size_t x = 0; x < top->width; x++)
            high = top->p[y * top->stride + x] > high ? top->p[y * top->stride + x] : high;
    return (float)high;
}
