// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SCREEN_SAMPLE_SCENE_H
#define QRCONFIRM_TESTS_SCREEN_SAMPLE_SCENE_H

// Lays a sample out as the window would.

#include "tests/screen/samples.h"
#include "ui/screens/screens.h"

// The portal that the instructions name.
#define SAMPLE_PORTAL "portal.example.com"

// Where the code is that the camera sees while aiming, in pixels of the window.
struct area sample_code(float width, float height);

// What a face shows of it, in the language of now.
void sample_view(const struct sample *sample, enum theme_choice theme, struct view *view);

void sample_build(const struct sample *sample, const struct sample_size *size,
                  enum theme_choice theme, float text_scale, struct fonts *fonts,
                  struct view *view, struct scene *scene);

// The screen of any flow, at the moment 0.
void sample_build_flow(const struct flow *flow, const struct sample_size *size,
                       float text_scale, struct fonts *fonts, struct view *view,
                       struct scene *scene);

#endif
