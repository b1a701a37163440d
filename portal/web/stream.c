// SPDX-License-Identifier: MIT
#include "portal/web/stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"

#define STARVED_LOOK_MS 1000

struct stream {
    struct stream_source source;
    struct text last; // key of the event that was sent
};

struct stream *stream_new(const struct stream_source *source)
{
    struct stream *stream = shortage_calloc(1, sizeof(*stream));
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
    const unsigned shortages = shortage_count();
    const char *last = stream->last.p ? stream->last.p : "";
    wait->again_ms = 0;
    bool goes_on = stream->source.now(stream->source.userdata, last, &key, &event, wait);

    bool starved = shortage_count() != shortages,
         is_new = !starved && key.n > 0 && strcmp(key.p, last) != 0;
    if (is_new) {
        text_add(out, event.p, event.n);
        starved = shortage_count() != shortages;
    }

    if (is_new && !starved) {
        text_free(&stream->last);
        stream->last = key;
    } else {
        text_free(&key);
    }

    text_free(&event);
    if (starved) // nothing is known: it is looked at again
        wait->again_ms = STARVED_LOOK_MS;
    return goes_on || starved;
}
