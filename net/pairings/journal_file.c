// SPDX-License-Identifier: MIT
#include "net/pairings/journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/pairings/atomic_file.h"
#include "net/pairings/storage_fault.h"
#include "net/protocol/json_text.h"

const char journal_no_line[JOURNAL_HASH_HEX + 1] =
    "0000000000000000000000000000000000000000000000000000000000000000";

void journal_hash_hex(const uint8_t hash[static HASH_SIZE],
                      char out[static JOURNAL_HASH_HEX + 1])
{
    sodium_bin2hex(out, JOURNAL_HASH_HEX + 1, hash, HASH_SIZE);
}

int journal_open(const char *state_dir, int flags, int *folder, struct fault *fault)
{
    int place = private_folder_open(state_dir, fault);
    if (place < 0)
        return -1;

    int file = openat(place, JOURNAL_NAME, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    int why = errno;
    struct stat is;
    if (file >= 0 && (fstat(file, &is) != 0 || !S_ISREG(is.st_mode))) {
        close(file);
        file = -1;
        why = ENODEV;
    }

    // A new file's name must last as long as its lines.
    if (file >= 0 && (flags & O_CREAT) && fsync(place) != 0) {
        why = errno;
        close(file);
        file = -1;
    }

    if (file < 0)
        (flags & O_CREAT ? storage_write_fault : storage_read_fault)(fault, JOURNAL_NAME, why);
    if (file >= 0 && folder)
        *folder = place;
    else
        close(place);
    errno = why;
    return file;
}

bool journal_line_names(struct span line, char out[static JOURNAL_HASH_HEX + 1], bool *starved)
{
    json_t *root = json_text_load(line, JSON_REJECT_DUPLICATES, NULL, starved);
    const json_t *before = json_object_get(root, "before");
    bool is_entry = json_string_length(before) == JOURNAL_HASH_HEX &&
                    json_is_string(json_object_get(root, "event"));
    if (is_entry)
        memcpy(out, json_string_value(before), JOURNAL_HASH_HEX + 1);
    json_decref(root);
    return is_entry;
}

bool journal_is_torn(struct span bytes, bool *starved)
{
    static const char begin[] = JOURNAL_BEGIN;
    size_t size = bytes.n < sizeof(begin) - 1 ? bytes.n : sizeof(begin) - 1;
    if (bytes.n == 0 || bytes.n > JOURNAL_LINE_MAX || memcmp(bytes.p, begin, size) != 0)
        return false;
    bool short_of_memory = false;
    json_t *whole = json_text_load(bytes, 0, NULL, &short_of_memory);
    json_decref(whole);
    *starved |= short_of_memory;
    return !whole && !short_of_memory;
}
