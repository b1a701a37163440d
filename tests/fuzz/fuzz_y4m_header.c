// SPDX-License-Identifier: MIT
// Whatever line a recording begins with: what is taken is within the limits, and of the size
// that its format says.
#include "tests/fuzz/fuzz.h"

#include "scanner/files/replay_y4m.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct y4m_header header;
    struct fault fault = {0};
    if (!y4m_parse_header(span_of(bytes, size), &header, &fault)) {
        FUZZ_MUST(fault.failure != FAILURE_NONE && fault.detail[0]);
        return 0;
    }

    FUZZ_MUST(header.width > 0 && header.width <= PICTURE_SIDE_MAX);
    FUZZ_MUST(header.height > 0 && header.height <= PICTURE_SIDE_MAX);
    FUZZ_MUST(header.rate_num > 0 && header.rate_num <= Y4M_RATE_MAX);
    FUZZ_MUST(header.rate_den > 0 && header.rate_den <= Y4M_RATE_MAX);

    size_t luma = header.width * header.height;
    size_t sample = header.bits > 8 ? 2 : 1;
    FUZZ_MUST(header.bits >= 8 && header.bits <= 16);
    FUZZ_MUST(header.frame_size >= sample * luma && header.frame_size <= 4 * sample * luma);
    if (header.format == PIXEL_I420)
        FUZZ_MUST(header.frame_size ==
                  luma + 2 * ((header.width + 1) / 2) * ((header.height + 1) / 2));
    return 0;
}
