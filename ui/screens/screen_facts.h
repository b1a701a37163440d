// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_SCREEN_FACTS_H
#define QRCONFIRM_UI_SCREENS_SCREEN_FACTS_H

#include "ui/screens/keyboard.h"
#include "ui/screens/scene.h"

// What the window knows and the flow does not.
struct screen_facts {
    bool has_torch, torch_on;
    bool can_switch_camera;
    bool found;                      // a code is in the picture
    struct area found_area;          // pixels of the window
    float closed;                    // how far the frame has closed around it, 0 to 1
    const struct luma *captcha;      // to be read by the person; NULL: none
    const struct entry *entries;     // of the view's fields; they outlive the scene
    const struct keyboard *keyboard; // under the fields; NULL: none
};

#endif
