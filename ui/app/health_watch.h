// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_HEALTH_WATCH_H
#define QRCONFIRM_UI_APP_HEALTH_WATCH_H

// Counts what a flow comes to (net/pairings/health_file.h), and tells systemd's journal of it.
// What cannot be written is not counted: no sign-in waits for it or fails by it. Main thread
// only.

#include "net/pairings/health_file.h"
#include "ui/app/system_journal.h"
#include "ui/flow/flow_state.h"

struct health_watch {
    const char *state_dir;
    const struct net_environment *environment;
    const struct system_journal *journal;
    bool has_camera;   // the source is one
    bool camera_known; // `camera` is what the file says
    enum failure camera;
};

// The program is up; `has_camera`: it reads a camera, not a recording.
void health_watch_begin(struct health_watch *watch, const char *state_dir,
                        const struct net_environment *environment,
                        const struct system_journal *journal, bool has_camera);

// The flow, in `before`, has taken this event.
void health_watch_take(struct health_watch *watch, const struct flow *flow,
                       enum flow_state before, const struct flow_event *event);

// A frame came: the camera works.
void health_watch_frame(struct health_watch *watch);

#endif
