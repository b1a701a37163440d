// SPDX-License-Identifier: MIT
#include "ui/screens/keyboard_layout.h"

#include <string.h>

#define LETTER 2u // halves that a letter's key is wide
#define BLANK  " "

// Three rows of characters each, a key a character; the third stands between two keys that are
// no characters.
static const char *const letters[][2][3] = {
    [KEYBOARD_LATIN] = {{"qwertyuiop", "asdfghjkl", "zxcvbnm"},
                        {"QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"}},
    [KEYBOARD_RUSSIAN] = {{"йцукенгшщзх", "фывапролджэ", "ячсмитьбю"},
                          {"ЙЦУКЕНГШЩЗХ", "ФЫВАПРОЛДЖЭ", "ЯЧСМИТЬБЮ"}},
};

static const char *const symbols[][3] = {
    [KEYBOARD_SYMBOLS] = {"1234567890-", "@#$%&*()_+/", "!?\"':;,.="},
    [KEYBOARD_MORE_SYMBOLS] = {"~`|^{}[]<>\\", "€£₽№§°«»–—…", "!?\"':;,.="},
};

static const char digits[] = "1234567890";

// What stands beneath: keys that are no characters, and what is wanted most.
static const struct key letters_begin[] = {
    {KEY_SYMBOLS, 3, ""}, {KEY_SCRIPT, 2, ""}, {KEY_HIDE, 2, ""}};
static const struct key symbols_begin[] = {{KEY_LETTERS, 5, ""}, {KEY_HIDE, 2, ""}};
static const struct key enter[] = {{KEY_ENTER, 3, ""}};

static const struct key latin_text[] = {{KEY_TEXT, 8, BLANK}, {KEY_TEXT, 2, "."}};
static const struct key latin_address[] = {
    {KEY_TEXT, 2, "/"}, {KEY_TEXT, 4, "."}, {KEY_TEXT, 2, ":"}, {KEY_TEXT, 2, "-"}};

// Russian has two letters more than its three rows take.
static const struct key russian_text[][4] = {
    {{KEY_TEXT, 2, "ё"}, {KEY_TEXT, 6, BLANK}, {KEY_TEXT, 2, "."}, {KEY_TEXT, 2, "ъ"}},
    {{KEY_TEXT, 2, "Ё"}, {KEY_TEXT, 6, BLANK}, {KEY_TEXT, 2, "."}, {KEY_TEXT, 2, "Ъ"}}};
static const struct key russian_address[][6] = {{{KEY_TEXT, 2, "ё"},
                                                 {KEY_TEXT, 2, "/"},
                                                 {KEY_TEXT, 2, "."},
                                                 {KEY_TEXT, 2, ":"},
                                                 {KEY_TEXT, 2, "-"},
                                                 {KEY_TEXT, 2, "ъ"}},
                                                {{KEY_TEXT, 2, "Ё"},
                                                 {KEY_TEXT, 2, "/"},
                                                 {KEY_TEXT, 2, "."},
                                                 {KEY_TEXT, 2, ":"},
                                                 {KEY_TEXT, 2, "-"},
                                                 {KEY_TEXT, 2, "Ъ"}}};

static const struct key symbols_text[] = {{KEY_TEXT, 10, BLANK}, {KEY_TEXT, 2, "."}};
static const struct key symbols_address[] = {
    {KEY_TEXT, 2, "/"}, {KEY_TEXT, 6, "."}, {KEY_TEXT, 2, ":"}, {KEY_TEXT, 2, "-"}};

static const struct key pad[][4] = {
    {{KEY_TEXT, 4, "1"}, {KEY_TEXT, 4, "2"}, {KEY_TEXT, 4, "3"}, {KEY_ERASE, 4, ""}},
    {{KEY_TEXT, 4, "4"}, {KEY_TEXT, 4, "5"}, {KEY_TEXT, 4, "6"}, {KEY_HIDE, 4, ""}},
    {{KEY_TEXT, 4, "7"}, {KEY_TEXT, 4, "8"}, {KEY_TEXT, 4, "9"}, {KEY_ENTER, 4, ""}},
};
static const struct key pad_zero[] = {{KEY_TEXT, 16, "0"}};

