// SPDX-License-Identifier: MIT
#include "portal/core/postgresql_statement.h"

#include <ctype.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"
#include "net/protocol/text.h"
#include "portal/core/postgresql_link.h"

// Types of PostgreSQL, by their numbers in pg_type.
#define TYPE_BYTEA 17u
#define TYPE_INT8  20u
#define TYPE_TEXT  25u

#define NAME_SIZE 16u // "s" and a number

struct statement {
    struct postgresql *postgresql;
    char *sql; // as the store wrote it
    char name[NAME_SIZE];
    unsigned round; // of the connection that knows it; 0: none
    bool of_settings;

    size_t count;
    Oid types[POSTGRESQL_ARGUMENTS_MAX];
    char *values[POSTGRESQL_ARGUMENTS_MAX];
    int sizes[POSTGRESQL_ARGUMENTS_MAX];
    bool starved; // a value is missing

    PGresult *result; // NULL: it was not run
    int row;
    uint8_t *blob; // the column that was asked for last
};

static size_t copy_argument(const char *from, size_t *next, size_t *number)
{
    char *end = NULL;
    unsigned long named = isdigit((unsigned char)from[1]) ? strtoul(from + 1, &end, 10) : 0;
    *number = named > 0 ? named : ++*next;
    return named > 0 ? (size_t)(end - from) : 1;
}

static size_t word_size(const char *at)
{
    size_t size = 0;
    while (isalnum((unsigned char)at[size]) || at[size] == '_')
        size++;
    return size;
}

bool postgresql_translate(const char *sql, size_t count, char out[static POSTGRESQL_SQL_MAX])
{
    size_t at = 0, next = 0, used = 0;
    while (sql[at] != '\0') {
        size_t number = 0, size = 1;
        int added;

        if (sql[at] == '\'' || sql[at] == '"') { // whatever stands in it
            const char *end = strchr(sql + at + 1, sql[at]);
            size = end ? (size_t)(end - sql) - at + 1 : strlen(sql + at);
        } else if (sql[at] == '?') {
            size = copy_argument(sql + at, &next, &number);
        } else if (word_size(sql + at) > 0) {
            size = word_size(sql + at);
        }

        if (number > count)
            return false;
        if (number > 0)
            added = snprintf(out + used, POSTGRESQL_SQL_MAX - used, "$%zu", number);
        else if (size == 4 && strncmp(sql + at, "user", 4) == 0)
            added = snprintf(out + used, POSTGRESQL_SQL_MAX - used, "\"user\"");
        else
            added =
                snprintf(out + used, POSTGRESQL_SQL_MAX - used, "%.*s", (int)size, sql + at);

        if (added < 0 || (size_t)added >= POSTGRESQL_SQL_MAX - used)
            return false;
        used += (size_t)added;
        at += size;
    }
    return true;
}

static bool set_types(struct statement *statement, const char *types)
{
    statement->count = strlen(types);
    if (statement->count > POSTGRESQL_ARGUMENTS_MAX)
        return false;
    for (size_t i = 0; i < statement->count; i++)
        statement->types[i] = types[i] == 'i'   ? TYPE_INT8
                              : types[i] == 't' ? TYPE_TEXT
                                                : TYPE_BYTEA;
    return true;
}

// Names it to the server, once for each connection.
static bool compile(struct statement *statement)
{
    struct postgresql *postgresql = statement->postgresql;
    char sql[POSTGRESQL_SQL_MAX];
    if (!postgresql_is_up(postgresql))
        return false;
    if (statement->round == postgresql->round)
        return true;
    if (!postgresql_translate(statement->sql, statement->count, sql)) {
        snprintf(postgresql->message, sizeof(postgresql->message), "it cannot be translated");
        return false;
    }

    PGresult *result = PQprepare(postgresql->connection, statement->name, sql,
                                 (int)statement->count, statement->types);
    bool ok = !postgresql_failed(postgresql, result);
    PQclear(result);
    if (ok)
        statement->round = postgresql->round;
    return ok;
}

void *postgresql_prepare(struct database *database, const char *sql, const char *types)
{
    struct postgresql *postgresql = (struct postgresql *)database;
    struct statement *statement = shortage_calloc(1, sizeof(*statement));
    if (!statement)
        return NULL;
    statement->postgresql = postgresql;
    statement->sql = shortage_strdup(sql);
    statement->of_settings = strstr(sql, "INTO settings") || strstr(sql, "UPDATE settings") ||
                             strstr(sql, "FROM settings WHERE");
    snprintf(statement->name, sizeof(statement->name), "s%u", ++postgresql->named);

    if (statement->sql && set_types(statement, types) && compile(statement))
        return statement;
    postgresql_finish(statement);
    return NULL;
}

