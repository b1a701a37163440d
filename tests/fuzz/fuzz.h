// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_FUZZ_H
#define QRCONFIRM_TESTS_FUZZ_H

// What a fuzz target is to libFuzzer and to standalone.c, and how it says that a rule is
// broken.

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define FUZZ_MUST(condition)                                                                   \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);            \
            abort();                                                                           \
        }                                                                                      \
    } while (0)

#endif
