// SPDX-License-Identifier: MIT
#include "net/pairings/journal_read.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/pairings/storage_fault.h"

#define BLOCK_SIZE 65536u

// The line that is being read, and the one before it, which is told only then: whether a piece
// of a line is damage or was cut short shows in what follows it.
struct reading {
    uint8_t text[JOURNAL_LINE_MAX];
    size_t size;
    bool overlong;
    crypto_hash_sha256_state hash;
    bool without_hash;                 // libsodium has failed: nothing can be judged any more
    char before[JOURNAL_HASH_HEX + 1]; // hash of the line before
    struct journal_line held;
    uint8_t held_text[JOURNAL_LINE_MAX];
    bool holds;
    bool starved;   // a line could not be judged
    size_t skipped; // lines that are read for their hash alone
    const struct journal_place *place;
    uint8_t at_place[HASH_SIZE];
    struct journal_sum sum;
    void (*each)(void *userdata, const struct journal_line *line);
    void *userdata;
};

// What would be told from here on would be a guess.
static bool is_over(const struct reading *reading)
{
    return reading->without_hash || reading->starved;
}

static void begin_line(struct reading *reading)
{
    reading->size = 0;
    reading->overlong = false;
    reading->without_hash |= crypto_hash_sha256_init(&reading->hash) != 0;
}

// The hash that a line in the very form in which lines are written names, or NULL. Of such a
// line no byte can change without showing, in it or in the next: it need not be parsed, which
// costs ten times as much.
static const char *quick_before(struct span line)
{
    static const char key[] = ",\"before\":\"", end[] = "\"}", event[] = ",\"event\":\"";
    size_t begin = sizeof(JOURNAL_BEGIN) - 1;
    if (line.n < begin + sizeof(key) + JOURNAL_HASH_HEX + sizeof(end) ||
        memcmp(line.p, JOURNAL_BEGIN, begin) != 0)
        return NULL;
    size_t digits = begin;

    while (digits < line.n &&
           (line.p[digits] == '-' || (line.p[digits] >= '0' && line.p[digits] <= '9')))
        digits++;
    size_t hash_at = line.n - (sizeof(end) - 1) - JOURNAL_HASH_HEX;
    size_t key_at = hash_at - (sizeof(key) - 1);
    bool quick = digits > begin && digits + sizeof(event) <= key_at + 1 &&
                 memcmp(line.p + digits, event, sizeof(event) - 1) == 0 &&
                 memcmp(line.p + key_at, key, sizeof(key) - 1) == 0 &&
                 memcmp(line.p + line.n - (sizeof(end) - 1), end, sizeof(end) - 1) == 0;
    return quick ? (const char *)line.p + hash_at : NULL;
}

static enum journal_mark judge_whole(const struct reading *reading, const char *before)
{
    return memcmp(before, reading->before, JOURNAL_HASH_HEX) == 0 ? JOURNAL_WHOLE
                                                                  : JOURNAL_BROKEN;
}

static enum journal_mark judge_line(struct reading *reading, bool last)
{
    if (reading->overlong)
        return JOURNAL_DAMAGED;
    struct span text = span_of(reading->text, reading->size);
    const char *quick = last ? NULL : quick_before(text);
    if (quick)
        return judge_whole(reading, quick);

    char before[JOURNAL_HASH_HEX + 1];
    return journal_line_names(text, before, &reading->starved) ? judge_whole(reading, before)
                                                               : JOURNAL_DAMAGED;
}

static void tell_held(struct reading *reading)
{
    if (!reading->holds)
        return;
    reading->holds = false;
    reading->sum.faulty +=
        reading->held.mark == JOURNAL_BROKEN || reading->held.mark == JOURNAL_DAMAGED;
    reading->sum.torn += reading->held.mark == JOURNAL_TORN;
    reading->each(reading->userdata, &reading->held);
}

static void pass_place(struct reading *reading, const uint8_t hash[static HASH_SIZE])
{
    struct journal_place *end = &reading->sum.end;
    end->count = reading->sum.lines;
    memcpy(end->hash, hash, HASH_SIZE);
    if (reading->place && reading->place->count == end->count)
        memcpy(reading->at_place, hash, HASH_SIZE);
}

