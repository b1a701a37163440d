// SPDX-License-Identifier: MIT
#include "decode/codewords.h"

#include "decode/blocks.h"

#include <math.h>
#include <string.h>

#define MARGIN       3u    // codewords of redundancy that erasures leave
#define CERTAIN      10.0f // more than any module is
#define KNOWN_MARGIN 4u    // ... and errors too, where known bits were put in

// The soft value of a bit of the format information.
static float format_bit(const struct soft_code *code, unsigned copy, unsigned bit,
                        bool mirrored)
{
    size_t size = code->layout->size, module = layout_format_module(code->layout, copy, bit);
    return code->value[mirrored ? module % size * size + module / size : module];
}

struct code_format codewords_format(const struct soft_code *code, bool mirrored)
{
    // Annex C: the two bits of the level in the format are not in its order.
    static const enum error_level levels[4] = {ERROR_LEVEL_M, ERROR_LEVEL_L, ERROR_LEVEL_H,
                                               ERROR_LEVEL_Q};
    float soft[15], most = 1e-6f;

    for (unsigned bit = 0; bit < 15; bit++) {
        soft[bit] = format_bit(code, 0, bit, mirrored) + format_bit(code, 1, bit, mirrored);
        most += fabsf(soft[bit]);
    }

    struct code_format best = {.likeness = -1.0f};
    for (unsigned data = 0; data < 32; data++) {
        uint32_t bits = layout_format_bits(data);
        float sum = 0.0f;
        for (unsigned bit = 0; bit < 15; bit++)
            sum += bits >> bit & 1 ? soft[bit] : -soft[bit];
        if (sum / most > best.likeness)
            best = (struct code_format){levels[data >> 3], data & 7, sum / most};
    }
    return best;
}

unsigned codewords_version(const float soft[static 18])
{
    for (unsigned version = 7; version <= QR_VERSION_MAX; version++) {
        uint32_t bits = layout_version_bits(version);
        unsigned wrong = 0;
        for (unsigned bit = 0; bit < 18; bit++)
            wrong += (soft[bit] > 0.0f) != (bits >> bit & 1);
        if (wrong <= 3)
            return version;
    }
    return 0;
}

// Table 10: is the mask's module dark?
static bool masked(unsigned mask, size_t row, size_t column)
{
    switch (mask) {
    case 0:
        return (row + column) % 2 == 0;
    case 1:
        return row % 2 == 0;
    case 2:
        return column % 3 == 0;
    case 3:
        return (row + column) % 3 == 0;
    case 4:
        return (row / 2 + column / 3) % 2 == 0;
    case 5:
        return row * column % 2 + row * column % 3 == 0;
    case 6:
        return (row * column % 2 + row * column % 3) % 2 == 0;
    default:
        return ((row + column) % 2 + row * column % 3) % 2 == 0;
    }
}

// 8.7.3: upwards and downwards in columns two modules wide, from the right, skipping the
// timing pattern's column and all that is not data. Returns the number of whole codewords.
static size_t place_bits(const struct layout *layout, struct codewords_room *room)
{
    size_t size = layout->size, count = 0;

    for (size_t right = size - 1; right >= 1; right -= 2) {
        if (right == 6)
            right = 5;
        bool upwards = ((right + 1) & 2) == 0;
        for (size_t i = 0; i < size; i++) {
            size_t row = upwards ? size - 1 - i : i;
            for (size_t j = 0; j < 2; j++) {
                size_t module = row * size + right - j;
                if (layout->kind[module] == MODULE_DATA && count < CODEWORDS_MAX * 8)
                    room->place[count++] = (uint16_t)module;
            }
        }
        if (right == 1)
            break;
    }
    return count / 8;
}

static void read_words(const struct soft_code *code, unsigned mask, size_t words,
                       struct codewords_room *room)
{
    size_t size = code->layout->size;
    for (size_t i = 0; i < words; i++) {
        unsigned word = 0;
        float certainty = CERTAIN;
        for (size_t bit = 0; bit < 8; bit++) {
            size_t module = room->place[8 * i + bit];
            float value = code->value[module];
            bool dark = (value > 0.0f) != masked(mask, module / size, module % size);
            word = word << 1 | dark;
            certainty = fminf(certainty, fabsf(value));
        }
        room->word[i] = (uint8_t)word;
        room->certainty[i] = certainty;
    }
}

struct block {
    uint8_t word[RS_BLOCK_MAX];
    uint8_t by_doubt[RS_BLOCK_MAX]; // places, the least certain first
    uint16_t source[RS_BLOCK_MAX];  // in the sequence of the code
    size_t size, parity;
};

// 8.6: first the data codewords of all blocks in turn, then those for correction.
static void take_block(const struct codewords_room *room, size_t words,
                       struct block_table table, size_t index, struct block *out)
{
    size_t short_size = words / table.blocks, longer = words % table.blocks;
    size_t short_data = short_size - table.parity, data = words - table.blocks * table.parity;
    bool is_long = index >= table.blocks - longer;
    size_t own_data = short_data + is_long;
    out->size = own_data + table.parity;
    out->parity = table.parity;

