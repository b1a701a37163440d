// SPDX-License-Identifier: MIT
#include "scanner/files/jpeg_split.h"

enum {
    MARKER_TEM = 0x01,
    MARKER_RST0 = 0xd0,
    MARKER_RST7 = 0xd7,
    MARKER_SOI = 0xd8,
    MARKER_EOI = 0xd9,
    MARKER_SOS = 0xda,
    PREFIX = 0xff
};

bool jpeg_split_find(struct span data, size_t at, size_t *place)
{
    while (at < data.n) {
        const uint8_t *prefix = memchr(data.p + at, PREFIX, data.n - at);
        if (!prefix)
            break;
        at = (size_t)(prefix - data.p);
        // The start is always followed by another marker.
        if (data.n - at < 3) {
            *place = at;
            return false;
        }
        if (prefix[1] == MARKER_SOI && prefix[2] == PREFIX) {
            *place = at;
            return true;
        }
        at++;
    }

    *place = data.n;
    return false;
}

void jpeg_split_begin(struct jpeg_split *split)
{
    *split = (struct jpeg_split){.at = 2};
}

static bool stands_alone(uint8_t marker)
{
    return marker == MARKER_TEM || (marker >= MARKER_RST0 && marker <= MARKER_RST7);
}

// Passes over entropy-coded data up to the marker that ends it. False if that has not come yet.
static bool skip_entropy(struct jpeg_split *split, struct span data)
{
    while (split->at < data.n) {
        const uint8_t *prefix = memchr(data.p + split->at, PREFIX, data.n - split->at);
        if (!prefix) {
            split->at = data.n;
            return false;
        }

        split->at = (size_t)(prefix - data.p);
        if (split->at + 1 == data.n)
            return false;

        uint8_t next = prefix[1];
        if (next == PREFIX) {
            split->at++;
        } else if (next == 0 || stands_alone(next)) {
            split->at += 2;
        } else {
            split->entropy = false;
            return true;
        }
    }
    return false;
}

// Passes over one marker and its segment.
static enum jpeg_split_step skip_marker(struct jpeg_split *split, struct span data,
                                        size_t *size)
{
    size_t at = split->at;
    if (data.p[at] != PREFIX) {
        *size = at;
        return JPEG_SPLIT_BROKEN;
    }

    while (at + 1 < data.n && data.p[at + 1] == PREFIX)
        at++;
    split->at = at;
    if (at + 1 >= data.n)
        return JPEG_SPLIT_MORE;

    uint8_t marker = data.p[at + 1];
    if (marker == MARKER_EOI) {
        *size = at + 2;
        return JPEG_SPLIT_PICTURE;
    }
    if (marker == MARKER_SOI || marker == 0) {
        *size = at;
        return JPEG_SPLIT_BROKEN;
    }
    if (stands_alone(marker)) {
        split->at = at + 2;
        return JPEG_SPLIT_MORE;
    }

    if (data.n - at < 4)
        return JPEG_SPLIT_MORE;
    size_t length = (size_t)data.p[at + 2] << 8 | data.p[at + 3];
    if (length < 2) {
        *size = at;
        return JPEG_SPLIT_BROKEN;
    }

    split->at = at + 2 + length;
    split->entropy = marker == MARKER_SOS;
    return JPEG_SPLIT_MORE;
}

enum jpeg_split_step jpeg_split_next(struct jpeg_split *split, struct span data, size_t *size)
{
    while (split->at < data.n) {
        size_t before = split->at;
        if (split->entropy && !skip_entropy(split, data))
            return JPEG_SPLIT_MORE;
        enum jpeg_split_step step = skip_marker(split, data, size);
        if (step != JPEG_SPLIT_MORE)
            return step;
        if (split->at == before && !split->entropy)
            return JPEG_SPLIT_MORE; // no further without more bytes
    }
    return JPEG_SPLIT_MORE;
}
