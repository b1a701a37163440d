// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_CONFORM_CONFORM_H
#define QRCONFIRM_NET_CONFORM_CONFORM_H

// Plays device, browser and attacker against a portal and finds out which of the 18 properties
// of docs/protocol, section 12, hold there. It keeps nothing on disk, and no pairing of this
// device is used: each code pairs a device of its own, which unpairs at the end.
//
// Blocking; one thread.

#include "net/conform/report.h"
#include "net/conform/task.h"

// False if the run could not go on to its end: the portal cannot be reached, its metadata are
// none, nobody typed the digits, or the person left. `out` holds what was found so far.
bool conform_run(const struct conform_task *task, struct conform_report *out,
                 struct fault *fault);

#endif
