// SPDX-License-Identifier: MIT
#include "portal/changes.h"

#include <time.h>

void changes_init(struct changes *changes)
{
    *changes = (struct changes){0};
    pthread_mutex_init(&changes->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changes->news, &attributes);
    pthread_condattr_destroy(&attributes);
}

void changes_destroy(struct changes *changes)
{
    pthread_cond_destroy(&changes->news);
    pthread_mutex_destroy(&changes->lock);
}

void changes_announce(struct changes *changes)
{
    pthread_mutex_lock(&changes->lock);
    changes->count++;
    pthread_cond_broadcast(&changes->news);
    pthread_mutex_unlock(&changes->lock);
}

uint64_t changes_count(struct changes *changes)
{
    pthread_mutex_lock(&changes->lock);
    uint64_t count = changes->count;
    pthread_mutex_unlock(&changes->lock);
    return count;
}

static struct timespec deadline(int64_t milliseconds)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += milliseconds / 1000;
    end.tv_nsec += milliseconds % 1000 * 1000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000;
    }
    return end;
}

bool changes_wait(struct changes *changes, uint64_t seen, int64_t milliseconds)
{
    struct timespec end = deadline(milliseconds);
    pthread_mutex_lock(&changes->lock);
    int result = 0;
    while (!changes->stopped && changes->count == seen && result == 0)
        result = pthread_cond_timedwait(&changes->news, &changes->lock, &end);
    bool running = !changes->stopped;
    pthread_mutex_unlock(&changes->lock);
    return running;
}

void changes_sleep(struct changes *changes, int64_t milliseconds)
{
    struct timespec end = deadline(milliseconds);
    pthread_mutex_lock(&changes->lock);
    int result = 0;
    while (!changes->stopped && result == 0)
        result = pthread_cond_timedwait(&changes->news, &changes->lock, &end);
    pthread_mutex_unlock(&changes->lock);
}

void changes_stop(struct changes *changes)
{
    pthread_mutex_lock(&changes->lock);
    changes->stopped = true;
    pthread_cond_broadcast(&changes->news);
    pthread_mutex_unlock(&changes->lock);
}
