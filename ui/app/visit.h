// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_VISIT_H
#define QRCONFIRM_UI_APP_VISIT_H

// The people of a kiosk with badges (net/pairings/people.h), and the one who is there now: his
// folder is open and a network thread works on it for as long as the flow says that he has not
// gone. Main thread only, apart from `on_event`.

#include "net/badge_pairing.h"
#include "net/pairings/people.h"
#include "net/signer/signer_store.h"
#include "net/worker.h"
#include "ui/flow/flow_state.h"
#include "ui/settings/options.h"
#include "ui/settings/paths.h"

#define VISIT_WRONG_PINS 10u // in a row: then the key is erased

// What it takes from the kiosk itself; outlives the visit.
struct visit_host {
    struct pairing_store *kiosk;
    const struct net_environment *environment;
    const struct options *options;
    const struct paths *paths;
    void (*on_event)(void *userdata, const struct net_event *event); // as of net_worker_start
    signer_store_tell *on_open;                                      // the same thread
    void *userdata;
};

struct visit {
    bool badges; // this kiosk takes them: all below holds
    struct visit_host host;
    struct people people;
    // Whoever is there.
    bool here;
    bool erase; // he is to leave nothing here
    enum person_stage stage;
    char name[PERSON_NAME_SIZE + 1];
    struct badge_pairing *wanted; // his badge and the PIN that he chooses, in guarded memory
    char state[PERSON_PATH_MAX];
    struct net_environment environment;
    struct pairing_store *pairings; // NULL: no folder of his is open
    struct net_worker *worker;      // ... and NULL with it
};

// Opens the folder of the people, where the options say that this kiosk takes badges. Fails as
// people_open does.
bool visit_open(struct visit *visit, const struct visit_host *host, struct fault *fault);
void visit_close(struct visit *visit);

// What the flow is to know of a badge before it takes it, and whether a new person would send
// away another one.
void visit_look(const struct visit *visit, const struct badge *badge, struct flow_badge *out,
                bool *full);

// He is there. Opens his folder, if he has one; else nothing is written yet. Fails with what
// the folder says, BADGE_WRONG_PINS, or BADGE_ENDED where there is no key in it.
bool visit_begin(struct visit *visit, const struct badge *badge, struct fault *fault);

// Keeps the digits that he chooses. False with PIN_FORM.
bool visit_choose_pin(struct visit *visit, struct span pin, struct fault *fault);
bool visit_is_chosen(const struct visit *visit, struct span pin);

// First use, with the PIN that was chosen: begins at the portal.
bool visit_enrol(struct visit *visit, struct fault *fault);

// An event of his network thread, before the flow takes it: counts his visits and wrong PINs.
void visit_heed(struct visit *visit, struct net_event *event);

// He has gone: what was unlocked is locked, and what is not kept is erased. May wait for the
// network thread as net_worker_stop does.
void visit_end(struct visit *visit);

// The kiosk is not paired any more: nobody stays.
void visit_forget_all(struct visit *visit);

#endif
