// SPDX-License-Identifier: MIT
#include "tests/unit/failing_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int error_now = EIO;

void failing_with(int error)
{
    atomic_store(&error_now, error);
}

// What a call does: only one that waits is ever interrupted or told to come again, and one that
// starts a process may be told the latter too.
enum doing { ASKS, WAITS, STARTS };

static bool may_be(enum doing doing, int error)
{
    switch (error) {
    case 0:
        return false;
    case EINTR:
        return doing == WAITS;
    case EAGAIN:
        return doing != ASKS;
    default:
        return true;
    }
}

// A call that fails as a whole.
static bool fails(enum doing doing)
{
    int error = atomic_load(&error_now);
    if (!may_be(doing, error) || !failing_now())
        return false;
    errno = error;
    return true;
}

// The linker hands the calls of NAME to __wrap_NAME (tests/CMakeLists.txt lists the names).
#define FAILS_NOW(doing, type, failed, name, arguments, values)                                \
    type __real_##name arguments;                                                              \
    type __wrap_##name arguments;                                                              \
    type __wrap_##name arguments                                                               \
    {                                                                                          \
        return fails(doing) ? (failed) : __real_##name values;                                 \
    }

FAILS_NOW(ASKS, int, -1, eventfd, (unsigned first, int flags), (first, flags))
// In a program that is linked to failing_memory too, that one's is taken.
__attribute__((weak)) FILE *__wrap_fopen(const char *name, const char *mode);
FAILS_NOW(ASKS, FILE *, NULL, fopen, (const char *name, const char *mode), (name, mode))
FAILS_NOW(STARTS, pid_t, -1, fork, (void), ())
FAILS_NOW(ASKS, int, -1, fstat, (int file, struct stat *out), (file, out))
FAILS_NOW(ASKS, int, -1, fsync, (int file), (file))
FAILS_NOW(ASKS, int, -1, renameat,
          (int folder, const char *name, int to_folder, const char *to),
          (folder, name, to_folder, to))
FAILS_NOW(ASKS, int, -1, unlinkat, (int folder, const char *name, int flags),
          (folder, name, flags))
FAILS_NOW(ASKS, int, -1, ftruncate, (int file, off_t size), (file, size))
FAILS_NOW(ASKS, off_t, -1, lseek, (int file, off_t at, int from), (file, at, from))
FAILS_NOW(ASKS, int, -1, memfd_create, (const char *name, unsigned flags), (name, flags))
FAILS_NOW(ASKS, void *, MAP_FAILED, mmap,
          (void *at, size_t size, int rights, int flags, int file, off_t from),
          (at, size, rights, flags, file, from))
FAILS_NOW(WAITS, int, -1, poll, (struct pollfd * files, nfds_t count, int ms),
          (files, count, ms))
FAILS_NOW(WAITS, ssize_t, -1, recvmsg, (int file, struct msghdr *message, int flags),
          (file, message, flags))
FAILS_NOW(WAITS, ssize_t, -1, sendmsg, (int file, const struct msghdr *message, int flags),
          (file, message, flags))
FAILS_NOW(ASKS, int, -1, socketpair, (int domain, int type, int protocol, int pair[2]),
          (domain, type, protocol, pair))

// This one returns its error.
typedef const posix_spawn_file_actions_t spawn_files;
typedef const posix_spawnattr_t spawn_attributes;
FAILS_NOW(STARTS, int, errno, posix_spawn,
          (pid_t * pid, const char *path, spawn_files *files, spawn_attributes *attributes,
           char *const arguments[], char *const environment[]),
          (pid, path, files, attributes, arguments, environment))

// ---- calls that may do a part ----

#define IN_PARTS(name, arguments, values, halved)                                              \
    ssize_t __real_##name arguments;                                                           \
    ssize_t __wrap_##name arguments;                                                           \
    ssize_t __wrap_##name arguments                                                            \
    {                                                                                          \
        if (!failing_now())                                                                    \
            return __real_##name values;                                                       \
        errno = atomic_load(&error_now);                                                       \
        return errno == 0 && size > 1 ? __real_##name halved : errno == 0 ? 0 : -1;            \
    }

IN_PARTS(read, (int file, void *to, size_t size), (file, to, size), (file, to, size / 2))
IN_PARTS(write, (int file, const void *from, size_t size), (file, from, size),
         (file, from, size / 2))
IN_PARTS(pread, (int file, void *to, size_t size, off_t at), (file, to, size, at),
         (file, to, size / 2, at))

// ---- calls of any number of arguments ----

#define OPENS(name, first_declared, first)                                                     \
    int __real_##name(first_declared const char *path, int flags, ...);                        \
    int __wrap_##name(first_declared const char *path, int flags, ...);                        \
    int __wrap_##name(first_declared const char *path, int flags, ...)                         \
    {                                                                                          \
        va_list more;                                                                          \
        va_start(more, flags);                                                                 \
        mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;                       \
        va_end(more);                                                                          \
        return fails(ASKS) ? -1 : __real_##name(first path, flags, mode);                      \
    }

#define NOTHING
#define FOLDER_DECLARED int folder,
#define FOLDER          folder,
OPENS(open, NOTHING, NOTHING)
OPENS(openat, FOLDER_DECLARED, FOLDER)

int __real_fcntl(int file, int command, ...);
int __wrap_fcntl(int file, int command, ...);
int __wrap_fcntl(int file, int command, ...)
{
    va_list more;
    va_start(more, command);
    void *argument = va_arg(more, void *);
    va_end(more);
    return fails(ASKS) ? -1 : __real_fcntl(file, command, argument);
}

int __real_ioctl(int file, unsigned long request, ...);
int __wrap_ioctl(int file, unsigned long request, ...);
int __wrap_ioctl(int file, unsigned long request, ...)
{
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    return fails(WAITS) ? -1 : __real_ioctl(file, request, argument);
}

// ---- what is left ----

static size_t count_in(const char *folder)
{
    size_t count = 0;
    DIR *entries = opendir(folder);
    if (!entries)
        abort();
    while (readdir(entries))
        count++;
    closedir(entries);
    return count;
}

size_t failing_descriptors(void)
{
    return count_in("/proc/self/fd");
}

size_t failing_children(void)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    FILE *file = __real_fopen(path, "re");
    if (!file)
        abort();
    size_t count = 0;
    int pid;
    while (fscanf(file, "%d", &pid) == 1)
        count++;
    fclose(file);
    return count;
}
