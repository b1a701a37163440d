// SPDX-License-Identifier: MIT
#include "portal/core/store_news.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/shortage.h"
#include "portal/core/database_postgresql.h"
#include "portal/core/postgresql_link.h"

#define CHANNEL_SQL_MAX 128u
#define LOOK_MS         20000 // a line that is silent for so long is tried

struct store_news {
    struct database *database;
    struct changes *changes;
    char place[POSTGRESQL_PLACE_MAX + 1];
    int stop;      // eventfd
    PGconn *first; // the thread's own from its start on; NULL: there was none
    pthread_t thread;
};

static void announce_everything(struct store_news *news)
{
    struct subjects all = {0};
    subjects_add(&all, SUBJECT_EVERYTHING);
    changes_announce(news->changes, &all);
}

static bool listen_on(PGconn *connection)
{
    char sql[CHANNEL_SQL_MAX];
    PGresult *channel = PQexec(connection, "SELECT store_channel()");
    bool ok = PQresultStatus(channel) == PGRES_TUPLES_OK && PQntuples(channel) == 1;
    if (ok)
        snprintf(sql, sizeof(sql), "LISTEN \"%s\"", PQgetvalue(channel, 0, 0));
    PQclear(channel);
    if (!ok)
        return false;

    PGresult *result = PQexec(connection, sql);
    ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return ok;
}

static void add_subject(void *userdata, const char *table, int64_t row)
{
    subjects_add(userdata, subject_of_row(table, row));
}

// What this process wrote itself was announced when it was kept.
static void take_news(struct store_news *news, PGconn *connection)
{
    struct subjects changed = {0};
    PGnotify *notify;
    while ((notify = PQnotifies(connection)) != NULL) {
        if (notify->be_pid != database_postgresql_pid(news->database))
            database_postgresql_read_news(notify->extra, add_subject, &changed);
        PQfreemem(notify);
    }
    if (changed.count > 0)
        changes_announce(news->changes, &changed);
}

// True: it has to end.
static bool wait_until_stopped(const struct store_news *news, int timeout_ms)
{
    struct pollfd stop = {news->stop, POLLIN, 0};
    return poll(&stop, 1, timeout_ms) > 0;
}

// Until the connection breaks or it has to end.
static bool hear(struct store_news *news, PGconn *connection)
{
    for (;;) {
        struct pollfd waits[] = {{PQsocket(connection), POLLIN, 0}, {news->stop, POLLIN, 0}};
        int ready = poll(waits, 2, LOOK_MS);
        if (waits[1].revents != 0)
            return true;

        if (ready == 0)
            PQclear(PQexec(connection, "SELECT 1"));
        else if (ready > 0 && !PQconsumeInput(connection))
            return false;
        if (PQstatus(connection) != CONNECTION_OK)
            return false;
        take_news(news, connection);
    }
}

// A connection that hears; NULL: there is none now.
static PGconn *open_ear(const struct store_news *news)
{
    struct fault fault;
    PGconn *connection = postgresql_connect(news->place, &fault);
    if (connection && listen_on(connection))
        return connection;
    PQfinish(connection);
    return NULL;
}

// What changed while nobody heard is not known: a later connection announces everything. The
// first is there before anybody waits.
static void *run(void *userdata)
{
    struct store_news *news = userdata;
    PGconn *connection = news->first;
    bool stopped = false;
    while (!stopped) {
        if (!connection && (connection = open_ear(news)) != NULL)
            announce_everything(news);
        if (connection)
            stopped = hear(news, connection);

        PQfinish(connection);
        connection = NULL;
        stopped = stopped || wait_until_stopped(news, POSTGRESQL_RETRY_MS);
    }
    return NULL;
}

struct store_news *store_news_start(struct database *database, struct changes *changes,
                                    struct fault *fault)
{
    struct store_news *news = shortage_calloc(1, sizeof(*news));
    if (!news) {
        fault_set(fault, FAILURE_MEMORY, "listening to the store");
        return NULL;
    }
    news->database = database;
    news->changes = changes;
    snprintf(news->place, sizeof(news->place), "%s",
             ((const struct postgresql *)database)->place);

    news->first = open_ear(news);
    news->stop = eventfd(0, EFD_CLOEXEC);
    if (news->stop >= 0 && pthread_create(&news->thread, NULL, run, news) == 0)
        return news;
    fault_set(fault, FAILURE_INTERNAL, "listening to the store: %s", strerror(errno));
    PQfinish(news->first);
    if (news->stop >= 0)
        close(news->stop);
    free(news);
    return NULL;
}

void store_news_stop(struct store_news *news)
{
    if (!news)
        return;
    eventfd_write(news->stop, 1);
    pthread_join(news->thread, NULL);
    close(news->stop);
    free(news);
}
