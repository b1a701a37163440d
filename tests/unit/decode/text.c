// SPDX-License-Identifier: MIT
// The text rules of the protocol: its vectors, and every border of every range.
#include "tests/unit/vectors/vectors.h"

#include "decode/text.h"

static void vectors_are_judged(void **state)
{
    (void)state;
    static struct vector_bytes bytes;
    size_t i;
    const json_t *row;
    json_array_foreach(vectors_section("text"), i, row)
    {
        vector_hex(row, "bytes", &bytes);
        bool ok = text_check(vector_span(&bytes)) == TEXT_OK;
        if (ok != json_is_true(json_object_get(row, "ok")))
            fail_msg("bytes %s", vector_text(row, "bytes"));
    }
    assert_int_equal(i, 34);
}

// UTF-8 of any number below 0x200000, whether allowed or not.
static size_t encode(uint32_t c, uint8_t out[4])
{
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    size_t size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size; i-- > 1; c >>= 6)
        out[i] = (uint8_t)(0x80 | (c & 0x3f));
    out[0] = (uint8_t)(lead[size] | c);
    return size;
}

static enum text_verdict check_one(uint32_t c)
{
    uint8_t bytes[4];
    return text_check(span_of(bytes, encode(c, bytes)));
}

static void ranges_end_where_they_should(void **state)
{
    (void)state;
    // The list of section 2, typed a second time.
    static const uint32_t ranges[][2] = {
        {0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad},   {0x034f, 0x034f},
        {0x061c, 0x061c},   {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
        {0x200b, 0x200b},   {0x200e, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},
        {0x2800, 0x2800},   {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
        {0xffa0, 0xffa0},   {0xfff9, 0xfffb},   {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
        {0xe0000, 0xe007f}, {0xe0100, 0xe01ef},
    };
    size_t range = 0, count = sizeof(ranges) / sizeof(ranges[0]);
    for (uint32_t c = 0; c < 0x110000; c++) {
        while (range < count && c > ranges[range][1])
            range++;
        enum text_verdict expected = c >= 0xd800 && c < 0xe000                ? TEXT_NOT_UTF8
                                     : range < count && c >= ranges[range][0] ? TEXT_FORBIDDEN
                                                                              : TEXT_OK;
        if (check_one(c) != expected)
            fail_msg("U+%04X", c);
    }
    for (uint32_t c = 0x110000; c < 0x200000; c += 0x3fff)
        assert_int_equal(check_one(c), TEXT_NOT_UTF8);
}

static void bad_sequences_are_not_utf8(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xbf",
                                      "\xc0\xaf",
                                      "\xc1\xbf",
                                      "\xe0\x9f\xbf",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf5\x80\x80\x80",
                                      "\xe2\x28\xa1",
                                      "\xf0\x9f\x98",
                                      "a\xc3",
                                      "\xfe",
                                      "\xc3\xc3"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(text_check(span_str(bad[i])), TEXT_NOT_UTF8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_are_judged),
        cmocka_unit_test(ranges_end_where_they_should),
        cmocka_unit_test(bad_sequences_are_not_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
