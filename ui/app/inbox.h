// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_INBOX_H
#define QRCONFIRM_UI_APP_INBOX_H

// What the other threads tell the main thread: a bounded queue and a file descriptor that is
// readable while something waits. Any thread may push; one thread takes.

#include <pthread.h>

#include "decode/qr.h"
#include "scanner/frames/frame.h"
#include "ui/flow/flow_state.h"

#define INBOX_MAX                                                                              \
    32u // messages that wait; a full inbox drops codes, never the end of something

struct scan_note {
    struct challenge challenge;
    bool more;                  // another one of ours follows, of the same frame
    uint64_t frame;             // index of the frame that held the code
    int64_t after_ms;           // from the first frame of this scan
    size_t width, height;       // pixels of the frame
    struct frame_view view;     // how the frame is turned for a person
    struct qr_point corners[4]; // pixels of the frame
};

enum message_kind {
    MESSAGE_FLOW,    // an event for the flow
    MESSAGE_CODE,    // the decoder found a code
    MESSAGE_NO_CODE, // it read a frame without one: `event`
    MESSAGE_READER   // a process apart has trouble, and goes on: `fault`
};

struct message {
    enum message_kind kind;
    unsigned round; // of the scan or action it belongs to; what is over is not listened to
    union {
        struct flow_event event; // its time is set when it is taken
        struct scan_note code;
        struct fault fault;
    };
};

struct inbox {
    pthread_mutex_t mutex;
    struct message *ring;
    size_t first, count;
    int fd;                       // an eventfd
    void (*wake)(void *userdata); // after each push, on the pushing thread; may be NULL
    void *userdata;
};

bool inbox_init(struct inbox *inbox, struct fault *fault);
void inbox_destroy(struct inbox *inbox);

// Copies `message` in. False if it was dropped.
bool inbox_push(struct inbox *inbox, const struct message *message);

// Takes the oldest message; false if there is none.
bool inbox_take(struct inbox *inbox, struct message *out);

#endif
