// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_DRAWING_ICONS_H
#define QRCONFIRM_UI_DRAWING_ICONS_H

// Icons and pictures as lines, drawn for this program, on a grid of 24 or 64 units.

#include "ui/drawing/canvas.h"

enum icon {
    ICON_NONE,
    ICON_BACK,
    ICON_CLOSE,
    ICON_CHECK,
    ICON_CROSS,
    ICON_WARNING,
    ICON_STOP,
    ICON_TORCH,
    ICON_QR,
    ICON_PERSON,
    ICON_BROWSER,
    ICON_PLACE,
    ICON_NETWORK,
    ICON_CLOCK,
    ICON_HISTORY,
    ICON_PORTAL,
    ICON_MENU,
    ICON_MORE,
    ICON_CHOOSE, // to the next of a few values
    ICON_ADD,
    ICON_CAMERA,   // to another camera
    ICON_A_CAMERA, // one of them
    ICON_NO_CAMERA,
    ICON_KEYBOARD,
    ICON_EYE,
    ICON_EYE_CLOSED,
    ICON_ERASE,
    ICON_LOCK,
    ICON_SETTINGS,
    ICON_LANGUAGE,
    ICON_THEME,
    ICON_TEXT,
    ICON_SOUND,
    ICON_VIBRATION,
    ICON_SPEECH,
    ICON_MOTION,
    ICON_BELL,
    ICON_INFO,
    ICON_SHIFT,
    ICON_SHIFT_LOCKED,
    ICON_NEXT, // to the next field
    ICON_ENTER,
    ICON_HIDE, // the keyboard
    ICONS
};

enum picture {
    PICTURE_OPEN,
    PICTURE_PRESS,
    PICTURE_SCAN,
    PICTURE_AIM,
    PICTURE_DEVICES,
    PICTURES
};

void icon_draw(struct canvas *canvas, enum icon icon, struct area area, struct colour colour);

// A picture for the instructions: lines in `line`, what matters in `accent`.
void picture_draw(struct canvas *canvas, enum picture picture, struct area area,
                  struct colour line, struct colour accent);

#endif
