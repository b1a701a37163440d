// SPDX-License-Identifier: MIT
// The calls of libsodium that can say no, as calls that fail (failing.h), for every test that
// links the target failing_sodium. One that fails leaves zeros where its result belongs: two
// results that nobody heeds are then the same.
#ifndef TESTS_FAILING_SODIUM_H
#define TESTS_FAILING_SODIUM_H

#include <stdbool.h>

// From now on all of them fail, or none but the one that failing_begin chose.
void failing_sodium_always(bool always);

#endif
