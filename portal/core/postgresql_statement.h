// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_POSTGRESQL_STATEMENT_H
#define QRCONFIRM_PORTAL_CORE_POSTGRESQL_STATEMENT_H

// Statements of a store (database.h) as PostgreSQL takes them.

#include "portal/core/database.h"

#define POSTGRESQL_ARGUMENTS_MAX 24u
#define POSTGRESQL_SQL_MAX       2048u // bytes of a statement

// Writes a statement as PostgreSQL reads it: arguments by number, and "user" quoted, which is a
// word of its own there. False: it is too long, or has more arguments than `count`.
bool postgresql_translate(const char *sql, size_t count, char out[static POSTGRESQL_SQL_MAX]);

void *postgresql_prepare(struct database *database, const char *sql, const char *types);
void postgresql_finish(void *userdata);
const char *postgresql_text(void *userdata);

void postgresql_bind_int(void *userdata, int position, int64_t value);
// Bytes that are no UTF-8, which PostgreSQL does not take, become question marks.
void postgresql_bind_text(void *userdata, int position, const char *text);
void postgresql_bind_blob(void *userdata, int position, const uint8_t *bytes, size_t size);
enum database_step postgresql_step(void *userdata);
void postgresql_reset(void *userdata);

int postgresql_changes(void *userdata);
int64_t postgresql_column_int(void *userdata, int column);
const char *postgresql_column_text(void *userdata, int column);
const uint8_t *postgresql_column_blob(void *userdata, int column, size_t *size);

#endif
