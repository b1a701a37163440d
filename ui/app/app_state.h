// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_APP_STATE_H
#define QRCONFIRM_UI_APP_APP_STATE_H

// What an app is made of, for the files that are parts of it. Faces use app.h.

#include <stdatomic.h>

#include "console/signals.h"
#include "scanner/camera/camera.h"
#include "scanner/pipeline.h"
#include "ui/app/health_watch.h"
#include "ui/app/inbox.h"
#include "ui/app/reader_notes.h"
#include "ui/app/visit.h"
#include "ui/settings/options.h"
#include "ui/settings/paths.h"
#include "ui/text/shown_host.h"

struct app_face {
    bool person;                     // whoever answers sees it: window or terminal
    void (*changed)(void *userdata); // after every event the flow took
    void (*code)(void *userdata, const struct scan_note *note); // a code was seen while aiming
    void (*on_preview)(void *userdata); // a preview frame waits; any thread; NULL: no preview
    void (*wake)(void *userdata);       // the inbox is not empty; any thread; may be NULL
    void *userdata;
};

struct app {
    const struct options *options;
    const struct paths *paths;
    struct app_face face;
    struct flow flow;
    struct inbox inbox;
    struct signals_watch signals;
    struct net_environment environment;
    struct system_journal journal;
    struct health_watch health;
    struct pairing_store *pairings;
    struct net_worker *worker;
    struct visit visit; // of a person with a badge
    struct source *source;
    struct known_codes known;  // by the pairings, of the codes that this source may show
    struct pipeline *pipeline; // while a source runs
    struct reader_notes reader;
    bool camera_switched;
    char used_camera[32];          // of the last scan: its name
    char camera[CAMERA_ALIAS_MAX]; // if it was switched: the one to begin the next scan with
    atomic_uint scan_round, net_round;
    char label[64 + 1];
    char url[BASE_URL_MAX + 1];     // of the portal to pair with; empty: by its code
    char key_pin[PIN_TEXT_MAX + 1]; // that its key must have; empty: any
    bool answer_open;               // after app_destroy: an answer was left under way
    bool came_late;                 // ... and this receipt came in the last moment
    struct net_receipt last_receipt;
    char portal[SHOWN_HOST_MAX]; // host for the instructions; empty: not paired, or several
    struct pairing_summary home; // of the same
    bool quit;
};

#endif
