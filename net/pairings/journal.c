// SPDX-License-Identifier: MIT
#include "net/pairings/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "net/pairings/journal_follow.h"
#include "net/pairings/storage_fault.h"
#include "net/protocol/json_text.h"

// ---- the end of the file ---------------------------------------------------------------

// What the file ends with.
struct tail {
    off_t end;
    char before[JOURNAL_HASH_HEX + 1]; // hash of the last line
    size_t piece_size;                 // bytes after the last line feed
    uint8_t piece[JOURNAL_LINE_MAX + 2];
};

static bool hash_line(struct span line, char out[static JOURNAL_HASH_HEX + 1],
                      struct fault *fault)
{
    uint8_t hash[HASH_SIZE];
    if (!hash_sha256(line, hash))
        return fault_set(fault, FAILURE_INTERNAL, JOURNAL_NAME ": SHA-256");
    journal_hash_hex(hash, out);
    return true;
}

// The bytes before `end`, as many as a line may have.
static bool read_before(int file, off_t end, uint8_t *out, size_t room, size_t *size)
{
    *size = end < (off_t)room ? (size_t)end : room;
    ssize_t got;
    do
        got = pread(file, out, *size, end - (off_t)*size);
    while (got < 0 && errno == EINTR);
    if (got >= 0 && got != (ssize_t)*size)
        errno = EIO;
    return got == (ssize_t)*size;
}

static size_t line_begin(const uint8_t *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] != '\n')
        size--;
    return size;
}

static bool read_tail(int file, struct tail *out, struct fault *fault)
{
    uint8_t bytes[JOURNAL_LINE_MAX + 2];
    size_t size;
    out->end = lseek(file, 0, SEEK_END);
    if (out->end < 0 || !read_before(file, out->end, bytes, sizeof(bytes), &size))
        return storage_write_fault(fault, JOURNAL_NAME, errno);

    size_t begin = line_begin(bytes, size);
    out->piece_size = size - begin;
    memcpy(out->piece, bytes + begin, out->piece_size);
    memcpy(out->before, journal_no_line, sizeof(journal_no_line));
    off_t lines_end = out->end - (off_t)out->piece_size;
    if (lines_end == 0)
        return true;

    // The last whole line, without its line feed.
    if (!read_before(file, lines_end, bytes, sizeof(bytes), &size))
        return storage_write_fault(fault, JOURNAL_NAME, errno);
    begin = line_begin(bytes, size - 1);
    return hash_line(span_of(bytes + begin, size - 1 - begin), out->before, fault);
}

// ---- writing ---------------------------------------------------------------------------

static char *line_text(int64_t time, const char *event, const struct journal_field *fields,
                       const char *before)
{
    json_t *line = json_object();
    int bad = json_object_set_new(line, "time", json_integer(time));
    bad |= json_object_set_new(line, "event", json_string(event));
    for (size_t i = 0; i < JOURNAL_FIELDS_MAX && fields[i].name; i++)
        if (fields[i].value)
            bad |= json_object_set_new(line, fields[i].name, json_string(fields[i].value));
    bad |= json_object_set_new(line, "before", json_string(before));
    char *text = bad ? NULL : json_text_dump(line, JSON_COMPACT);
    json_decref(line);
    return text;
}

// Adds the bytes at the end, `end`, and has them on disk; or leaves the file as it was.
static bool append(int file, off_t end, struct span bytes)
{
    // One write, so that a crash leaves at most this one line in pieces.
    ssize_t put = write(file, bytes.p, bytes.n);
    if (put >= 0 && put != (ssize_t)bytes.n)
        errno = ENOSPC; // what a short write to a file comes of
    if (put == (ssize_t)bytes.n && fsync(file) == 0)
        return true;

    // A piece that cannot be cut off is found and mended before the next line.
    int why = errno;
    int cut = put > 0 ? ftruncate(file, end) : 0;
    (void)cut;
    errno = why;
    return false;
}