// A line has its line feed on the disk before it is counted: one without was not.
static enum journal_loss judge_place(const struct reading *reading)
{
    const struct journal_place *place = reading->place;
    if (!place || place->count == 0)
        return JOURNAL_KEPT;
    // The right end: whatever is missing before it breaks the chain.
    if (memcmp(reading->sum.end.hash, place->hash, HASH_SIZE) == 0)
        return JOURNAL_KEPT;
    if (reading->sum.end.count < place->count)
        return reading->sum.lines == 0 ? JOURNAL_REMOVED : JOURNAL_CUT;
    return memcmp(reading->at_place, place->hash, HASH_SIZE) == 0 ? JOURNAL_KEPT
                                                                  : JOURNAL_REWRITTEN;
}

// `torn`: its line feed is missing, the file ends in it.
static void end_line(struct reading *reading, bool last, bool torn)
{
    uint8_t hash[HASH_SIZE];
    struct span text = span_of(reading->text, reading->size);
    reading->without_hash |= crypto_hash_sha256_final(&reading->hash, hash) != 0;
    if (reading->without_hash)
        return;

    enum journal_mark mark = judge_line(reading, last);
    if (mark == JOURNAL_DAMAGED && torn && journal_is_torn(text, &reading->starved))
        mark = JOURNAL_TORN;

    // A piece whose hash the next line names was a piece already when that was written.
    if (reading->holds && reading->held.mark == JOURNAL_DAMAGED && mark == JOURNAL_WHOLE &&
        journal_is_torn(reading->held.text, &reading->starved))
        reading->held.mark = JOURNAL_TORN;
    if (reading->starved)
        return;

    tell_held(reading);
    journal_hash_hex(hash, reading->before);
    reading->sum.lines++;
    if (!torn)
        pass_place(reading, hash);
    if (reading->skipped > 0) {
        reading->skipped--;
    } else {
        memcpy(reading->held_text, text.p, text.n);
        reading->held = (struct journal_line){.number = reading->sum.lines,
                                              .mark = mark,
                                              .text = span_of(reading->held_text, text.n)};
        reading->holds = true;
    }
    begin_line(reading);
}

static void take_bytes(struct reading *reading, struct span bytes, bool last)
{
    while (bytes.n > 0 && !is_over(reading)) {
        const uint8_t *feed = memchr(bytes.p, '\n', bytes.n);
        size_t part = feed ? (size_t)(feed - bytes.p) : bytes.n;
        reading->without_hash |= crypto_hash_sha256_update(&reading->hash, bytes.p, part) != 0;

        size_t room = sizeof(reading->text) - reading->size;
        size_t keep = part < room ? part : room;
        memcpy(reading->text + reading->size, bytes.p, keep);
        reading->size += keep;
        reading->overlong |= keep < part;

        part += feed != NULL;
        bytes = span_of(bytes.p + part, bytes.n - part);
        if (feed)
            end_line(reading, last && bytes.n == 0, false);
    }
}

// ---- the tail --------------------------------------------------------------------------

static bool read_block(int file, off_t at, uint8_t *out, size_t size)
{
    ssize_t got;
    do
        got = pread(file, out, size, at);
    while (got < 0 && errno == EINTR);
    if (got >= 0 && got != (ssize_t)size)
        errno = EIO;
    return got == (ssize_t)size;
}

// Where the last `wanted` lines begin.
static bool find_tail(int file, off_t end, size_t wanted, off_t *from)
{
    uint8_t bytes[BLOCK_SIZE];
    size_t seen = 0;

    *from = 0;
    for (off_t at = end; at > 0;) {
        size_t size = at < (off_t)sizeof(bytes) ? (size_t)at : sizeof(bytes);
        at -= (off_t)size;
        if (!read_block(file, at, bytes, size))
            return false;
        for (size_t i = size; i > 0; i--) {
            // The line feed that ends the file ends the last line, and begins none.
            if (bytes[i - 1] != '\n' || at + (off_t)i == end || ++seen < wanted)
                continue;
            *from = at + (off_t)i;
            return true;
        }
    }
    return true;
}

