// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_STAGE_H
#define QRCONFIRM_UI_WINDOW_STAGE_H

// The window itself: what SDL opened, and how a scene and the camera's picture get on it.
// Main thread only.

#include "ui/drawing/turn.h"
#include "ui/screens/damage.h"
#include "ui/screens/scene.h"
#include "ui/settings/options.h"
#include "ui/window/press_source.h"
#include "ui/window/preview.h"

struct stage {
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *overlay;
    struct canvas canvas;
    struct damage damage; // of the canvas, against the scene drawn last
    uint32_t *straight;   // the canvas without premultiplication
    struct fonts *fonts;
    struct preview preview;
    struct press_source presses;
    struct insets safe_area; // units
    struct turn turn;        // has the size, in pixels
    float scale;             // pixels a unit
    float rise;              // units that what is shown is below its place
    bool dark;               // nothing is shown
};

// Full screen, turned and with a safe area as the options say.
bool stage_open(struct stage *stage, const struct options *options, struct fault *fault);
void stage_close(struct stage *stage);

// Takes the size of the window over; false if memory is short.
bool stage_resize(struct stage *stage);

// Begins a scene that fills the stage. The window has the name of the program.
void stage_begin(const struct stage *stage, struct scene *scene, enum theme_choice theme,
                 float text_scale);

// Draws what has changed since the scene before; stage_present then shows it. False, from
// either, if SDL could not, or memory was short for a text: nobody can answer what is not
// there.
bool stage_draw(struct stage *stage, const struct scene *scene);

// Brings the window before the others, as far as the desktop lets it.
void stage_raise(struct stage *stage);

// What the window shows was lost: the next scene is drawn whole.
void stage_forget(struct stage *stage);

// Shows picture and scene.
bool stage_present(struct stage *stage, const struct scene *scene);

// Shows black and no cursor, until a scene is shown again. False as above.
bool stage_darken(struct stage *stage);

// Where the mouse is in the scene: window coordinates, as SDL's mouse events have them.
struct dot stage_point(const struct stage *stage, int x, int y);

// Where a finger is in the scene: shares of the window, as SDL's touch events have them.
struct dot stage_finger(const struct stage *stage, float x, float y);

// Where a part of the scene is in the window, in window coordinates.
SDL_Rect stage_window_place(const struct stage *stage, struct area area);

// Pixels a unit on a screen of this size: a phone is 360 units wide, a kiosk 720 high.
// `density`: pixels a point of the desktop. A phone on its side scrolls before it gets too
// small to press.
float stage_scale(int width, int height, float density);

#endif
