// SPDX-License-Identifier: MIT
// What data bits say: streams written here bit by bit, codes of libqrencode, and streams that
// break the rules.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode/content.h"
#include "tests/unit/decode/repair.h"

enum { NUMERIC = 1, LETTERS = 2, APPEND = 3, BYTES = 4, FNC1 = 5, ECI = 7, KANJI = 8, AIM = 9 };

static struct {
    uint8_t p[4000];
    size_t bits;
} written;

static struct qr_code code; // too large for a stack

static void begin(void)
{
    memset(&written, 0, sizeof(written));
}

static void put(unsigned value, size_t count)
{
    for (size_t i = count; i-- > 0; written.bits++)
        written.p[written.bits / 8] |= (uint8_t)((value >> i & 1) << (7 - written.bits % 8));
}

static void put_bytes(const char *bytes, size_t count)
{
    put(BYTES, 4);
    put((unsigned)count, 8);
    for (size_t i = 0; i < count; i++)
        put((uint8_t)bytes[i], 8);
}

static void put_eci(unsigned number)
{
    put(ECI, 4);
    if (number < 128)
        put(number, 8);
    else if (number < 16384)
        put(0x8000 | number, 16);
    else
        put(0xc00000 | number, 24);
}

// The stream ends with its last bit, as if it filled the code.
static bool read_as(bool micro, unsigned version)
{
    return content_read(span_of(written.p, sizeof(written.p)), written.bits,
                        (struct content_form){micro, version}, &code);
}

static void assert_payload(const char *bytes, size_t size)
{
    assert_int_equal(code.size, size);
    assert_memory_equal(code.payload, bytes, size);
}

static void assert_run(size_t i, size_t end, uint32_t charset)
{
    assert_true(i < code.runs);
    assert_int_equal(code.run[i].end, end);
    assert_int_equal(code.run[i].charset, charset);
}

static void every_mode_gives_its_bytes(void **state)
{
    (void)state;
    begin();
    put(NUMERIC, 4);
    put(8, 10);
    put(12, 10); // 012
    put(345, 10);
    put(67, 7);
    put(LETTERS, 4);
    put(3, 9);
    put(10 * 45 + 44, 11); // A:
    put(36, 6);            // space
    put_bytes("\0\xff", 2);
    put(KANJI, 4);
    put(2, 8);
    put(0x0d9f, 13); // ISO/IEC 18004, 7.4.6: 935F and E4AA
    put(0x1aaa, 13);
    put(0, 4);
    put(0xec11, 16);

    assert_true(read_as(false, 1));
    assert_payload("01234567A: \0\xff\x93\x5f\xe4\xaa", 17);
    assert_int_equal(code.runs, 2);
    assert_run(0, 13, CHARSET_UNSTATED);
    assert_run(1, 17, CHARSET_KANJI);
    assert_int_equal(code.part.number, 0);
    assert_false(code.micro);
}

static void declared_character_sets_stand_with_their_bytes(void **state)
{
    (void)state;
    static const unsigned numbers[] = {3, 22, 127, 128, 899, 16383, 16384, 999999};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        begin();
        put_bytes("a", 1);
        put_eci(numbers[i]);
        put_bytes("\xcf\xf0", 2);
        assert_true(read_as(false, 9));
        assert_payload("a\xcf\xf0", 3);
        assert_int_equal(code.runs, 2);
        assert_run(0, 1, CHARSET_UNSTATED);
        assert_run(1, 3, numbers[i]);
    }

    begin(); // digits are never in two bytes
    put_eci(25);
    put_bytes("\0a", 2);
    put(NUMERIC, 4);
    put(1, 10);
    put(7, 4);
    assert_true(read_as(false, 9));
    assert_payload("\0a7", 3);
    assert_run(0, 2, 25);
    assert_run(1, 3, 27);

    begin();
    put_eci(1000000);
    put_bytes("a", 1);
    assert_false(read_as(false, 9));
}

static void sets_that_change_all_the_time_are_bounded(void **state)
{
    (void)state;
    begin();
    for (unsigned i = 0; i < 40; i++) {
        put_eci(3 + i % 2);
        put_bytes("x", 1);
    }
    assert_true(read_as(false, 9));
    assert_int_equal(code.size, 40);
    assert_int_equal(code.runs, QR_RUNS_MAX);
    assert_run(0, 1, 3);
    assert_run(QR_RUNS_MAX - 1, 40, CHARSET_TOO_MANY);
}

static void separators_stand_for_percent_signs(void **state)
{
    (void)state;
    begin();
    put(FNC1, 4);
    put(LETTERS, 4);
    put(6, 9);
    put(10 * 45 + 38, 11); // A%
    put(11 * 45 + 38, 11); // B%
    put(38 * 45 + 12, 11); // %C
    assert_true(read_as(false, 1));
    assert_payload("A\x1d"
                   "B%C",
                   5);

    begin();
    put(AIM, 4);
    put(37, 8);
    put_bytes("x", 1);
    assert_true(read_as(false, 1));
    assert_payload("37x", 3);

    begin();
    put(AIM, 4);
    put('a' + 100, 8);
    put_bytes("%", 1);
    assert_true(read_as(false, 1));
    assert_payload("a%", 2);
}

