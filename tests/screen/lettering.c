// SPDX-License-Identifier: MIT
#include "tests/screen/lettering.h"

#include <SDL_ttf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TABLE_RECORD   16u // bytes of an entry of a font file's directory
#define TABLES_MAX     64u
#define HEAD_REVISION  4u // of the table "head": 16.16, which version of the typeface
#define HEAD_CHECKSUM  8u // such that the sum over the whole file is a constant
#define HEAD_NEEDED    12u
#define DIRECTORY_HEAD 12u

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool read_at(FILE *file, long offset, uint8_t *out, size_t size)
{
    return fseek(file, offset, SEEK_SET) == 0 && fread(out, 1, size, file) == size;
}

// The beginning of the table "head".
static bool read_head(const char *path, uint8_t head[HEAD_NEEDED])
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    uint8_t record[TABLE_RECORD];
    bool found = false, readable = read_at(file, 0, record, DIRECTORY_HEAD);
    size_t tables = readable ? (size_t)(record[4] << 8 | record[5]) : 0;

    for (size_t i = 0; readable && !found && i < tables && i < TABLES_MAX; i++) {
        long offset = (long)(DIRECTORY_HEAD + i * TABLE_RECORD);
        readable = read_at(file, offset, record, sizeof(record));
        found = readable && memcmp(record, "head", 4) == 0 &&
                read_at(file, (long)be32(record + 8), head, HEAD_NEEDED);
    }
    fclose(file);
    return found;
}

struct text {
    char *at;
    size_t left; // with the end
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format,
                                                      ...)
{
    va_list values;
    va_start(values, format);
    int size = vsnprintf(text->at, text->left, format, values);
    va_end(values);
    size_t put = size < 0 ? 0 : (size_t)size < text->left ? (size_t)size : text->left - 1;
    text->at += put;
    text->left -= put;
}

bool lettering_of(const struct fonts *fonts, char *out, size_t size)
{
    struct text text = {out, size};
    for (int weight = 0; weight <= WEIGHTS; weight++) {
        const char *path = fonts_file(fonts, (enum weight)weight);
        uint8_t head[HEAD_NEEDED];
        if (!path || !read_head(path, head))
            return false;
        const char *slash = strrchr(path, '/');
        add(&text, "%s, revision %.3f, checksum %08x\n", slash ? slash + 1 : path,
            be32(head + HEAD_REVISION) / 65536.0, (unsigned)be32(head + HEAD_CHECKSUM));
    }

    int major, minor, patch;
    TTF_GetFreeTypeVersion(&major, &minor, &patch);
    add(&text, "FreeType %d.%d.%d\n", major, minor, patch);
    TTF_GetHarfBuzzVersion(&major, &minor, &patch);
    add(&text, "HarfBuzz %d.%d.%d\n", major, minor, patch);
    const SDL_version *ttf = TTF_Linked_Version();
    add(&text, "SDL_ttf %d.%d.%d\n", ttf->major, ttf->minor, ttf->patch);
    return true;
}
