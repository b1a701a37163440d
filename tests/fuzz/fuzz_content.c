// SPDX-License-Identifier: MIT
// What the data bits of a code hold: any bits give content whose every byte has a character
// set, or nothing. The first byte is the version, from 128 on that of a Micro QR code.
#include "tests/fuzz/fuzz.h"

#include "decode/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct qr_code code;
    if (size < 1)
        return 0;

    struct content_form form = {.micro = bytes[0] >= 128, .version = bytes[0] % 128};
    struct span data = span_of(bytes + 1, size - 1);
    FUZZ_MUST(!content_read(data, data.n * 8 + 1, form, &code));
    if (!content_read(data, data.n * 8, form, &code))
        return 0;

    FUZZ_MUST(code.size > 0 && code.size <= QR_PAYLOAD_MAX);
    FUZZ_MUST(code.runs > 0 && code.runs <= QR_RUNS_MAX);
    size_t end = 0;
    for (size_t i = 0; i < code.runs; i++) {
        FUZZ_MUST(code.run[i].end > end && code.run[i].charset <= CHARSET_TOO_MANY);
        end = code.run[i].end;
    }
    FUZZ_MUST(end == code.size);
    FUZZ_MUST(code.part.number <= code.part.count && code.part.count <= 16);
    FUZZ_MUST(code.micro == form.micro && (!code.micro || code.part.count == 0));
    return 0;
}
