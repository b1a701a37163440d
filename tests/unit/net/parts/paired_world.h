// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_PAIRED_WORLD_H
#define QRCONFIRM_TESTS_PAIRED_WORLD_H

// What each test of a program finds that begins with a paired device. There is one world: it is
// large, and cmocka's own state is the folder. Failures end the test.

#include "tests/unit/net/parts/world.h"

extern struct world world;

// cmocka's set-up and tear-down.
int paired_world_begin(void **state);
int paired_world_end(void **state);

// The device scans a new code of the visitor's browser, and is told what it would sign.
void paired_world_scan(void);
void paired_world_see(struct net_event *context);
// As paired_world_see, of a code that counts for `life_s`. False where that was over before: a
// busy machine needs longer ones.
bool paired_world_see_brief(unsigned life_s, struct net_event *context);

// What the visitor's page says now, and what it gets for the digits.
void paired_world_expect_state(const char *expected);
void paired_world_expect_claim(const char *pickup_code, const char *expected);

#endif
