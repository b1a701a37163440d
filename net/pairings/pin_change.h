// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PIN_CHANGE_H
#define QRCONFIRM_NET_PAIRINGS_PIN_CHANGE_H

// Sets, changes or removes the PIN for all keys of the folder at once. Each key is first
// written a second time beside its place (ID.key.next), as the new PIN wants it; then
// device.pin is replaced, in one rename: that is the moment from which the new PIN holds; then
// the files change places and the old ones are overwritten. A crash before that moment leaves
// every key under the old PIN, one after it every key under the new: pin_recover drops or
// finishes what it finds, by the seal that each file names.

#include "net/pairings/seal.h"

#define PIN_NEXT_SUFFIX ".next"

// Both under pin_lock. `old` and `new` may be NULL: no PIN. Every secret is read before the
// first is written: one that cannot be, for whatever reason, ends the change. False with a
// fault: the old PIN holds; but with PIN_UNFINISHED the new one does, and pin_recover goes on.
bool pin_change(int folder, const struct seal *old, const struct seal *new,
                struct fault *fault);

// True if nothing is left to be done.
bool pin_recover(int folder, struct fault *fault);

// Whether a change was cut short: cheap, without the lock.
bool pin_change_is_open(int folder);

// Finishes a change that was cut short, if there is one, before a key is looked at; takes the
// lock for it.
bool pin_change_finish(int folder, struct fault *fault);

#endif
