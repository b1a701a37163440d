// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_ENVIRONMENT_H
#define QRCONFIRM_NET_ENVIRONMENT_H

// What the network room takes from outside, so that tests are exact: clocks, randomness,
// variables, and the one test setting.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// No clock that was set is before this: 2026-11-01, UTC. Raised with each release.
#define NET_CLOCK_FLOOR_S INT64_C(1793491200)

struct net_environment {
    int64_t (*wall_clock)(void *userdata); // seconds since 1970; recorded, never judged
    int64_t (*boot_clock)(void *userdata); // milliseconds of CLOCK_BOOTTIME
    void (*random)(void *userdata, uint8_t *out, size_t size);
    void *userdata;
    const char *state_dir; // journal and outbox
    bool kiosk;            // many people come by: a portal is told so when it is paired with
    bool allow_plain_http; // http to loopback hosts, for the sandbox portal only
    // The value of a variable of the program's environment, or NULL; NULL itself: there are
    // none.
    const char *(*variable)(void *userdata, const char *name);
};

// The real clocks and libsodium's randomness.
void net_environment_system(struct net_environment *out, const char *state_dir);

#endif
