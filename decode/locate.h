// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_LOCATE_H
#define QRCONFIRM_DECODE_LOCATE_H

// From three finder patterns to a version and a grid: the order in which steps 5 and 6 are
// asked. Widths of modules at the patterns give the version within one or two; each candidate
// is fitted to the patterns and judged by its timing pattern, and from version 7 on by its
// version information. Alignment patterns then fix the far corner, and in large codes the bend.

#include "decode/alignment.h"
#include "decode/triple.h"

#define LOCATE_ERRORS_MAX 40000u // measured edges at once: a little more than version 40 has

struct locator {
    const struct pyramid *pyramid;
    struct work *work;
    struct layout layout;           // of the version looked at
    unsigned expect_version;        // what `expect` holds
    uint8_t expect[QR_MODULES_MAX]; // its function patterns
    struct grid_error error[LOCATE_ERRORS_MAX];
};

struct located {
    struct grid grid;
    unsigned version;
    bool inverted;
    bool torn;     // a finder pattern is damaged, see torn.h
    float finders; // share of the contrast at known edges that has the right sign: of the
    float timing;  // finder patterns, of the timing patterns
};

// How the code is best looked at through `grid`: the level on which modules are 2 to 5 pixels.
struct grid_view locate_view(const struct locator *locator, const struct located *code);

// False where the three are not one code's.
bool locate_code(struct locator *locator, const struct finder_list *finders,
                 const struct triple *triple, struct located *out);

// The same three patterns are met again on other levels: is this code among those?
bool located_among(const struct located *codes, size_t count, const struct located *code);

// Fits the grid again to the patterns it knows, from where it was: for the next frame.
bool locate_again(struct locator *locator, struct located *code);

// Makes `layout` and `expect` those of a version.
void locate_prepare(struct locator *locator, unsigned version);

#endif
