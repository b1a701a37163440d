// SPDX-License-Identifier: MIT
// Memory that is not given: what our own code asks for, in a test program that is linked to
// `failing_memory`, is counted by failing.h, and the chosen call gets none. No other line of
// the test is needed.
//
// jansson, libcurl, OpenSSL and SQLite ask by our own code too, once net/protocol/json_text.c,
// net/http.c and portal/core/database_sqlite.c are part of the program. Where another library
// takes functions to ask by, a test hands it its own malloc(), which is the wrapped one, before
// it is asked for anything:
//
//     SDL_SetMemoryFunctions(malloc, calloc, realloc, free);
#ifndef TESTS_FAILING_MEMORY_H
#define TESTS_FAILING_MEMORY_H

#include "tests/unit/failing.h"

#endif
