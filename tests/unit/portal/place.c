// SPDX-License-Identifier: MIT
#include "place.h"

struct place place;

void place_open(bool otp)
{
    place = (struct place){0};
    bench_open(&place.bench);
    place.user = bench_user(&place.bench, "anna", otp);
    bench_pair(&place.bench, place.user, &place.device);
}

void place_show(const char *mark)
{
    bench_challenge(&place.bench, BENCH_ADDRESS, mark, &place.cookie, &place.challenge);
}

void place_approve(const char *mark)
{
    place_show(mark);
    bench_approve(&place.bench, &place.device, &place.challenge, &place.receipt);
}

int place_open_paired(void **state)
{
    (void)state;
    place_open(false);
    return 0;
}

int place_open_waiting(void **state)
{
    (void)state;
    place_open(false);
    place_show("");
    return 0;
}

int place_close(void **state)
{
    (void)state;
    bench_close(&place.bench);
    return 0;
}
