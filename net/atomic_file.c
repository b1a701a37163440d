// SPDX-License-Identifier: MIT
#include "net/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/exchange.h"

// Makes every missing folder of an absolute or relative path. What cannot be made shows when
// the whole is opened.
static void make_folders(const char *path)
{
    char part[PATH_MAX];
    if (strlen(path) >= sizeof(part))
        return;
    for (size_t i = 1; path[i]; i++) {
        if (path[i] != '/')
            continue;
        memcpy(part, path, i);
        part[i] = 0;
        (void)mkdir(part, 0700);
    }
    (void)mkdir(path, 0700);
}

int private_folder_open(const char *path, struct fault *fault)
{
    make_folders(path);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", path, strerror(errno));
        return -1;
    }
    struct stat is;
    if (fstat(folder, &is) != 0) {
        fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", path, strerror(errno));
        goto close_folder;
    }
    if (is.st_uid != geteuid()) {
        fault_set(fault, FAILURE_PAIRING_STORE, "%s: belongs to another user", path);
        goto close_folder;
    }
    if ((is.st_mode & 077) != 0 && fchmod(folder, 0700) != 0) {
        fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", path, strerror(errno));
        goto close_folder;
    }
    return folder;

close_folder:
    close(folder);
    return -1;
}

static bool read_all(int file, uint8_t *out, size_t room, size_t *size)
{
    size_t have = 0;
    for (;;) {
        ssize_t got = read(file, out + have, room - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        have += (size_t)got;
        if (got == 0 || have == room)
            break;
    }
    *size = have;
    return true;
}

static bool is_ours(int file, const char *name, size_t room, struct fault *fault)
{
    struct stat is;
    if (fstat(file, &is) != 0)
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: %s", name, strerror(errno));
    if (!S_ISREG(is.st_mode))
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: not a regular file", name);
    if (is.st_uid != geteuid())
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: belongs to another user", name);
    if (is.st_size < 0 || (uintmax_t)is.st_size > room)
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: too large", name);
    if ((is.st_mode & 077) != 0 && fchmod(file, 0600) != 0)
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: others may read it", name);
    return true;
}

enum atomic_read atomic_file_read(int folder, const char *name, uint8_t *out, size_t room,
                                  size_t *size, struct fault *fault)
{
    // O_NONBLOCK: a FIFO put in its place must not hang the program.
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0 && errno == ENOENT)
        return ATOMIC_READ_MISSING;
    if (file < 0) {
        const char *why = errno == ELOOP ? "is a symbolic link" : strerror(errno);
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: %s", name, why);
        return ATOMIC_READ_FAILED;
    }
    enum atomic_read result = ATOMIC_READ_FAILED;
    if (!is_ours(file, name, room, fault))
        goto close_file;
    if (!read_all(file, out, room, size)) {
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: %s", name, strerror(errno));
        goto close_file;
    }
    result = ATOMIC_READ_OK;

close_file:
    close(file);
    return result;
}

static bool write_all(int file, struct span bytes)
{
    for (size_t done = 0; done < bytes.n;) {
        ssize_t put = write(file, bytes.p + done, bytes.n - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        done += (size_t)put;
    }
    return true;
}

// Writes the temporary file whole and onto the disk.
static bool write_new(int folder, const char *name, struct span bytes)
{
    // What a crash left behind may be a link somebody planted: begin anew.
    if (unlinkat(folder, name, 0) != 0 && errno != ENOENT)
        return false;
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    bool ok = write_all(file, bytes) && fsync(file) == 0;
    int saved = errno;
    close(file);
    if (!ok)
        (void)unlinkat(folder, name, 0);
    errno = saved;
    return ok;
}

bool atomic_file_write(int folder, const char *name, struct span bytes, struct fault *fault)
{
    char temporary[ATOMIC_FILE_NAME_MAX + sizeof(ATOMIC_FILE_NEW)];
    if (strlen(name) > ATOMIC_FILE_NAME_MAX || strchr(name, '/') || bytes.n > ATOMIC_FILE_MAX)
        return fault_set(fault, FAILURE_PAIRING_STORE, "%s: name or size beyond its limit",
                         name);
    snprintf(temporary, sizeof(temporary), "%s" ATOMIC_FILE_NEW, name);

    if (!write_new(folder, temporary, bytes) ||
        renameat(folder, temporary, folder, name) != 0 || fsync(folder) != 0)
        return fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", name, strerror(errno));
    return true;
}

bool atomic_file_swap(int folder, const char *a, const char *b, struct fault *fault)
{
    bool swapped = files_exchange(folder, a, b);
    // A file system or a kernel that cannot exchange replaces, and `a` is gone.
    if (!swapped && errno != ENOENT && errno != EINVAL && errno != ENOSYS)
        return fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", b, strerror(errno));
    if ((!swapped && renameat(folder, a, folder, b) != 0) || fsync(folder) != 0)
        return fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", b, strerror(errno));
    return true;
}

bool atomic_file_remove(int folder, const char *name, struct fault *fault)
{
    if ((unlinkat(folder, name, 0) != 0 && errno != ENOENT) || fsync(folder) != 0)
        return fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", name, strerror(errno));
    return true;
}

bool atomic_file_erase(int folder, const char *name, struct fault *fault)
{
    int file = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat is;
    if (file >= 0 && fstat(file, &is) == 0 && S_ISREG(is.st_mode)) {
        static const uint8_t zeros[4096];
        size_t left = is.st_size > 0 ? (size_t)is.st_size : 0;
        while (left > 0) {
            size_t part = left < sizeof(zeros) ? left : sizeof(zeros);
            if (!write_all(file, span_of(zeros, part)))
                break;
            left -= part;
        }
        (void)fsync(file);
    }
    if (file >= 0)
        close(file);
    return atomic_file_remove(folder, name, fault);
}

int private_lock(int folder, const char *name, bool wait, struct fault *fault)
{
    int lock =
        openat(folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (lock < 0) {
        fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", name, strerror(errno));
        return -1;
    }
    int taken;
    do {
        taken = flock(lock, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
    } while (taken != 0 && errno == EINTR);
    if (taken != 0) {
        fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", name,
                  errno == EWOULDBLOCK ? "in use by another qrconfirm" : strerror(errno));
        close(lock);
        return -1;
    }
    return lock;
}
