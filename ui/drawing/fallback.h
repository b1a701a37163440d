// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_DRAWING_FALLBACK_H
#define QRCONFIRM_UI_DRAWING_FALLBACK_H

// Typefaces of the machine for characters that the program's own have no glyph of, found by
// fontconfig. Nothing is looked up, nor fontconfig started, before the first such character.
// Main thread only.

#include <stddef.h>
#include <stdint.h>

#define FALLBACK_FACES_MAX   12u  // more are not taken; what only they could draw is escaped
#define FALLBACK_UNKNOWN_MAX 512u // code points that nothing draws, remembered

struct fallback_face {
    char *file;
    long index; // in a file of several
    void *characters;
};

struct fallback {
    void *config; // fontconfig's, of our own: other libraries have theirs
    struct fallback_face face[FALLBACK_FACES_MAX];
    size_t count;
    uint32_t unknown[FALLBACK_UNKNOWN_MAX];
    size_t unknown_count, unknown_next;
};

// The face that draws `code`, valid until fallback_close; NULL: none does.
const struct fallback_face *fallback_find(struct fallback *fallback, uint32_t code);

void fallback_close(struct fallback *fallback);

#endif
