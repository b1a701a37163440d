// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_FINDER_ROW_H
#define QRCONFIRM_DECODE_FINDER_ROW_H

// A row of a binarised level, and where in it the five runs of a finder pattern may be: how
// finder.h says. Text has thousands of runs that are none, so eight are looked at together, by
// bounds that no pattern passes, before one is looked at closely. Plain functions; any thread.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FINDER_EDGES_MORE 12u // that an array of edges has room for, past those of the row

struct finder_hit {
    float middle, module; // pixels of the row
    bool inverted;
    bool open; // the outer run of one side has no end
};

// Positions where the colour of a row of `width` bits changes, from light at the left; the
// row's end closes it. Returns how many; `out` holds at most width + 1.
size_t finder_transitions(const uint64_t *bits, size_t width, uint16_t *out);

// The edges that may begin the core of a pattern; of all others finder_row_fits is false, also
// of those with an open ring, unless `open`. Returns how many; `out` holds as many as edges.
// Writes past the edges of the row.
size_t finder_row_likely(uint16_t *edge, size_t edges, bool open, uint16_t *out);

// Is the run from edge `i` on, with those beside it, the core of a finder pattern? The edges of
// even places begin dark runs; the last one closes the row.
bool finder_row_fits(const uint16_t *edge, size_t edges, size_t i, struct finder_hit *out);

// Five runs between six edges: are they 1:1:3:1:1?
bool finder_runs_fit(const uint16_t *edge);

// Four runs between five edges, where the outer run on one side has no end: are they 1:3:1:1,
// or 1:1:3:1?
bool finder_open_runs_fit(const uint16_t *edge, bool first_open);

#endif
