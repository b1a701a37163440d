// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_STREAM_H
#define QRCONFIRM_PORTAL_STREAM_H

// Server-sent events: a reply that goes on. Each time something changes, and at least every
// second, the source is asked what there is to say now; what differs from the last is sent.

#include "portal/changes.h"
#include "portal/text.h"

#define STREAM_LOOK_MS      1000  // other processes change the store without a word
#define STREAM_KEEPALIVE_MS 10000 // a comment, to notice that the browser is gone

struct stream;

struct stream_source {
    // Writes the event of now, and a key: the event is sent if its key is not that of the last
    // one. Returns false if the stream ends after it.
    bool (*now)(void *userdata, struct text *key, struct text *event);
    void (*free)(void *userdata);
    void *userdata;
};

// Takes over `source`. NULL if memory is short.
struct stream *stream_new(struct changes *changes, const struct stream_source *source);
void stream_free(struct stream *stream); // NULL is allowed

// Blocks until there is something to send, fills at most `room` bytes and returns their number;
// 0 at the end. One thread at a time.
size_t stream_read(struct stream *stream, char *out, size_t room);

#endif
