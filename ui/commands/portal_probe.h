// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_PORTAL_PROBE_H
#define QRCONFIRM_UI_COMMANDS_PORTAL_PROBE_H

// Whether the portal of a pairing answers, and what time it tells: asks for what any portal
// tells everybody, whose signature is checked when it is used. Seconds at most.

#include "net/environment.h"
#include "net/http.h"
#include "net/pairings/pairing.h"

struct portal_probe {
    bool told_time;
    int64_t ahead_s; // of the device's clock before the portal's, if it told
};

// False with a failure of the network, or INTERRUPTED where `stop` asked for it.
bool portal_probe(const struct net_environment *environment,
                  const struct pairing_summary *pairing, const struct http_stop *stop,
                  struct portal_probe *out, struct fault *fault);

#endif
