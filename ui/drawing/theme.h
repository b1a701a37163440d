// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_DRAWING_THEME_H
#define QRCONFIRM_UI_DRAWING_THEME_H

// All colours of the screens, in one table. Contrast is tested: AA everywhere, AAA where a
// person is asked (WCAG 2.1, 1.4.3 and 1.4.6).

#include <stdint.h>

#include "ui/settings/options.h"

enum role {
    ROLE_NONE, // draws nothing
    ROLE_GROUND,
    ROLE_CARD,
    ROLE_LINE, // borders of cards and quiet buttons
    ROLE_TEXT,
    ROLE_QUIET,
    ROLE_ACCENT,
    ROLE_ON_ACCENT,
    ROLE_DONE,
    ROLE_LOOK,
    ROLE_STOP,
    ROLE_LOOK_GROUND, // behind a warning
    ROLE_OFF,         // a button that cannot be pressed yet
    ROLE_DIM,         // over the camera's picture, around the code
    ROLE_SCRIM,       // under texts on the camera's picture
    ROLE_ON_SCRIM,
    ROLE_FOUND, // the frame around a code that was found
    ROLES
};

struct colour {
    uint8_t r, g, b, a; // not premultiplied
};

// What the desktop says of light and dark.
enum colour_scheme {
    COLOUR_SCHEME_UNTOLD, // nobody says anything
    COLOUR_SCHEME_EITHER, // nobody minds
    COLOUR_SCHEME_DARK,
    COLOUR_SCHEME_LIGHT
};

// The theme that is drawn: what was chosen, or as the desktop says, else light.
enum theme_choice theme_drawn(enum theme_choice chosen, enum colour_scheme desktop);

// `theme` is one that is drawn.
struct colour theme_colour(enum theme_choice theme, enum role role);

// The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.1).
double theme_contrast(struct colour a, struct colour b);

#endif
