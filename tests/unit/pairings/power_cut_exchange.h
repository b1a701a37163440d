// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_POWER_CUT_EXCHANGE_H
#define QRCONFIRM_TESTS_POWER_CUT_EXCHANGE_H

// The same (power_cut.h) of a program that exchanges two names in a folder: files_exchange is
// handed here too. For one file of a program.

#include "tests/unit/pairings/power_cut.h"

bool __real_files_exchange(int folder, const char *a, const char *b);
bool __wrap_files_exchange(int folder, const char *a, const char *b);
bool __wrap_files_exchange(int folder, const char *a, const char *b)
{
    power_cut_step();
    return __real_files_exchange(folder, a, b);
}

#endif
