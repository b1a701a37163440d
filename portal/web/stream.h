// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_STREAM_H
#define QRCONFIRM_PORTAL_WEB_STREAM_H

// Server-sent events: a reply that goes on. When something has changed, and when time alone may
// have changed something, the source is asked what there is to say now; what differs from the
// last is sent.

#include <stdint.h>

#include "portal/base/text.h"

#define STREAM_KEEPALIVE_MS 30000 // a comment, to notice that the browser is gone

struct stream;

// When to look again.
struct stream_wait {
    uint64_t subject; // when this has changed
    int64_t again_ms; // and after so long, as time alone changes it then; 0: it does not
};

struct stream_source {
    // Writes a key of now, and, where it is not `last`, the event: `last` is the key of the
    // event that was sent, "" before the first. `wait` comes as it was, with an `again_ms` of
    // 0. Returns false if the stream ends after it.
    bool (*now)(void *userdata, const char *last, struct text *key, struct text *event,
                struct stream_wait *wait);
    void (*free)(void *userdata);
    void *userdata;
};

// Takes over `source`. NULL if memory is short.
struct stream *stream_new(const struct stream_source *source);
void stream_free(struct stream *stream); // NULL is allowed

// Looks once, and adds to `out` what there is to send. `wait` as above. False: the stream ends
// after that. One thread at a time.
bool stream_look(struct stream *stream, struct text *out, struct stream_wait *wait);

#endif
