// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_FINDER_H
#define QRCONFIRM_DECODE_FINDER_H

// Step 3. Finder patterns: the three squares whose every line through the middle runs
// 1:1:3:1:1, dark first (ISO/IEC 18004, 6.3.3 and the reference decode algorithm in 12).
//
// Rows of the binarised level are searched for the five runs. What is compared are the sums of
// two neighbouring runs, which are distances between edges of the same direction and so stay
// true when blur or a wrong threshold makes all dark runs thicker (the trick of ZBar's linear
// scanner, for squares). A hit is then checked down, across and along both diagonals on the
// gray picture, where edges are known to a fraction of a pixel. Codes printed light on dark
// are found in the same pass: only the first run's colour differs.
//
// A code without a quiet zone on a page of the colour of its modules has rings whose outer side
// is one with the page: there the outer run has no end, and the other four must fit. Text has
// many such runs, so they must be the same in row after row and not too small, and no more than
// `open_looks` of a search are looked at closer.

#include "decode/binarise.h"
#include "decode/finder_cut.h"
#include "decode/finder_row.h"

#define FINDERS_MAX 2048u // a list holds

struct finder {
    struct point at; // pixels of the frame
    float module;    // pixels of the frame, as rows and columns cut it
    float error;     // 0: runs exactly 1:1:3:1:1; more is worse
    unsigned hits;   // rows that crossed it
    uint8_t level;   // of the pyramid, where it was found
    uint8_t looked;  // level on which it was looked at last
    bool inverted;   // light on dark
    bool open;       // its ring has no end on some side: no quiet zone, a page of its colour
    bool torn;       // damaged: not every cut through it is clean, see torn.h
    bool tried;      // already grouped with those found before
};

struct finder_list {
    size_t limit; // at most FINDERS_MAX; past it, those seen in one row only make room
    size_t count;
    bool full; // some were left out since the owner cleared it
    struct finder finder[FINDERS_MAX];
};

struct finder_search {
    const struct pyramid *pyramid;
    struct binariser *binariser; // prepared for `level`
    size_t level;
    size_t row_step;      // rows of the level from one search to the next
    size_t left, top;     // region of the level, pixels
    size_t right, bottom; // past it
    float module_max;     // pixels of the level
    size_t open_looks;    // patterns whose ring has no end, looked at from all sides
    int64_t enough;       // units left at which a search ends whose list is full
    struct work *work;
};

// Adds what it finds on one level, patterns with an open ring to a list of their own, which may
// be NULL; a pattern already known gets more hits.
void finder_search(const struct finder_search *search, struct finder_list *list,
                   struct finder_list *open);

// A pattern of the list at that place, of about that size; both in pixels of the frame. NULL if
// there is none.
struct finder *finder_known(struct finder_list *list, struct point at, float module,
                            bool inverted);

// Adds a pattern, or makes it a further hit of the one that is there already.
void finder_join(struct finder_list *list, const struct finder *found);

// Adds patterns of another list, the first few even to a full one: what fills that list may be
// the modules of a large code, which imitate patterns.
void finder_append(struct finder_list *list, const struct finder_list *more);

// Of the patterns, those that several rows crossed. Noise makes many that one or two did.
size_t finders_sure(const struct finder_list *list);

#endif
