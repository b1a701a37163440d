// SPDX-License-Identifier: MIT
#include "tests/unit/failing_memory.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The linker hands the calls of NAME to __wrap_NAME (tests/CMakeLists.txt lists the names).
#define FAILS_NOW(type, name, arguments, values)                                               \
    type __real_##name arguments;                                                              \
    type __wrap_##name arguments;                                                              \
    type __wrap_##name arguments                                                               \
    {                                                                                          \
        if (failing_now()) {                                                                   \
            errno = ENOMEM;                                                                    \
            return NULL;                                                                       \
        }                                                                                      \
        return __real_##name values;                                                           \
    }

FAILS_NOW(void *, malloc, (size_t size), (size))
FAILS_NOW(void *, calloc, (size_t count, size_t size), (count, size))
FAILS_NOW(void *, realloc, (void *old, size_t size), (old, size))
FAILS_NOW(void *, reallocarray, (void *old, size_t count, size_t size), (old, count, size))
FAILS_NOW(char *, strdup, (const char *text), (text))
FAILS_NOW(char *, strndup, (const char *text, size_t most), (text, most))
FAILS_NOW(void *, sodium_malloc, (size_t size), (size))

// These ask inside the C library, which no wrapper sees.
FAILS_NOW(DIR *, opendir, (const char *name), (name))
FAILS_NOW(DIR *, fdopendir, (int file), (file))
FAILS_NOW(FILE *, fopen, (const char *name, const char *mode), (name, mode))
FAILS_NOW(FILE *, fdopen, (int file, const char *mode), (file, mode))
FAILS_NOW(FILE *, open_memstream, (char **text, size_t *size), (text, size))
