// SPDX-License-Identifier: MIT
// Codes of pictures that a stranger made: whatever is read lies in its limits. The first byte
// says how much is looked at, the second how wide the picture is; the rest is luma.
#include "tests/fuzz/fuzz.h"

#include <math.h>

#include "decode/qr.h"

static void check_code(const struct qr_code *code)
{
    FUZZ_MUST(code->size <= QR_PAYLOAD_MAX);
    FUZZ_MUST(code->runs <= QR_RUNS_MAX);
    FUZZ_MUST(code->part.number <= code->part.count && code->part.count <= 16);
    for (size_t i = 0; i < code->runs; i++) {
        FUZZ_MUST(code->run[i].end <= code->size);
        FUZZ_MUST(i == 0 || code->run[i].end >= code->run[i - 1].end);
    }
    for (size_t i = 0; i < 4; i++)
        FUZZ_MUST(isfinite(code->corners[i].x) && isfinite(code->corners[i].y));
}

// Twice, as a camera shows the same again: what was seen of it before counts then.
static void read_twice(struct qr_reader *reader, const struct luma *luma)
{
    static struct qr_codes codes;
    for (int turn = 0; turn < 2; turn++) {
        FUZZ_MUST(qr_reader_read(reader, luma, &codes) == (codes.count > 0));
        FUZZ_MUST(codes.count <= QR_CODES_MAX);
        for (size_t i = 0; i < codes.count; i++)
            check_code(&codes.code[i]);

        const struct hint_measures *measures = qr_reader_measures(reader);
        FUZZ_MUST(hint_from(measures) <= HINT_NO_BORDER);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct qr_limits *const limits[] = {&qr_limits_live, &qr_limits_patient,
                                                     &qr_limits_still};
    enum { HEAD = 2 };
    if (size < HEAD || bytes[1] == 0 || size - HEAD < bytes[1])
        return 0;

    size_t width = bytes[1];
    struct luma luma = {
        .p = bytes + HEAD, .width = width, .height = (size - HEAD) / width, .stride = width};
    struct qr_reader *reader = qr_reader_new();
    if (!reader)
        return 0;
    qr_reader_set_limits(reader, limits[bytes[0] % 3]);
    read_twice(reader, &luma);
    qr_reader_free(reader);
    return 0;
}