    for (size_t i = 0; i < out->size; i++) {
        size_t source;
        if (i < short_data)
            source = i * table.blocks + index;
        else if (i < own_data)
            source = short_data * table.blocks + index - (table.blocks - longer);
        else
            source = data + (i - own_data) * table.blocks + index;
        out->source[i] = (uint16_t)source;
        out->word[i] = room->word[source];

        size_t place = i;
        for (; place > 0 &&
               room->certainty[out->source[out->by_doubt[place - 1]]] > room->certainty[source];
             place--)
            out->by_doubt[place] = out->by_doubt[place - 1];
        out->by_doubt[place] = (uint8_t)i;
    }
}

// Table 9 keeps some correction of the smallest codes for noticing what cannot be corrected.
static size_t kept_back(unsigned version, enum error_level level)
{
    if (version == 1)
        return level == ERROR_LEVEL_L ? 3 : level == ERROR_LEVEL_M ? 2 : 1;
    if (version == 2)
        return level == ERROR_LEVEL_L ? 2 : 0;
    return version == 3 && level == ERROR_LEVEL_L ? 1 : 0;
}

static void write_function_patterns(const struct layout *layout,
                                    const struct code_format *format, uint8_t *dark)
{
    static const unsigned level_bits[4] = {1, 0, 3, 2};
    for (size_t i = 0; i < layout->size * layout->size; i++)
        dark[i] = layout->kind[i] == MODULE_DARK;
    uint32_t bits = layout_format_bits(level_bits[format->level] << 3 | format->mask);
    uint32_t version = layout_version_bits(layout->version);
    for (unsigned copy = 0; copy < 2; copy++) {
        for (unsigned bit = 0; bit < 15; bit++)
            dark[layout_format_module(layout, copy, bit)] = bits >> bit & 1;
        for (unsigned bit = 0; layout->version >= 7 && bit < 18; bit++)
            dark[layout_version_module(layout, copy, bit)] = version >> bit & 1;
    }
}

// ---- what is known of the content ----

// Where a data codeword stands in the sequence of the code (8.6).
static size_t source_of_data(size_t words, struct block_table table, size_t index)
{
    size_t data = words - table.blocks * table.parity, short_data = data / table.blocks;
    size_t short_blocks = table.blocks - data % table.blocks;
    size_t in_short = short_blocks * short_data;
    size_t block = index < in_short ? index / short_data
                                    : short_blocks + (index - in_short) / (short_data + 1);
    size_t place =
        index < in_short ? index % short_data : (index - in_short) % (short_data + 1);
    return place < short_data ? place * table.blocks + block
                              : short_data * table.blocks + block - short_blocks;
}

static size_t words_of(const struct layout *layout, size_t *bits)
{
    *bits = 0;
    for (size_t i = 0; i < layout->size * layout->size; i++)
        *bits += layout->kind[i] == MODULE_DATA;
    return *bits / 8;
}

static void prepare_places(const struct layout *layout, struct codewords_room *room)
{
    if (room->place_version == layout->version)
        return;
    place_bits(layout, room);
    room->place_version = layout->version;
}

size_t codewords_of_data(const struct layout *layout, enum error_level level)
{
    size_t bits, words = words_of(layout, &bits);
    struct block_table table = block_table_of(layout->version, level);
    return words - table.blocks * table.parity;
}

// A known bit, where it is in the code.
struct known_place {
    size_t word, bit, module;
    bool dark;
};

// Calls for each known bit; the walk over them all.
static void each_known(const struct layout *layout, const struct code_format *format,
                       const struct known_words *known, struct codewords_room *room,
                       void (*take)(void *user, const struct known_place *place), void *user)
{
    size_t bits, words = words_of(layout, &bits), size = layout->size;
    struct block_table table = block_table_of(layout->version, format->level);
    prepare_places(layout, room);

    for (size_t i = 0; i < known->size; i++) {
        if (known->mask[i] == 0)
            continue;
        size_t word = source_of_data(words, table, i);
        for (size_t bit = 0; bit < 8; bit++) {
            if ((known->mask[i] >> (7 - bit) & 1) == 0)
                continue;
            size_t module = room->place[8 * word + bit];
            bool one = known->value[i] >> (7 - bit) & 1;
            bool dark = one != masked(format->mask, module / size, module % size);
            take(user, &(struct known_place){word, bit, module, dark});
        }
    }
}

struct agreement {
    const float *value;
    size_t right;
};

static void count_right(void *user, const struct known_place *place)
{
    struct agreement *agreement = user;
    agreement->right += (agreement->value[place->module] > 0.0f) == place->dark;
}

