// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_STORE_JOURNAL_H
#define QRCONFIRM_NET_PAIRINGS_STORE_JOURNAL_H

// The signer of a store as the keeper of the journal's head.

#include "net/pairings/journal_keeper.h"
#include "net/pairings/pairing_store.h"

// Good while the store is open.
struct journal_keeper store_journal_keeper(struct pairing_store *store);

#endif
