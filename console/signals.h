// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_CONSOLE_SIGNALS_H
#define QRCONFIRM_CONSOLE_SIGNALS_H

// The signals that end a program (SIGINT, SIGTERM, SIGHUP, SIGQUIT), and the one that suspends
// it (SIGTSTP), as something that can be waited for beside other things. They are blocked in
// every thread, so block them before any thread is started. A signal that has come stays: a
// prompt, a call that waits and the thread of signals_watch all see it.

#include <pthread.h>
#include <stdbool.h>

#include "base/failure.h"

// Blocks the signals that end a program in this thread and all that it starts from now on, and
// ignores SIGPIPE.
void signals_block(void);

// For a program without a wait of its own: they end it at once, with the exit code 130.
void signals_end_at_once(void);

// A file descriptor that is readable once a signal has come that ends the program; -1 with a
// fault. The caller closes it.
int signals_open(struct fault *fault);

// Whether one has come.
bool signals_came(void);

// Blocks SIGTSTP, for a program that must tidy a terminal before it is suspended.
void suspend_block(void);
int suspend_open(struct fault *fault);
// Suspends the program if SIGTSTP has come; returns when it goes on.
void suspend_now(void);

// A thread that waits for the first signal and tells of it: for what cannot wait for a file
// descriptor.
struct signals_watch {
    pthread_t thread;
    void (*came)(void *userdata); // on that thread, once
    void *userdata;
    int signals_fd, stop_fd;
};

bool signals_watch_start(struct signals_watch *watch, void (*came)(void *userdata),
                         void *userdata, struct fault *fault);
void signals_watch_stop(struct signals_watch *watch);

#endif
