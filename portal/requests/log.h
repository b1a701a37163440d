// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_REQUESTS_LOG_H
#define QRCONFIRM_PORTAL_REQUESTS_LOG_H

// One JSON line for each request that was answered: when, from where, what, and how it ended.
// No query, cookie, body or token is in it: paths that hold a token are written as their route.

#include <pthread.h>
#include <stdio.h>

#include "base/failure.h"

#define REQUEST_LOG_PATH_MAX 4096u

struct request_log {
    pthread_mutex_t lock;
    FILE *file; // NULL: nothing is written
    char path[REQUEST_LOG_PATH_MAX];
};

struct request_log_line {
    long long time; // seconds since 1970
    const char *address, *method, *route;
    const char *action; // one of our own names for what was asked there, or ""
    unsigned status;
    const char *code; // of a problem, or ""
    long long ms;     // that answering took
};

// Appends to `path` (mode 0600). Fails with INTERNAL.
bool request_log_open(struct request_log *log, const char *path, struct fault *fault);
// Opens the path again, after the log was moved away; false: goes on in the old one.
bool request_log_reopen(struct request_log *log, struct fault *fault);
void request_log_close(struct request_log *log);
void request_log_write(struct request_log *log, const struct request_log_line *line);

#endif
