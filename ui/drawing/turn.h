// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_DRAWING_TURN_H
#define QRCONFIRM_UI_DRAWING_TURN_H

// A panel that is mounted sideways. Everything is laid out upright, as the person sees it, and
// is turned by the graphics on its way to the panel; touches come the other way.

#include <SDL.h>

#include "ui/drawing/canvas.h"

struct turn {
    unsigned degrees;              // clockwise: 0, 90, 180 or 270
    int panel_width, panel_height; // pixels, as the window has them
    int width, height;             // pixels, as the person sees them
};

struct turn turn_of(unsigned degrees, int panel_width, int panel_height);

// True if width and height change places.
static inline bool turn_swaps(unsigned degrees)
{
    return degrees == 90 || degrees == 270;
}

struct dot turn_to_panel(const struct turn *turn, struct dot upright);
struct dot turn_to_upright(const struct turn *turn, struct dot panel);
struct area turn_area_to_panel(const struct turn *turn, struct area upright);

// Shows a texture that is as large as the screen, pixel by pixel, so many pixels below its
// place. False if SDL could not.
bool turn_show(const struct turn *turn, SDL_Renderer *renderer, SDL_Texture *texture,
               float below);

// Shows a texture in the middle of the panel, `width` by `height` as it lies in memory:
// flipped, then turned by its own `degrees`, then with everything else.
void turn_show_centred(const struct turn *turn, SDL_Renderer *renderer, SDL_Texture *texture,
                       float width, float height, unsigned degrees, SDL_RendererFlip flip);

#endif
