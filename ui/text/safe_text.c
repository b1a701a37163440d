// SPDX-License-Identifier: MIT
#include "ui/text/safe_text.h"

#include "net/protocol/text.h"

static void print_escaped(FILE *out, struct span bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        switch (bytes.p[i]) {
        case '\n':
            fputs("\\n", out);
            break;
        case '\r':
            fputs("\\r", out);
            break;
        case '\t':
            fputs("\\t", out);
            break;
        default:
            fprintf(out, "\\x%02x", (unsigned)bytes.p[i]);
        }
    }
}

// The character at `*at`, or the one byte there if no character begins; `*at` moves behind it.
static struct span next_piece(struct span text, size_t *at, bool *is_character)
{
    size_t begin = *at;
    uint32_t code_point;
    *is_character = text_next(text, at, &code_point);
    if (!*is_character)
        *at = begin + 1;
    return span_of(text.p + begin, *at - begin);
}

void safe_text_print(FILE *out, struct span text)
{
    for (size_t at = 0; at < text.n;) {
        bool is_character;
        struct span piece = next_piece(text, &at, &is_character);
        if (is_character && text_check(piece) == TEXT_OK)
            fwrite(piece.p, 1, piece.n, out);
        else
            print_escaped(out, piece);
    }
}

size_t safe_text_to_utf8(struct span text, char *to)
{
    static const char replacement[3] = {'\xef', '\xbf', '\xbd'}; // U+FFFD
    size_t size = 0;
    for (size_t at = 0; at < text.n;) {
        bool is_character;
        struct span piece = next_piece(text, &at, &is_character);
        if (!is_character)
            piece = span_of(replacement, sizeof(replacement));
        memcpy(to + size, piece.p, piece.n);
        size += piece.n;
    }
    return size;
}
