// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FRAMES_MAILBOX_H
#define QRCONFIRM_SCANNER_FRAMES_MAILBOX_H

// A place for one frame between two threads. Frames change hands by swapping, so that nothing
// is copied and nothing is allocated once the three frames in play (writer's, waiting,
// reader's) have grown to their size. A live picture is worth more than an old one: an unread
// frame is replaced and counted. A writer that must lose nothing waits for the reader instead.
// Every function may be called by any thread.

#include <pthread.h>

#include "scanner/frames/frame.h"

struct mailbox {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct frame waiting;
    bool full;
    bool closed;    // the writer puts no more
    bool cancelled; // nobody waits any more
    uint64_t replaced;
};

// Returns false if the system has no mutex to give.
bool mailbox_init(struct mailbox *mailbox);
void mailbox_destroy(struct mailbox *mailbox);

// Puts `frame`, whose pixels must lie in its own storage, in exchange for another whose pixels
// mean nothing. An unread frame is replaced. Returns true if the mailbox was empty: the reader
// is worth a call. Once closed or cancelled nothing is put.
bool mailbox_put(struct mailbox *mailbox, struct frame *frame);

// The same, but waits until the reader has taken the frame before. Returns false, with nothing
// put, once closed or cancelled.
bool mailbox_put_wait(struct mailbox *mailbox, struct frame *frame);

// Takes the frame that waits, in exchange for `frame`. mailbox_take waits for one; it returns
// false once cancelled, or closed and empty.
bool mailbox_take(struct mailbox *mailbox, struct frame *frame);
bool mailbox_try_take(struct mailbox *mailbox, struct frame *frame);

void mailbox_close(struct mailbox *mailbox);
void mailbox_cancel(struct mailbox *mailbox);

// Frames that were replaced unread.
uint64_t mailbox_replaced(struct mailbox *mailbox);

#endif
