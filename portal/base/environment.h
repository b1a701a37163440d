// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_ENVIRONMENT_H
#define QRCONFIRM_PORTAL_BASE_ENVIRONMENT_H

// What the portal takes from outside, so that tests are exact: clocks, randomness, and the name
// of this run of the machine.

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOOT_ID_MAX 36u // bytes: a UUID

struct portal_environment {
    int64_t (*wall_clock)(void *userdata); // seconds since 1970
    int64_t (*boot_clock)(void *userdata); // milliseconds of CLOCK_BOOTTIME
    atomic_int_fast64_t boot_offset; // added to it: to a clock that several machines share
    void (*random)(void *userdata, uint8_t *out, size_t size);
    void *userdata;
    bool system; // the clocks are this machine's own
    // Changes when the machine starts anew, and the boot clock with it; empty: not known.
    char boot_id[BOOT_ID_MAX + 1];
};

// The real clocks and libsodium's randomness.
void portal_environment_system(struct portal_environment *out);

static inline int64_t environment_wall_s(const struct portal_environment *environment)
{
    return environment->wall_clock(environment->userdata);
}

static inline int64_t environment_boot_ms(const struct portal_environment *environment)
{
    return environment->boot_clock(environment->userdata) +
           atomic_load_explicit(&environment->boot_offset, memory_order_relaxed);
}

// `shared` was told a moment ago by the clock that several machines share. From now on the boot
// clock goes by it, also where this machine, or its clock, stood still meanwhile. Any thread.
void environment_follow(struct portal_environment *environment, int64_t shared);

static inline void environment_random(const struct portal_environment *environment,
                                      uint8_t *out, size_t size)
{
    environment->random(environment->userdata, out, size);
}

#define CODE_DIGITS 6u // of pairing codes, pickup codes and one-time codes

// Six random decimal digits, each value equally likely.
void environment_digits(const struct portal_environment *environment,
                        char out[static CODE_DIGITS + 1]);

#endif
