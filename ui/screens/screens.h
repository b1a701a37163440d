// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_SCREENS_H
#define QRCONFIRM_UI_SCREENS_SCREENS_H

// Lays a view out as a scene: one screen for every state of the flow, for phones and kiosks.

#include "ui/screens/screen_facts.h"

// Fills a scene that scene_begin has prepared.
void screens_build(struct scene *scene, const struct view *view,
                   const struct screen_facts *facts);

#endif
