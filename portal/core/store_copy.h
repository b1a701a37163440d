// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_STORE_COPY_H
#define QRCONFIRM_PORTAL_CORE_STORE_COPY_H

// Moves a portal from SQLite to PostgreSQL: all rows of all tables in one transaction, or none.

#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"

struct store_copied {
    size_t tables;
    int64_t rows;
};

// Copies portal.db of a data folder into the empty store that the connection string in `file`
// names, and counts both. portal.db is left as it is; afterwards the folder has a
// postgresql.conn, so that its portal is served from there. Refused while anybody has portal.db
// open. Fails with INTERNAL or USAGE: then nothing was changed, on either side.
bool store_copy(const char *directory, const char *file, struct store_copied *out,
                struct fault *fault);

#endif
