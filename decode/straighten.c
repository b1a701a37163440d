// SPDX-License-Identifier: MIT
#include "decode/straighten.h"

#define DARK  0u
#define LIGHT 255u

void straighten_draw(const uint8_t *dark, size_t size, size_t scale, uint8_t *room,
                     struct luma *out)
{
    size_t side = (size + 2 * STRAIGHTEN_QUIET) * scale;
    memset(room, LIGHT, side * side);
    for (size_t row = 0; row < size; row++) {
        uint8_t *line = room + ((row + STRAIGHTEN_QUIET) * side + STRAIGHTEN_QUIET) * scale;
        for (size_t column = 0; column < size; column++)
            if (dark[row * size + column])
                memset(line + column * scale, DARK, scale);
        for (size_t i = 1; i < scale; i++)
            memcpy(line + i * side, line, size * scale);
    }
    *out = (struct luma){.p = room, .width = side, .height = side, .stride = side};
}
