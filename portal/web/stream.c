// SPDX-License-Identifier: MIT
#include "portal/web/stream.h"

#include <stdlib.h>
#include <string.h>

struct stream {
    struct stream_source source;
    struct text last; // key of the event that was sent
};

struct stream *stream_new(const struct stream_source *source)
{
    struct stream *stream = calloc(1, sizeof(*stream));
    if (stream)
        stream->source = *source;
    return stream;
}

void stream_free(struct stream *stream)
{
    if (!stream)
        return;
    stream->source.free(stream->source.userdata);
    text_free(&stream->last);
    free(stream);
}

bool stream_look(struct stream *stream, struct text *out, struct stream_wait *wait)
{
    struct text key = {0}, event = {0};
    const char *last = stream->last.p ? stream->last.p : "";
    wait->again_ms = 0;
    bool goes_on = stream->source.now(stream->source.userdata, last, &key, &event, wait);

    if (key.n > 0 && strcmp(key.p, last) != 0) {
        text_add(out, event.p, event.n);
        text_free(&stream->last);
        stream->last = key;
    } else {
        text_free(&key);
    }

    text_free(&event);
    return goes_on;
}
