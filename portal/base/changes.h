// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_CHANGES_H
#define QRCONFIRM_PORTAL_BASE_CHANGES_H

// "This in the store has changed": how pages that wait for news are woken. Changes by
// other processes are not heard (store_changed_elsewhere).

#include <pthread.h>

#include "portal/base/subject.h"

struct changes {
    pthread_mutex_t lock;
    void (*heard)(void *userdata, const struct subjects *subjects);
    void *userdata;
};

void changes_init(struct changes *changes);
void changes_destroy(struct changes *changes);

// Any thread.
void changes_announce(struct changes *changes, const struct subjects *subjects);

// From now on `heard` is called at every change, on the thread that made it, and must not
// block. NULL ends that: once this returns it is not being called.
void changes_listen(struct changes *changes,
                    void (*heard)(void *userdata, const struct subjects *subjects),
                    void *userdata);

#endif
