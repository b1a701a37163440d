// SPDX-License-Identifier: MIT
#include "decode/micro_code.h"

#include "decode/reed_solomon.h"

#include <math.h>
#include <string.h>

#define FORMAT_MASK    0x4445u // 7.9.2
#define QR_FORMAT_MASK 0x5412u // which layout_format_bits() has applied
#define MARGIN         3u      // codewords of redundancy that erasures leave

// By the number in the format: M1; M2 L, M; M3 L, M; M4 L, M, Q.
static const struct {
    uint8_t version, data_bits, parity;
    uint8_t kept_back; // redundancy for noticing what cannot be corrected
} symbols[8] = {{1, 20, 2, 2}, {2, 40, 5, 3},  {2, 32, 6, 2},   {3, 84, 6, 2},
                {3, 68, 8, 0}, {4, 128, 8, 2}, {4, 112, 10, 0}, {4, 80, 14, 0}};

void micro_layout_build(struct layout *layout, unsigned version)
{
    size_t size = MICRO_SIZE_MIN + 2 * (version - 1);
    layout->version = version;
    layout->size = size;
    layout->alignments = 0;

    for (size_t row = 0; row < size; row++) {
        for (size_t column = 0; column < size; column++) {
            size_t far = row > column ? row : column, near = row > column ? column : row;
            size_t u = column > 3 ? column - 3 : 3 - column, v = row > 3 ? row - 3 : 3 - row;
            size_t ring = u > v ? u : v; // around the middle of the finder pattern
            enum module_kind kind = MODULE_DATA;
            if (far <= 7)
                kind = ring == 2 || ring == 4 ? MODULE_LIGHT : MODULE_DARK;
            else if (near == 0)
                kind = far % 2 == 0 ? MODULE_DARK : MODULE_LIGHT;
            else if (far == 8)
                kind = MODULE_FORMAT;
            layout->kind[row * size + column] = (uint8_t)kind;
        }
    }
}

// The low bits go down column 8, from row 1, the high ones back along row 8.
static float format_bit(const struct soft_code *code, unsigned bit, bool mirrored)
{
    size_t row = bit < 8 ? bit + 1 : 8, column = bit < 8 ? 8 : 15 - bit;
    size_t size = code->layout->size;
    return code->value[mirrored ? column * size + row : row * size + column];
}

struct micro_format micro_format_of(const struct soft_code *code, bool mirrored)
{
    float soft[15], most = 1e-6f;
    for (unsigned bit = 0; bit < 15; bit++) {
        soft[bit] = format_bit(code, bit, mirrored);
        most += fabsf(soft[bit]);
    }

    struct micro_format best = {.likeness = -1.0f};
    for (unsigned data = 0; data < 32; data++) {
        uint32_t bits = layout_format_bits(data) ^ QR_FORMAT_MASK ^ FORMAT_MASK;
        float sum = 0.0f;
        for (unsigned bit = 0; bit < 15; bit++)
            sum += bits >> bit & 1 ? soft[bit] : -soft[bit];
        if (sum / most > best.likeness)
            best = (struct micro_format){symbols[data >> 2].version, data >> 2, data & 3,
                                         sum / most};
    }
    return best;
}

// Table 10: is the mask's module dark?
static bool masked(unsigned mask, size_t row, size_t column)
{
    switch (mask) {
    case 0:
        return row % 2 == 0;
    case 1:
        return (row / 2 + column / 3) % 2 == 0;
    case 2:
        return (row * column % 2 + row * column % 3) % 2 == 0;
    default:
        return ((row + column) % 2 + row * column % 3) % 2 == 0;
    }
}

struct words {
    uint8_t word[MICRO_CODEWORDS_MAX];
    float certainty[MICRO_CODEWORDS_MAX]; // of the least certain module in it
    size_t count, bit;                    // bits in the last one
    size_t half;                          // which word has four bits
};

static void add_bit(struct words *words, bool dark, float certainty)
{
    if (words->count == MICRO_CODEWORDS_MAX)
        return;

    size_t i = words->count;
    if (words->bit == 0) {
        words->word[i] = 0;
        words->certainty[i] = certainty;
    }
    words->word[i] = (uint8_t)(words->word[i] << 1 | dark);
    words->certainty[i] = fminf(words->certainty[i], certainty);

    if (++words->bit == (i == words->half ? 4u : 8u)) {
        if (i == words->half)
            words->word[i] = (uint8_t)(words->word[i] << 4);
        words->count++;
        words->bit = 0;
    }
}

// 7.7.3: upwards and downwards in columns two modules wide, from the right.
static void read_words(const struct soft_code *code, unsigned mask, struct words *words)
{
    size_t size = code->layout->size;
    bool upwards = true;
    for (size_t right = size - 1; right >= 2; right -= 2, upwards = !upwards) {
        for (size_t i = 0; i < size; i++) {
            size_t row = upwards ? size - 1 - i : i;
            for (size_t column = right; column + 2 > right; column--) {
                size_t module = row * size + column;
                float value = code->value[module];
                if (code->layout->kind[module] == MODULE_DATA)
                    add_bit(words, (value > 0.0f) != masked(mask, row, column), fabsf(value));
            }
        }
    }
}

static void sort_by_doubt(const struct words *words, uint8_t *by_doubt)
{
    for (size_t i = 0; i < words->count; i++) {
        size_t place = i;
        for (; place > 0 && words->certainty[by_doubt[place - 1]] > words->certainty[i];
             place--)
            by_doubt[place] = by_doubt[place - 1];
        by_doubt[place] = (uint8_t)i;
    }
}

bool micro_repair(const struct soft_code *code, const struct micro_format *format,
                  struct micro_data *out)
{
    size_t bits = symbols[format->symbol].data_bits, parity = symbols[format->symbol].parity;
    size_t data = (bits + 7) / 8;
    struct words words = {.half = bits % 8 != 0 ? data - 1 : MICRO_CODEWORDS_MAX};
    read_words(code, format->mask, &words);
    if (words.count != data + parity)
        return false;

    uint8_t by_doubt[MICRO_CODEWORDS_MAX] = {0};
    sort_by_doubt(&words, by_doubt);
    float used;
    if (!rs_correct(words.word, words.count, parity, by_doubt,
                    symbols[format->symbol].kept_back, MARGIN, &used))
        return false;

    // A word of four bits has no others, whatever the correction says.
    if (words.half < data && (words.word[words.half] & 15) != 0)
        return false;
    memcpy(out->word, words.word, data);
    out->bits = bits;
    return true;
}
