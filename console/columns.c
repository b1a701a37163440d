// SPDX-License-Identifier: MIT
#include "console/columns.h"

#include <string.h>

#define GAP 2u // places between the columns, at least

static unsigned width_of(const char *word, size_t size)
{
    unsigned width = 0;
    for (size_t i = 0; i < size; i++)
        width += (word[i] & 0xc0) != 0x80; // not for the bytes within a character
    return width;
}

static void begin_line(FILE *out, unsigned at)
{
    fprintf(out, "%*s", (int)(COLUMNS_SECOND - at), "");
}

void columns_print(FILE *out, unsigned used, const char *text)
{
    unsigned at = COLUMNS_SECOND;
    if (used + GAP > COLUMNS_SECOND) {
        fputc('\n', out);
        used = 0;
    }
    begin_line(out, used);

    while (*text) {
        size_t size = strcspn(text, " ");
        unsigned width = width_of(text, size);
        if (at > COLUMNS_SECOND && at + 1 + width > COLUMNS_WIDTH) {
            fputc('\n', out);
            begin_line(out, 0);
            at = COLUMNS_SECOND;
        } else if (at > COLUMNS_SECOND) {
            fputc(' ', out);
            at++;
        }

        fwrite(text, 1, size, out);
        at += width;
        text += size;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}
