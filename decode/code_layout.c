// SPDX-License-Identifier: MIT
#include "decode/code_layout.h"

#include <string.h>

static void put(struct layout *layout, size_t row, size_t column, enum module_kind kind)
{
    layout->kind[row * layout->size + column] = (uint8_t)kind;
}

static enum module_kind dark_if(bool dark)
{
    return dark ? MODULE_DARK : MODULE_LIGHT;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int magnitude(int a)
{
    return a < 0 ? -a : a;
}

// A finder pattern whose top left corner is (top, left), with the separator around it as far as
// that lies in the symbol.
static void put_finder(struct layout *layout, size_t top, size_t left)
{
    for (size_t y = 0; y < 9; y++) {
        for (size_t x = 0; x < 9; x++) {
            size_t row = top + y - 1, column = left + x - 1; // -1 wraps beyond every size
            if (row >= layout->size || column >= layout->size)
                continue;
            int ring = larger(magnitude((int)y - 4), magnitude((int)x - 4));
            put(layout, row, column, dark_if(ring != 2 && ring != 4));
        }
    }
}

// An alignment pattern whose top left corner is (top, left).
static void put_alignment(struct layout *layout, size_t top, size_t left)
{
    for (int y = 0; y < 5; y++) {
        for (int x = 0; x < 5; x++) {
            int ring = larger(magnitude(y - 2), magnitude(x - 2));
            put(layout, top + (size_t)y, left + (size_t)x, dark_if(ring != 1));
        }
    }
}

// Annex E: from 6 to size - 7 in even steps, rounded up to even, the first step taking the
// rest.
static void place_alignments(struct layout *layout)
{
    unsigned version = layout->version;
    if (version == 1)
        return;
    size_t count = version / 7 + 2;
    size_t step = (version * 8 + count * 3 + 5) / (count * 4 - 4) * 2;
    layout->alignments = count;
    layout->alignment[0] = 6;
    for (size_t i = 1; i < count; i++)
        layout->alignment[i] = (uint8_t)(layout->size - 7 - (count - 1 - i) * step);
}

bool layout_has_alignment(const struct layout *layout, size_t row, size_t column)
{
    size_t last = layout->alignments - 1;
    return !((row == 0 && column == 0) || (row == 0 && column == last) ||
             (row == last && column == 0));
}

size_t layout_format_module(const struct layout *layout, unsigned copy, unsigned bit)
{
    size_t size = layout->size, row, column;
    if (copy == 0) { // around the top left finder
        row = bit < 6 ? bit : bit < 8 ? bit + 1u : 8u;
        column = bit < 8 ? 8u : bit == 8 ? 7u : 14u - bit;
    } else { // the low half beside the top right one, the high half below
        row = bit < 8 ? 8u : size - 15 + bit;
        column = bit < 8 ? size - 1 - bit : 8u;
    }
    return row * size + column;
}

size_t layout_version_module(const struct layout *layout, unsigned copy, unsigned bit)
{
    size_t along = bit / 3, across = layout->size - 11 + bit % 3;
    return copy == 0 ? along * layout->size + across : across * layout->size + along;
}

uint32_t layout_format_bits(unsigned data)
{
    uint32_t rest = data; // annex C: BCH (15, 5)
    for (int i = 0; i < 10; i++)
        rest = rest << 1 ^ (rest >> 9) * 0x537u;
    return (data << 10 | rest) ^ 0x5412u;
}

uint32_t layout_version_bits(unsigned version)
{
    uint32_t rest = version; // annex D: BCH (18, 6)
    for (int i = 0; i < 12; i++)
        rest = rest << 1 ^ (rest >> 11) * 0x1f25u;
    return version << 12 | rest;
}

void layout_build(struct layout *layout, unsigned version)
{
    if (layout->version == version)
        return;

    layout->version = version;
    layout->size = 17 + 4 * (size_t)version;
    layout->alignments = 0;
    size_t size = layout->size;
    memset(layout->kind, MODULE_DATA, size * size);

    for (size_t i = 0; i < size; i++) {
        put(layout, 6, i, dark_if(i % 2 == 0));
        put(layout, i, 6, dark_if(i % 2 == 0));
    }
    put_finder(layout, 0, 0);
    put_finder(layout, 0, size - 7);
    put_finder(layout, size - 7, 0);

    place_alignments(layout);
    for (size_t row = 0; row < layout->alignments; row++)
        for (size_t column = 0; column < layout->alignments; column++)
            if (layout_has_alignment(layout, row, column))
                put_alignment(layout, layout->alignment[row] - 2u,
                              layout->alignment[column] - 2u);

    for (unsigned copy = 0; copy < 2; copy++) {
        for (unsigned bit = 0; bit < 15; bit++)
            layout->kind[layout_format_module(layout, copy, bit)] = MODULE_FORMAT;
        for (unsigned bit = 0; version >= 7 && bit < 18; bit++)
            layout->kind[layout_version_module(layout, copy, bit)] = MODULE_VERSION;
    }

    put(layout, size - 8, 8, MODULE_DARK); // the dark module, 6.9.1
}
