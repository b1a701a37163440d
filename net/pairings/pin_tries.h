// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PIN_TRIES_H
#define QRCONFIRM_NET_PAIRINGS_PIN_TRIES_H

// Wrong PINs in a row, in a file of the folder: each PIN has its own. They make the next one
// wait, longer and longer, also after a restart and whatever the wall clock says.
//
// The way of a try, under the lock of its PIN: begin, before it is judged; then forgive if it
// was the right one.

#include <stdint.h>

#include "base/failure.h"

#define PIN_TRIES_FREE 3u // wrong PINs before the first wait

// Milliseconds until a PIN may be tried; 0: now. `now_ms` is the boot clock. A file that cannot
// be read is many wrong tries.
int64_t pin_tries_wait_ms(int folder, const char *name, int64_t now_ms);

// The try is on disk before it is judged. Fails with KEY_WAIT and the milliseconds until it
// would count; else `wait_ms` is how long the next one waits if this one is wrong.
bool pin_tries_begin(int folder, const char *name, int64_t now_ms, int64_t *wait_ms,
                     struct fault *fault);

// How many there were; of a file that cannot be read 0.
uint64_t pin_tries_wrong(int folder, const char *name);

// The PIN was right.
void pin_tries_forgive(int folder, const char *name);

#endif
