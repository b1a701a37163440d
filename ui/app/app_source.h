// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_APP_SOURCE_H
#define QRCONFIRM_UI_APP_APP_SOURCE_H

// The source of the app while it runs: it is opened and let go of as the flow says, and what is
// seen goes to the inbox. Main thread only, but for app_push_flow.

#include "ui/app/app_state.h"

// How many cameras there are besides the one in use: with none there is nothing to switch to.
size_t app_other_cameras(const struct app *app);

// Changes over to the next camera, for later scans too. Frames go on at once; the scan is the
// same one.
void app_switch_camera(struct app *app);

// The next scan begins with the camera of the options, whichever was changed over to before.
void app_forget_camera(struct app *app);

// The name of the camera in use, or of the last scan's; empty: there was none.
void app_used_camera(const struct app *app, char out[static 32]);

// ---- private to the app ----

void app_start_source(struct app *app);
void app_stop_source(struct app *app);

// To the inbox, for the flow. Any thread.
void app_push_flow(struct app *app, unsigned round, const struct flow_event *event);

// Rounds of scans are odd, those of the network even, so that neither is taken for the other;
// 0 belongs to no round.
unsigned app_next_round(atomic_uint *round);

#endif
