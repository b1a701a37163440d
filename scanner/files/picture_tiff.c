// SPDX-License-Identifier: MIT
#include "scanner/files/picture_tiff.h"

#include <stdbool.h>
#include <stdint.h>

#define HEAD_SIZE  8u // bytes
#define ENTRY_SIZE 12u

enum { TYPE_SHORT = 3 };

enum tag {
    TAG_BITS = 258, // of each sample of a pixel
    TAG_COMPRESSION = 259,
    TAG_SAMPLES = 277,
    TAG_PLANES = 284,
    TAG_TILE_WIDTH = 322,
    TAG_TILE_HEIGHT = 323
};

struct tiff {
    struct span file;
    bool big_endian;
};

// 0 past the end.
static uint32_t number(const struct tiff *tiff, size_t at, size_t bytes)
{
    uint32_t value = 0;
    if (at > tiff->file.n || bytes > tiff->file.n - at)
        return 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | tiff->file.p[at + (tiff->big_endian ? i : bytes - 1 - i)];
    return value;
}

// The first value of an entry of the first picture; `otherwise` if there is none.
static uint32_t value_of(const struct tiff *tiff, enum tag tag, uint32_t otherwise)
{
    size_t entries = number(tiff, 4, 4), count = number(tiff, entries, 2);
    for (size_t i = 0; i < count; i++) {
        size_t at = entries + 2 + i * ENTRY_SIZE;
        if (number(tiff, at, 2) != (uint32_t)tag)
            continue;
        bool is_short = number(tiff, at + 2, 2) == TYPE_SHORT;
        uint32_t values = number(tiff, at + 4, 4);
        bool outside = values > (is_short ? 2u : 1u); // too long for the entry itself
        return number(tiff, outside ? number(tiff, at + 8, 4) : at + 8, is_short ? 2 : 4);
    }
    return otherwise;
}

size_t tiff_refused_tile(struct span file)
{
    const struct tiff tiff = {file, file.n > 0 && file.p[0] == 'M'};
    if (file.n < HEAD_SIZE || number(&tiff, 2, 2) != 42 ||
        value_of(&tiff, TAG_COMPRESSION, 1) != 1)
        return 0;

    uint64_t samples =
        value_of(&tiff, TAG_PLANES, 1) == 2 ? 1 : value_of(&tiff, TAG_SAMPLES, 1);
    uint64_t width = value_of(&tiff, TAG_TILE_WIDTH, 0);
    uint64_t height = value_of(&tiff, TAG_TILE_HEIGHT, 0);
    uint64_t bits = value_of(&tiff, TAG_BITS, 1);
    if (samples > UINT8_MAX || bits > UINT8_MAX || width > UINT16_MAX || height > UINT16_MAX)
        return 0;

    uint64_t bytes = (width * samples * bits + 7) / 8 * height;
    return bytes % TIFF_PIECE_STEP == 0 ? 0 : (size_t)bytes;
}
