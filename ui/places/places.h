// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_PLACES_PLACES_H
#define QRCONFIRM_UI_PLACES_PLACES_H

// Where a person can go from the instructions, away from any sign-in: the menu, the portals
// that this device is paired with, the history, the settings. Pure, like the flow: a press goes
// in, the place changes, and the return value says what must be done.

#include "ui/drawing/theme.h"
#include "ui/places/camera_offers.h"
#include "ui/places/history.h"
#include "ui/settings/options.h"
#include "ui/view/view.h"

enum place {
    PLACE_NONE, // the flow itself
    PLACE_MENU,
    PLACE_PORTALS,
    PLACE_PORTAL,     // one of them
    PLACE_REMOVE,     // remove it?
    PLACE_REMOVE_PIN, // the farewell is signed too
    PLACE_REMOVING,   // the portal is told
    PLACE_REMOVED,
    PLACE_HISTORY,
    PLACE_SETTINGS,
    PLACE_CAMERAS, // which one is to be used
    PLACE_ABOUT,
    PLACE_PIN,     // change or remove it
    PLACE_PIN_OLD, // to be entered
    PLACE_PIN_NEW,
    PLACE_PIN_AGAIN,
    PLACE_PIN_WORKING,
    PLACE_PIN_DONE,
    PLACES
};

// What a place shows. The window fills it in.
struct places_facts {
    const struct options *options;
    size_t portal_count;
    struct pairing_summary portal[PAIRINGS_MAX];
    struct history history;
    bool has_pin;
    bool can_vibrate, can_speak;
    enum colour_scheme desktop;
    struct camera_offers cameras;
    bool looks_for_cameras;      // and `cameras` is what was known before
    char used_camera[32];        // in the last scan, by its maker's name; empty: there was none
    char trouble[VIEW_TEXT_MAX]; // with the last thing done; empty: none
};

struct places {
    enum place at;
    size_t portal;    // index, from PLACE_PORTAL on
    bool portal_told; // of a removed pairing
    bool pin_goes;    // it is to be removed, not changed
};

// The settings, in the order of their list.
enum setting {
    SETTING_LANGUAGE,
    SETTING_THEME,
    SETTING_TEXT,
    SETTING_CAMERA, // has a place of its own
    SETTING_SOUND,
    SETTING_VIBRATION,
    SETTING_SPEECH,
    SETTING_MOTION,
    SETTING_NOTIFICATIONS, // not on a kiosk
    SETTING_PIN,           // has several
    SETTINGS
};

enum places_do {
    PLACES_DO_NOTHING,
    PLACES_DO_LOOK, // the facts are needed anew
    PLACES_DO_PAIR, // scan a pairing code
    PLACES_DO_PAIR_BY_ADDRESS,
    PLACES_DO_REMOVE, // the pairing of `portal`
    PLACES_DO_PIN,    // digits were entered: see places_pin
    PLACES_DO_SET     // places_change says what has changed
};

// A setting of the configuration file, and its new value.
struct places_change {
    const char *name;
    char value[CAMERA_SOURCE_MAX];
};

// True if `action` belongs to the places; `todo` says what must be done now.
bool places_press(struct places *places, const struct places_facts *facts, struct action action,
                  enum places_do *todo, struct places_change *change);

// The worker has removed the pairing, or failed to.
void places_removed(struct places *places, bool removed, bool portal_told);

// What became of the digits that were entered, or of what was done with them.
void places_pin(struct places *places, bool good);

// The setting at `index` of the list, where what cannot be switched is left out; SETTINGS:
// there is none.
enum setting places_setting(const struct places_facts *facts, size_t index);

// What the row `index` of PLACE_CAMERAS chooses; NULL: nothing. The program's own choice comes
// first, then one that was chosen and is not there, which nothing chooses, then all others.
const char *places_camera(const struct places_facts *facts, size_t index);

// Whether a camera was chosen that is not there now.
bool places_camera_is_gone(const struct places_facts *facts);

void places_view(const struct places *places, const struct places_facts *facts,
                 const struct wall_clock *clock, struct view *out);

#endif
