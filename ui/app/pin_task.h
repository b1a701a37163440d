// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_PIN_TASK_H
#define QRCONFIRM_UI_APP_PIN_TASK_H

// Setting, changing and removing the PIN from the screen, and trying the administrator PIN:
// holds the digits in guarded memory until they are used, and works in a thread of its own, as
// it takes a second. All functions on the main thread, but `on_done`.

#include <pthread.h>
#include <stdatomic.h>

#include "net/pairings/pairing.h"
#include "net/pairings/pin.h"

struct pin_digits;

struct pin_task {
    struct pin_digits *digits; // NULL: nothing entered yet
    struct pairing_store *store;
    pthread_t thread;
    bool running;
    atomic_bool done;
    bool checks;     // the administrator PIN
    bool good;       // once it is done
    int64_t wait_ms; // until the next try counts
    struct fault fault;
    void (*on_done)(void *userdata); // on its thread: pin_task_take may be called now
    void *userdata;
};

// The digits of the PIN in force, and of the new one. False with MEMORY, or while it runs.
bool pin_task_old(struct pin_task *task, struct span digits, struct fault *fault);
bool pin_task_new(struct pin_task *task, struct span digits, struct fault *fault);

// True if these are the digits of the new PIN once more.
bool pin_task_is_same(const struct pin_task *task, struct span digits);

// Begins with what was entered: without old digits the PIN is set, without new ones removed.
// False as above.
bool pin_task_start(struct pin_task *task, struct pairing_store *store, struct fault *fault);

// Begins to try these digits as the administrator PIN; what was entered before is forgotten.
// False as above.
bool pin_task_check(struct pin_task *task, struct pairing_store *store, struct span digits,
                    struct fault *fault);

// True once after it is done; `fault` tells what was wrong, FAILURE_NONE: nothing.
bool pin_task_take(struct pin_task *task, struct fault *fault);

// Forgets the digits; waits for what has begun.
void pin_task_end(struct pin_task *task);

#endif
