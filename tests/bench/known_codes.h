// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_KNOWN_CODES_H
#define QRCONFIRM_TESTS_KNOWN_CODES_H

// Codes of paired portals, of which all is known but what chance makes: as a text, as what is
// known of it, and as a plain picture, damaged.

#include "base/known_code.h"
#include "decode/luma.h"
#include "decode/sample.h"
#include "fixtures/prng.h"

enum { KNOWN_SIDE = 176, KNOWN_TEXT = 96 }; // pixels of a picture; characters

enum known_kind { KNOWN_QR_LOGIN, KNOWN_BITRIX24, KNOWN_KINDS };

struct known_kind_of_code {
    const char *name, *pattern; // '*': chance
    enum known_mode mode;
    unsigned version, level; // 4-M, 8-H
};

extern const struct known_kind_of_code known_kinds[KNOWN_KINDS];

// What a device knows that is paired with both portals.
void known_codes_of_both(struct known_codes *out);

// A code of that portal, or, `foreign` (1: by one character, 2: by all of its name), of
// another.
void known_text(enum known_kind kind, unsigned foreign, struct prng *prng,
                char text[static KNOWN_TEXT]);

struct known_damage {
    double flipped; // share of the data modules
    double covered; // share of the code's area, under a round sticker
    bool chance;    // all data modules that are not known are chance
    bool shell;     // those that are known too
};

// Its modules, as the reader samples them. `layout` is filled in. False if it cannot be
// encoded.
bool known_sample(enum known_kind kind, const char *text, const struct known_damage *damage,
                  struct prng *prng, struct layout *layout, struct soft_code *out);

// Draws it with modules of 3 pixels. False if it cannot be encoded.
bool known_draw(enum known_kind kind, const char *text, const struct known_damage *damage,
                struct prng *prng, uint8_t picture[static KNOWN_SIDE * KNOWN_SIDE]);

#endif
