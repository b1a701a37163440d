// SPDX-License-Identifier: MIT
// A JPEG is split at the same places however its bytes come, and never beyond them.
#include "tests/fuzz/fuzz.h"

#include "scanner/files/jpeg_split.h"

static enum jpeg_split_step split_by(struct span data, size_t piece, size_t *size)
{
    struct jpeg_split split;
    jpeg_split_begin(&split);
    for (size_t n = 2;; n += piece) {
        size_t there = n < data.n ? n : data.n;
        enum jpeg_split_step step = jpeg_split_next(&split, span_of(data.p, there), size);
        if (step != JPEG_SPLIT_MORE || there == data.n)
            return step;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span data = span_of(bytes, size);
    size_t place = 0;

    while (jpeg_split_find(data, place, &place)) {
        FUZZ_MUST(size - place >= 3 && bytes[place] == 0xff && bytes[place + 1] == 0xd8);
        struct span rest = span_of(bytes + place, size - place);
        size_t whole = 0;
        size_t pieces = 0;
        enum jpeg_split_step step = split_by(rest, rest.n, &whole);
        FUZZ_MUST(split_by(rest, 1 + size % 7, &pieces) == step);
        if (step == JPEG_SPLIT_MORE)
            break;
        FUZZ_MUST(whole == pieces && whole >= 2 && whole <= rest.n);
        FUZZ_MUST(step == JPEG_SPLIT_BROKEN || rest.p[whole - 1] == 0xd9);
        place += whole;
    }

    FUZZ_MUST(place <= size);
    return 0;
}
