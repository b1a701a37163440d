// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BENCH_RECORDINGS_H
#define QRCONFIRM_TESTS_BENCH_RECORDINGS_H

// Recordings, frame by frame, as a camera would have given them.

#include <stdbool.h>
#include <stddef.h>

// Prints, for each recording and reader, the frames looked at until the first payload, the
// milliseconds of film up to that frame, and the milliseconds the reader worked. False, and a
// word on standard error, where one cannot be read.
bool recordings_bench(char *const *paths, size_t count);

#endif
