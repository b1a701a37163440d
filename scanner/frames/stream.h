// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FRAMES_STREAM_H
#define QRCONFIRM_SCANNER_FRAMES_STREAM_H

// Bytes of a file, a FIFO or standard input, buffered. A read that blocks can be interrupted
// from another thread, which plain read(2) cannot. One thread reads; only stream_interrupt may
// be called by any.

#include "base/failure.h"
#include "base/span.h"
#include "scanner/frames/source.h"

#define STREAM_BUFFER_SIZE 65536u // bytes

enum stream_step {
    STREAM_OK,
    STREAM_END, // fewer bytes came than were asked for, and no more will
    STREAM_INTERRUPTED,
    STREAM_FAILED
};

// What a source says where a read did not go well. STREAM_END: it is over.
static inline enum source_step source_step_of(enum stream_step step)
{
    static const enum source_step steps[] = {
        [STREAM_OK] = SOURCE_FRAME,
        [STREAM_END] = SOURCE_END,
        [STREAM_INTERRUPTED] = SOURCE_INTERRUPTED,
        [STREAM_FAILED] = SOURCE_FAILED,
    };
    return steps[step];
}

struct stream {
    int fd;    // -1 while closed
    int wake;  // an eventfd, readable once interrupted
    int owner; // a socket whose other end interrupts it by being gone; -1: none
    bool owns; // closes fd: not standard input
    bool ended;
    int64_t size;      // bytes of the file when it was opened; -1: not known
    size_t begin, end; // of the bytes in `buffer` not read yet
    uint8_t buffer[STREAM_BUFFER_SIZE];
};

// Fails with DESCRIPTORS, MEMORY.
bool stream_init(struct stream *stream, struct fault *fault);
void stream_destroy(struct stream *stream);

// Opens the file at `path`, or standard input for NULL. Never waits for the writer of a FIFO.
// Fails with SOURCE_NOT_FOUND, SOURCE_UNREADABLE.
bool stream_open(struct stream *stream, const char *path, struct fault *fault);

// The descriptor that stream_open would read, and the bytes of its file as they are now; -1:
// that is not known. Returns -1 where it fails. Not to be closed where `path` is NULL.
int stream_descriptor(const char *path, int64_t *size, struct fault *fault);

// Reads this descriptor instead, which it closes in the end.
void stream_take(struct stream *stream, int fd, int64_t size);
void stream_close(struct stream *stream);

// Every read, now and later, returns STREAM_INTERRUPTED.
void stream_interrupt(struct stream *stream);

// True if it is a file all of whose bytes were read. False also where that is not known without
// waiting.
bool stream_is_over(const struct stream *stream);

// Shows the next `size` bytes (at most STREAM_BUFFER_SIZE), or those up to the end, and leaves
// them to be read. `out` is valid until the next call.
enum stream_step stream_peek(struct stream *stream, size_t size, struct span *out,
                             struct fault *fault);

// Reads `size` bytes; `got` tells how many came, also where it is STREAM_END.
enum stream_step stream_read(struct stream *stream, uint8_t *to, size_t size, size_t *got,
                             struct fault *fault);

// Reads what is there, at least one byte and at most `size`: `got` is 0 only at the end.
enum stream_step stream_read_some(struct stream *stream, uint8_t *to, size_t size, size_t *got,
                                  struct fault *fault);

// Reads a line of at most `max` bytes and the '\n' that ends it, which is left out of `size`.
// STREAM_END: the stream is over before the '\n'; `size` bytes of the line were there. A line
// that is longer gives STREAM_FAILED with SOURCE_DAMAGED.
enum stream_step stream_line(struct stream *stream, uint8_t *to, size_t max, size_t *size,
                             struct fault *fault);

#endif
