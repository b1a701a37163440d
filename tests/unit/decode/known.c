// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/qr.h"
#include "tests/unit/decode/repair.h"

// What is known of a code is put in where it cannot be read without, and nowhere else.

enum { OURS_VERSION = 4, OURS_PARITY = 18, OURS_DATA = 32 }; // 4-M: two blocks

static const char ours[] =
    "HTTPS://PORTAL.EXAMPLE.COM/Q/1/KGOK5E7JHLIBC/YDA4FQ6EYXDMPSGJZLF4ZTOOZ4/XNUWJNZF";
static const char ours_known[] =
    "HTTPS://PORTAL.EXAMPLE.COM/Q/1/KGOK5E7JHLIBC/**************************/********";
static const char bitrix24[] =
    "https://b24.to/a/s1/4gXy8Qm2LzT0aBcD/0a1b2c3d4e5f6g7h8i9j0kAlBmCnDoEp/";
static const char bitrix24_known[] =
    "https://b24.to/a/s1/4gXy8Qm2LzT0aBcD/********************************/";

static struct known_words words;

static void know(enum known_mode mode, const char *pattern)
{
    struct known_code code = {.mode = mode, .size = strlen(pattern)};
    for (size_t i = 0; i < code.size; i++)
        code.text[i] = (char)(pattern[i] == '*' ? 0 : pattern[i]);
    struct code_format format = codewords_format(&soft, false);
    size_t size = codewords_of_data(&layout, format.level);
    assert_true(known_words_of(&code, layout.version, size, &words));
}

static void see(const QRcode *code)
{
    for (size_t i = 0; i < layout.size * layout.size; i++)
        soft.value[i] = code->data[i] & 1 ? 1.0f : -1.0f;
}

static QRcode *draw_ours(const char *text)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    lay_out(code, OURS_VERSION);
    see(code);
    know(KNOWN_ALPHANUMERIC, ours_known);
    return code;
}

static QRcode *draw_bitrix24(const char *text)
{
    QRcode *code = QRcode_encodeData((int)strlen(text), (const uint8_t *)text, 0, QR_ECLEVEL_H);
    lay_out(code, 8);
    see(code);
    know(KNOWN_BYTES, bitrix24_known);
    return code;
}

static bool repairs_known(const QRcode *code)
{
    struct code_format format = codewords_format(&soft, false);
    float wrong;
    if (!codewords_repair(&soft, &format, &words, &room, &work, dark, &wrong))
        return false;
    for (size_t i = 0; i < layout.size * layout.size; i++)
        if (dark[i] != (code->data[i] & 1))
            fail_msg("module %zu is not the code's", i);
    return true;
}

// Makes the codeword at a place of the sequence another one.
static void spoil(size_t word)
{
    for (size_t bit = 0; bit < 8; bit += 3)
        soft.value[room.place[8 * word + bit]] *= -1.0f;
}

// Codeword `place` of block `block` of 4-M.
static void spoil_ours(size_t block, size_t place)
{
    spoil(2 * place + block);
}

static size_t agreement(void)
{
    struct code_format format = codewords_format(&soft, false);
    return codewords_agree(&soft, &format, &words, &room);
}

// Length, mode, every known character, end and padding are where the encoder puts them.
static void known_bits_are_those_of_the_encoder(void **state)
{
    (void)state;
    QRcode *code = draw_ours(ours);
    assert_int_equal(words.size, 64);
    assert_int_equal(words.bits, 4 + 9 + 22 * 11 + 4 + 7 + 6 * 8);
    assert_int_equal(agreement(), words.bits);
    QRcode_free(code);

    code = draw_bitrix24(bitrix24);
    assert_int_equal(words.size, 86);
    assert_int_equal(words.bits, 4 + 8 + 37 * 8 + 8 + 4 + 14 * 8);
    assert_int_equal(agreement(), words.bits);

    know(KNOWN_BYTES, bitrix24);
    assert_int_equal(words.bits, 86 * 8);
    assert_int_equal(agreement(), words.bits);
    QRcode_free(code);
}

