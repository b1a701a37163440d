// SPDX-License-Identifier: MIT
#include "portal/core/postgresql_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// What a connection is like unless its string says otherwise: a server that went away without
// a word is noticed within half a minute, and one of ours that did holds the lock no longer.
static const char *const link_names[] = {"application_name",
                                         "connect_timeout",
                                         "keepalives_idle",
                                         "keepalives_interval",
                                         "keepalives_count",
                                         "tcp_user_timeout",
                                         "client_encoding",
                                         "options",
                                         "sslmode",
                                         "dbname",
                                         NULL};

enum { LINK_SSLMODE = 8, LINK_PLACE = 9, LINK_COUNT = 11 };

#define LINK_SETTINGS                                                                          \
    "SET lock_timeout = '10s'; SET statement_timeout = '20s'; "                                \
    "SET idle_in_transaction_session_timeout = '15s'; "                                        \
    "SET default_transaction_isolation = 'read committed'; SET synchronous_commit = on; "      \
    "SET client_min_messages = warning; "                                                      \
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; "                          \
    "SET tcp_keepalives_count = 3"

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// The first line alone.
static void copy_line(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
}

static bool is_local(const char *host)
{
    return !host || host[0] == '\0' || host[0] == '/' || host[0] == '@' ||
           strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 ||
           strcmp(host, "::1") == 0;
}

static bool has_word(const char *list, const char *word)
{
    return list && strstr(list, word);
}

// What the string leaves out libpq takes from the environment.
static const char *value_of(const PQconninfoOption *option)
{
    return option->val || !option->envvar ? option->val : getenv(option->envvar);
}

// Whether TLS has to be asked for: another machine, and nothing said about it.
static bool wants_tls(const PQconninfoOption *options)
{
    bool away = false, said = false;
    for (const PQconninfoOption *option = options; option->keyword; option++) {
        const char *value = value_of(option);
        if (!value || value[0] == '\0')
            continue;
        if (strcmp(option->keyword, "host") == 0 || strcmp(option->keyword, "hostaddr") == 0)
            away = away || has_word(value, ",") || !is_local(value);
        if (strcmp(option->keyword, "sslmode") == 0 || strcmp(option->keyword, "service") == 0)
            said = true;
    }
    return away && !said;
}

static bool read_place(const char *place, bool *tls, struct fault *fault)
{
    char *error = NULL;
    PQconninfoOption *options = PQconninfoParse(place, &error);
    if (!options) {
        PQfreemem(error); // it may name the password
        return fault_set(
            fault, FAILURE_INTERNAL,
            "the connection to PostgreSQL is not one that libpq can read: write it "
            "as postgresql://USER@HOST/DATABASE");
    }
    *tls = wants_tls(options);
    PQconninfoFree(options);
    return true;
}

// What matters of them comes back as the failure of a statement.
static void ignore_notice(void *userdata, const char *message)
{
    (void)userdata;
    (void)message;
}

PGconn *postgresql_connect(const char *place, struct fault *fault)
{
    const char *values[LINK_COUNT] = {"qrportal", "5",  "10", "5",   "3", "15000",
                                      "UTF8",     NULL, NULL, place, NULL};
    bool tls = false;
    if (!read_place(place, &tls, fault))
        return NULL;
    if (tls)
        values[LINK_SSLMODE] = "verify-full";

    char line[POSTGRESQL_MESSAGE_MAX];
    PGconn *connection = PQconnectdbParams(link_names, values, 1);
    PQsetNoticeProcessor(connection, ignore_notice, NULL);
    PGresult *result =
        PQstatus(connection) == CONNECTION_OK ? PQexec(connection, LINK_SETTINGS) : NULL;
    if (PQresultStatus(result) == PGRES_COMMAND_OK) {
        PQclear(result);
        return connection;
    }

    copy_line(line, sizeof(line), PQerrorMessage(connection));
    fault_set(fault, FAILURE_INTERNAL, "PostgreSQL: %s", line);
    PQclear(result);
    PQfinish(connection);
    return NULL;
}

bool postgresql_is_up(const struct postgresql *postgresql)
{
    return postgresql->connection && PQstatus(postgresql->connection) == CONNECTION_OK;
}

bool postgresql_reconnect(struct postgresql *postgresql)
{
    if (postgresql_is_up(postgresql))
        return true;
    PQfinish(postgresql->connection);
    postgresql->connection = NULL;
    atomic_store(&postgresql->pid, 0);
    if (now_ms() < postgresql->retry_at)
        return false;

    struct fault fault = {0};
    postgresql->connection = postgresql_connect(postgresql->place, &fault);
    if (!postgresql->connection) {
        copy_line(postgresql->message, sizeof(postgresql->message), fault.detail);
        postgresql->retry_at = now_ms() + POSTGRESQL_RETRY_MS;
        return false;
    }
    postgresql->round++;
    atomic_store(&postgresql->pid, PQbackendPID(postgresql->connection));
    return true;
}

bool postgresql_failed(struct postgresql *postgresql, const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return false;
    copy_line(postgresql->message, sizeof(postgresql->message),
              result ? PQresultErrorMessage(result) : PQerrorMessage(postgresql->connection));
    return true;
}

PGresult *postgresql_exec(struct postgresql *postgresql, const char *sql)
{
    if (!postgresql_is_up(postgresql))
        return NULL;
    PGresult *result = PQexec(postgresql->connection, sql);
    if (!postgresql_failed(postgresql, result))
        return result;
    PQclear(result);
    return NULL;
}
