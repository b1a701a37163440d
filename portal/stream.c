// SPDX-License-Identifier: MIT
#include "portal/stream.h"

#include <stdlib.h>
#include <string.h>

struct stream {
    struct changes *changes;
    struct stream_source source;
    struct text last; // key of the event that was sent
    struct text out;  // bytes to send
    size_t sent;      // of them
    bool ended;
};

struct stream *stream_new(struct changes *changes, const struct stream_source *source)
{
    struct stream *stream = calloc(1, sizeof(*stream));
    if (!stream)
        return NULL;
    stream->changes = changes;
    stream->source = *source;
    return stream;
}

void stream_free(struct stream *stream)
{
    if (!stream)
        return;
    stream->source.free(stream->source.userdata);
    text_free(&stream->last);
    text_free(&stream->out);
    free(stream);
}

// Looks once; true if there is something to send.
static bool look(struct stream *stream)
{
    struct text key = {0}, event = {0};
    if (!stream->source.now(stream->source.userdata, &key, &event))
        stream->ended = true;
    bool differs = key.n > 0 && (!stream->last.p || strcmp(key.p, stream->last.p) != 0);
    if (differs) {
        text_add(&stream->out, event.p, event.n);
        text_free(&stream->last);
        stream->last = key;
    } else {
        text_free(&key);
    }
    text_free(&event);
    return differs;
}

static void wait_for_event(struct stream *stream)
{
    int64_t waited = 0;

    while (!stream->ended) {
        uint64_t seen = changes_count(stream->changes);
        if (look(stream))
            return;
        if (stream->ended || waited >= STREAM_KEEPALIVE_MS)
            break;

        if (!changes_wait(stream->changes, seen, STREAM_LOOK_MS)) {
            stream->ended = true;
            return;
        }
        waited += STREAM_LOOK_MS;
    }

    if (!stream->ended)
        text_add_string(&stream->out, ":\n\n");
}

size_t stream_read(struct stream *stream, char *out, size_t room)
{
    if (stream->sent == stream->out.n) {
        text_free(&stream->out);
        stream->sent = 0;
        if (!stream->ended)
            wait_for_event(stream);
    }
    size_t n = stream->out.n - stream->sent;
    if (n > room)
        n = room;
    if (n > 0)
        memcpy(out, stream->out.p + stream->sent, n);
    stream->sent += n;
    return n;
}
