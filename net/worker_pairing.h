// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_WORKER_PAIRING_H
#define QRCONFIRM_NET_WORKER_PAIRING_H

// A pairing from its first event to its last, whatever the dialect: its steps are
// net/dialect.h's. Private to the worker; on its thread alone.

#include "net/worker_queue.h"

// By a scanned code, by an address (`key_pin` may be NULL), or by a device token: as the
// functions of net/worker.h say.
void worker_pair(struct net_worker *worker, const struct challenge *code, const char *label);
void worker_pair_by_url(struct net_worker *worker, const char *url, const char *key_pin,
                        const char *label);
void worker_pair_by_token(struct net_worker *worker, const struct token_pairing *wanted);
void worker_pair_by_badge(struct net_worker *worker, const struct badge_pairing *wanted);

// The pairing that a former run has begun: goes on with it, or ends it.
void worker_resume_pairing(struct net_worker *worker);
void worker_give_up_pairing(struct net_worker *worker);

#endif
