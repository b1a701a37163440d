// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_APP_H
#define QRCONFIRM_UI_APP_APP_H

// Where the parts meet: the source and its pipeline, the network thread, the pairings, and the
// flow between them. A face owns the main loop: it hands what the person does to app_feed, what
// waits in the inbox to app_drain, and shows the flow whenever `changed` is called.
//
// Main thread only, apart from `on_preview`.

#include <stdatomic.h>

#include "console/signals.h"
#include "scanner/camera/camera.h"
#include "scanner/pipeline.h"
#include "ui/app/health_watch.h"
#include "ui/app/inbox.h"
#include "ui/app/reader_notes.h"
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

bool app_init(struct app *app, const struct options *options, const struct paths *paths,
              const struct app_face *face, struct fault *fault);

// Stops and joins everything.
void app_destroy(struct app *app);

// Hands one event to the flow, with the time of now, and does what follows from it.
void app_feed(struct app *app, struct flow_event event);

// Tries these digits as the PIN where one is asked for. They are wiped wherever they were
// copied to; the caller wipes its own.
void app_enter_pin(struct app *app, struct span pin);

// Pairs with the portal at this address, where one is asked for; `pin` may be NULL.
void app_enter_address(struct app *app, const char *url, const char *pin);

// Hands over what the portal wants to know. The caller wipes its copy.
void app_log_in(struct app *app, const struct net_login_answer *answer);

// Takes what was entered by hand as if it had been scanned. The text is not kept.
void app_enter_code(struct app *app, struct span text);

// Looks whether another qrconfirm has paired this device, where it was not yet paired.
void app_find_pairing(struct app *app);

// Writes the pairings to `out` and returns how many there are.
size_t app_pairings(const struct app *app, struct pairing_summary out[static PAIRINGS_MAX]);

// Removes a pairing, with the digits of the PIN if there is one; flow.removal tells what comes
// of it. The caller wipes its digits.
void app_remove_pairing(struct app *app, const char *id, struct span pin);

// How many cameras there are besides the one in use: with none there is nothing to switch to.
size_t app_other_cameras(const struct app *app);

// Changes over to the next camera, for later scans too. Frames go on at once; the scan is the
// same one.
void app_switch_camera(struct app *app);

// The next scan begins with the camera of the options, whichever was changed over to before.
void app_forget_camera(struct app *app);

// The name of the camera in use, or of the last scan's; empty: there was none.
void app_used_camera(const struct app *app, char out[static 32]);

// Takes all that waits in the inbox, and the tick that is due.
void app_drain(struct app *app);

// Milliseconds until the next tick, at most INT_MAX; -1: none.
int app_wait_ms(const struct app *app);

// Milliseconds of CLOCK_BOOTTIME.
int64_t app_now_ms(void);

#endif
