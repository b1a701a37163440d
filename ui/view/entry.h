// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_ENTRY_H
#define QRCONFIRM_UI_VIEW_ENTRY_H

// A text while it is typed: one line of UTF-8 with a caret, and no selection. It may be a
// password, so it is wiped when it is done with, and nothing here copies it elsewhere. Pure.

#include <stdbool.h>
#include <stddef.h>

#define ENTRY_MAX     512u // bytes
#define ENTRY_DOT     "\u2022"
#define ENTRY_DOT_MAX (ENTRY_MAX * (sizeof(ENTRY_DOT) - 1) + 1)

enum entry_kind {
    ENTRY_TEXT,
    ENTRY_ADDRESS,
    ENTRY_SECRET,
    ENTRY_DIGITS,
    ENTRY_PIN // digits that nobody may see, from the keypad on the screen
};

struct entry {
    enum entry_kind kind;
    size_t limit; // bytes, at most ENTRY_MAX
    char text[ENTRY_MAX + 1];
    size_t size;
    size_t caret;  // byte offset, at the beginning of a character
    bool revealed; // a secret is shown as it is
};

void entry_begin(struct entry *entry, enum entry_kind kind, size_t limit);

// Overwrites the text; what it is and how much it takes stays.
void entry_wipe(struct entry *entry);

// Puts `text` in at the caret: valid UTF-8 without control characters. What is pasted may end
// with a line feed, and blanks around an address, a code or digits mean nothing: they are left
// out. False if anything else had to be left out, because it does not fit in or is not text;
// then nothing is put in.
bool entry_insert(struct entry *entry, const char *text);

void entry_erase_before(struct entry *entry); // backspace
void entry_erase_after(struct entry *entry);  // delete

void entry_move(struct entry *entry, bool forward); // one character
void entry_move_to(struct entry *entry, size_t caret);

void entry_move_behind(struct entry *entry, size_t characters); // so many of the first

// How many characters there are, up to the byte `until`.
size_t entry_characters(const struct entry *entry, size_t until);

// Writes one dot for each character.
void entry_dots(const struct entry *entry, char out[static ENTRY_DOT_MAX]);

#endif