// In every version that holds it, with its count of 9, 11 or 13 bits, of 8 or 16.
static void known_bits_are_right_in_every_version(void **state)
{
    (void)state;
    for (int version = 5; version <= (int)QR_VERSION_MAX; version++) {
        for (int level = 0; level < 2; level++) {
            QRcode *code = QRcode_encodeString(ours, version, (QRecLevel)level, QR_MODE_8, 1);
            lay_out(code, (unsigned)version);
            see(code);
            know(KNOWN_ALPHANUMERIC, ours);
            assert_int_equal(words.bits, words.size * 8);
            assert_int_equal(agreement(), words.bits);
            QRcode_free(code);

            code = QRcode_encodeString8bit(bitrix24, version, (QRecLevel)level);
            lay_out(code, (unsigned)version);
            see(code);
            know(KNOWN_BYTES, bitrix24);
            assert_int_equal(agreement(), words.bits);
            QRcode_free(code);
        }
    }
}

static void what_does_not_fit_is_not_known(void **state)
{
    (void)state;
    static struct known_code code = {.mode = KNOWN_BYTES};
    assert_false(known_words_of(&code, 4, 64, &words)); // nothing
    code.size = 62;
    assert_true(known_words_of(&code, 4, 64, &words));
    code.size = 63;
    assert_false(known_words_of(&code, 4, 64, &words));
    code.size = 256;
    assert_false(known_words_of(&code, 9, 400, &words)); // more than eight bits count
    code.size = KNOWN_TEXT_MAX + 1;
    assert_false(known_words_of(&code, 40, KNOWN_WORDS_MAX, &words));
    code = (struct known_code){.mode = KNOWN_ALPHANUMERIC, .size = 2, .text = "a"};
    assert_false(known_words_of(&code, 4, 64, &words)); // no such letter
}

// All of the first block of ours is known but for a bit: ten errors there are too many for
// correction alone, and cost nothing.
static void a_known_block_costs_nothing(void **state)
{
    (void)state;
    QRcode *code = draw_ours(ours);
    assert_true(repairs(code));
    for (size_t i = 0; i < 10; i++)
        spoil_ours(0, 3 * i);
    assert_false(repairs(code));
    assert_true(repairs_known(code));
    QRcode_free(code);
}

// The first block of the Bitrix24 code is all known: that most of its correction is wrong is no
// harm, as long as enough of it is right.
static void a_known_block_needs_no_correction(void **state)
{
    (void)state;
    QRcode *code = draw_bitrix24(bitrix24);
    assert_true(repairs(code));
    for (size_t i = 12; i < 26; i++)
        spoil(86 + 6 * i);
    assert_false(repairs(code));
    assert_true(repairs_known(code));

    for (size_t i = 0; i < 12; i++)
        spoil(86 + 6 * i);
    assert_false(repairs_known(code));
    QRcode_free(code);
}

// Of the other block the padding is known; what is wrong there is no error.
static void a_block_known_in_part_has_fewer_errors(void **state)
{
    (void)state;
    QRcode *code = draw_ours(ours);
    assert_true(repairs(code));
    for (size_t i = 0; i < 7; i++)
        spoil_ours(1, 14 + i);
    for (size_t i = 0; i < 5; i++)
        spoil_ours(1, OURS_DATA - 1 - i);
    assert_false(repairs(code));
    assert_true(repairs_known(code));

    spoil_ours(1, 21); // an eighth error: four codewords would no longer remain
    assert_false(repairs_known(code));
    QRcode_free(code);
}

// A code that differs from a known one in a character is never made the known one: the bits of
// that character are known, or the code is read as it is.
static size_t refused(QRcode *(*draw)(const char *), const char *text, const char *pattern)
{
    size_t count = 0;
    for (size_t i = 0; pattern[i]; i++) {
        if (pattern[i] == '*')
            continue;
        char other[128];
        snprintf(other, sizeof(other), "%s", text);
        other[i] = (char)(other[i] == 'Z' ? 'Y' : 'Z');
        QRcode *code = draw(other);
        assert_true(repairs(code));
        count += !repairs_known(code);
        QRcode_free(code);
    }
    return count;
}

static void another_code_is_not_taken_for_a_known_one(void **state)
{
    (void)state;
    assert_int_equal(refused(draw_ours, ours, ours_known), 44); // of 46: whole pairs
    assert_int_equal(refused(draw_bitrix24, bitrix24, bitrix24_known), 38);
}

