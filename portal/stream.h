// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_STREAM_H
#define QRCONFIRM_PORTAL_STREAM_H

// Server-sent events: a reply that goes on. When something has changed, and when time alone may
// have changed something, the source is asked what there is to say now; what differs from the
// last is sent.

#include <stdint.h>

#include "portal/text.h"

#define STREAM_KEEPALIVE_MS 15000 // a comment, to notice that the browser is gone

struct stream;

struct stream_source {
    // Writes a key of now, and, where it is not `last`, the event: `last` is the key of the
    // event that was sent, "" before the first. `again`: milliseconds after which time alone
    // changes it; left as it is where it does not. Returns false if the stream ends after it.
    bool (*now)(void *userdata, const char *last, struct text *key, struct text *event,
                int64_t *again);
    void (*free)(void *userdata);
    void *userdata;
};

// Takes over `source`. NULL if memory is short.
struct stream *stream_new(const struct stream_source *source);
void stream_free(struct stream *stream); // NULL is allowed

// Looks once, and adds to `out` what there is to send. `again` as above. False: the stream ends
// after that. One thread at a time.
bool stream_look(struct stream *stream, struct text *out, int64_t *again);

#endif
