// SPDX-License-Identifier: MIT
#include "net/pairings/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/pairings/exchange.h"
#include "net/pairings/storage_fault.h"

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
        storage_write_fault(fault, path, errno);
        return -1;
    }

    struct stat is;
    if (fstat(folder, &is) != 0) {
        storage_write_fault(fault, path, errno);
        goto close_folder;
    }
    if (is.st_uid != geteuid()) {
        fault_set(fault, FAILURE_STORE_FOREIGN, "%s: belongs to another user", path);
        goto close_folder;
    }
    if ((is.st_mode & 077) != 0 && fchmod(folder, 0700) != 0) {
        storage_write_fault(fault, path, errno);
        goto close_folder;
    }
    return folder;

close_folder:
    close(folder);
    return -1;
}

// Reads to the end, or until there is no more room.
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

// Whose file is open here, and what it is.
static enum atomic_read judge(int file, const char *name, size_t room, struct fault *fault)
{
    struct stat is;
    const char *foreign = NULL;
    if (fstat(file, &is) != 0) {
        storage_read_fault(fault, name, errno);
        return ATOMIC_READ_UNREADABLE;
    }

    if (!S_ISREG(is.st_mode))
        foreign = "not a regular file";
    else if (is.st_uid != geteuid())
        foreign = "belongs to another user";
    else if ((is.st_mode & 077) != 0 && fchmod(file, 0600) != 0)
        foreign = "others may read it";

    if (foreign) {
        fault_set(fault, FAILURE_STORE_FOREIGN, "%s: %s", name, foreign);
        return ATOMIC_READ_FOREIGN;
    }

    if (is.st_size >= 0 && (uintmax_t)is.st_size <= room)
        return ATOMIC_READ_OK;
    fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: too large", name);
    return ATOMIC_READ_DAMAGED;
}

// Why it could not be opened.
static enum atomic_read refused(int folder, const char *name, int error, struct fault *fault)
{
    struct stat is;
    if (error == ENOENT)
        return ATOMIC_READ_MISSING;
    storage_read_fault(fault, name, error);
    if (error == ELOOP || error == ENXIO || error == ENODEV)
        return ATOMIC_READ_FOREIGN;

    // Another user's file is not ours to read; one of our own has only lost its mode.
    if (error != EACCES || fstatat(folder, name, &is, AT_SYMLINK_NOFOLLOW) != 0 ||
        is.st_uid == geteuid())
        return ATOMIC_READ_UNREADABLE;
    fault_set(fault, FAILURE_STORE_FOREIGN, "%s: belongs to another user", name);
    return ATOMIC_READ_FOREIGN;
}

// Opens a file of at most `most` bytes; `file` is to be closed on ATOMIC_READ_OK alone.
static enum atomic_read open_to_read(int folder, const char *name, size_t most, int *file,
                                     struct fault *fault)
{
    // O_NONBLOCK: a FIFO put in its place must not hang the program.
    *file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (*file < 0)
        return refused(folder, name, errno, fault);
    enum atomic_read result = judge(*file, name, most, fault);
    if (result != ATOMIC_READ_OK)
        close(*file);
    return result;
}

static enum atomic_read read_and_close(int file, const char *name, uint8_t *out, size_t room,
                                       size_t *size, struct fault *fault)
{
    enum atomic_read result = ATOMIC_READ_OK;
    if (!read_all(file, out, room, size)) {
        storage_read_fault(fault, name, errno);
        result = ATOMIC_READ_UNREADABLE;
    }
    close(file);
    return result;
}

enum atomic_read atomic_file_read(int folder, const char *name, uint8_t *out, size_t room,
                                  size_t *size, struct fault *fault)
{
    int file;
    enum atomic_read result = open_to_read(folder, name, room, &file, fault);
    return result == ATOMIC_READ_OK ? read_and_close(file, name, out, room, size, fault)
                                    : result;
}

enum atomic_read atomic_file_read_head(int folder, const char *name, uint8_t *out, size_t room,
                                       size_t *size, size_t *whole, struct fault *fault)
{
    int file;
    struct stat is;
    enum atomic_read result = open_to_read(folder, name, ATOMIC_FILE_MAX, &file, fault);
    if (result != ATOMIC_READ_OK)
        return result;
    *whole = fstat(file, &is) == 0 ? (size_t)is.st_size : 0;
    return read_and_close(file, name, out, room, size, fault);
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
        return storage_write_fault(fault, name, errno);
    return true;
}

bool atomic_file_swap(int folder, const char *a, const char *b, struct fault *fault)
{
    bool swapped = files_exchange(folder, a, b);
    // A file system or a kernel that cannot exchange replaces, and `a` is gone.
    if (!swapped && errno != ENOENT && errno != EINVAL && errno != ENOSYS)
        return storage_write_fault(fault, b, errno);
    if ((!swapped && renameat(folder, a, folder, b) != 0) || fsync(folder) != 0)
        return storage_write_fault(fault, b, errno);
    return true;
}

bool private_folder_probe(int folder, const char *path, struct fault *fault)
{
    static const uint8_t bytes[4096] = {0};
    struct fault why = {0};
    if (atomic_file_write(folder, "probe", span_of(bytes, sizeof(bytes)), &why) &&
        atomic_file_remove(folder, "probe", &why))
        return true;
    (void)unlinkat(folder, "probe", 0);
    return fault_set(fault, why.failure, "%.160s: %.80s", path, why.detail);
}

bool private_path_probe(const char *path, struct fault *fault)
{
    int folder = private_folder_open(path, fault);
    if (folder < 0)
        return false;
    bool ok = private_folder_probe(folder, path, fault);
    close(folder);
    return ok;
}

bool atomic_file_remove(int folder, const char *name, struct fault *fault)
{
    if ((unlinkat(folder, name, 0) != 0 && errno != ENOENT) || fsync(folder) != 0)
        return storage_write_fault(fault, name, errno);
    return true;
}

static void overwrite(int file)
{
    static const uint8_t zeros[4096];
    struct stat is;
    if (fstat(file, &is) != 0 || !S_ISREG(is.st_mode))
        return;
    for (size_t left = is.st_size > 0 ? (size_t)is.st_size : 0; left > 0;) {
        size_t part = left < sizeof(zeros) ? left : sizeof(zeros);
        if (!write_all(file, span_of(zeros, part)))
            break;
        left -= part;
    }
    (void)fsync(file);
}

bool atomic_file_erase(int folder, const char *name, struct fault *fault)
{
    int file = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    // What only the moment forbids is not skipped: the bytes would stay on the disk.
    if (file < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == EIO))
        return storage_write_fault(fault, name, errno);

    if (file >= 0) {
        overwrite(file);
        close(file);
    }
    return atomic_file_remove(folder, name, fault);
}

int private_lock(int folder, const char *name, bool wait, struct fault *fault)
{
    int lock =
        openat(folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (lock < 0) {
        storage_write_fault(fault, name, errno);
        return -1;
    }

    int taken;
    do {
        taken = flock(lock, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
    } while (taken != 0 && errno == EINTR);
    if (taken != 0) {
        bool busy = errno == EWOULDBLOCK;
        fault_set(fault, busy ? FAILURE_DEVICE_BUSY : FAILURE_PAIRING_STORE, "%s: %s", name,
                  busy ? "in use by another qrconfirm" : strerror(errno));
        close(lock);
        return -1;
    }

    return lock;
}
