// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_LIMITS_H
#define QRCONFIRM_DECODE_LIMITS_H

// How much of a picture is looked at before the reader goes on to the next one. A frame of a
// video has others behind it and must not keep them waiting; a still picture is all there is.
// Each limit bounds memory or work, also for a picture that was made to be slow. Plain values;
// the two sets are constants, for any thread.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qr_limits {
    int64_t frame_work; // units a picture, see work.h
    int64_t found_work; // more of them, once in a picture, where a code was located
    int64_t read_work;  // more of them for each code that was read
    int64_t torn_work; // and more, where nothing was read: for damaged finder patterns, and for
                       // codes that light has eaten; 0: they are not looked for
    int64_t turned_work; // and more, where nothing was read: for the picture turned by 45
                         // degrees; 0: it is not turned
    size_t finders;      // patterns kept in each list, at most FINDERS_MAX
    size_t open_looks;   // at patterns whose ring has no end, in each search
    size_t triples;      // of them, tried after each search, at most TRIPLES_MAX
    size_t poor;         // of those, hardly likely ones
    size_t vain;         // of those, one after the other in which no code was located
    size_t failed;       // located codes that could not be read, remembered: QR_FAILED_MAX
    unsigned micro;      // patterns that may each be a Micro QR code's
    unsigned looks;      // places looked at closer
    size_t crowd;        // patterns that several rows crossed, from which on none is
    bool all_levels;     // search every level, also after a code was read
    bool second_reader;  // where nothing was read, ZBar looks at the whole picture
};

#define QR_FAILED_MAX 512u

extern const struct qr_limits qr_limits_live;    // a frame of a camera or recording
extern const struct qr_limits qr_limits_patient; // one now and then, where nothing was read
extern const struct qr_limits qr_limits_still;   // a picture that is alone

#endif
