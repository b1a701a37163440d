// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SCREEN_SAMPLES_H
#define QRCONFIRM_TESTS_SCREEN_SAMPLES_H

// Every screen with plausible, and with the longest possible, contents.

#include "ui/places.h"
#include "ui/screens.h"

struct sample {
    const char *name;
    void (*fill)(struct flow *flow);
    int64_t shown_ms; // since the state began
    bool longest;     // texts as long as they may be: for the layout test
    enum place place; // else than PLACE_NONE: this one, and not the flow
};

struct sample_size {
    const char *name;
    int width, height; // pixels
    float scale;
};

extern const struct sample samples[];
extern const size_t sample_count;
extern const struct sample_size sample_sizes[];
extern const size_t sample_size_count;

// The portal that the instructions name.
#define SAMPLE_PORTAL "portal.example.com"

// Builds the scene of one sample.
void sample_build(const struct sample *sample, const struct sample_size *size,
                  enum theme_choice theme, float text_scale, struct fonts *fonts,
                  struct view *view, struct scene *scene);

// The screen of a failure.
void sample_build_failure(enum failure failure, const struct sample_size *size,
                          float text_scale, struct fonts *fonts, struct view *view,
                          struct scene *scene);

#endif
