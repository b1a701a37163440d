// SPDX-License-Identifier: MIT
// A login page of any bytes: what is found is a code that could have been scanned.
#include "tests/fuzz/fuzz.h"

#include "net/bitrix24/bitrix24_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct bitrix24_challenge found;
    struct challenge again;
    char text[512];
    if (!bitrix24_page_find(span_of(bytes, size), &found))
        return 0;
    int written = snprintf(text, sizeof(text), "https://b24.to/a/%s/%s/%s/", found.site_id,
                           found.unique_id, found.channel_tag);
    FUZZ_MUST(written > 0 && (size_t)written < sizeof(text));
    challenge_parse(span_of(text, (size_t)written), &again);
    FUZZ_MUST(again.kind == PAYLOAD_BITRIX24);
    FUZZ_MUST(strcmp(again.bitrix24.unique_id, found.unique_id) == 0);
    return 0;
}
