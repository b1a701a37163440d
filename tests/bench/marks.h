// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BENCH_MARKS_H
#define QRCONFIRM_TESTS_BENCH_MARKS_H

// Photographs in which the codes are marked: CODES.tsv of a folder has the file and, in pixels
// of it, the four corners of each code ("x1,y1 x2,y2 x3,y3 x4,y4", codes apart by "|"). The
// folder a file lies in is its category. Known payloads come from MANIFEST.tsv, if there is
// one.

#include "decode/qr_code.h"
#include "tests/bench/pictures.h"

#define MARKS_MAX 128u // codes marked in a picture

struct mark {
    struct qr_point corner[4];
};

struct marked {
    char folder[4096];
    struct picture picture; // its pixels are loaded by picture_load()
    size_t count;
    struct mark mark[MARKS_MAX];
};

struct marked_set {
    size_t count;
    struct marked *marked; // owned
};

// Reads the lists of a folder into the set; a picture of the same name in it is replaced, but
// keeps its payloads. Complains on standard error.
bool marked_set_add(struct marked_set *set, const char *folder);
void marked_set_free(struct marked_set *set);

// How many marks hold the centre of a code. `beside` gets the codes whose centre is in none.
size_t marked_count(const struct marked *marked, const struct qr_codes *codes, size_t *beside);

#endif
