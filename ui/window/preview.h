// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_PREVIEW_H
#define QRCONFIRM_UI_WINDOW_PREVIEW_H

// The camera's picture behind the aiming screen. Frames go to the graphics as the camera gave
// them, the seen part alone (scanner/frames/seen.h): one upload a frame, no conversion here.
// Where there is no graphics processor, picture and screen are composed instead. Main thread
// only.

#include <SDL.h>

#include "scanner/frames/frame.h"
#include "ui/app/inbox.h"
#include "ui/drawing/compose.h"
#include "ui/drawing/turn.h"
#include "ui/settings/options.h"

struct preview {
    SDL_Texture *texture;
    Uint32 format;
    size_t width, height; // pixels of the texture
    struct frame_view view;
    uint8_t *neutral; // colourless chroma, for gray frames
    size_t neutral_size;
    bool has_picture;
    bool composes;                  // this, and the rest, where there is no graphics processor
    struct compose_picture picture; // of the last frame, where it lies
    struct compose compose;
    SDL_Texture *composed;
    int panel_width, panel_height; // of it, upright
};

// How a source's picture is shown: mirrored as it says itself, unless a person has said. Pure.
struct frame_view preview_view(struct frame_view view, enum mirror_choice mirror);

void preview_init(struct preview *preview);
void preview_destroy(struct preview *preview);

// Forgets the picture, so that an old one is not shown at the next scan.
void preview_clear(struct preview *preview);

// Whether a renderer leaves all of its work to the processor.
bool preview_is_by_processor(SDL_Renderer *renderer);

// Uploads a frame. False if it cannot be shown; the picture before stays.
// Where it is composed, the frame's pixels are looked at until the next one, and nothing is
// shown if that cannot be.
bool preview_upload(struct preview *preview, SDL_Renderer *renderer, const struct frame *frame);

// Shows picture and screen at once. False if that is not this renderer's way, if there is no
// picture, or if memory is short: preview_draw then does its part of it.
bool preview_compose(struct preview *preview, SDL_Renderer *renderer, const struct turn *turn,
                     const struct canvas *screen);

// Fills the panel with the picture: aspect kept, edges cut, turned as the camera says, and then
// as the panel is.
void preview_draw(const struct preview *preview, SDL_Renderer *renderer,
                  const struct turn *turn);

// Where a code lies, upright, on a screen of this size.
struct area preview_place(const struct scan_note *note, int width, int height);

#endif
