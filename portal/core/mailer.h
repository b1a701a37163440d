// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_MAILER_H
#define QRCONFIRM_PORTAL_CORE_MAILER_H

// Hands messages to a program that speaks as sendmail does: its arguments end with the
// recipient, the message comes on standard input, and 0 says that it was taken. On a thread of
// its own, one after the other; nobody waits for it. What cannot be handed over is forgotten;
// the first time is told on standard error, until one is taken again.

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "portal/base/list.h"

#define MAILER_WAITING_MAX   256u // messages; beyond it the newest is forgotten
#define MAILER_COMMAND_MAX   64u  // bytes
#define MAILER_WORDS_MAX     16u  // of the command
#define MAILER_RECIPIENT_MAX 256u // bytes
#define MAILER_PATIENCE_S    30   // until the program is ended
#define MAILER_STOP_S        2    // the same once the mailer is to end
#define MAILER_STOP_ALL_S    10   // then, for all that waits

struct mailer {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct list waiting;
    size_t count;
    bool running;
    atomic_bool stopping, told; // told: of a message that was not taken
    int64_t stop_at_ms;         // of the monotonic clock, once it is to end
    pthread_t thread;           // from the first message on
};

void mailer_init(struct mailer *mailer);
// Hands over what waits already, as long as the program takes it at once and there is time for
// it; then joins the thread.
void mailer_destroy(struct mailer *mailer);

// Copies all three. Any thread.
void mailer_send(struct mailer *mailer, const char *command, const char *recipient,
                 const char *message);

#endif