size_t codewords_agree(const struct soft_code *code, const struct code_format *format,
                       const struct known_words *known, struct codewords_room *room)
{
    struct agreement agreement = {.value = code->value};
    each_known(code->layout, format, known, room, count_right, &agreement);
    return agreement.right;
}

static void expect_known(void *user, const struct known_place *place)
{
    uint8_t *expect = user;
    expect[place->module] = place->dark ? GRID_DARK : GRID_LIGHT;
}

void codewords_expect(const struct layout *layout, const struct code_format *format,
                      const struct known_words *known, struct codewords_room *room,
                      uint8_t *expect)
{
    each_known(layout, format, known, room, expect_known, expect);
}

// Puts known bits in; a codeword is then as certain as its least certain bit that is not known.
static void put_known(const struct soft_code *code, const struct known_words *known,
                      size_t words, struct block_table table, struct codewords_room *room)
{
    memcpy(room->seen, room->word, words);
    for (size_t i = 0; i < known->size; i++) {
        size_t word = source_of_data(words, table, i);
        float certainty = CERTAIN;
        for (size_t bit = 0; bit < 8; bit++)
            if ((known->mask[i] >> (7 - bit) & 1) == 0)
                certainty = fminf(certainty, fabsf(code->value[room->place[8 * word + bit]]));
        room->certainty[word] = certainty;
        room->word[word] = (uint8_t)((room->word[word] & ~known->mask[i]) | known->value[i]);
    }
}

static unsigned bits_in(unsigned byte)
{
    unsigned count = 0;
    for (; byte != 0; byte &= byte - 1)
        count++;
    return count;
}

// Does a repaired block hold what is known, and does the picture show the rest of it? Its data
// begins at codeword `at`.
static bool is_confirmed(const struct block *block, const struct known_words *known, size_t at,
                         const struct codewords_room *room)
{
    size_t bits = 0, right = 0;
    for (size_t i = 0; i < block->size; i++) {
        unsigned mask = i < block->size - block->parity ? known->mask[at + i] : 0;
        if (mask != 0 && ((block->word[i] ^ known->value[at + i]) & mask) != 0)
            return false;
        unsigned wrong = (unsigned)(block->word[i] ^ room->seen[block->source[i]]);
        bits += bits_in(~mask & 0xff);
        right += bits_in(~wrong & ~mask & 0xff);
    }
    return known_convinces(bits, right);
}

static bool mend_known(struct block *block, const struct known_words *known, size_t at,
                       const struct codewords_room *room, size_t margin, float *used)
{
    size_t data = block->size - block->parity, whole = 0;
    for (size_t i = 0; i < data; i++)
        whole += known->mask[at + i] == 0xff;

    *used = 0.0f;
    if (whole == data)
        rs_encode(block->word, block->size, block->parity);
    else if (!rs_correct(block->word, block->size, block->parity, block->by_doubt,
                         margin > KNOWN_MARGIN ? margin : KNOWN_MARGIN, KNOWN_MARGIN, used))
        return false;
    return is_confirmed(block, known, at, room);
}

// ---- all of it ----

bool codewords_repair(const struct soft_code *code, const struct code_format *format,
                      const struct known_words *known, struct codewords_room *room,
                      struct work *work, uint8_t *dark, float *wrong)
{
    const struct layout *layout = code->layout;
    size_t size = layout->size, bits, words = words_of(layout, &bits);
    struct block_table table = block_table_of(layout->version, format->level);
    size_t margin = kept_back(layout->version, format->level);

    prepare_places(layout, room);
    work_spend(work, (int64_t)(size * size));
    read_words(code, format->mask, words, room);
    if (known != NULL)
        put_known(code, known, words, table, room);

    *wrong = 0.0f;
    room->data_size = 0;
    for (size_t index = 0; index < table.blocks; index++) {
        struct block block;
        take_block(room, words, table, index, &block);
        float used;
        work_spend(work, (int64_t)(block.size * block.parity / 2));
        bool mended = known != NULL
                          ? mend_known(&block, known, room->data_size, room, margin, &used)
                          : rs_correct(block.word, block.size, block.parity, block.by_doubt,
                                       margin, MARGIN, &used);
        if (!mended)
            return false;
        *wrong = fmaxf(*wrong, used);
        for (size_t i = 0; i < block.size; i++)
            room->word[block.source[i]] = block.word[i];
        memcpy(room->data + room->data_size, block.word, block.size - block.parity);
        room->data_size += block.size - block.parity;
    }

    write_function_patterns(layout, format, dark);
    for (size_t i = 0; i < words * 8; i++) {
        size_t module = room->place[i];
        bool bit = room->word[i / 8] >> (7 - i % 8) & 1;
        dark[module] = bit != masked(format->mask, module / size, module % size);
    }
    for (size_t i = words * 8; i < bits; i++) {
        size_t module = room->place[i];
        dark[module] = masked(format->mask, module / size, module % size);
    }
    return true;
}
