// SPDX-License-Identifier: MIT
#include "tests/bench/portal/endings.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define RUNS_MS_LEAST 100u // between two ends, so that each finds sign-ins at every step
#define RUNS_MS_MORE  300u

static bool end_and_start(struct endings *endings, struct stage *stage, int signal)
{
    clock_sleep((RUNS_MS_LEAST + randombytes_uniform(RUNS_MS_MORE)) / 1000.0);
    double begun = clock_now();
    if (!stage_end(stage, signal) || !stage_start(stage))
        return false;

    double away = clock_now() - begun;
    if (away > endings->longest_away)
        endings->longest_away = away;
    endings->count++;
    return true;
}

bool endings_run(struct endings *endings, struct stage *stage, int signal, size_t count)
{
    struct load load;
    *endings = (struct endings){0};
    bool well = load_start(&load, stage, ENDINGS_WORKERS);
    while (well && endings->count < count)
        well = end_and_start(endings, stage, signal);
    load_stop(&load);

    memcpy(endings->ends, load.ends, sizeof(endings->ends));
    memcpy(endings->refusal, load.refusal, sizeof(endings->refusal));
    endings->lost = load_lost(&load);
    endings->repeats = load_repeats(&load);
    load_destroy(&load);
    return well;
}
