// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_APP_H
#define QRCONFIRM_UI_APP_APP_H

// Where the parts meet: the source and its pipeline, the network thread, the pairings, and the
// flow between them. A face owns the main loop: it hands what the person does to app_feed, what
// waits in the inbox to app_drain, and shows the flow whenever `changed` is called.
//
// Main thread only, apart from `on_preview`.

#include "ui/app/app_source.h"
#include "ui/app/app_state.h"

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

// Takes all that waits in the inbox, and the tick that is due.
void app_drain(struct app *app);

// Milliseconds until the next tick, at most INT_MAX; -1: none.
int app_wait_ms(const struct app *app);

// Milliseconds of CLOCK_BOOTTIME.
int64_t app_now_ms(void);

#endif
