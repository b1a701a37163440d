// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_TRIPLE_H
#define QRCONFIRM_DECODE_TRIPLE_H

// Step 4. Three finder patterns that may be one code's: of about one size, with two legs of
// about one length at about a right angle, ranked so that the likely ones are tried first.
// A tilt spoils all three measures, so each may be off, and only their sum decides. Each
// pattern is grouped with its nearest neighbours, as codes lie beside each other and not
// across, and with the most perfect patterns of the frame, as the modules of a large code
// imitate many poor ones between the true. A wall of patterns so costs a bounded number of
// looks. Ours.

#include "decode/finder.h"

#define TRIPLES_MAX       4096u // a list holds
#define TRIPLE_NEIGHBOURS 12u   // nearest
#define TRIPLE_CHAMPIONS  12u   // most perfect

struct triple {
    uint16_t corner, right,
        below;   // places in the finder list: top left, top right, bottom left
    float score; // less is likelier
};

struct triple_list {
    size_t limit; // at most TRIPLES_MAX
    size_t count;
    struct triple triple[TRIPLES_MAX]; // best first
};

// The likeliest triple of a code without a quiet zone on a dark page: of dark patterns, in at
// least two of which the ring has no end. NULL if there is none.
const struct triple *triples_borderless(const struct triple_list *triples,
                                        const struct finder_list *finders);

// Groups all finders of which at least one was not tried before, and marks all as tried.
void triples_rank(struct finder_list *finders, struct triple_list *out, struct work *work);

#endif
