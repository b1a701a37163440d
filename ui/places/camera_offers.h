// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_PLACES_CAMERA_OFFERS_H
#define QRCONFIRM_UI_PLACES_CAMERA_OFFERS_H

// The cameras that a person may choose from, by the names of their makers; and what the
// setting `source` says, in the same words. Pure.

#include "scanner/camera_survey.h"

#define CAMERA_OFFERS_MAX 16u  // the first ones of a machine that has more
#define CAMERA_SOURCE_MAX 160u // bytes of a value of the setting, with its end
#define CAMERA_NAMES_MORE 3
#define CAMERA_AUTOMATIC  "camera"

struct camera_offer {
    char source[CAMERA_SOURCE_MAX]; // the value of the setting that chooses it
    char name[PIPEWIRE_LIST_ID_MAX];
    char id[CAMERA_SOURCE_MAX]; // as the setting has it behind the colon
    // What the setting may call it too: its node, its bus, its name in PipeWire; empty:
    // nothing.
    char also[CAMERA_NAMES_MORE][CAMERA_ALIAS_MAX];
    enum camera_facing facing;
    enum failure failure; // why it cannot be used just now
    bool used;            // it is the one that is used where nobody has chosen
    bool has_twin;        // another one has the same name
};

struct camera_offers {
    bool known;           // the machine has been looked at
    enum failure failure; // where there is none: why
    size_t count;
    struct camera_offer offer[CAMERA_OFFERS_MAX];
};

// Those that show pictures, or would if another program or the administrator let them. One
// whose id no line of the configuration file can hold is left out.
void camera_offers_from(struct camera_offers *offers, const struct camera_survey *survey);

// The one that this value of the setting means; NULL: it is not there.
const struct camera_offer *camera_offers_find(const struct camera_offers *offers,
                                              const char *source);

// The id behind the colon of such a value; NULL: the program chooses.
const char *camera_source_id(const char *source);

#endif
