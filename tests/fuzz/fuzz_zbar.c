// SPDX-License-Identifier: MIT
// Pictures for ZBar alone, which fuzz.reader asks only where our own reader finds nothing. The
// first byte says how wide the picture is and the second how much wider its rows lie; the rest
// is luma.
#include "tests/fuzz/fuzz.h"

#include "decode/qr.h"
#include "decode/zbar_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { HEAD = 2 };
    static struct qr_codes codes;
    if (size < HEAD || bytes[0] == 0)
        return 0;

    size_t width = bytes[0], stride = width + bytes[1];
    struct luma luma = {
        .p = bytes + HEAD, .width = width, .height = (size - HEAD) / stride, .stride = stride};
    struct zbar_reader *reader = zbar_reader_new();
    if (!reader)
        return 0;

    codes.count = 0;
    FUZZ_MUST(zbar_reader_read(reader, &luma, &codes) == (codes.count > 0));
    FUZZ_MUST(codes.count <= QR_CODES_MAX);
    for (size_t i = 0; i < codes.count; i++) {
        FUZZ_MUST(codes.code[i].size <= QR_PAYLOAD_MAX);
        FUZZ_MUST(codes.code[i].run[0].end == codes.code[i].size);
    }
    zbar_reader_free(reader);
    return 0;
}
