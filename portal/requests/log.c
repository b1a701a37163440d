// SPDX-License-Identifier: MIT
#include "portal/requests/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static FILE *open_file(const char *path, struct fault *fault)
{
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) {
        fault_set(fault, FAILURE_INTERNAL, "%s: %s", path, strerror(errno));
        return NULL;
    }
    FILE *out = fdopen(file, "a");
    if (!out) {
        close(file);
        fault_set(fault, FAILURE_MEMORY, "%s", path);
    }
    return out;
}

bool request_log_open(struct request_log *log, const char *path, struct fault *fault)
{
    if (strlen(path) >= sizeof(log->path))
        return fault_set(fault, FAILURE_USAGE, "%s: the path is too long", path);
    log->file = open_file(path, fault);
    if (!log->file)
        return false;
    snprintf(log->path, sizeof(log->path), "%s", path);
    pthread_mutex_init(&log->lock, NULL);
    return true;
}

bool request_log_reopen(struct request_log *log, struct fault *fault)
{
    if (!log->file)
        return true;
    FILE *file = open_file(log->path, fault);
    if (!file)
        return false;
    pthread_mutex_lock(&log->lock);
    fclose(log->file);
    log->file = file;
    pthread_mutex_unlock(&log->lock);
    return true;
}

void request_log_close(struct request_log *log)
{
    if (!log->file)
        return;
    fclose(log->file);
    pthread_mutex_destroy(&log->lock);
    log->file = NULL;
}

// Every text in a line is of our own making (routes, codes, methods), but for the address,
// which has no character that JSON would escape.
void request_log_write(struct request_log *log, const struct request_log_line *line)
{
    if (!log->file)
        return;
    pthread_mutex_lock(&log->lock);
    fprintf(log->file,
            "{\"time\":%lld,\"address\":\"%s\",\"method\":\"%s\",\"path\":\"%s\","
            "\"status\":%u,\"code\":\"%s\",\"action\":\"%s\",\"ms\":%lld}\n",
            line->time, line->address, line->method, line->route, line->status, line->code,
            line->action, line->ms);
    fflush(log->file);
    pthread_mutex_unlock(&log->lock);
}
