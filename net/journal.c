// SPDX-License-Identifier: MIT
#include "net/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/atomic_file.h"
#include "net/identity.h"

#define HASH_HEX_SIZE (HASH_SIZE * 2)

static const char no_line[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

static void hash_hex(const uint8_t hash[static HASH_SIZE], char out[static HASH_HEX_SIZE + 1])
{
    sodium_bin2hex(out, HASH_HEX_SIZE + 1, hash, HASH_SIZE);
}

// The hash of the last line; `torn` tells whether its line feed is missing (a crash while it
// was written).
static bool last_line_hash(int file, char out[static HASH_HEX_SIZE + 1], bool *torn)
{
    uint8_t tail[JOURNAL_LINE_MAX + 2], hash[HASH_SIZE];
    off_t end = lseek(file, 0, SEEK_END);
    if (end < 0)
        return false;
    size_t size = end < (off_t)sizeof(tail) ? (size_t)end : sizeof(tail);
    if (pread(file, tail, size, end - (off_t)size) != (ssize_t)size)
        return false;
    *torn = size > 0 && tail[size - 1] != '\n';
    memcpy(out, no_line, sizeof(no_line));
    if (size == 0)
        return true;
    if (!*torn)
        size--;
    size_t start = size;
    while (start > 0 && tail[start - 1] != '\n')
        start--;
    hash_sha256(span_of(tail + start, size - start), hash);
    hash_hex(hash, out);
    return true;
}

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
    char *text = bad ? NULL : json_dumps(line, JSON_COMPACT);
    json_decref(line);
    return text;
}

static bool append_line(int file, const char *text, bool torn)
{
    // One write, so that a crash leaves at most this one line in pieces.
    char line[JOURNAL_LINE_MAX + 3];
    int size = snprintf(line, sizeof(line), "%s%s\n", torn ? "\n" : "", text);
    if (size < 0 || size >= (int)sizeof(line)) {
        errno = EMSGSIZE;
        return false;
    }
    return write(file, line, (size_t)size) == size && fsync(file) == 0;
}

static int open_journal(const char *state_dir, int flags, struct fault *fault)
{
    int folder = private_folder_open(state_dir, fault);
    if (folder < 0)
        return -1;
    int file = openat(folder, JOURNAL_NAME, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    int why = errno;
    struct stat is;
    if (file >= 0 && (fstat(file, &is) != 0 || !S_ISREG(is.st_mode))) {
        close(file);
        file = -1;
        why = EINVAL;
    }
    // A new file's name must last as long as its lines.
    if (file >= 0 && (flags & O_CREAT) && fsync(folder) != 0) {
        why = errno;
        close(file);
        file = -1;
    }
    close(folder);
    if (file < 0)
        fault_set(fault, FAILURE_PAIRING_STORE, "%.100s/%s: %s", state_dir, JOURNAL_NAME,
                  strerror(why));
    errno = why;
    return file;
}

bool journal_append(const char *state_dir, int64_t time, const char *event,
                    const struct journal_field *fields, struct fault *fault)
{
    int file = open_journal(state_dir, O_RDWR | O_APPEND | O_CREAT, fault);
    if (file < 0)
        return false;
    char before[HASH_HEX_SIZE + 1];
    char *text = NULL;
    bool torn = false;
    bool ok = flock(file, LOCK_EX) == 0 && last_line_hash(file, before, &torn);
    if (ok) {
        text = line_text(time, event, fields, before);
        ok = text && append_line(file, text, torn);
    }
    if (!ok)
        fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", JOURNAL_NAME, strerror(errno));
    free(text);
    close(file);
    return ok;
}

// The line that is being read.
struct reading {
    uint8_t text[JOURNAL_LINE_MAX];
    size_t size;
    bool overlong;
    crypto_hash_sha256_state hash;
    char before[HASH_HEX_SIZE + 1]; // hash of the line before
    struct journal_sum sum;
    void (*each)(void *userdata, const struct journal_line *line);
    void *userdata;
};

static void begin_line(struct reading *reading)
{
    reading->size = 0;
    reading->overlong = false;
    crypto_hash_sha256_init(&reading->hash);
}

static enum journal_mark judge_line(const struct reading *reading)
{
    if (reading->overlong)
        return JOURNAL_DAMAGED;
    json_t *line =
        json_loadb((const char *)reading->text, reading->size, JSON_REJECT_DUPLICATES, NULL);
    const char *before = json_string_value(json_object_get(line, "before"));
    enum journal_mark mark = JOURNAL_DAMAGED;
    if (before && json_is_string(json_object_get(line, "event")))
        mark = strcmp(before, reading->before) == 0 ? JOURNAL_WHOLE : JOURNAL_BROKEN;
    json_decref(line);
    return mark;
}

static void end_line(struct reading *reading)
{
    uint8_t hash[HASH_SIZE];
    struct journal_line line = {
        .number = ++reading->sum.lines,
        .mark = judge_line(reading),
        .text = span_of(reading->text, reading->size),
    };
    reading->sum.faulty += line.mark != JOURNAL_WHOLE;
    crypto_hash_sha256_final(&reading->hash, hash);
    hash_hex(hash, reading->before);
    reading->each(reading->userdata, &line);
    begin_line(reading);
}

static void take_bytes(struct reading *reading, struct span bytes)
{
    while (bytes.n > 0) {
        const uint8_t *feed = memchr(bytes.p, '\n', bytes.n);
        size_t part = feed ? (size_t)(feed - bytes.p) : bytes.n;
        crypto_hash_sha256_update(&reading->hash, bytes.p, part);
        size_t room = sizeof(reading->text) - reading->size;
        size_t keep = part < room ? part : room;
        memcpy(reading->text + reading->size, bytes.p, keep);
        reading->size += keep;
        reading->overlong |= keep < part;
        if (feed)
            end_line(reading);
        part += feed != NULL;
        bytes = span_of(bytes.p + part, bytes.n - part);
    }
}

bool journal_read(const char *state_dir,
                  void (*each)(void *userdata, const struct journal_line *line), void *userdata,
                  struct journal_sum *out, struct fault *fault)
{
    struct fault missing;
    int file = open_journal(state_dir, O_RDONLY, &missing);
    if (file < 0 && errno == ENOENT) {
        *out = (struct journal_sum){0};
        return true;
    }
    if (file < 0) {
        if (fault)
            *fault = missing;
        return false;
    }
    struct reading reading = {.each = each, .userdata = userdata};
    memcpy(reading.before, no_line, sizeof(no_line));
    begin_line(&reading);
    uint8_t bytes[4096];
    ssize_t got;
    while ((got = read(file, bytes, sizeof(bytes))) > 0)
        take_bytes(&reading, span_of(bytes, (size_t)got));
    if (got == 0 && reading.size > 0)
        end_line(&reading);
    close(file);
    if (got < 0)
        return fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", JOURNAL_NAME, strerror(errno));
    *out = reading.sum;
    return true;
}
