// SPDX-License-Identifier: MIT
#include "scanner/frames/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

bool stream_init(struct stream *stream, struct fault *fault)
{
    stream->fd = stream->owner = -1;
    stream->owns = false;
    stream->ended = false;
    stream->begin = stream->end = 0;
    stream->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (stream->wake < 0)
        return fault_set(fault, failure_of_errno(errno, FAILURE_INTERNAL), "eventfd: %s",
                         strerror(errno));
    return true;
}

void stream_destroy(struct stream *stream)
{
    stream_close(stream);
    close(stream->wake);
}

int stream_descriptor(const char *path, int64_t *size, struct fault *fault)
{
    // Not blocking: a FIFO whose writer has not come yet must not hang where nothing
    // interrupts.
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : STDIN_FILENO;
    if (fd < 0) {
        bool missing = errno == ENOENT || errno == ENOTDIR;
        enum failure failure = missing ? FAILURE_SOURCE_NOT_FOUND
                                       : failure_of_errno(errno, FAILURE_SOURCE_UNREADABLE);
        fault_set(fault, failure, "%s", strerror(errno));
        return -1;
    }

    struct stat status;
    bool known = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    *size = known ? (int64_t)status.st_size : -1;
    return fd;
}

void stream_take(struct stream *stream, int fd, int64_t size)
{
    stream_close(stream);
    stream->owns = true;
    stream->fd = fd;
    stream->size = size;
}

bool stream_open(struct stream *stream, const char *path, struct fault *fault)
{
    int64_t size;
    stream_close(stream);
    int fd = stream_descriptor(path, &size, fault);
    if (fd < 0)
        return false;
    stream_take(stream, fd, size);
    stream->owns = path != NULL;
    return true;
}

void stream_close(struct stream *stream)
{
    if (stream->owns && stream->fd >= 0)
        close(stream->fd);
    stream->fd = -1;
    stream->ended = false;
    stream->begin = stream->end = 0;
}

void stream_interrupt(struct stream *stream)
{
    const uint64_t one = 1;
    // It can only fail where it is readable already.
    ssize_t written = write(stream->wake, &one, sizeof(one));
    (void)written;
}

// One read(2) that can be interrupted; `got` is 0 at the end.
static enum stream_step read_once(struct stream *stream, uint8_t *to, size_t size, size_t *got,
                                  struct fault *fault)
{
    for (;;) {
        struct pollfd ready[3] = {{.fd = stream->wake, .events = POLLIN},
                                  {.fd = stream->owner}, // its end is told unasked
                                  {.fd = stream->fd, .events = POLLIN}};

        if (poll(ready, 3, -1) < 0 && errno != EINTR)
            break;
        if (ready[0].revents || ready[1].revents)
            return STREAM_INTERRUPTED;
        if (!ready[2].revents)
            continue;

        ssize_t n = read(stream->fd, to, size);
        if (n >= 0) {
            *got = (size_t)n;
            return STREAM_OK;
        }
        if (errno != EINTR && errno != EAGAIN)
            break;
    }

    fault_set(fault, failure_of_errno(errno, FAILURE_SOURCE_UNREADABLE), "read: %s",
              strerror(errno));
    return STREAM_FAILED;
}

static size_t buffered(const struct stream *stream)
{
    return stream->end - stream->begin;
}

// Adds to the buffer, which has room.
static enum stream_step fill(struct stream *stream, struct fault *fault)
{
    size_t got = 0;
    if (!stream->ended) {
        enum stream_step step = read_once(stream, stream->buffer + stream->end,
                                          STREAM_BUFFER_SIZE - stream->end, &got, fault);
        if (step != STREAM_OK)
            return step;
        stream->ended = got == 0;
        stream->end += got;
    }
    return stream->ended ? STREAM_END : STREAM_OK;
}

bool stream_is_over(const struct stream *stream)
{
    if (stream->begin < stream->end)
        return false;
    if (stream->ended || stream->size < 0)
        return stream->ended;
    return lseek(stream->fd, 0, SEEK_CUR) >= stream->size;
}

enum stream_step stream_peek(struct stream *stream, size_t size, struct span *out,
                             struct fault *fault)
{
    if (stream->begin > 0) {
        memmove(stream->buffer, stream->buffer + stream->begin, buffered(stream));
        stream->end = buffered(stream);
        stream->begin = 0;
    }
    enum stream_step step = STREAM_OK;
    while (step == STREAM_OK && buffered(stream) < size)
        step = fill(stream, fault);
    if (step == STREAM_INTERRUPTED || step == STREAM_FAILED)
        return step;
    size_t n = buffered(stream);
    *out = span_of(stream->buffer, n < size ? n : size);
    return step;
}

static size_t take_buffered(struct stream *stream, uint8_t *to, size_t size)
{
    size_t n = buffered(stream) < size ? buffered(stream) : size;
    memcpy(to, stream->buffer + stream->begin, n);
    stream->begin += n;
    if (stream->begin == stream->end)
        stream->begin = stream->end = 0;
    return n;
}

enum stream_step stream_read_some(struct stream *stream, uint8_t *to, size_t size, size_t *got,
                                  struct fault *fault)
{
    *got = 0;
    if (buffered(stream) > 0) {
        *got = take_buffered(stream, to, size);
        return STREAM_OK;
    }
    if (stream->ended)
        return STREAM_END;
    enum stream_step step = read_once(stream, to, size, got, fault);
    if (step != STREAM_OK)
        return step;
    stream->ended = *got == 0;
    return stream->ended ? STREAM_END : STREAM_OK;
}

enum stream_step stream_read(struct stream *stream, uint8_t *to, size_t size, size_t *got,
                             struct fault *fault)
{
    enum stream_step step = STREAM_OK;
    *got = 0;
    while (step == STREAM_OK && *got < size) {
        size_t some = 0;
        step = stream_read_some(stream, to + *got, size - *got, &some, fault);
        *got += some;
    }
    return step;
}

enum stream_step stream_line(struct stream *stream, uint8_t *to, size_t max, size_t *size,
                             struct fault *fault)
{
    *size = 0;

    for (;;) {
        if (buffered(stream) == 0) {
            enum stream_step step = fill(stream, fault);
            if (step != STREAM_OK)
                return step;
        }

        uint8_t byte;
        take_buffered(stream, &byte, 1);
        if (byte == '\n')
            return STREAM_OK;

        if (*size == max) {
            fault_set(fault, FAILURE_SOURCE_DAMAGED, "a header line of more than %zu bytes",
                      max);
            return STREAM_FAILED;
        }
        to[(*size)++] = byte;
    }
}
