// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_WORKERS_H
#define QRCONFIRM_PORTAL_WEB_WORKERS_H

// A few threads that take jobs in the order in which they were handed in; of several lanes, one
// of each in turn, so that who hands in many holds up himself alone. Where only so many may
// wait, it is the last of the longest lane that may not.

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "portal/base/list.h"

#define WORKERS_MAX 16u

// Owned by who hands it in, and left alone until it has run.
struct job {
    void (*run)(void *userdata);
    void *userdata;
    const char *lane; // a name; NULL is one as well

    // Of the workers: the first of a lane stands for it.
    struct list_link lanes;
    struct job *next, **last;
    size_t count; // of its lane, itself included
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct list lanes; // the first of each
    bool stopping;
    size_t room, waiting; // room 0: any number may wait
    size_t count;
    pthread_t threads[WORKERS_MAX];
};

// At most WORKERS_MAX threads; `room`: jobs that may wait for one, 0: any number. False if no
// thread could be made.
bool workers_start(struct workers *workers, size_t count, size_t room);
// Runs what is handed in already, then joins the threads.
void workers_stop(struct workers *workers);

// Jobs that nobody has taken yet.
size_t workers_waiting(struct workers *workers);

// The job for which there is no room, this one or an earlier one: it does not run. NULL: there
// is.
struct job *workers_add(struct workers *workers, struct job *job);

#endif
