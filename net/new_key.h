// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_NEW_KEY_H
#define QRCONFIRM_NET_NEW_KEY_H

// The first session key of a pairing that begins, of either dialect: made for it alone.

#include "net/action.h"

// Names the pairing at random, makes its key and has it in the store. The record stays the
// caller's to save; `public_key` is written on success only.
bool new_key_make(const struct net_action *action, struct pairing *pairing,
                  uint8_t public_key[static PUBLIC_KEY_SIZE], struct fault *fault);

#endif
