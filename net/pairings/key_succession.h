// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_KEY_SUCCESSION_H
#define QRCONFIRM_NET_PAIRINGS_KEY_SUCCESSION_H

// How one session key of a pairing follows another (docs/protocol, section 11), and what is on
// disk meanwhile. The record lists the keys, the one in use first:
//
//   [K0]           the usual case
//   [K0, K1 at 0]  K1 is made; the portal may or may not have taken it. K0 signs.
//   [K1, K0]       the portal has taken K1, which signs. K0 stays until K1 was seen to work.
//   [K1]           a reply came to what K1 has signed.
//
// "At 0": not_after is 0. A key is in the key file before the record names it, and leaves the
// file before the record forgets it; so after a crash at any step the key in use is there, and
// a key in the file that the record does not name was never sent.

#include "net/pairings/pairing_store.h"

// True while the portal may still have to take key[1].
static inline bool key_succession_is_open(const struct pairing *pairing)
{
    return pairing->key_count == 2 && pairing->key[1].not_after == 0;
}

// The key that is to follow: the one of a rotation that was given up, or a new one, stored
// before this returns. KEY_LOCKED with a PIN that was not entered.
bool key_succession_begin(struct pairing_store *pairings, struct pairing *pairing,
                          uint8_t new_key[static PUBLIC_KEY_SIZE], struct fault *fault);

// The portal has taken the key with this id: it signs from now on. `not_after` and
// `server_time` are 0 where the portal did not say. Done twice is done once.
bool key_succession_taken(struct pairing_store *pairings, struct pairing *pairing,
                          const uint8_t new_id[static KEY_ID_SIZE], int64_t not_after,
                          int64_t server_time, struct fault *fault);

// Changes over to the other key for a try, in memory only. False if there is none.
bool key_succession_try_other(struct pairing *pairing);

// Another program on the same folder may have renewed the key since the pairing was read: where
// key[0] is no longer one of the record's keys, these are taken over.
void key_succession_follow(struct pairing_store *pairings, struct pairing *pairing);

// A valid reply came to what key[0] has signed; `tried`: after key_succession_try_other.
// Forgets the key that is over; but where another program has gone on to other keys, follows
// it.
void key_succession_settle(struct pairing_store *pairings, struct pairing *pairing, bool tried);

#endif