// A known shell around data of chance: all that is known is there, and nothing else.
static void chance_is_not_mended_into_a_known_code(void **state)
{
    (void)state;
    uint32_t noise = 7;
    for (unsigned round = 0; round < 400; round++) {
        QRcode *code = round % 2 ? draw_ours(ours) : draw_bitrix24(bitrix24);
        struct code_format format = codewords_format(&soft, false);
        for (size_t i = 0; i < layout.size * layout.size; i++) {
            noise = noise * 1664525u + 1013904223u;
            if (layout.kind[i] == MODULE_DATA)
                soft.value[i] = (float)(int32_t)noise / 2147483648.0f;
        }
        static uint8_t expect[QR_MODULES_MAX];
        memset(expect, GRID_UNKNOWN, sizeof(expect));
        codewords_expect(&layout, &format, &words, &room, expect);
        for (size_t i = 0; i < layout.size * layout.size; i++)
            if (expect[i] != GRID_UNKNOWN)
                soft.value[i] = expect[i] == GRID_DARK ? 1.0f : -1.0f;

        float wrong;
        assert_int_equal(agreement(), words.bits);
        assert_false(codewords_repair(&soft, &format, &words, &room, &work, dark, &wrong));
        QRcode_free(code);
    }
}

// The same in a picture.
static void a_damaged_code_is_read_by_what_is_known(void **state)
{
    (void)state;
    enum { PIXELS = 4, QUIET = 4, SIDE = (49 + 2 * QUIET) * PIXELS };
    static uint8_t grey[SIDE * SIDE];
    static struct qr_codes codes;
    static struct known_codes known = {.count = 2};
    QRcode *code = draw_bitrix24(bitrix24);
    assert_true(repairs(code));
    for (size_t block = 0; block < 2; block++) // both known as a whole
        for (size_t i = 0; i < 18; i++)
            spoil(86 + 6 * i + block);
    QRcode_free(code);

    memset(grey, 220, sizeof(grey));
    for (size_t i = 0; i < sizeof(grey); i++) {
        size_t row = i / SIDE / PIXELS - QUIET, column = i % SIDE / PIXELS - QUIET;
        if (row < 49 && column < 49 && soft.value[row * 49 + column] > 0)
            grey[i] = 30;
    }

    const struct luma luma = {grey, SIDE, SIDE, SIDE};
    struct qr_reader *reader = qr_reader_new();
    assert_non_null(reader);
    assert_false(qr_reader_read(reader, &luma, &codes));
    for (size_t i = 0; i < 2; i++) {
        const char *pattern = i == 0 ? ours_known : bitrix24_known;
        known.code[i] = (struct known_code){.mode = i == 0 ? KNOWN_ALPHANUMERIC : KNOWN_BYTES,
                                            .size = strlen(pattern)};
        for (size_t j = 0; pattern[j]; j++)
            known.code[i].text[j] = (char)(pattern[j] == '*' ? 0 : pattern[j]);
    }

    qr_reader_set_known(reader, &known);
    qr_reader_reset(reader);
    assert_true(qr_reader_read(reader, &luma, &codes));
    assert_int_equal(codes.count, 1);
    assert_true(span_equal(qr_payload(&codes.code[0]), span_str(bitrix24)));

    known.code[1].text[30] ^= 1; // of another portal
    qr_reader_reset(reader);
    assert_false(qr_reader_read(reader, &luma, &codes));
    qr_reader_free(reader);
}

static void few_bits_convince_nobody(void **state)
{
    (void)state;
    assert_false(known_convinces(0, 0));
    assert_false(known_convinces(31, 31));
    assert_true(known_convinces(32, 32));
    assert_false(known_convinces(144, 110));
    assert_true(known_convinces(144, 112));
    assert_false(known_convinces(1000, 500));
    assert_false(known_convinces(1000, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_bits_are_those_of_the_encoder),
        cmocka_unit_test(known_bits_are_right_in_every_version),
        cmocka_unit_test(what_does_not_fit_is_not_known),
        cmocka_unit_test(a_known_block_costs_nothing),
        cmocka_unit_test(a_known_block_needs_no_correction),
        cmocka_unit_test(a_block_known_in_part_has_fewer_errors),
        cmocka_unit_test(another_code_is_not_taken_for_a_known_one),
        cmocka_unit_test(chance_is_not_mended_into_a_known_code),
        cmocka_unit_test(a_damaged_code_is_read_by_what_is_known),
        cmocka_unit_test(few_bits_convince_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
