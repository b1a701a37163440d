// SPDX-License-Identifier: MIT
#include "decode/texture.h"

#define SIDE    5u  // blocks
#define ENOUGH  64u // grey levels: more contrast counts as this
#define LEAST   16u // grey levels a block, on the mean
#define APART   8u  // blocks
#define COLUMNS (PICTURE_SIDE_MAX / BINARISE_BLOCK)

static unsigned apart(unsigned a, unsigned b)
{
    return a > b ? a - b : b - a;
}

static bool is_near(const struct texture *a, const struct texture *b)
{
    return apart(a->x, b->x) < APART * BINARISE_BLOCK &&
           apart(a->y, b->y) < APART * BINARISE_BLOCK;
}

// Keeps the list sorted. A denser place takes the room of all near it.
static void keep(struct texture_list *list, const struct texture *place)
{
    for (size_t i = 0; i < list->count && list->place[i].density >= place->density; i++)
        if (is_near(&list->place[i], place))
            return;

    size_t kept = 0, at = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct texture *other = &list->place[i];
        if (other->density >= place->density)
            at = kept + 1;
        if (!is_near(other, place))
            list->place[kept++] = *other;
    }

    if (at == TEXTURES_MAX)
        return;
    list->count = kept < TEXTURES_MAX ? kept + 1 : TEXTURES_MAX;
    for (size_t i = list->count - 1; i > at; i--)
        list->place[i] = list->place[i - 1];
    list->place[at] = *place;
}

// Adds a row of blocks to the sums of its columns, and takes the one SIDE rows before away.
static void roll_down(const uint8_t *row, const uint8_t *old, size_t columns,
                      uint16_t *restrict down)
{
    for (size_t x = 0; x < columns; x++) {
        uint8_t more = row[x] < ENOUGH ? row[x] : ENOUGH;
        uint8_t less = old[x] < ENOUGH ? old[x] : ENOUGH;
        down[x] = (uint16_t)(down[x] + more - less);
    }
}

void texture_find(const struct binariser *binariser, struct texture_list *out)
{
    static const uint8_t nothing[COLUMNS] = {0};
    size_t columns = binariser->columns, rows = binariser->rows;
    const uint8_t *range = binariser_ranges(binariser);
    uint16_t down[COLUMNS] = {0}; // the last SIDE rows, summed
    uint16_t sum[COLUMNS];        // and SIDE columns
    out->count = 0;
    if (columns > COLUMNS || columns < SIDE)
        return;

    unsigned least = SIDE * SIDE * LEAST;
    for (size_t y = 0; y < rows; y++) {
        const uint8_t *row = range + y * columns;
        roll_down(row, y < SIDE ? nothing : row - SIDE * columns, columns, down);
        if (y + 1 < SIDE)
            continue;

        for (size_t x = 0; x + SIDE <= columns; x++)
            sum[x] =
                (uint16_t)(down[x] + down[x + 1] + down[x + 2] + down[x + 3] + down[x + 4]);
        for (size_t x = 0; x + SIDE <= columns; x++) {
            if (sum[x] < least)
                continue;
            struct texture place = {(unsigned)((x + SIDE / 2) * BINARISE_BLOCK + 4),
                                    (unsigned)((y - SIDE / 2) * BINARISE_BLOCK + 4), sum[x]};
            keep(out, &place);
            // One that took the room of several leaves room for others again.
            least = out->count == TEXTURES_MAX ? out->place[TEXTURES_MAX - 1].density + 1
                                               : SIDE * SIDE * LEAST;
        }
    }
}
