// SPDX-License-Identifier: MIT
#include "portal/base/environment.h"

#include <sodium.h>
#include <stdio.h>
#include <time.h>

#define ENVIRONMENT_WAY_MS 1000 // that the word of another machine's clock may take

static int64_t system_wall(void *userdata)
{
    (void)userdata;
    return (int64_t)time(NULL);
}

static int64_t system_boot(void *userdata)
{
    (void)userdata;
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void system_random(void *userdata, uint8_t *out, size_t size)
{
    (void)userdata;
    randombytes_buf(out, size);
}

static void read_boot_id(char out[static BOOT_ID_MAX + 1])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (!file)
        return;
    size_t size = fread(out, 1, BOOT_ID_MAX, file);
    out[size == BOOT_ID_MAX ? size : 0] = '\0';
    fclose(file);
}

void portal_environment_system(struct portal_environment *out)
{
    *out = (struct portal_environment){.wall_clock = system_wall,
                                       .boot_clock = system_boot,
                                       .random = system_random,
                                       .system = true};
    read_boot_id(out->boot_id);
}

// What was told took its way, so that it is later there by now, never earlier: of two such
// words the one that sets the clock on is nearer. Back goes only what no way explains.
void environment_follow(struct portal_environment *environment, int64_t shared)
{
    int64_t ahead = shared - environment_boot_ms(environment);
    if (ahead > 0 || ahead < -ENVIRONMENT_WAY_MS)
        atomic_fetch_add(&environment->boot_offset, ahead);
}

void environment_digits(const struct portal_environment *environment,
                        char out[static CODE_DIGITS + 1])
{
    const uint32_t values = 1000000;
    const uint32_t even =
        UINT32_MAX - UINT32_MAX % values; // above it values are not equally likely
    uint32_t number;
    do {
        uint8_t bytes[4];
        environment_random(environment, bytes, sizeof(bytes));
        number = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
                 bytes[3];
    } while (number >= even);
    snprintf(out, CODE_DIGITS + 1, "%06u", (unsigned)(number % values));
}
