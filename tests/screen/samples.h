// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SCREEN_SAMPLES_H
#define QRCONFIRM_TESTS_SCREEN_SAMPLES_H

// Every screen with plausible, and with the longest possible, contents.

#include "ui/places/gate.h"
#include "ui/places/places.h"
#include "ui/screens/keyboard.h"

struct sample {
    const char *name;
    void (*fill)(struct flow *flow);
    int64_t shown_ms;            // since the state began
    bool longest;                // texts as long as they may be: for the layout test
    enum place place;            // else than PLACE_NONE: this one, and not the flow
    bool nothing;                // a place whose list is empty
    bool found;                  // a code is in the picture
    struct gate gate;            // of a kiosk, if it is on the screen
    bool not_ready;              // a kiosk that cannot be paired either
    const struct keyboard *keys; // on the screen, and the field they type into; NULL: none
};

struct sample_size {
    const char *name;
    int width, height; // pixels
    float scale;
    struct insets safe_area; // units
};

extern const struct sample samples[];
extern const size_t sample_count;
extern const struct sample_size sample_sizes[];
extern const size_t sample_size_count;

// A question with the longest texts that a portal may send.
void sample_fill_longest_question(struct flow *flow);

#endif
