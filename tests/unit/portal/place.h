// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_PORTAL_PLACE_H
#define QRCONFIRM_TESTS_PORTAL_PLACE_H

// Where most tests of the portal begin: anna's device is paired, and mostly a page waits for a
// scan. Each program has one. Failures end the test.

#include "bench.h"

struct place {
    struct bench bench;
    int64_t user; // anna
    struct bench_device device;
    struct token cookie; // of the browser that shows the page
    struct portal_challenge challenge;
    uint8_t hash[HASH_SIZE];          // of its context; resolving sets it
    struct statement_receipt receipt; // of the approval
    struct claimed claimed;
};

extern struct place place;

// Pairs the device of anna, who signs in with a one-time code too where `otp` is true.
void place_open(bool otp);

// A new page, in a browser that brings this mark; and its approval, by anna.
void place_show(const char *mark);
void place_approve(const char *mark);

// cmocka's set-ups and tear-down: the device is paired; and a page waits.
int place_open_paired(void **state);
int place_open_waiting(void **state);
int place_close(void **state);

#endif
