// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_WORLD_H
#define QRCONFIRM_TESTS_WORLD_H

// A portal, a device, the line between them, the browser of the account's owner and that of a
// visitor: what a sign-in needs. The device is not paired yet. Failures end the test.

#include "tests/unit/net/parts/browser.h"
#include "tests/unit/net/parts/cutter.h"
#include "tests/unit/net/parts/device.h"
#include "tests/unit/net/parts/sandbox.h"

struct world {
    struct sandbox sandbox;
    struct cutter cutter;
    struct device device;
    struct browser *owner;   // is signed in by password
    struct browser *visitor; // shows the code
};

void world_begin(struct world *world, const char *folder);
void world_end(struct world *world);

// Ends the program on the device, and starts it again.
void world_restart_device(struct world *world, const char *folder);

// Pairs the device; the keys must be unlocked.
void world_pair(struct world *world);

// The visitor's browser shows a new code.
struct challenge world_code(struct world *world);

// A whole sign-in, approved; the receipt is in `event`.
void world_sign_in(struct world *world, struct net_event *event);

// The one pairing, as it is on disk.
struct pairing world_pairing(struct world *world);

#endif
