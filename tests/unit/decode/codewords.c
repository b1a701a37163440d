// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/decode/repair.h"

// Layout, blocks, correction: held against libqrencode in every version and level.

static QRcode *encode(unsigned version, unsigned level)
{
    static const char text[] = "0123456";
    QRcode *code = QRcode_encodeString8bit(text, (int)version, (QRecLevel)level);
    lay_out(code, version);
    for (size_t i = 0; i < layout.size * layout.size; i++)
        soft.value[i] = code->data[i] & 1 ? 1.0f : -1.0f;
    return code;
}

static void function_patterns_are_where_they_are_drawn(void **state)
{
    (void)state;
    for (unsigned version = 1; version <= QR_VERSION_MAX; version++) {
        QRcode *code = encode(version, 0);

        for (size_t i = 0; i < layout.size * layout.size; i++) {
            if (layout.kind[i] == MODULE_DARK)
                assert_true(code->data[i] & 1);
            if (layout.kind[i] == MODULE_LIGHT)
                assert_false(code->data[i] & 1);
        }

        if (version >= 7) {
            float bits[18];
            for (unsigned bit = 0; bit < 18; bit++)
                bits[bit] = soft.value[layout_version_module(&layout, 1, bit)];
            bits[3] = -bits[3];
            bits[16] = -bits[16];
            assert_int_equal(codewords_version(bits), version);
        }

        QRcode_free(code);
    }
}

static void errors_are_corrected_in_every_version_and_level(void **state)
{
    (void)state;
    for (unsigned version = 1; version <= QR_VERSION_MAX; version++) {
        for (unsigned level = 0; level < 4; level++) {
            QRcode *code = encode(version, level);
            assert_true(repairs(code));
            for (size_t i = 0; i < layout.size * layout.size; i += 97)
                soft.value[i] = -0.5f * soft.value[i];
            if (!repairs(code))
                fail_msg("version %u level %u", version, level);
            QRcode_free(code);
        }
    }
}

// A third of the code washed out: more than errors alone could correct at level H.
static void what_is_unknown_is_taken_for_erased(void **state)
{
    (void)state;
    QRcode *code = encode(4, QR_ECLEVEL_H);
    for (size_t row = 10; row < 23; row++)
        for (size_t column = 10; column < 30; column++)
            soft.value[row * layout.size + column] = 0.01f;
    assert_true(repairs(code));
    QRcode_free(code);
}

static void noise_is_not_corrected_into_something(void **state)
{
    (void)state;
    uint32_t noise = 7;
    for (unsigned version = 1; version <= 10; version++) {
        for (unsigned round = 0; round < 40; round++) {
            QRcode *code = encode(version, round % 4);

            for (size_t i = 0; i < layout.size * layout.size; i++) {
                noise = noise * 1664525u + 1013904223u;
                if (layout.kind[i] == MODULE_DATA)
                    soft.value[i] = (float)(int32_t)noise / 2147483648.0f;
            }

            struct code_format format = codewords_format(&soft, false);
            float wrong;
            assert_false(codewords_repair(&soft, &format, NULL, &room, &work, dark, &wrong));

            QRcode_free(code);
        }
    }
}

static void a_block_is_corrected_up_to_its_margin(void **state)
{
    (void)state;
    uint8_t block[40] = {0}, by_doubt[40]; // all zeros is a codeword
    float used;
    for (uint8_t i = 0; i < 40; i++)
        by_doubt[i] = i;
    for (size_t i = 0; i < 8; i++)
        block[4 * i + 3] = (uint8_t)(i + 1);

    assert_true(rs_correct(block, 40, 16, by_doubt, 0, 16, &used));
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(block[i], 0);

    for (size_t i = 0; i < 13; i++)
        block[i] = 99; // too many errors, but all of them doubtful

    uint8_t before[40];
    memcpy(before, block, sizeof(block));
    assert_false(rs_correct(block, 40, 16, by_doubt, 0, 16, &used));
    assert_memory_equal(block, before, sizeof(block));

    assert_true(rs_correct(block, 40, 16, by_doubt, 0, 2, &used));
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(block[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(function_patterns_are_where_they_are_drawn),
        cmocka_unit_test(errors_are_corrected_in_every_version_and_level),
        cmocka_unit_test(what_is_unknown_is_taken_for_erased),
        cmocka_unit_test(noise_is_not_corrected_into_something),
        cmocka_unit_test(a_block_is_corrected_up_to_its_margin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
