// SPDX-License-Identifier: MIT
#include "tests/unit/vectors/vectors.h"

#include "net/protocol/base32.h"

static void portal_names_are_spelled_as_in_the_vectors(void **state)
{
    (void)state;
    const json_t *portal = vectors_section("portal");
    static struct vector_bytes bytes;
    static const char *const names[][2] = {{"tag", "tag_base32"},
                                           {"fingerprint", "fingerprint_base32"}};
    for (size_t i = 0; i < 2; i++) {
        char text[64];
        uint8_t back[16];
        vector_hex(portal, names[i][0], &bytes);
        base32_encode(vector_span(&bytes), text);
        assert_string_equal(text, vector_text(portal, names[i][1]));
        assert_true(base32_decode(span_str(text), back, bytes.size));
        assert_memory_equal(back, bytes.bytes, bytes.size);
    }
}

static void frames_are_spelled_as_in_the_vectors(void **state)
{
    (void)state;
    size_t i;
    const json_t *row;
    json_array_foreach(vectors_section("frame"), i, row)
    {
        uint8_t frame[5];
        char text[BASE32_LENGTH(5) + 1];
        vector_hex_exact(row, "frame", frame, sizeof(frame));
        base32_encode(span_of(frame, sizeof(frame)), text);
        assert_string_equal(text, vector_text(row, "base32"));
    }
}

// The examples of RFC 4648, section 10, without their padding.
static void examples_of_the_rfc(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"f", "MY"},
        {"fo", "MZXQ"},
        {"foo", "MZXW6"},
        {"foob", "MZXW6YQ"},
        {"fooba", "MZXW6YTB"},
        {"foobar", "MZXW6YTBOI"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[32];
        uint8_t back[8];
        base32_encode(span_str(rows[i][0]), text);
        assert_string_equal(text, rows[i][1]);
        assert_true(base32_decode(span_str(text), back, strlen(rows[i][0])));
        assert_memory_equal(back, rows[i][0], strlen(rows[i][0]));
    }
}

static void other_spellings_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"MZXW6Y",  "MZXW6YTB", "mzxw6yq", "MZXW6Y1",
                                      "MZXW6Y=", "MZXW6YR",  "MZXW6Y ", ""};
    uint8_t out[4] = {1, 2, 3, 4};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(base32_decode(span_str(bad[i]), out, sizeof(out)));
    assert_memory_equal(out, ((uint8_t[]){1, 2, 3, 4}), sizeof(out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(portal_names_are_spelled_as_in_the_vectors),
        cmocka_unit_test(frames_are_spelled_as_in_the_vectors),
        cmocka_unit_test(examples_of_the_rfc),
        cmocka_unit_test(other_spellings_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
