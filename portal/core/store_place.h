// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_STORE_PLACE_H
#define QRCONFIRM_PORTAL_CORE_STORE_PLACE_H

// Where the store of a data folder lies: in PostgreSQL, where the folder has a file
// postgresql.conn with a connection string (postgresql_link.h), else in its file portal.db.

#include "base/failure.h"
#include "portal/core/database.h"

#define STORE_PLACE_FILE "postgresql.conn" // mode 0600: it may hold a password
#define STORE_FILE       "portal.db"

// `renew`: the tables are brought up to date. NULL with INTERNAL or USAGE; `fault` says why.
struct database *store_place_open(const char *directory, bool renew, struct fault *fault);

// Reads the one line of a file with a connection string.
bool store_place_read(const char *path, char *out, size_t size, bool *missing,
                      struct fault *fault);

// Whether there is a store to be opened; makes nothing.
bool store_place_exists(const char *directory);

#endif
