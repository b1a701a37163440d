// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_START_H
#define QRCONFIRM_PORTAL_CORE_START_H

// The portal as it begins to serve. It stands above everything that lives from one start to the
// next, so that the portal itself need not know what that is.

#include "portal/core/portal.h"

#define START_STOPPED                                                                          \
    "stopped" // the setting that says "yes" from an orderly stop to the next start

// As portal_open, and signs the metadata. Challenges and pairings that were live when the
// portal last stopped are expired where their clock is gone; not so in a shared store, which
// has a clock of its own, and other instances. portal_stop ends it.
bool portal_start(struct portal *portal, const struct portal_options *options,
                  struct fault *fault);
// Keeps what lives on, and closes the portal.
void portal_stop(struct portal *portal);

#endif
