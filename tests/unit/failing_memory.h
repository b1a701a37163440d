// SPDX-License-Identifier: MIT
// Memory that is not given: what our own code asks for, in a test program that is linked to
// `failing_memory`, is counted by failing.h, and the chosen call gets none. No other line of
// the test is needed.
//
// A library of others asks past the linker's wrappers. Where it takes functions to ask instead,
// a test hands it its own malloc(), which is the wrapped one:
//
//     json_set_alloc_funcs(malloc, free);
//     curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, free, realloc, strdup, calloc);
//     event_set_mem_functions(malloc, realloc, free);
//     CRYPTO_set_mem_functions(failing_crypto_malloc, failing_crypto_realloc,
//     failing_crypto_free)
//
// before the library is asked for anything.
#ifndef TESTS_FAILING_MEMORY_H
#define TESTS_FAILING_MEMORY_H

#include <stddef.h>

#include "tests/unit/failing.h"

// The three as OpenSSL wants them.
void *failing_crypto_malloc(size_t size, const char *file, int line);
void *failing_crypto_realloc(void *old, size_t size, const char *file, int line);
void failing_crypto_free(void *old, const char *file, int line);

#endif
