// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_WORKER_ACTIONS_H
#define QRCONFIRM_NET_WORKER_ACTIONS_H

// What the network thread does with a command: each action from its first event to its last.
// Private to the worker; on its thread alone.

#include "net/worker_queue.h"

// Does what the command says. A command that came too late does nothing.
void worker_run(struct net_worker *worker, struct command *command);

// Sends what a former run, or an action that was left, has signed but not delivered.
void worker_resend(struct net_worker *worker);

// Opens a connection, if it was asked for and is worth it.
void worker_connect(struct net_worker *worker);

#endif
