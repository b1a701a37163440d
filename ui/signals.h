// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SIGNALS_H
#define QRCONFIRM_UI_SIGNALS_H

// SIGINT, SIGTERM and SIGHUP as a message in the inbox. The signals are blocked in every thread
// but one that waits for them, so block them before any thread is started.

#include "ui/inbox.h"

struct signals {
    pthread_t thread;
    struct inbox *inbox;
    int stop_fd;
};

// Blocks the signals in this thread and all that it starts from now on; ignores SIGPIPE.
void signals_block(void);

bool signals_start(struct signals *signals, struct inbox *inbox, struct fault *fault);
void signals_stop(struct signals *signals);

#endif
