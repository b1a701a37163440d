// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_STATUS_H
#define QRCONFIRM_UI_COMMANDS_STATUS_H

// How this device fares, as a whole: what `qrconfirm status` tells. No person is in it: neither
// the name of an account nor what was answered.

#include "net/pairings/health_file.h"
#include "net/pairings/provision_record.h"
#include "net/pairings/seal_part.h"
#include "ui/commands/portal_probe.h"
#include "ui/settings/config.h"
#include "ui/settings/options.h"
#include "ui/settings/paths.h"

struct status_pairing {
    struct pairing_summary is;
    bool asked;           // its portal was; else its dialect has no way for that
    struct fault silence; // why it did not answer; FAILURE_NONE: it did
    struct portal_probe probe;
};

struct status {
    int64_t time;                            // seconds since 1970 by this device's clock
    char configuration[CONFIG_HASH_HEX + 1]; // SHA-256 of the configuration file's bytes
    bool has_pin, has_administrator_pin;
    enum seal_part_kind part; // what seals the keys beside the PIN
    bool provisioned;         // `provision` says when, and by which file
    struct provision_record provision;
    struct health health;
    size_t unusable; // pairings
    size_t count;
    struct status_pairing pairings[PAIRINGS_MAX];
    const struct portal_probe *clock; // of the pairings, the first that told its time; or NULL
};

// Looks at the files, then asks each portal, seconds each at most. Large: not for the stack.
// Fails where the pairings cannot be read, or `stop` asked for it.
bool status_look(const struct options *options, const struct paths *paths,
                 const struct net_environment *environment, const struct http_stop *stop,
                 struct status *out, struct fault *fault);

#endif