static struct keyboard_row *add_row(struct keyboard_layout *layout)
{
    struct keyboard_row *row = &layout->row[layout->count++];
    *row = (struct keyboard_row){0};
    return row;
}

static void add_keys(struct keyboard_row *row, const struct key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        row->key[row->count++] = keys[i];
        row->width += keys[i].width;
    }
}
#define ADD_KEYS(row, keys) add_keys(row, keys, sizeof(keys) / sizeof((keys)[0]))

static void add_key(struct keyboard_row *row, enum key_kind kind, unsigned width)
{
    add_keys(row, &(struct key){.kind = kind, .width = width}, 1);
}

static void add_characters(struct keyboard_row *row, const char *text)
{
    while (*text) {
        struct key key = {.kind = KEY_TEXT, .width = LETTER};
        size_t size = 1;
        while ((text[size] & 0xc0) == 0x80)
            size++;
        memcpy(key.text, text, size);
        add_keys(row, &key, 1);
        text += size;
    }
}

// Three rows of characters; `begins` stands left of the last, and backspace right of it: each
// half as wide as the last row is narrower than the first.
static void add_block(struct keyboard_layout *layout, const char *const rows[3],
                      enum key_kind begins)
{
    struct keyboard_row *first = add_row(layout), *second = add_row(layout),
                        *third = add_row(layout), last = {0};
    add_characters(first, rows[0]);
    add_characters(second, rows[1]);
    add_characters(&last, rows[2]);

    unsigned side = (first->width - last.width) / 2;
    add_key(third, begins, side);
    add_characters(third, rows[2]);
    add_key(third, KEY_ERASE, side);
}

static void add_letters(struct keyboard_layout *layout, enum keyboard_script script,
                        bool capitals, bool address)
{
    add_block(layout, letters[script][capitals], KEY_SHIFT);
    struct keyboard_row *row = add_row(layout);
    ADD_KEYS(row, letters_begin);
    if (script == KEYBOARD_LATIN && address)
        ADD_KEYS(row, latin_address);
    else if (script == KEYBOARD_LATIN)
        ADD_KEYS(row, latin_text);
    else if (address)
        ADD_KEYS(row, russian_address[capitals]);
    else
        ADD_KEYS(row, russian_text[capitals]);
    ADD_KEYS(row, enter);
}

static void add_symbols(struct keyboard_layout *layout, enum keyboard_layer layer, bool address)
{
    bool more = layer == KEYBOARD_MORE_SYMBOLS;
    add_block(layout, symbols[layer], more ? KEY_SYMBOLS : KEY_MORE_SYMBOLS);
    struct keyboard_row *row = add_row(layout);
    ADD_KEYS(row, symbols_begin);
    if (address)
        ADD_KEYS(row, symbols_address);
    else
        ADD_KEYS(row, symbols_text);
    ADD_KEYS(row, enter);
}

void keyboard_layout_of(enum entry_kind kind, enum keyboard_script script,
                        enum keyboard_layer layer, bool capitals, struct keyboard_layout *out)
{
    bool address = kind == ENTRY_ADDRESS;
    *out = (struct keyboard_layout){0};

    if (kind == ENTRY_DIGITS || kind == ENTRY_PIN) {
        for (size_t i = 0; i < sizeof(pad) / sizeof(pad[0]); i++)
            ADD_KEYS(add_row(out), pad[i]);
        ADD_KEYS(add_row(out), pad_zero);
    } else if (layer == KEYBOARD_LETTERS) {
        if (address)
            add_characters(add_row(out), digits);
        add_letters(out, script, capitals, address);
    } else {
        add_symbols(out, layer, address);
    }

    for (size_t i = 0; i < out->count; i++)
        out->width = out->row[i].width > out->width ? out->row[i].width : out->width;
}
