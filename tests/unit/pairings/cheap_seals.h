// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_CHEAP_SEALS_H
#define QRCONFIRM_TESTS_CHEAP_SEALS_H

// What a seal costs is tried once (pin.c: a_new_seal_costs_what_the_protocol_wants); whoever
// makes hundreds of them to try something else makes cheap ones.

#include "net/pairings/pairing_store.h"

// The seals that the store's own signer makes from here on.
static inline void make_seals_cheap(struct pairing_store *store)
{
    store->signer.own.cost = (struct seal_cost){.passes = 1, .memory_kib = 8};
}

#endif
