// SPDX-License-Identifier: MIT
// Calls that fail: a test lets the first of them fail, then the second, and so on, until none
// is left, so that each way out is gone once. The linker hands the calls to wrappers
// (-Wl,--wrap=NAME in tests.cmake), and each wrapper asks failing_now() first:
//
//     int __wrap_fsync(int file)
//     {
//         if (failing_now()) {
//             errno = EIO;
//             return -1;
//         }
//         return __real_fsync(file);
//     }
//
//     for (unsigned call = 1, calls = 1; call <= calls + 1; call++) {
//         failing_begin(call);
//         bool ok = store(...);
//         calls = failing_end();
//         assert_true(call > calls ? ok : !ok);
//     }
//
// The last round is the one in which nothing fails. What stops at the first failure has had no
// more calls than that one, hence the one more.
//
// Any thread.
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <stdbool.h>

// Calls are counted from now on, from 1, and this one fails; 0: none does.
void failing_begin(unsigned call);

// Nothing fails any more, and nothing is counted. Returns how many calls there were.
unsigned failing_end(void);

// For a wrapper: counts a call. Returns whether it has to fail.
bool failing_now(void);

#endif
