// SPDX-License-Identifier: MIT
// ZBar behind its wall: what it keeps of codes it has read must not grow for ever.
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <qrencode.h>

#include "decode/zbar_reader.h"

#define SCALE 3u
#define QUIET 4u

static uint8_t *draw(const char *text, size_t *side)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    assert_non_null(code);

    size_t modules = (size_t)code->width;
    *side = (modules + 2 * QUIET) * SCALE;

    uint8_t *luma = malloc(*side * *side);
    assert_non_null(luma);
    memset(luma, 255, *side * *side);

    for (size_t y = 0; y < modules * SCALE; y++) {
        for (size_t x = 0; x < modules * SCALE; x++) {
            if (code->data[y / SCALE * modules + x / SCALE] & 1)
                luma[(y + QUIET * SCALE) * *side + x + QUIET * SCALE] = 0;
        }
    }

    QRcode_free(code);
    return luma;
}

static void read_codes(struct zbar_reader *reader, const struct luma *luma, unsigned times)
{
    struct qr_codes *codes = calloc(1, sizeof(*codes));
    assert_non_null(codes);
    for (unsigned i = 0; i < times; i++) {
        codes->count = 0;
        assert_true(zbar_reader_read(reader, luma, codes));
        assert_int_equal(codes->count, 1);
        struct span payload = qr_payload(&codes->code[0]);
        assert_int_equal(payload.n, 5);
        assert_memory_equal(payload.p, "again", 5);
    }
    free(codes);
}

static void thousands_of_codes_take_no_more_memory(void **state)
{
    (void)state;
    size_t side;
    uint8_t *pixels = draw("again", &side);
    struct zbar_reader *reader = zbar_reader_new();
    assert_non_null(reader);
    const struct luma luma = {pixels, side, side, side};
    read_codes(reader, &luma, 100);
    size_t early = mallinfo2().uordblks;
    read_codes(reader, &luma, 5000);
    size_t late = mallinfo2().uordblks;
    assert_true(late < early + 300000); // it was a million
    zbar_reader_free(reader);
    free(pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thousands_of_codes_take_no_more_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
