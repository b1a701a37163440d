// SPDX-License-Identifier: MIT
#include "net/bitrix24/bitrix24_page.h"

// Removes the backslashes that JSON puts before slashes; stops where a code cannot go on.
static size_t unescape(struct span from, uint8_t out[static BITRIX24_TEXT_MAX])
{
    size_t size = 0;
    for (size_t i = 0; i < from.n && size < BITRIX24_TEXT_MAX; i++) {
        uint8_t c = from.p[i];
        if (c == '\\' && i + 1 < from.n && from.p[i + 1] == '/')
            continue;
        if (c <= ' ' || c == '"' || c == '\'' || c == '\\' || c == '<' || c == '&')
            break;
        out[size++] = c;
    }
    return size;
}

bool bitrix24_page_find(struct span page, struct bitrix24_challenge *out)
{
    static const char start[] = "https:";

    while (page.n > 0) {
        const uint8_t *at = memmem(page.p, page.n, start, sizeof(start) - 1);
        if (!at)
            return false;
        page = span_of(at, page.n - (size_t)(at - page.p));
        uint8_t text[BITRIX24_TEXT_MAX];
        struct challenge challenge;
        challenge_parse(span_of(text, unescape(page, text)), &challenge);

        if (challenge.kind == PAYLOAD_BITRIX24) {
            *out = challenge.bitrix24;
            return true;
        }
        page = span_of(page.p + 1, page.n - 1);
    }
    return false;
}
