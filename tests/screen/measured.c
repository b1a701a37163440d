// SPDX-License-Identifier: MIT
// The linker hands SDL2_ttf's measuring to these (CMakeLists.txt): a text has one size in a
// font, and in all screens of layout.c the same texts come hundreds of times. HarfBuzz shapes
// each once.
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL_ttf.h>

#include "ui/drawing/fonts.h"

#define FONT_NAME_MAX 512u
#define KEY_MAX       8192u

struct known_font {
    TTF_Font *font; // NULL: a free place
    char name[FONT_NAME_MAX];
};

struct measured {
    const char *key; // the font's name and the text
    int width, height;
};

// fonts.c opens one before it closes another.
static struct known_font known[FONTS_OPEN_MAX + 1];
static void *measured_texts;

TTF_Font *__real_TTF_OpenFontIndex(const char *file, int size, long index);
TTF_Font *__wrap_TTF_OpenFontIndex(const char *file, int size, long index);
void __real_TTF_CloseFont(TTF_Font *font);
void __wrap_TTF_CloseFont(TTF_Font *font);
int __real_TTF_SetFontDirection(TTF_Font *font, TTF_Direction direction);
int __wrap_TTF_SetFontDirection(TTF_Font *font, TTF_Direction direction);
int __real_TTF_SetFontScriptName(TTF_Font *font, const char *script);
int __wrap_TTF_SetFontScriptName(TTF_Font *font, const char *script);
int __real_TTF_SizeUTF8(TTF_Font *font, const char *text, int *width, int *height);
int __wrap_TTF_SizeUTF8(TTF_Font *font, const char *text, int *width, int *height);

static struct known_font *find(const TTF_Font *font)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i].font == font)
            return &known[i];
    fprintf(stderr, "more than %zu fonts are open\n", sizeof(known) / sizeof(known[0]));
    abort();
}

// What tells a font from another of the same file is in its name.
static void name_further(const TTF_Font *font, const char *word)
{
    char *name = find(font)->name;
    size_t used = strlen(name), room = FONT_NAME_MAX - used;
    if ((size_t)snprintf(name + used, room, "%s\n", word) >= room)
        abort();
}

TTF_Font *__wrap_TTF_OpenFontIndex(const char *file, int size, long index)
{
    TTF_Font *font = __real_TTF_OpenFontIndex(file, size, index);
    char words[32];
    if (!font)
        return NULL;
    struct known_font *place = find(NULL);
    *place = (struct known_font){.font = font};
    name_further(font, file);
    snprintf(words, sizeof(words), "%d %ld", size, index);
    name_further(font, words);
    return font;
}

void __wrap_TTF_CloseFont(TTF_Font *font)
{
    find(font)->font = NULL;
    __real_TTF_CloseFont(font);
}

int __wrap_TTF_SetFontDirection(TTF_Font *font, TTF_Direction direction)
{
    char word[16];
    snprintf(word, sizeof(word), "%d", (int)direction);
    name_further(font, word);
    return __real_TTF_SetFontDirection(font, direction);
}

int __wrap_TTF_SetFontScriptName(TTF_Font *font, const char *script)
{
    name_further(font, script);
    return __real_TTF_SetFontScriptName(font, script);
}

static int by_key(const void *left, const void *right)
{
    const struct measured *a = left, *b = right;
    return strcmp(a->key, b->key);
}

static const struct measured *keep(const struct measured *text)
{
    struct measured *copy = malloc(sizeof(*copy));
    char *key = strdup(text->key);
    if (!copy || !key)
        abort();
    *copy = (struct measured){key, text->width, text->height};
    const struct measured *const *kept = tsearch(copy, &measured_texts, by_key);
    if (!kept)
        abort();
    return *kept;
}

int __wrap_TTF_SizeUTF8(TTF_Font *font, const char *text, int *width, int *height)
{
    static char key[KEY_MAX];
    struct measured asked = {.key = key};
    if ((size_t)snprintf(key, sizeof(key), "%s%s", find(font)->name, text) >= sizeof(key))
        return __real_TTF_SizeUTF8(font, text, width, height);

    const struct measured *const *found = tfind(&asked, &measured_texts, by_key);
    if (!found && __real_TTF_SizeUTF8(font, text, &asked.width, &asked.height) != 0)
        return -1;
    const struct measured *size = found ? *found : keep(&asked);
    if (width)
        *width = size->width;
    if (height)
        *height = size->height;
    return 0;
}