// Adds a line after the last one, which `tail` then describes.
static bool add_line(int file, struct tail *tail, int64_t time, const char *event,
                     const struct journal_field *fields, struct fault *fault)
{
    char line[JOURNAL_LINE_MAX + 3];
    char *text = line_text(time, event, fields, tail->before);
    if (!text)
        return fault_set(fault, FAILURE_MEMORY, JOURNAL_NAME);

    int size = snprintf(line, sizeof(line), "%s%s\n", tail->piece_size > 0 ? "\n" : "", text);
    bool hashed = hash_line(span_str(text), tail->before, fault);
    free(text);
    if (!hashed)
        return false;
    if (size < 0 || size >= (int)sizeof(line))
        return storage_write_fault(fault, JOURNAL_NAME, EMSGSIZE);

    if (!append(file, tail->end, span_of(line, (size_t)size)))
        return storage_write_fault(fault, JOURNAL_NAME, errno);
    tail->end += size;
    tail->piece_size = 0;
    return true;
}

// ---- repairing -------------------------------------------------------------------------

static bool set_aside(int folder, struct span piece)
{
    int file =
        openat(folder, JOURNAL_TORN_NAME,
               O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (file < 0)
        return false;

    uint8_t line[JOURNAL_LINE_MAX + 3];
    memcpy(line, piece.p, piece.n);
    line[piece.n] = '\n';
    off_t end = lseek(file, 0, SEEK_END);
    bool ok = end >= 0 && append(file, end, span_of(line, piece.n + 1)) && fsync(folder) == 0;

    int why = errno;
    close(file);
    errno = why;
    return ok;
}

// A line that a full disk or a crash has cut short is set aside, and a line says so. What is no
// piece of a line stays where it is, and shows.
static bool repair(int folder, int file, struct tail *tail, int64_t time, struct fault *fault)
{
    struct span piece = span_of(tail->piece, tail->piece_size);
    char bytes[24];
    bool starved = false;
    if (piece.n == 0)
        return true;
    bool torn = journal_is_torn(piece, &starved);
    if (starved)
        return fault_set(fault, FAILURE_MEMORY, JOURNAL_NAME);
    if (!torn) // it gets its line feed with the next line, which names it
        return hash_line(piece, tail->before, fault);
    off_t end = tail->end - (off_t)piece.n;
    if (!set_aside(folder, piece))
        return storage_write_fault(fault, JOURNAL_TORN_NAME, errno);
    if (ftruncate(file, end) != 0)
        return storage_write_fault(fault, JOURNAL_NAME, errno);
    tail->end = end;
    tail->piece_size = 0;

    snprintf(bytes, sizeof(bytes), "%zu", piece.n);
    const struct journal_field fields[] = {{"bytes", bytes}, {0}};
    return add_line(file, tail, time, JOURNAL_CUT_SHORT, fields, fault);
}

// Tells the keeper what was added behind `from`, the end of the whole lines, of which there
// were `place`.
static bool follow(int file, const struct journal_keeper *keeper, struct journal_step *step,
                   off_t from, const struct tail *tail, struct fault *fault)
{
    uint8_t lines[JOURNAL_STEP_MAX];
    size_t size;
    if (tail->end - from > (off_t)sizeof(lines))
        return storage_write_fault(fault, JOURNAL_NAME, EMSGSIZE);
    if (!read_before(file, tail->end, lines, (size_t)(tail->end - from), &size))
        return storage_read_fault(fault, JOURNAL_NAME, errno);
    step->lines = span_of(lines, size);
    return keeper->follow(keeper->userdata, step, fault);
}

bool journal_append(const char *state_dir, const struct journal_keeper *keeper, int64_t time,
                    const char *event, const struct journal_field *fields, struct fault *fault)
{
    int folder, locked;
    int file = journal_open(state_dir, O_RDWR | O_APPEND | O_CREAT, &folder, fault);
    if (file < 0)
        return false;

    struct tail tail;
    struct journal_step step = {0};
    do
        locked = flock(file, LOCK_EX);
    while (locked != 0 && errno == EINTR);

    bool ok = (locked == 0 || storage_write_fault(fault, JOURNAL_NAME, errno)) &&
              read_tail(file, &tail, fault);
    off_t lines_end = ok ? tail.end - (off_t)tail.piece_size : 0;
    if (ok && keeper)
        ok = journal_place_of_end(state_dir, keeper, tail.before, &step, fault);

    ok = ok && repair(folder, file, &tail, time, fault) &&
         add_line(file, &tail, time, event, fields, fault);
    if (ok && keeper)
        ok = follow(file, keeper, &step, lines_end, &tail, fault);

    close(file);
    close(folder);
    return ok;
}
