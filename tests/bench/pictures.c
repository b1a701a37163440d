// SPDX-License-Identifier: MIT
#include "tests/bench/pictures.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <turbojpeg.h>

#define PAYLOAD_MAX 7089u

static bool read_file(const char *path, uint8_t **out, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;

    bool ok = false;
    uint8_t *bytes = NULL;
    long length;

    if (fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) <= 0 ||
        fseek(file, 0, SEEK_SET) != 0)
        goto close;
    bytes = malloc((size_t)length);
    if (bytes == NULL || fread(bytes, 1, (size_t)length, file) != (size_t)length)
        goto close;

    *out = bytes;
    *size = (size_t)length;
    bytes = NULL;
    ok = true;

close:
    free(bytes);
    fclose(file);
    return ok;
}

static bool load_jpeg(const char *path, struct picture *picture)
{
    uint8_t *jpeg = NULL;
    size_t size = 0;
    if (!read_file(path, &jpeg, &size))
        return false;

    tjhandle handle = tjInitDecompress();
    int width = 0, height = 0, sampling = 0, space = 0;
    bool ok = handle != NULL &&
              tjDecompressHeader3(handle, jpeg, size, &width, &height, &sampling, &space) == 0;

    if (ok) {
        picture->pixels = malloc((size_t)width * (size_t)height);
        ok = picture->pixels != NULL && tjDecompress2(handle, jpeg, size, picture->pixels,
                                                      width, width, height, TJPF_GRAY, 0) == 0;
        picture->luma =
            (struct luma){picture->pixels, (size_t)width, (size_t)height, (size_t)width};
    }

    if (handle != NULL)
        tjDestroy(handle);
    free(jpeg);
    return ok;
}

// The next field of a line, ended by a tab; the rest stays in *line.
static char *next_field(char **line)
{
    return strsep(line, "\t");
}

bool picture_load(const char *folder, struct picture *picture)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, picture->name);
    if (load_jpeg(path, picture))
        return true;
    fprintf(stderr, "bench: cannot read %s\n", path);
    return false;
}

void picture_unload(struct picture *picture)
{
    free(picture->pixels);
    picture->pixels = NULL;
    picture->luma = (struct luma){0};
}

void picture_free(struct picture *picture)
{
    picture_unload(picture);
    free(picture->payloads);
    picture->payloads = NULL;
}

static bool load_line(const char *folder, char *line, struct picture *picture)
{
    line[strcspn(line, "\r\n")] = '\0';

    const char *name = next_field(&line), *kind = next_field(&line);
    for (int i = 0; i < 3; i++)
        next_field(&line);
    const char *payloads = next_field(&line);

    if (name == NULL || kind == NULL)
        return false;

    snprintf(picture->name, sizeof(picture->name), "%s", name);
    snprintf(picture->kind, sizeof(picture->kind), "%s", kind);
    picture->payloads = strdup(payloads == NULL ? "" : payloads);
    return picture->payloads != NULL && picture_load(folder, picture);
}

bool pictures_load(const char *folder, struct pictures *out)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/MANIFEST.tsv", folder);

    FILE *manifest = fopen(path, "r");
    if (manifest == NULL) {
        fprintf(stderr, "bench: cannot open %s\n", path);
        return false;
    }

    struct pictures pictures = {.picture = calloc(PICTURES_MAX, sizeof(struct picture))};
    char *line = NULL;
    size_t room = 0;
    bool ok = pictures.picture != NULL && getline(&line, &room, manifest) > 0;

    while (ok && pictures.count < PICTURES_MAX && getline(&line, &room, manifest) > 0)
        ok = load_line(folder, line, &pictures.picture[pictures.count++]);

    free(line);
    fclose(manifest);

    if (!ok) {
        pictures_free(&pictures);
        return false;
    }

    *out = pictures;
    return true;
}

void pictures_free(struct pictures *pictures)
{
    for (size_t i = 0; pictures->picture != NULL && i < pictures->count; i++)
        picture_free(&pictures->picture[i]);
    free(pictures->picture);
    *pictures = (struct pictures){0};
}

static bool hex_equals(const char *hex, size_t digits, struct span bytes)
{
    if (digits != 2 * bytes.n)
        return false;
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned byte;
        if (sscanf(hex + 2 * i, "%2x", &byte) != 1 || byte != bytes.p[i])
            return false;
    }
    return true;
}

int picture_judge(const struct picture *picture, struct span payload)
{
    if (picture->payloads == NULL || *picture->payloads == '\0')
        return 0;
    for (const char *at = picture->payloads; *at != '\0';) {
        size_t digits = strcspn(at, "|");
        if (hex_equals(at, digits, payload))
            return 1;
        at += digits + (at[digits] == '|');
    }
    return -1;
}

bool picture_knows_rewritten(const struct picture *picture, struct span payload)
{
    char in[PAYLOAD_MAX], out[4 * PAYLOAD_MAX], *from = in, *to = out;
    size_t left = payload.n, room = sizeof(out);
    iconv_t converter = iconv_open("UTF-8", "SHIFT_JIS");
    if (payload.n > PAYLOAD_MAX || converter == (iconv_t)-1)
        return false;
    memcpy(in, payload.p, payload.n);
    bool whole = iconv(converter, &from, &left, &to, &room) != (size_t)-1;
    iconv_close(converter);
    return whole && picture_judge(picture, span_of(out, (size_t)(to - out))) > 0;
}
