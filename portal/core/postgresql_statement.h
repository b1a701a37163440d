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
void postgresql_finish(void *statement);
const char *postgresql_text(void *statement);

void postgresql_bind_int(void *statement, int position, int64_t value);
// Bytes that are no UTF-8, which PostgreSQL does not take, become question marks.
void postgresql_bind_text(void *statement, int position, const char *text);
void postgresql_bind_blob(void *statement, int position, const uint8_t *bytes, size_t size);
enum database_step postgresql_step(void *statement);
void postgresql_reset(void *statement);

int postgresql_changes(void *statement);
int64_t postgresql_column_int(void *statement, int column);
const char *postgresql_column_text(void *statement, int column);
const uint8_t *postgresql_column_blob(void *statement, int column, size_t *size);

#endif
