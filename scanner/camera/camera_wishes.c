// SPDX-License-Identifier: MIT
#include "scanner/camera/camera_wishes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool camera_wishes_init_lent(struct camera_wishes *wishes, int wake, struct fault *fault)
{
    *wishes = (struct camera_wishes){.wake = wake, .lent = true};
    return pthread_mutex_init(&wishes->mutex, NULL) == 0 ||
           fault_set(fault, FAILURE_MEMORY, "a lock");
}

bool camera_wishes_init(struct camera_wishes *wishes, struct fault *fault)
{
    int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake < 0)
        return fault_set(fault, failure_of_errno(errno, FAILURE_MEMORY), "a camera: %s",
                         strerror(errno));
    if (!camera_wishes_init_lent(wishes, wake, fault)) {
        close(wake);
        return false;
    }
    wishes->lent = false;
    return true;
}

void camera_wishes_destroy(struct camera_wishes *wishes)
{
    if (!wishes->lent)
        close(wishes->wake);
    pthread_mutex_destroy(&wishes->mutex);
}

static void wake(const struct camera_wishes *wishes)
{
    uint64_t one = 1;
    if (wishes->lent)
        return;
    ssize_t written = write(wishes->wake, &one, sizeof(one));
    (void)written; // the counter cannot be full after one more
}

void camera_wishes_end(struct camera_wishes *wishes)
{
    pthread_mutex_lock(&wishes->mutex);
    wishes->interrupted = true;
    wake(wishes);
    pthread_mutex_unlock(&wishes->mutex);
}

void camera_wishes_switch(struct camera_wishes *wishes, const char *id)
{
    pthread_mutex_lock(&wishes->mutex);
    snprintf(wishes->switch_to, sizeof(wishes->switch_to), "%s", id ? id : "");
    wishes->switching = true;
    wake(wishes);
    pthread_mutex_unlock(&wishes->mutex);
}

enum camera_wish camera_wishes_take(struct camera_wishes *wishes,
                                    char to[static CAMERA_ALIAS_MAX])
{
    enum camera_wish wish = CAMERA_WISH_NOTHING;

    pthread_mutex_lock(&wishes->mutex);
    if (wishes->interrupted) {
        wish = CAMERA_WISH_END; // and it stays so
    } else {
        uint64_t count;
        ssize_t drained = wishes->lent ? 0 : read(wishes->wake, &count, sizeof(count));
        (void)drained;
        if (wishes->switching) {
            wish = CAMERA_WISH_SWITCH;
            memcpy(to, wishes->switch_to, CAMERA_ALIAS_MAX);
        }
        wishes->switching = false;
    }

    pthread_mutex_unlock(&wishes->mutex);
    return wish;
}

bool camera_wishes_ended(struct camera_wishes *wishes)
{
    pthread_mutex_lock(&wishes->mutex);
    bool ended = wishes->interrupted;
    pthread_mutex_unlock(&wishes->mutex);
    return ended;
}

void camera_wishes_tell(struct camera_wishes *wishes, const struct camera_in_use *in_use)
{
    pthread_mutex_lock(&wishes->mutex);
    wishes->in_use = *in_use;
    pthread_mutex_unlock(&wishes->mutex);
}

void camera_wishes_told(struct camera_wishes *wishes, struct camera_in_use *out)
{
    pthread_mutex_lock(&wishes->mutex);
    *out = wishes->in_use;
    pthread_mutex_unlock(&wishes->mutex);
}
