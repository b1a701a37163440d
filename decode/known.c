// SPDX-License-Identifier: MIT
#include "decode/known.h"

#include <math.h>
#include <string.h>

#define DOUBT_BITS 32.0f // 2 to the minus this is chance enough

struct writer {
    struct known_words *out;
    size_t at; // bits
};

static void put(struct writer *writer, unsigned value, size_t count, bool known)
{
    struct known_words *out = writer->out;
    for (size_t bit = count; bit-- > 0 && writer->at < out->size * 8; writer->at++) {
        uint8_t place = (uint8_t)(0x80u >> writer->at % 8);
        if (!known)
            continue;
        out->mask[writer->at / 8] |= place;
        out->bits++;
        if (value >> bit & 1)
            out->value[writer->at / 8] |= place;
    }
}

static bool put_letters(struct writer *writer, const struct known_code *code)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    for (size_t i = 0; i < code->size; i += 2) {
        unsigned value = 0;
        bool known = true, pair = i + 1 < code->size;
        for (size_t j = i; j <= i + pair; j++) {
            const char *letter = code->text[j] ? strchr(letters, code->text[j]) : NULL;
            if (code->text[j] && !letter)
                return false;
            known = known && letter;
            value = value * 45 + (letter ? (unsigned)(letter - letters) : 0);
        }
        put(writer, value, pair ? 11 : 6, known);
    }
    return true;
}

static void put_bytes(struct writer *writer, const struct known_code *code)
{
    for (size_t i = 0; i < code->size; i++)
        put(writer, (uint8_t)code->text[i], 8, code->text[i] != 0);
}

// Behind the text four bits of nothing, or as many as there are, then padding.
static void put_end(struct writer *writer)
{
    put(writer, 0, 4, true);
    put(writer, 0, (8 - writer->at % 8) % 8, true);
    for (unsigned i = 0; writer->at < writer->out->size * 8; i++)
        put(writer, i % 2 == 0 ? 0xec : 0x11, 8, true);
}

bool known_words_of(const struct known_code *code, unsigned version, size_t size,
                    struct known_words *out)
{
    static const uint8_t count_bits[2][3] = {{9, 11, 13}, {8, 16, 16}};
    static const uint8_t mode_bits[2] = {2, 4};
    bool letters = code->mode == KNOWN_ALPHANUMERIC;
    size_t count = count_bits[!letters][version < 10 ? 0 : version < 27 ? 1 : 2];
    size_t text = letters ? code->size / 2 * 11 + code->size % 2 * 6 : code->size * 8;
    if (code->size == 0 || code->size > KNOWN_TEXT_MAX || code->size >> count != 0 ||
        size > KNOWN_WORDS_MAX || 4 + count + text > size * 8)
        return false;

    out->size = size;
    out->bits = 0;
    memset(out->value, 0, size);
    memset(out->mask, 0, size);

    struct writer writer = {.out = out};
    put(&writer, mode_bits[!letters], 4, true);
    put(&writer, (unsigned)code->size, count, true);
    if (!letters)
        put_bytes(&writer, code);
    else if (!put_letters(&writer, code))
        return false;
    put_end(&writer);
    return true;
}

bool known_convinces(size_t bits, size_t right)
{
    if (right * 2 <= bits)
        return false;
    float share = (float)right / (float)bits, wrong = 1.0f - share;
    float bits_each =
        1.0f + share * log2f(share) + (wrong > 0.0f ? wrong * log2f(wrong) : 0.0f);
    return (float)bits * bits_each >= DOUBT_BITS;
}
