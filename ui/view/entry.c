// SPDX-License-Identifier: MIT
#include "ui/view/entry.h"

#include <stdint.h>
#include <string.h>

#include <sodium.h>

static bool begins_character(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

// Bytes of the character at `text`, which ends with a zero byte; 0 if there is none that may
// be typed: control characters and what is not UTF-8.
static size_t character_size(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t size = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (size == 0 || p[0] > 0xf4 || p[0] < 0x20 || p[0] == 0x7f)
        return 0;

    uint32_t code = size == 1 ? p[0] : p[0] & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3f);
    }

    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    bool surrogate = code >= 0xd800 && code <= 0xdfff, control = code >= 0x80 && code < 0xa0;
    return code < least[size] || code > 0x10ffff || surrogate || control ? 0 : size;
}

void entry_begin(struct entry *entry, enum entry_kind kind, size_t limit)
{
    entry_wipe(entry);
    entry->kind = kind;
    entry->limit = limit < ENTRY_MAX ? limit : ENTRY_MAX;
}

void entry_wipe(struct entry *entry)
{
    sodium_memzero(entry->text, sizeof(entry->text));
    entry->size = entry->caret = 0;
    entry->revealed = false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// The part of `text` that counts: a password may begin or end with a blank, nothing else does.
static const char *trim(const struct entry *entry, const char *text, size_t *size)
{
    size_t n = strlen(text);
    bool blanks_count = entry->kind == ENTRY_SECRET || entry->kind == ENTRY_TEXT;
    while (n > 0 &&
           (blanks_count ? text[n - 1] == '\n' || text[n - 1] == '\r' : is_blank(text[n - 1])))
        n--;
    while (n > 0 && !blanks_count && is_blank(*text)) {
        text++;
        n--;
    }
    *size = n;
    return text;
}

bool entry_insert(struct entry *entry, const char *text)
{
    size_t size;
    text = trim(entry, text, &size);
    if (size > entry->limit - entry->size)
        return false;

    for (size_t at = 0, step; at < size; at += step) {
        step = character_size(text + at);
        bool digits = entry->kind == ENTRY_DIGITS || entry->kind == ENTRY_PIN;
        if (step == 0 || (digits && (text[at] < '0' || text[at] > '9')))
            return false;
    }

    char *place = entry->text + entry->caret;
    memmove(place + size, place, entry->size - entry->caret);
    memcpy(place, text, size);
    entry->size += size;
    entry->caret += size;
    entry->text[entry->size] = '\0';
    return true;
}

static void cut(struct entry *entry, size_t from, size_t to)
{
    memmove(entry->text + from, entry->text + to, entry->size - to);
    size_t size = entry->size - (to - from);
    sodium_memzero(entry->text + size, entry->size - size);
    entry->size = size;
    entry->caret = from;
}

static size_t before(const struct entry *entry, size_t at)
{
    while (at > 0 && !begins_character(entry->text[--at]))
        continue;
    return at;
}

static size_t after(const struct entry *entry, size_t at)
{
    if (at < entry->size)
        at++;
    while (at < entry->size && !begins_character(entry->text[at]))
        at++;
    return at;
}

void entry_erase_before(struct entry *entry)
{
    cut(entry, before(entry, entry->caret), entry->caret);
}

void entry_erase_after(struct entry *entry)
{
    cut(entry, entry->caret, after(entry, entry->caret));
}

void entry_move(struct entry *entry, bool forward)
{
    entry->caret = forward ? after(entry, entry->caret) : before(entry, entry->caret);
}

void entry_move_to(struct entry *entry, size_t caret)
{
    entry->caret = caret < entry->size ? caret : entry->size;
    while (entry->caret > 0 && !begins_character(entry->text[entry->caret]) &&
           entry->caret < entry->size)
        entry->caret--;
}

void entry_move_behind(struct entry *entry, size_t characters)
{
    for (entry->caret = 0; characters > 0; characters--)
        entry->caret = after(entry, entry->caret);
}

size_t entry_characters(const struct entry *entry, size_t until)
{
    size_t count = 0;
    for (size_t i = 0; i < until && i < entry->size; i++)
        count += begins_character(entry->text[i]);
    return count;
}

void entry_dots(const struct entry *entry, char out[static ENTRY_DOT_MAX])
{
    const size_t step = sizeof(ENTRY_DOT) - 1;
    size_t count = entry_characters(entry, entry->size);
    for (size_t i = 0; i < count; i++)
        memcpy(out + i * step, ENTRY_DOT, step);
    out[count * step] = '\0';
}