static bool count_lines(int file, off_t end, size_t *count)
{
    uint8_t bytes[BLOCK_SIZE];
    *count = 0;

    for (off_t at = 0; at < end;) {
        off_t left = end - at;
        size_t size = left < (off_t)sizeof(bytes) ? (size_t)left : sizeof(bytes);
        if (!read_block(file, at, bytes, size))
            return false;
        at += (off_t)size;

        const uint8_t *feed = bytes, *stop = bytes + size;
        while (feed < stop && (feed = memchr(feed, '\n', (size_t)(stop - feed)))) {
            ++*count;
            feed++;
        }
    }
    return true;
}

// How many lines of `total` are read: those that are wanted, the one before them for its hash,
// and all from the place that is looked for.
static size_t lines_to_read(const struct reading *reading, size_t wanted, size_t total)
{
    size_t read = wanted < total ? wanted + 1 : total;
    uint64_t place = reading->place ? reading->place->count : 0;
    if (place > 0 && place <= total && total - (size_t)place + 1 > read)
        read = total - (size_t)place + 1;
    return read;
}

static bool ends_in_a_piece(int file, off_t end, bool *piece)
{
    uint8_t last = '\n';
    bool read = end == 0 || read_block(file, end - 1, &last, 1);
    *piece = last != '\n';
    return read;
}

// Goes to the first line that is read.
static bool skip_to_tail(int file, off_t end, size_t wanted, struct reading *reading)
{
    off_t from = 0;
    size_t total;
    bool piece;
    if (wanted == JOURNAL_ALL)
        return true;
    if (!count_lines(file, end, &total) || !ends_in_a_piece(file, end, &piece))
        return false;

    total += piece;
    size_t read = lines_to_read(reading, wanted, total);
    if (read < total && !find_tail(file, end, read, &from))
        return false;
    reading->sum.lines = total - read;
    reading->skipped = read > wanted ? read - wanted : 0;
    return lseek(file, from, SEEK_SET) >= 0;
}

static bool read_lines(int file, size_t wanted, struct reading *reading)
{
    struct stat is;
    if (fstat(file, &is) != 0 || !skip_to_tail(file, is.st_size, wanted, reading))
        return false;

    uint8_t bytes[BLOCK_SIZE];
    off_t at = lseek(file, 0, SEEK_CUR);
    ssize_t got = 0;
    while (!is_over(reading) && (got = read(file, bytes, sizeof(bytes))) > 0) {
        at += got;
        take_bytes(reading, span_of(bytes, (size_t)got), at >= is.st_size);
    }

    if (got == 0 && reading->size > 0)
        end_line(reading, true, true);
    if (!is_over(reading))
        tell_held(reading);
    return got == 0;
}

bool journal_read(const char *state_dir, size_t wanted, const struct journal_place *place,
                  void (*each)(void *userdata, const struct journal_line *line), void *userdata,
                  struct journal_sum *out, struct fault *fault)
{
    struct fault missing = {0};
    int file = journal_open(state_dir, O_RDONLY, NULL, &missing);
    if (file < 0 && errno == ENOENT) {
        *out = (struct journal_sum){.loss = place && place->count > 0 ? JOURNAL_REMOVED
                                                                      : JOURNAL_KEPT};
        return true;
    }
    if (file < 0)
        return fault_set(fault, missing.failure, "%s", missing.detail);

    struct reading reading = {.each = each, .userdata = userdata, .place = place};
    memcpy(reading.before, journal_no_line, sizeof(reading.before));
    begin_line(&reading);
    bool ok = read_lines(file, wanted, &reading);
    int why = errno;
    close(file);
    if (reading.without_hash)
        return fault_set(fault, FAILURE_INTERNAL, JOURNAL_NAME ": SHA-256");
    if (reading.starved)
        return fault_set(fault, FAILURE_MEMORY, JOURNAL_NAME);
    if (!ok)
        return storage_read_fault(fault, JOURNAL_NAME, why);
    reading.sum.loss = judge_place(&reading);
    *out = reading.sum;
    return true;
}
