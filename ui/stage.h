// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_STAGE_H
#define QRCONFIRM_UI_STAGE_H

// The window itself: what SDL opened, and how a scene and the camera's picture get on it.
// Main thread only.

#include "ui/preview.h"
#include "ui/scene.h"

struct stage {
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *overlay;
    struct canvas canvas;
    uint32_t *straight; // the canvas without premultiplication
    struct fonts *fonts;
    struct preview preview;
    int width, height; // pixels
    float scale;       // pixels a unit
};

bool stage_open(struct stage *stage, bool fullscreen, struct fault *fault);
void stage_close(struct stage *stage);

// Takes the size of the window over; false if memory is short.
bool stage_resize(struct stage *stage);

// Draws the scene anew; stage_present then shows it.
void stage_draw(struct stage *stage, const struct scene *scene);

// Shows picture and scene.
void stage_present(struct stage *stage, const struct scene *scene);

// Window coordinates, as SDL's mouse events have them, to pixels.
struct dot stage_point(const struct stage *stage, int x, int y);

// Pixels a window coordinate.
float stage_point_scale(const struct stage *stage);

// Pixels a unit on a screen of this size: a phone is 360 units wide, a kiosk 720 high.
float stage_scale(int width, int height);

#endif
