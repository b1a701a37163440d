// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_BADGE_PAIRING_H
#define QRCONFIRM_NET_BADGE_PAIRING_H

// The first use of a badge at a kiosk (docs/protocol, section 6.2): what a person's pairing is
// made of. It holds his badge and his PIN: wipe it.

#include "net/pairings/pairing.h"
#include "net/pairings/pin.h"
#include "net/protocol/challenge.h"

#define BADGE_LABEL_MAX 64u // bytes

struct badge_pairing {
    struct pairing_store *kiosk; // the kiosk's own, which outlives the action
    char kiosk_id[16 + 1];       // its pairing with the portal of the badge
    uint8_t badge[SEAL_BADGE_SIZE];
    size_t pin_size;
    uint8_t pin[PIN_DIGITS_MAX];     // that he has chosen
    char label[BADGE_LABEL_MAX + 1]; // names the kiosk in the portal
};

// The pairing of the kiosk with the portal of this badge, or NULL: with any that has badges.
// False if there is none. Any thread.
bool badge_kiosk_find(struct pairing_store *kiosk, const struct badge *badge,
                      char id[static 16 + 1], char origin[static ORIGIN_MAX + 1]);

#endif
