// SPDX-License-Identifier: MIT
#include "portal/base/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

bool secret_path(const char *directory, const char *name, char out[static SECRET_PATH_MAX])
{
    return snprintf(out, SECRET_PATH_MAX, "%s/%s", directory, name) < (int)SECRET_PATH_MAX;
}

bool secret_file_read(const char *path, uint8_t *out, size_t capacity, size_t *size,
                      bool *missing, struct fault *fault)
{
    *missing = false;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        *missing = errno == ENOENT;
        return fault_set(fault, FAILURE_INTERNAL, "%s: %s", path, strerror(errno));
    }

    size_t filled = 0;
    ssize_t got = 1;

    while (got > 0 && filled < capacity) {
        got = read(file, out + filled, capacity - filled);
        filled += got > 0 ? (size_t)got : 0;
    }

    int error = errno;
    uint8_t more;
    bool too_large = got > 0 && read(file, &more, 1) > 0;
    close(file);

    if (got < 0)
        return fault_set(fault, FAILURE_INTERNAL, "%s: %s", path, strerror(error));
    if (too_large)
        return fault_set(fault, FAILURE_INTERNAL, "%s: is too large", path);

    *size = filled;
    return true;
}

static bool sync_directory_of(const char *path)
{
    char copy[SECRET_PATH_MAX];
    snprintf(copy, sizeof(copy), "%s", path);
    int directory = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return false;
    bool ok = fsync(directory) == 0;
    close(directory);
    return ok;
}

static bool write_whole(int file, struct span bytes)
{
    size_t written = 0;
    while (written < bytes.n) {
        ssize_t now = write(file, bytes.p + written, bytes.n - written);
        if (now < 0)
            return false;
        written += (size_t)now;
    }
    return fsync(file) == 0;
}

static bool sync_file(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    bool ok = fsync(file) == 0;
    close(file);
    return ok;
}

bool secret_file_move(const char *from, const char *to, struct fault *fault)
{
    return (sync_file(from) && rename(from, to) == 0 && sync_directory_of(to)) ||
           fault_set(fault, FAILURE_INTERNAL, "%s: %s", to, strerror(errno));
}

bool secret_file_write(const char *path, struct span bytes, struct fault *fault)
{
    char temporary[SECRET_PATH_MAX];
    if (snprintf(temporary, sizeof(temporary), "%s.new", path) >= (int)sizeof(temporary))
        return fault_set(fault, FAILURE_INTERNAL, "%s: the path is too long", path);

    unlink(temporary);
    int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return fault_set(fault, FAILURE_INTERNAL, "%s: %s", temporary, strerror(errno));

    bool ok = write_whole(file, bytes);
    close(file);

    if (!ok || rename(temporary, path) != 0 || !sync_directory_of(path)) {
        fault_set(fault, FAILURE_INTERNAL, "%s: %s", path, strerror(errno));
        unlink(temporary);
        return false;
    }

    return true;
}
