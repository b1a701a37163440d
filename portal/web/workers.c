// SPDX-License-Identifier: MIT
#include "portal/web/workers.h"

#include <string.h>

#define THREAD_STACK                                                                           \
    (1024u * 1024u) // bytes; sanitizers need more than the default of small systems

// The first of its lane goes; the second stands for it from now on, behind the other lanes.
static void take(struct workers *workers, struct job *job)
{
    struct job *heir = job->next;
    list_leave(&job->lanes);
    if (heir) {
        heir->last = job->last;
        heir->count = job->count - 1;
        list_add(&workers->lanes, &heir->lanes, heir);
    }
}

// The next job; NULL once there is none and none will come.
static struct job *next_job(struct workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    while (list_is_empty(&workers->lanes) && !workers->stopping)
        pthread_cond_wait(&workers->work, &workers->lock);

    struct job *job = list_first(&workers->lanes);
    if (job) {
        take(workers, job);
        workers->waiting--;
    }
    pthread_mutex_unlock(&workers->lock);
    return job;
}

static void *work(void *userdata)
{
    struct workers *workers = userdata;
    struct job *job;
    while ((job = next_job(workers)) != NULL)
        job->run(job->userdata);
    return NULL;
}

bool workers_start(struct workers *workers, size_t count, size_t room)
{
    *workers = (struct workers){.room = room};
    list_init(&workers->lanes);
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->work, NULL);

    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, THREAD_STACK);
    while (workers->count < count && workers->count < WORKERS_MAX &&
           pthread_create(&workers->threads[workers->count], &attributes, work, workers) == 0)
        workers->count++;
    pthread_attr_destroy(&attributes);

    if (workers->count > 0)
        return true;
    pthread_cond_destroy(&workers->work);
    pthread_mutex_destroy(&workers->lock);
    return false;
}

void workers_stop(struct workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->stopping = true;
    pthread_cond_broadcast(&workers->work);
    pthread_mutex_unlock(&workers->lock);

    for (size_t i = 0; i < workers->count; i++)
        pthread_join(workers->threads[i], NULL);
    pthread_cond_destroy(&workers->work);
    pthread_mutex_destroy(&workers->lock);
}

size_t workers_waiting(struct workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    size_t waiting = workers->waiting;
    pthread_mutex_unlock(&workers->lock);
    return waiting;
}

static bool same_lane(const struct job *a, const struct job *b)
{
    if (!a->lane || !b->lane)
        return a->lane == b->lane;
    return strcmp(a->lane, b->lane) == 0;
}

// The first of its lane; NULL: nobody waits there.
static struct job *find_lane(struct workers *workers, const struct job *job)
{
    struct job *first = list_first(&workers->lanes);
    while (first && !same_lane(first, job))
        first = list_next(&workers->lanes, &first->lanes);
    return first;
}

static struct job *longest_lane(struct workers *workers)
{
    struct job *longest = list_first(&workers->lanes);
    for (struct job *at = longest; at; at = list_next(&workers->lanes, &at->lanes)) {
        if (at->count > longest->count)
            longest = at;
    }
    return longest;
}

// There are two at least.
static struct job *take_last(struct job *first)
{
    struct job *before = first;
    while (before->next->next)
        before = before->next;

    struct job *last = before->next;
    before->next = NULL;
    first->last = &before->next;
    first->count--;
    return last;
}

static void stand_in_line(struct workers *workers, struct job *first, struct job *job)
{
    job->next = NULL;
    job->last = &job->next;
    job->count = 1;
    if (first) {
        *first->last = job;
        first->last = &job->next;
        first->count++;
    } else {
        list_add(&workers->lanes, &job->lanes, job);
    }
    workers->waiting++;
}

struct job *workers_add(struct workers *workers, struct job *job)
{
    struct job *refused = NULL;
    pthread_mutex_lock(&workers->lock);
    struct job *first = find_lane(workers, job);

    if (workers->room > 0 && workers->waiting >= workers->room) {
        struct job *longest = longest_lane(workers);
        bool own = (first ? first->count : 0) + 1 >= longest->count;
        refused = own ? job : take_last(longest);
        workers->waiting -= !own;
    }

    if (refused != job) {
        stand_in_line(workers, first, job);
        pthread_cond_signal(&workers->work);
    }
    pthread_mutex_unlock(&workers->lock);
    return refused;
}
