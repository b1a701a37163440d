// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_STORE_CHECK_H
#define QRCONFIRM_PORTAL_CORE_STORE_CHECK_H

// Whether the store of a data folder is whole: what it lies in, its tables, its rows against
// each other, its settings. Nothing is changed, and whoever serves it is not held up.
//
// SQLite keeps no checksums. A byte that was changed inside a text or a number is found only
// where something else contradicts it.

#include <stdint.h>

#include "base/failure.h"

#define STORE_CHECK_LINES 20 // of one part of the check; the rest is left out

// A store up to the first size is looked through at every start, up to the second where the
// last stop was not orderly. So nobody waits for that longer than a disk takes to read it.
#define STORE_CHECK_ALWAYS_MAX   (INT64_C(16) << 20) // bytes
#define STORE_CHECK_AT_START_MAX (INT64_C(256) << 20)

enum store_check_part {
    STORE_CHECK_FILE, // its pages and indexes; of PostgreSQL the server
    STORE_CHECK_TABLES,
    STORE_CHECK_ROWS,
    STORE_CHECK_SETTINGS,
    STORE_CHECK_PARTS
};

struct store_checked {
    int64_t version;                 // of the tables; 0: there are none
    bool looked[STORE_CHECK_PARTS];  // false: what came before leaves no sense in it
    size_t found[STORE_CHECK_PARTS]; // what is wrong
};

typedef void (*store_check_found)(void *userdata, enum store_check_part part, const char *what);

const char *store_check_part_name(enum store_check_part part); // "file"

// Tells of each thing that is wrong. Fails where the store cannot be looked at, with INTERNAL
// or USAGE, or STORE_DAMAGED where it is no store any more.
bool store_check(const char *directory, store_check_found found, void *userdata,
                 struct store_checked *out, struct fault *fault);

// The same, as far as a start has the time (above): of SQLite, whether the file is whole. Fails
// with STORE_DAMAGED alone. `skipped`: the last stop was not orderly, and the store is too
// large.
bool store_check_at_start(const char *directory, bool *skipped, struct fault *fault);

#endif
