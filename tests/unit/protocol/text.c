// SPDX-License-Identifier: MIT
// The text rules of the protocol: its vectors, and every border of every range.
#include "tests/unit/vectors/vectors.h"

#include "net/protocol/text.h"

static void vectors_are_judged(void **state)
{
    (void)state;
    static struct vector_bytes bytes;
    size_t i;
    const json_t *row;
    json_array_foreach(vectors_section("text"), i, row)
    {
        vector_hex(row, "bytes", &bytes);
        bool ok = text_check_whole(vector_span(&bytes)) == TEXT_OK;
        if (ok != json_is_true(json_object_get(row, "ok")))
            fail_msg("bytes %s", vector_text(row, "bytes"));
    }
    assert_int_equal(i, 59);
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
        {0x0000, 0x001f},   {0x007f, 0x009f},     {0x00ad, 0x00ad},   {0x034f, 0x034f},
        {0x061c, 0x061c},   {0x115f, 0x1160},     {0x17b4, 0x17b5},   {0x180b, 0x180f},
        {0x200b, 0x200b},   {0x200e, 0x200f},     {0x2028, 0x202e},   {0x2060, 0x206f},
        {0x2800, 0x2800},   {0x3164, 0x3164},     {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},
        {0xfeff, 0xfeff},   {0xffa0, 0xffa0},     {0xfff0, 0xfffc},   {0xfffe, 0xffff},
        {0x13430, 0x13442}, {0x16fe4, 0x16fe4},   {0x1bca0, 0x1bca3}, {0x1d159, 0x1d159},
        {0x1d173, 0x1d17a}, {0x1fffe, 0x1ffff},   {0x2fffe, 0x2ffff}, {0x3fffe, 0x3ffff},
        {0x4fffe, 0x4ffff}, {0x5fffe, 0x5ffff},   {0x6fffe, 0x6ffff}, {0x7fffe, 0x7ffff},
        {0x8fffe, 0x8ffff}, {0x9fffe, 0x9ffff},   {0xafffe, 0xaffff}, {0xbfffe, 0xbffff},
        {0xcfffe, 0xcffff}, {0xdfffe, 0xdffff},   {0xe0000, 0xe0fff}, {0xefffe, 0xeffff},
        {0xffffe, 0xfffff}, {0x10fffe, 0x10ffff},
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

static void a_text_of_nothing_to_be_seen_is_blank(void **state)
{
    (void)state;
    static const uint32_t spaces[] = {0x20,   0xa0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003,
                                      0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
                                      0x200c, 0x200d, 0x202f, 0x205f, 0x3000};
    size_t count = sizeof(spaces) / sizeof(spaces[0]), at = 0;

    for (uint32_t c = 0; c < 0x110000; c++) {
        uint8_t two[8];
        size_t size = encode(c, two);
        size += encode(0x20, two + size);

        while (at < count && c > spaces[at])
            at++;
        bool blank = at < count && c == spaces[at];

        if (text_is_blank(span_of(two, size)) != blank && !(c >= 0xd800 && c < 0xe000))
            fail_msg("U+%04X", c);
        assert_true(!blank || text_check_whole(span_of(two, size)) == TEXT_BLANK);
    }

    assert_int_equal(text_check_whole(span_str("")), TEXT_OK);
    assert_int_equal(text_check_whole(span_str(" \xff")), TEXT_NOT_UTF8);
    assert_int_equal(text_check_whole(span_str(" \n")), TEXT_FORBIDDEN);
    assert_int_equal(text_check(span_str("  ")), TEXT_OK);
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
        cmocka_unit_test(a_text_of_nothing_to_be_seen_is_blank),
        cmocka_unit_test(bad_sequences_are_not_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
