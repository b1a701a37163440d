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

static void begin_line(FILE *out, unsigned begin, unsigned at)
{
    fprintf(out, "%*s", (int)(begin - at), "");
}

// Each line begins at `begin`; the first one is there already.
static void break_text(FILE *out, unsigned begin, const char *text)
{
    unsigned at = begin;
    while (*text) {
        size_t size = strcspn(text, " ");
        unsigned width = width_of(text, size);
        if (at > begin && at + 1 + width > COLUMNS_WIDTH) {
            fputc('\n', out);
            begin_line(out, begin, 0);
            at = begin;
        } else if (at > begin) {
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

void columns_print(FILE *out, unsigned used, const char *text)
{
    if (used + GAP > COLUMNS_SECOND) {
        fputc('\n', out);
        used = 0;
    }
    begin_line(out, COLUMNS_SECOND, used);
    break_text(out, COLUMNS_SECOND, text);
}

void columns_print_paragraph(FILE *out, const char *text)
{
    break_text(out, 0, text);
}
