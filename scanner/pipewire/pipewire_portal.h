// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_PORTAL_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_PORTAL_H

// The camera portal, through which a program in a sandbox comes to PipeWire: the system asks
// the person, or looks up what was answered before, and hands out a connection that shows
// cameras alone.
//
// One thread at a time; nothing here runs by itself. Nothing waits longer than the caller says.
// Method: org.freedesktop.portal.Camera and org.freedesktop.portal.Request.

#include <stdint.h>

#include "base/failure.h"
#include "scanner/bus/session_bus.h"
#include "scanner/pipewire/pipewire_word.h"

struct pipewire_portal {
    struct session_bus bus;
    struct pipewire_word word;
    unsigned questions; // asked so far
};

// Whether this program runs in a sandbox that keeps cameras behind the portal. Flatpak puts a
// file into its `root` ("/"); Snap names its folder `snap` (the variable SNAP; may be NULL),
// which programs started from a snap inherit: `program` (its path) must lie in it.
bool pipewire_portal_needed(const char *root, const char *snap, const char *program);

void pipewire_portal_init(struct pipewire_portal *portal);
void pipewire_portal_destroy(struct pipewire_portal *portal); // takes a question back

// A descriptor for PipeWire, the caller's. `wake`: ends the wait when it becomes readable; -1:
// none. Fails with PIPEWIRE_ASKS while the question stands, PIPEWIRE_REFUSED, PIPEWIRE_PORTAL
// (there is none, or it is silent), PIPEWIRE_DAEMON, INTERRUPTED, MEMORY; and may be called
// again. Who was refused is not asked about again for five seconds.
bool pipewire_portal_open(struct pipewire_portal *portal, int wake, int *out,
                          struct fault *fault);

// Waits for the answer where a question stands, else for `wake` alone.
void pipewire_portal_wait(struct pipewire_portal *portal, int wake, int timeout_ms);

#endif
