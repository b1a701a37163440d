// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BENCH_PICTURES_H
#define QRCONFIRM_TESTS_BENCH_PICTURES_H

// A folder of photographs with its MANIFEST.tsv: file, kind, width, height, codes in the
// picture, known payloads in hex (any of them counts; empty: none known).

#include "decode/luma.h"

#define PICTURE_NAME_MAX 128u
#define PICTURE_KIND_MAX 32u
#define PICTURES_MAX     4096u

struct picture {
    char name[PICTURE_NAME_MAX];
    char kind[PICTURE_KIND_MAX];
    char *payloads;  // owned: hex, separated by |
    uint8_t *pixels; // owned
    struct luma luma;
};

struct pictures {
    size_t count;
    struct picture *picture; // owned
};

// Reads the manifest and all JPEGs it names; complains on standard error.
bool pictures_load(const char *folder, struct pictures *out);
void pictures_free(struct pictures *pictures);

// Reads the JPEG that `picture->name` names in a folder; complains on standard error.
bool picture_load(const char *folder, struct picture *picture);
// Gives its pixels back, or all of it.
void picture_unload(struct picture *picture);
void picture_free(struct picture *picture);

// 1: a known payload of the picture; 0: none is known; -1: another than the known ones.
int picture_judge(const struct picture *picture, struct span payload);

// Would it be a known one if its bytes were taken for Shift JIS and rewritten as UTF-8, as some
// readers do?
bool picture_knows_rewritten(const struct picture *picture, struct span payload);

#endif
