// SPDX-License-Identifier: MIT
#include "tests/bench/portal/windows.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/portal/clock.h"

#define EVENTS_MAX  64
#define LOOK_MS     200
#define OPENERS     4u
#define EVENT_SHORT 65536u // bytes that are read at once

static void hear_one(struct windows *windows, struct window *window, char *text)
{
    int got;
    ERR_clear_error(); // what was left of another window would be taken for this one's
    while ((got = SSL_read(window->page.client.ssl, text, EVENT_SHORT - 1)) > 0) {
        text[got] = '\0';
        if (window->heard == 0 && strstr(text, "\"state\":\"scanned\"")) {
            window->heard = clock_now();
            pthread_cond_broadcast(&windows->told);
        }
    }

    if (SSL_get_error(window->page.client.ssl, got) == SSL_ERROR_WANT_READ)
        return;
    window->open = false;
    windows->lost += !window->leaving;
    client_close(&window->page.client);
}

static void *hear(void *userdata)
{
    struct windows *windows = userdata;
    struct epoll_event events[EVENTS_MAX];
    char *text = malloc(EVENT_SHORT);

    while (text && !atomic_load(&windows->ending)) {
        int count = epoll_wait(windows->epoll, events, EVENTS_MAX, LOOK_MS);
        pthread_mutex_lock(&windows->lock);
        for (int i = 0; i < count; i++) {
            struct window *window = events[i].data.ptr;
            if (window->open)
                hear_one(windows, window, text);
        }
        pthread_mutex_unlock(&windows->lock);
    }

    free(text);
    return NULL;
}

// From now on the thread hears it.
static bool add(struct windows *windows, struct window *window)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = window};
    int socket = window->page.client.socket;
    int flags = fcntl(socket, F_GETFL);
    window->open = flags >= 0 && fcntl(socket, F_SETFL, flags | O_NONBLOCK) == 0 &&
                   epoll_ctl(windows->epoll, EPOLL_CTL_ADD, socket, &event) == 0;
    return window->open;
}

static void open_one(struct windows *windows, size_t i, struct client_reply *reply)
{
    struct window *window = &windows->at[i];
    page_init(&window->page, windows->stage, client_address((unsigned)(i / WINDOWS_A_NETWORK)));
    bool listens = page_ask(&window->page, false, reply) && page_listen(&window->page, reply);

    pthread_mutex_lock(&windows->lock);
    if (!listens || !add(windows, window)) {
        client_close(&window->page.client);
        windows->lost++;
    }
    pthread_mutex_unlock(&windows->lock);
}

// What a page does shortly before its code expires: another code and stream, then the old
// connection goes.
static bool renew_one(struct windows *windows, struct window *window,
                      struct client_reply *reply)
{
    pthread_mutex_lock(&windows->lock);
    window->leaving = true;
    struct page next = window->page;
    pthread_mutex_unlock(&windows->lock);

    next.client = (struct client){.socket = -1};
    if (next.ticket)
        SSL_SESSION_up_ref(next.ticket);
    if (!page_ask(&next, true, reply) || !page_listen(&next, reply)) {
        page_destroy(&next);
        return false;
    }

    pthread_mutex_lock(&windows->lock);
    page_destroy(&window->page); // which takes it out of epoll
    *window = (struct window){.page = next};
    bool added = add(windows, window);
    pthread_mutex_unlock(&windows->lock);
    return added;
}

// When the n-th renewal is due.
static double due(const struct windows *windows, size_t n)
{
    return windows->renewing_since + (double)n * WINDOWS_RENEW_S / (double)windows->count;
}

static void *renew(void *userdata)
{
    struct windows *windows = userdata;
    struct client_reply *reply = malloc(sizeof(*reply));

    while (reply && !atomic_load(&windows->ending)) {
        size_t n = atomic_fetch_add(&windows->next, 1);
        while (!atomic_load(&windows->ending) && clock_now() < due(windows, n))
            clock_sleep(fmin(due(windows, n) - clock_now(), LOOK_MS / 1000.0));
        if (atomic_load(&windows->ending))
            break;

        bool renewed = renew_one(windows, &windows->at[n % windows->count], reply);
        pthread_mutex_lock(&windows->lock);
        windows->renewed += renewed;
        windows->not_renewed += !renewed;
        pthread_mutex_unlock(&windows->lock);
    }

    free(reply);
    return NULL;
}

bool windows_renew(struct windows *windows)
{
    windows->renewing_since = clock_now();
    atomic_init(&windows->next, 0);
    while (windows->renewers < WINDOWS_RENEWERS &&
           pthread_create(&windows->renews[windows->renewers], NULL, renew, windows) == 0)
        windows->renewers++;
    return windows->renewers > 0;
}

struct opener {
    struct windows *windows;
    size_t first;
    pthread_t thread;
    bool runs;
};

static void *open_some(void *userdata)
{
    const struct opener *opener = userdata;
    struct client_reply *reply = malloc(sizeof(*reply));
    for (size_t i = opener->first; reply && i < opener->windows->count; i += OPENERS)
        open_one(opener->windows, i, reply);
    free(reply);
    return NULL;
}

static void open_all(struct windows *windows)
{
    struct opener openers[OPENERS];
    for (size_t i = 0; i < OPENERS; i++) {
        openers[i] = (struct opener){.windows = windows, .first = i};
        openers[i].runs = pthread_create(&openers[i].thread, NULL, open_some, &openers[i]) == 0;
    }
    for (size_t i = 0; i < OPENERS; i++)
        if (openers[i].runs)
            pthread_join(openers[i].thread, NULL);
}

static void init_told(pthread_cond_t *told)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(told, &attributes);
    pthread_condattr_destroy(&attributes);
}

bool windows_open(struct windows *windows, const struct stage *stage, size_t count)
{
    *windows = (struct windows){.stage = stage,
                                .at = calloc(count, sizeof(*windows->at)),
                                .count = count,
                                .epoll = epoll_create1(EPOLL_CLOEXEC)};
    pthread_mutex_init(&windows->lock, NULL);
    init_told(&windows->told);
    atomic_init(&windows->ending, false);
    if (!windows->at || windows->epoll < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        page_init(&windows->at[i].page, stage, 0);

    windows->hearing = pthread_create(&windows->hears, NULL, hear, windows) == 0;
    open_all(windows);
    return windows->hearing;
}

void windows_close(struct windows *windows)
{
    atomic_store(&windows->ending, true);
    if (windows->hearing)
        pthread_join(windows->hears, NULL);
    for (size_t i = 0; i < windows->renewers; i++)
        pthread_join(windows->renews[i], NULL);

    for (size_t i = 0; windows->at && i < windows->count; i++)
        page_destroy(&windows->at[i].page);
    if (windows->epoll >= 0)
        close(windows->epoll);
    pthread_cond_destroy(&windows->told);
    pthread_mutex_destroy(&windows->lock);
    free(windows->at);
}

size_t windows_held(struct windows *windows)
{
    size_t held = 0;
    pthread_mutex_lock(&windows->lock);
    for (size_t i = 0; i < windows->count; i++)
        held += windows->at[i].open;
    pthread_mutex_unlock(&windows->lock);
    return held;
}

bool windows_wait(struct windows *windows, size_t i, double *heard)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)STAGE_PATIENCE_S;

    pthread_mutex_lock(&windows->lock);
    int end = 0;
    while (windows->at[i].heard == 0 && end == 0)
        end = pthread_cond_timedwait(&windows->told, &windows->lock, &until);
    *heard = windows->at[i].heard;
    pthread_mutex_unlock(&windows->lock);
    return *heard > 0;
}
