// SPDX-License-Identifier: MIT
#include "portal/base/changes.h"

#include <stddef.h>

void changes_init(struct changes *changes)
{
    *changes = (struct changes){0};
    pthread_mutex_init(&changes->lock, NULL);
}

void changes_destroy(struct changes *changes)
{
    pthread_mutex_destroy(&changes->lock);
}

void changes_announce(struct changes *changes, const struct subjects *subjects)
{
    pthread_mutex_lock(&changes->lock);
    if (changes->heard)
        changes->heard(changes->userdata, subjects);
    pthread_mutex_unlock(&changes->lock);
}

void changes_listen(struct changes *changes,
                    void (*heard)(void *userdata, const struct subjects *subjects),
                    void *userdata)
{
    pthread_mutex_lock(&changes->lock);
    changes->heard = heard;
    changes->userdata = userdata;
    pthread_mutex_unlock(&changes->lock);
}
