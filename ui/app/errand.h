// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_ERRAND_H
#define QRCONFIRM_UI_APP_ERRAND_H

// A command that has one thing for the network thread to do, and waits until it is done.

#include "ui/app/inbox.h"
#include "ui/settings/options.h"
#include "ui/settings/paths.h"

struct errand {
    struct inbox inbox;
    struct net_environment environment;
    struct pairing_store *store;
    struct net_worker *worker;
    int signals_fd, suspend_fd;
};

// Opens the pairings and starts the thread. False with a fault; else to be ended.
bool errand_begin(struct errand *errand, const struct options *options,
                  const struct paths *paths, struct fault *fault);
void errand_end(struct errand *errand);

// Waits for the event of this kind; false if the action failed, the PIN was wrong, or a signal
// came: then it is left.
bool errand_wait(struct errand *errand, enum net_event_kind kind, struct net_event *out,
                 struct fault *fault);

// Where a PIN is set: reads it from standard input and unlocks the keys for the next command.
// `*entered` is false where none is set, or the line was empty. False with INTERRUPTED if a
// signal came, with KEY_LOCKED if there was no line.
bool errand_unlock(struct errand *errand, const char *prompt, bool *entered,
                   struct fault *fault);

#endif
