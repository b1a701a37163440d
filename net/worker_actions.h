// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_WORKER_ACTIONS_H
#define QRCONFIRM_NET_WORKER_ACTIONS_H

// What the network thread does with a command: each action from its first event to its last.
// Private to the worker; on its thread alone.

#include "net/worker_queue.h"

// Does what the command says. A command that came too late does nothing.
void worker_run(struct net_worker *worker, struct command *command);

// ---- pairing: worker_pairing.c ----

void worker_pair(struct net_worker *worker, const struct challenge *code, const char *label);
void worker_pair_by_url(struct net_worker *worker, const char *url, const char *key_pin,
                        const char *label);
void worker_resume_pairing(struct net_worker *worker);
void worker_give_up_pairing(struct net_worker *worker);

// Sends what a former run, or an action that was left, has signed but not delivered.
void worker_resend(struct net_worker *worker);

#endif
