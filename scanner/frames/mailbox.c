// SPDX-License-Identifier: MIT
#include "scanner/frames/mailbox.h"

bool mailbox_init(struct mailbox *mailbox)
{
    *mailbox = (struct mailbox){0};
    if (pthread_mutex_init(&mailbox->mutex, NULL) != 0)
        return false;
    if (pthread_cond_init(&mailbox->changed, NULL) != 0) {
        pthread_mutex_destroy(&mailbox->mutex);
        return false;
    }
    frame_init(&mailbox->waiting);
    return true;
}

void mailbox_destroy(struct mailbox *mailbox)
{
    frame_destroy(&mailbox->waiting);
    pthread_cond_destroy(&mailbox->changed);
    pthread_mutex_destroy(&mailbox->mutex);
}

static void swap(struct mailbox *mailbox, struct frame *frame)
{
    struct frame waiting = mailbox->waiting;
    mailbox->waiting = *frame;
    *frame = waiting;
}

bool mailbox_put(struct mailbox *mailbox, struct frame *frame)
{
    pthread_mutex_lock(&mailbox->mutex);
    bool was_empty = false;
    if (!mailbox->closed && !mailbox->cancelled) {
        was_empty = !mailbox->full;
        if (mailbox->full)
            mailbox->replaced++;
        swap(mailbox, frame);
        mailbox->full = true;
        pthread_cond_broadcast(&mailbox->changed);
    }
    pthread_mutex_unlock(&mailbox->mutex);
    return was_empty;
}

bool mailbox_put_wait(struct mailbox *mailbox, struct frame *frame)
{
    pthread_mutex_lock(&mailbox->mutex);
    while (mailbox->full && !mailbox->closed && !mailbox->cancelled)
        pthread_cond_wait(&mailbox->changed, &mailbox->mutex);
    bool put = !mailbox->closed && !mailbox->cancelled;
    if (put) {
        swap(mailbox, frame);
        mailbox->full = true;
        pthread_cond_broadcast(&mailbox->changed);
    }
    pthread_mutex_unlock(&mailbox->mutex);
    return put;
}

static bool take_locked(struct mailbox *mailbox, struct frame *frame)
{
    if (!mailbox->full || mailbox->cancelled)
        return false;
    swap(mailbox, frame);
    mailbox->full = false;
    pthread_cond_broadcast(&mailbox->changed);
    return true;
}

bool mailbox_take(struct mailbox *mailbox, struct frame *frame)
{
    pthread_mutex_lock(&mailbox->mutex);
    while (!mailbox->full && !mailbox->closed && !mailbox->cancelled)
        pthread_cond_wait(&mailbox->changed, &mailbox->mutex);
    bool taken = take_locked(mailbox, frame);
    pthread_mutex_unlock(&mailbox->mutex);
    return taken;
}

bool mailbox_try_take(struct mailbox *mailbox, struct frame *frame)
{
    pthread_mutex_lock(&mailbox->mutex);
    bool taken = take_locked(mailbox, frame);
    pthread_mutex_unlock(&mailbox->mutex);
    return taken;
}

void mailbox_close(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    mailbox->closed = true;
    pthread_cond_broadcast(&mailbox->changed);
    pthread_mutex_unlock(&mailbox->mutex);
}

void mailbox_cancel(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    mailbox->cancelled = true;
    pthread_cond_broadcast(&mailbox->changed);
    pthread_mutex_unlock(&mailbox->mutex);
}

uint64_t mailbox_replaced(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    uint64_t replaced = mailbox->replaced;
    pthread_mutex_unlock(&mailbox->mutex);
    return replaced;
}
