// SPDX-License-Identifier: MIT
#include "tests/bench/known_codes.h"

#include <math.h>
#include <qrencode.h>
#include <string.h>

#include "decode/codewords.h"

enum { MODULE = 3, QUIET = 4, PAPER = 220, INK = 30, GRAIN = 12 };

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const struct known_kind_of_code known_kinds[KNOWN_KINDS] = {
    {"qr-login",
     "HTTPS://PORTAL.EXAMPLE.COM/Q/1/KGOK5E7JHLIBC/**************************/********",
     KNOWN_ALPHANUMERIC, 4, QR_ECLEVEL_M},
    {"bitrix24", "https://b24.to/a/s1/4gXy8Qm2LzT0aBcD/********************************/",
     KNOWN_BYTES, 8, QR_ECLEVEL_H},
};

void known_codes_of_both(struct known_codes *out)
{
    out->count = KNOWN_KINDS;
    for (size_t kind = 0; kind < KNOWN_KINDS; kind++) {
        struct known_code *code = &out->code[kind];
        const char *pattern = known_kinds[kind].pattern;
        *code = (struct known_code){.mode = known_kinds[kind].mode, .size = strlen(pattern)};
        for (size_t i = 0; i < code->size; i++)
            code->text[i] = (char)(pattern[i] == '*' ? 0 : pattern[i]);
    }
}

void known_text(enum known_kind kind, unsigned foreign, struct prng *prng,
                char text[static KNOWN_TEXT])
{
    const char *pattern = known_kinds[kind].pattern;
    const char *letters = kind == KNOWN_QR_LOGIN ? base32 : base62;
    size_t count = kind == KNOWN_QR_LOGIN ? sizeof(base32) - 1 : sizeof(base62) - 1;
    size_t name = kind == KNOWN_QR_LOGIN ? 31 : 20,
           long_name = kind == KNOWN_QR_LOGIN ? 13 : 16;
    size_t changed = name + prng_next(prng) % long_name, size = strlen(pattern);

    for (size_t i = 0; i <= size; i++) {
        bool other = (foreign == 1 && i == changed) ||
                     (foreign == 2 && i >= name && i < name + long_name);
        text[i] = pattern[i];
        while (text[i] == '*' || (other && text[i] == pattern[i]))
            text[i] = letters[prng_next(prng) % count];
    }
}

static QRcode *encode(enum known_kind kind, const char *text)
{
    int version = (int)known_kinds[kind].version;
    QRecLevel level = (QRecLevel)known_kinds[kind].level;
    return kind == KNOWN_QR_LOGIN ? QRcode_encodeString(text, version, level, QR_MODE_8, 1)
                                  : QRcode_encodeString8bit(text, version, level);
}

// What of its data modules is known, as enum grid_expect.
static void expect_modules(enum known_kind kind, const struct layout *layout,
                           const uint8_t *dark, uint8_t *expect)
{
    static struct codewords_room room;
    static struct known_codes codes;
    static struct known_words words;
    static struct soft_code soft;
    size_t modules = layout->size * layout->size;
    soft.layout = layout;
    for (size_t i = 0; i < modules; i++)
        soft.value[i] = dark[i] ? 1.0f : -1.0f;

    known_codes_of_both(&codes);
    memset(expect, GRID_UNKNOWN, modules);
    struct code_format format = codewords_format(&soft, false);
    if (known_words_of(&codes.code[kind], layout->version,
                       codewords_of_data(layout, format.level), &words))
        codewords_expect(layout, &format, &words, &room, expect);
}

static void damage_modules(enum known_kind kind, const struct layout *layout,
                           const struct known_damage *damage, struct prng *prng, uint8_t *dark)
{
    static uint8_t expect[QR_MODULES_MAX];
    expect_modules(kind, layout, dark, expect);
    for (size_t i = 0; i < layout->size * layout->size; i++) {
        bool data = layout->kind[i] == MODULE_DATA;
        if (data && damage->chance && (damage->shell || expect[i] == GRID_UNKNOWN))
            dark[i] = prng_next(prng) & 1;
        else if (data && prng_range(prng, 0, 1) < damage->flipped)
            dark[i] = !dark[i];
    }
}

static void cover(double share, double side, struct prng *prng, uint8_t *picture)
{
    double radius = side * sqrt(share / 3.14159265);
    double x = QUIET * MODULE + prng_range(prng, 0.3, 0.7) * side;
    double y = QUIET * MODULE + prng_range(prng, 0.3, 0.7) * side;
    for (size_t i = 0; i < (size_t)KNOWN_SIDE * KNOWN_SIDE; i++)
        if (hypot((double)(i % KNOWN_SIDE) - x, (double)(i / KNOWN_SIDE) - y) < radius)
            picture[i] = PAPER;
}

static bool print(enum known_kind kind, const char *text, const struct known_damage *damage,
                  struct prng *prng, struct layout *layout, uint8_t *dark)
{
    QRcode *code = encode(kind, text);
    if (code == NULL)
        return false;
    layout_build(layout, known_kinds[kind].version);
    for (size_t i = 0; i < layout->size * layout->size; i++)
        dark[i] = code->data[i] & 1;
    QRcode_free(code);
    damage_modules(kind, layout, damage, prng, dark);
    return true;
}

bool known_sample(enum known_kind kind, const char *text, const struct known_damage *damage,
                  struct prng *prng, struct layout *layout, struct soft_code *out)
{
    static uint8_t dark[QR_MODULES_MAX];
    if (!print(kind, text, damage, prng, layout, dark))
        return false;
    out->layout = layout;
    for (size_t i = 0; i < layout->size * layout->size; i++)
        out->value[i] = (float)(prng_range(prng, 0.05, 1) * (dark[i] ? 1 : -1));
    return true;
}

bool known_draw(enum known_kind kind, const char *text, const struct known_damage *damage,
                struct prng *prng, uint8_t picture[static KNOWN_SIDE * KNOWN_SIDE])
{
    static struct layout layout;
    static uint8_t dark[QR_MODULES_MAX];
    if (!print(kind, text, damage, prng, &layout, dark))
        return false;

    memset(picture, PAPER, (size_t)KNOWN_SIDE * KNOWN_SIDE);
    for (size_t y = 0; y < layout.size * MODULE; y++)
        for (size_t x = 0; x < layout.size * MODULE; x++)
            if (dark[y / MODULE * layout.size + x / MODULE])
                picture[(y + QUIET * MODULE) * KNOWN_SIDE + x + QUIET * MODULE] = INK;
    if (damage->covered > 0.0)
        cover(damage->covered, (double)(layout.size * MODULE), prng, picture);
    for (size_t i = 0; i < (size_t)KNOWN_SIDE * KNOWN_SIDE; i++)
        picture[i] = (uint8_t)(picture[i] - GRAIN + (prng_next(prng) >> 32) % (2 * GRAIN));
    return true;
}
