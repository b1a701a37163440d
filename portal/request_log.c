// SPDX-License-Identifier: MIT
#include "portal/request_log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool request_log_open(struct request_log *log, const char *path, struct fault *fault)
{
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0)
        return fault_set(fault, FAILURE_INTERNAL, "%s: %s", path, strerror(errno));
    log->file = fdopen(file, "a");
    if (!log->file) {
        close(file);
        return fault_set(fault, FAILURE_MEMORY, "%s", path);
    }
    pthread_mutex_init(&log->lock, NULL);
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