static void parts_say_which_they_are(void **state)
{
    (void)state;
    begin();
    put(APPEND, 4);
    put(0x12, 8); // the second of three
    put(77, 8);
    put_bytes("b", 1);
    assert_true(read_as(false, 1));
    assert_payload("b", 1);
    assert_int_equal(code.part.number, 2);
    assert_int_equal(code.part.count, 3);
    assert_int_equal(code.part.parity, 77);

    begin(); // one of one is a whole
    put(APPEND, 4);
    put(0, 16);
    put_bytes("b", 1);
    assert_true(read_as(false, 1));
    assert_int_equal(code.part.count, 0);

    begin(); // the fourth of three
    put(APPEND, 4);
    put(0x32, 8);
    put(77, 8);
    put_bytes("b", 1);
    assert_false(read_as(false, 1));
}

static void micro_codes_have_short_modes(void **state)
{
    (void)state;
    begin(); // M1: digits alone, then its end
    put(5, 3);
    put(123, 10);
    put(45, 7);
    put(0, 3);
    assert_true(read_as(true, 1));
    assert_payload("12345", 5);
    assert_true(code.micro);

    begin(); // M2: its end is cut short
    put(1, 1);
    put(3, 3);
    put(10 * 45 + 11, 11);
    put(12, 6);
    put(0, 4);
    assert_true(read_as(true, 2));
    assert_payload("ABC", 3);

    begin(); // M4
    put(2, 3);
    put(2, 5);
    put(0xd0, 8);
    put(0x9f, 8);
    put(3, 3);
    put(1, 4);
    put(0x0d9f, 13);
    put(0, 9);
    assert_true(read_as(true, 4));
    assert_payload("\xd0\x9f\x93\x5f", 4);
    assert_run(0, 2, CHARSET_UNSTATED);
    assert_run(1, 4, CHARSET_KANJI);

    begin(); // M2 has no bytes
    put(1, 1);
    put(7, 3);
    put(0, 5);
    assert_false(read_as(true, 2));
}

static void what_breaks_a_rule_is_no_content(void **state)
{
    (void)state;
    begin(); // nothing at all
    put(0, 4);
    assert_false(read_as(false, 1));

    begin(); // bytes that are not there
    put(BYTES, 4);
    put(200, 8);
    put(0, 32);
    assert_false(read_as(false, 1));

    begin(); // three digits make 1000
    put(NUMERIC, 4);
    put(3, 10);
    put(1000, 10);
    assert_false(read_as(false, 1));

    begin(); // two letters make 45 * 45
    put(LETTERS, 4);
    put(2, 9);
    put(45 * 45, 11);
    assert_false(read_as(false, 1));

    static const unsigned unknown[] = {6, 10, 11, 12, 14, 15};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        begin();
        put_bytes("a", 1);
        put(unknown[i], 4);
        put(0, 32);
        assert_false(read_as(false, 1));
    }

    begin(); // more bits than bytes
    put_bytes("a", 1);
    assert_false(content_read(span_of(written.p, 1), written.bits,
                              (struct content_form){false, 1}, &code));
}

// Repairs a drawn code and reads what it holds.
static void read_drawn(const QRcode *drawn)
{
    lay_out(drawn, (unsigned)drawn->version);
    for (size_t i = 0; i < layout.size * layout.size; i++)
        soft.value[i] = drawn->data[i] & 1 ? 1.0f : -1.0f;
    assert_true(repairs(drawn));
    assert_true(content_read(span_of(room.data, room.data_size), room.data_size * 8,
                             (struct content_form){false, layout.version}, &code));
}

// Data codewords of all blocks in their order, and the lengths of counts, in every version.
static void drawn_codes_are_read_in_every_version(void **state)
{
    (void)state;
    static const char text[] = "0123456789ABCDEF%\xd0\x9f";
    for (unsigned version = 2; version <= QR_VERSION_MAX; version++) {
        for (unsigned level = 0; level < 4; level++) {
            if (version == 2 && level > 1)
                continue;
            QRcode *drawn =
                QRcode_encodeString(text, (int)version, (QRecLevel)level, QR_MODE_8, 1);
            read_drawn(drawn);
            assert_payload(text, strlen(text));
            QRcode_free(drawn);
        }
    }
}

static void the_parts_of_a_drawn_message_make_it(void **state)
{
    (void)state;
    static const char text[] = "https://portal.example.com/s?c=RPT-4711&more=0123456789";
    QRcode_List *list = QRcode_encodeStringStructured(text, 1, QR_ECLEVEL_L, QR_MODE_8, 1);
    assert_non_null(list);
    size_t count = (size_t)QRcode_List_size(list), number = 0, at = 0;
    assert_true(count > 2);

    uint8_t parity = 0;
    for (size_t i = 0; text[i]; i++)
        parity ^= (uint8_t)text[i];
    for (QRcode_List *entry = list; entry; entry = entry->next) {
        read_drawn(entry->code);
        assert_int_equal(code.part.number, ++number);
        assert_int_equal(code.part.count, count);
        assert_int_equal(code.part.parity, parity);
        assert_memory_equal(code.payload, text + at, code.size);
        at += code.size;
    }
    assert_int_equal(at, strlen(text));
    QRcode_List_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mode_gives_its_bytes),
        cmocka_unit_test(declared_character_sets_stand_with_their_bytes),
        cmocka_unit_test(sets_that_change_all_the_time_are_bounded),
        cmocka_unit_test(separators_stand_for_percent_signs),
        cmocka_unit_test(parts_say_which_they_are),
        cmocka_unit_test(micro_codes_have_short_modes),
        cmocka_unit_test(what_breaks_a_rule_is_no_content),
        cmocka_unit_test(drawn_codes_are_read_in_every_version),
        cmocka_unit_test(the_parts_of_a_drawn_message_make_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