void postgresql_finish(void *userdata)
{
    struct statement *statement = userdata;
    if (!statement)
        return;
    struct postgresql *postgresql = statement->postgresql;
    char sql[NAME_SIZE + 16];
    postgresql_reset(statement);
    snprintf(sql, sizeof(sql), "DEALLOCATE %s", statement->name);
    if (statement->round == postgresql->round && postgresql_is_up(postgresql))
        PQclear(PQexec(postgresql->connection, sql));
    free(statement->sql);
    free(statement);
}

const char *postgresql_text(void *userdata)
{
    return ((const struct statement *)userdata)->sql;
}

static void keep_value(struct statement *statement, int position, const void *bytes,
                       size_t size)
{
    free(statement->values[position]);
    statement->values[position] = NULL;
    statement->sizes[position] = 0;
    if (!bytes)
        return;
    statement->values[position] = shortage_calloc(1, size + 1);
    if (!statement->values[position]) { // taken for NULL; the transaction fails (store.c)
        statement->starved = true;
        return;
    }
    memcpy(statement->values[position], bytes, size);
    statement->sizes[position] = (int)size;
}

void postgresql_bind_int(void *userdata, int position, int64_t value)
{
    uint64_t wire = htobe64((uint64_t)value);
    keep_value(userdata, position, &wire, sizeof(wire));
}

void postgresql_bind_text(void *userdata, int position, const char *text)
{
    struct statement *statement = userdata;
    struct span whole = span_str(text ? text : "");
    size_t at = 0;
    uint32_t code_point;
    keep_value(statement, position, text, whole.n);
    while (statement->values[position] && at < whole.n) {
        if (!text_next(whole, &at, &code_point))
            statement->values[position][at++] = '?';
    }
}

void postgresql_bind_blob(void *userdata, int position, const uint8_t *bytes, size_t size)
{
    keep_value(userdata, position, bytes, size);
}

static enum database_step run(struct statement *statement)
{
    struct postgresql *postgresql = statement->postgresql;
    int binary[POSTGRESQL_ARGUMENTS_MAX];
    for (size_t i = 0; i < POSTGRESQL_ARGUMENTS_MAX; i++)
        binary[i] = 1;
    if (statement->starved || !compile(statement))
        return DATABASE_FAILED;

    statement->result =
        PQexecPrepared(postgresql->connection, statement->name, (int)statement->count,
                       (const char *const *)statement->values, statement->sizes, binary, 0);
    if (postgresql_failed(postgresql, statement->result))
        return DATABASE_FAILED;

    int changes = postgresql_changes(statement);
    postgresql->written += changes;
    if (changes > 0 && statement->of_settings && postgresql->base.wrote)
        postgresql->base.wrote(postgresql->base.userdata, "settings", 0);
    statement->row = -1;
    return DATABASE_ROW;
}

enum database_step postgresql_step(void *userdata)
{
    struct statement *statement = userdata;
    if (!statement->result && run(statement) == DATABASE_FAILED)
        return DATABASE_FAILED;
    statement->row++;
    return statement->row < PQntuples(statement->result) ? DATABASE_ROW : DATABASE_DONE;
}

void postgresql_reset(void *userdata)
{
    struct statement *statement = userdata;
    PQclear(statement->result);
    statement->result = NULL;
    PQfreemem(statement->blob);
    statement->blob = NULL;
    for (size_t i = 0; i < POSTGRESQL_ARGUMENTS_MAX; i++)
        keep_value(statement, (int)i, NULL, 0);
    statement->starved = false;
}

int postgresql_changes(void *userdata)
{
    const struct statement *statement = userdata;
    if (!statement->result || strncmp(PQcmdStatus(statement->result), "SELECT", 6) == 0)
        return 0;
    return (int)strtol(PQcmdTuples(statement->result), NULL, 10);
}

const char *postgresql_column_text(void *userdata, int column)
{
    const struct statement *statement = userdata;
    return PQgetisnull(statement->result, statement->row, column)
               ? NULL
               : PQgetvalue(statement->result, statement->row, column);
}

// Truth is "t".
int64_t postgresql_column_int(void *userdata, int column)
{
    const char *text = postgresql_column_text(userdata, column);
    if (!text)
        return 0;
    return text[0] == 't' ? 1 : strtoll(text, NULL, 10);
}

const uint8_t *postgresql_column_blob(void *userdata, int column, size_t *size)
{
    struct statement *statement = userdata;
    const char *text = postgresql_column_text(statement, column);
    *size = 0;
    if (!text)
        return NULL;
    PQfreemem(statement->blob);
    statement->blob = PQunescapeBytea((const unsigned char *)text, size);
    if (!statement->blob) // it would be taken for none; the transaction fails (store.c)
        shortage_note();
    return statement->blob;
}
