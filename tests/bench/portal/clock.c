// SPDX-License-Identifier: MIT
#include "tests/bench/portal/clock.h"

#include <stdlib.h>
#include <time.h>

double clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void clock_sleep(double seconds)
{
    if (seconds <= 0)
        return;
    struct timespec wait = {.tv_sec = (time_t)seconds};
    wait.tv_nsec = (long)((seconds - (double)wait.tv_sec) * 1e9);
    nanosleep(&wait, NULL);
}

bool samples_init(struct samples *samples)
{
    *samples = (struct samples){.at = calloc(SAMPLES_MAX, sizeof(*samples->at))};
    return samples->at != NULL;
}

void samples_destroy(struct samples *samples)
{
    free(samples->at);
    *samples = (struct samples){0};
}

void samples_add(struct samples *samples, double value)
{
    if (samples->count < SAMPLES_MAX)
        samples->at[samples->count++] = value;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double samples_at(struct samples *samples, double share)
{
    if (samples->count == 0)
        return 0;
    qsort(samples->at, samples->count, sizeof(*samples->at), by_value);
    size_t i = (size_t)(share * (double)(samples->count - 1) + 0.5);
    return samples->at[i];
}
