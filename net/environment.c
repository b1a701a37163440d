// SPDX-License-Identifier: MIT
#include "net/environment.h"

#include <sodium.h>
#include <stdlib.h>
#include <time.h>

static int64_t system_wall_clock(void *userdata)
{
    (void)userdata;
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

static int64_t system_boot_clock(void *userdata)
{
    (void)userdata;
    struct timespec now = {0};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void system_random(void *userdata, uint8_t *out, size_t size)
{
    (void)userdata;
    randombytes_buf(out, size);
}

static const char *system_variable(void *userdata, const char *name)
{
    (void)userdata;
    return getenv(name);
}

void net_environment_system(struct net_environment *out, const char *state_dir)
{
    *out = (struct net_environment){
        .wall_clock = system_wall_clock,
        .boot_clock = system_boot_clock,
        .random = system_random,
        .variable = system_variable,
        .state_dir = state_dir,
    };
}
