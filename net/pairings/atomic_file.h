// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_ATOMIC_FILE_H
#define QRCONFIRM_NET_PAIRINGS_ATOMIC_FILE_H

// Small private files that are either the old or the new ones, whenever the power goes: written
// beside their place, fsynced, renamed, and the folder fsynced. Folders are 0700, files 0600.
// Names are plain (no '/'); symbolic links, other people's files and anything but regular files
// are refused, not followed.

#include "base/failure.h"
#include "base/span.h"

#define ATOMIC_FILE_MAX      65536u // bytes of a file
#define ATOMIC_FILE_NAME_MAX 64u    // bytes of a name

#define ATOMIC_FILE_NEW ".new" // after the name of a file that is being written

// Only MISSING and DAMAGED say something of what was written; the others say that it is not
// known, and nothing may be written in its place.
enum atomic_read {
    ATOMIC_READ_OK,
    ATOMIC_READ_MISSING,   // no file of that name; no fault
    ATOMIC_READ_DAMAGED,   // PAIRING_DAMAGED: larger than anything that was written there
    ATOMIC_READ_FOREIGN,   // STORE_FOREIGN: another user's, a link, no regular file
    ATOMIC_READ_UNREADABLE // STORE_UNREADABLE, DESCRIPTORS, MEMORY: perhaps later
};

// Opens the folder, making it and those above it. It must belong to this user; it is made
// private if it is not. Returns a file descriptor, or -1 with STORE_FOREIGN or what a failed
// write says (storage_fault.h).
int private_folder_open(const char *path, struct fault *fault);

// Reads at most `room` bytes; nothing is ever changed but a mode that is too open.
enum atomic_read atomic_file_read(int folder, const char *name, uint8_t *out, size_t room,
                                  size_t *size, struct fault *fault);

// The same of the first bytes alone, at most `room` of a file of `whole` bytes: what is behind
// them is never in memory.
enum atomic_read atomic_file_read_head(int folder, const char *name, uint8_t *out, size_t room,
                                       size_t *size, size_t *whole, struct fault *fault);

// Replaces the file. Fails as storage_fault.h says; the old file then stands as it was.
bool atomic_file_write(int folder, const char *name, struct span bytes, struct fault *fault);

// The files change places; where there is no `b`, or the file system cannot do that, `a` only
// takes its place.
bool atomic_file_swap(int folder, const char *a, const char *b, struct fault *fault);

// Whether the folder takes a file now: writes one, has it on disk, and removes it. Fails as a
// write does, with `path` for its name.
bool private_folder_probe(int folder, const char *path, struct fault *fault);
bool private_path_probe(const char *path, struct fault *fault); // opens it first

// Removes the file; a missing file is not a failure.
bool atomic_file_remove(int folder, const char *name, struct fault *fault);

// Overwrites the file's bytes before removing it; a link or another user's file is only
// removed. What the disk keeps of old blocks is out of reach (flash writes elsewhere): the
// portal's revocation is what really ends a key. Fails before anything is done if it cannot be
// opened now.
bool atomic_file_erase(int folder, const char *name, struct fault *fault);

// Takes the exclusive lock of that name, waiting for it if `wait`. Returns a file descriptor to
// close when done, or -1 with PAIRING_STORE; DEVICE_BUSY where another process holds it and
// `wait` is false. The lock ends with the process.
int private_lock(int folder, const char *name, bool wait, struct fault *fault);

#endif
