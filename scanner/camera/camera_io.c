// SPDX-License-Identifier: MIT
#include "scanner/camera/camera_io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libv4l2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/clock.h"

#define ALIAS_FOLDER "/dev/v4l/by-id"

// The kernel takes 32 bits; glibc has another type for them than POSIX and musl.
#ifdef __GLIBC__
typedef unsigned long ioctl_request;
#else
typedef int ioctl_request;
#endif

static int kernel_open(void *self, const char *path)
{
    (void)self;
    return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static int kernel_close(void *self, int fd)
{
    (void)self;
    return close(fd);
}

static int kernel_ioctl(void *self, int fd, unsigned long request, void *arg)
{
    (void)self;
    return ioctl(fd, (ioctl_request)request, arg);
}

static void *kernel_map(void *self, size_t size, int fd, int64_t offset)
{
    (void)self;
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
}

static int kernel_unmap(void *self, void *memory, size_t size)
{
    (void)self;
    return munmap(memory, size);
}

static int real_poll(void *self, struct pollfd *fds, size_t count, int timeout_ms)
{
    (void)self;
    return poll(fds, count, timeout_ms);
}

static int64_t real_clock_us(void *self, clockid_t clock)
{
    (void)self;
    return clock_us(clock);
}

// The N of "videoN", or -1.
static long node_number(const char *name)
{
    if (strncmp(name, "video", 5) != 0 || name[5] < '0' || name[5] > '9')
        return -1;
    char *end;
    long number = strtol(name + 5, &end, 10);
    return *end == '\0' && number >= 0 && number < 100000 ? number : -1;
}

static int by_value(const void *a, const void *b)
{
    const long *left = a;
    const long *right = b;
    return (*left > *right) - (*left < *right);
}

static size_t real_nodes(void *self, char paths[][CAMERA_PATH_MAX], size_t max)
{
    (void)self;
    long numbers[CAMERA_NODES_MAX];
    size_t count = 0;
    DIR *folder = opendir("/dev");
    if (!folder)
        return 0;
    const struct dirent *entry;
    while (count < CAMERA_NODES_MAX && (entry = readdir(folder))) {
        long number = node_number(entry->d_name);
        if (number >= 0)
            numbers[count++] = number;
    }
    closedir(folder);

    qsort(numbers, count, sizeof(numbers[0]), by_value);
    if (count > max)
        count = max;
    for (size_t i = 0; i < count; i++)
        snprintf(paths[i], CAMERA_PATH_MAX, CAMERA_NODE "%ld", numbers[i]);
    return count;
}

// What stands there comes from the device, and reaches terminals and screens.
static bool is_printable(const char *name)
{
    for (; *name; name++) {
        if (*name < ' ' || *name > '~')
            return false;
    }
    return true;
}

static bool real_alias(void *self, const char *path, char *out, size_t size)
{
    (void)self;

    DIR *folder = opendir(ALIAS_FOLDER);
    if (!folder)
        return false;

    bool found = false;
    const struct dirent *entry;

    while (!found && (entry = readdir(folder))) {
        char link[sizeof(ALIAS_FOLDER) + sizeof(entry->d_name)];
        snprintf(link, sizeof(link), ALIAS_FOLDER "/%s", entry->d_name);

        char *target = realpath(link, NULL);
        if (target && strcmp(target, path) == 0 && strlen(entry->d_name) < size &&
            is_printable(entry->d_name)) {
            snprintf(out, size, "%s", entry->d_name);
            found = true;
        }
        free(target);
    }

    closedir(folder);
    return found;
}

static bool real_number_of(void *self, const char *path, unsigned *out_major,
                           unsigned *out_minor)
{
    (void)self;
    struct stat status;
    if (stat(path, &status) < 0 || !S_ISCHR(status.st_mode))
        return false;
    *out_major = major(status.st_rdev);
    *out_minor = minor(status.st_rdev);
    return true;
}

static bool real_path_of(void *self, unsigned major, unsigned minor, char *out, size_t size)
{
    (void)self;

    char path[64], line[128];
    snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/uevent", major, minor);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;

    bool found = false;
    while (!found && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "DEVNAME=", 8) != 0)
            continue;
        int written = snprintf(out, size, "/dev/%s", line + 8);
        found = written > 0 && (size_t)written < size;
    }

    fclose(file);
    return found;
}

static int real_watch(void *self)
{
    (void)self;
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0)
        return -1;
    if (inotify_add_watch(fd, "/dev", IN_CREATE | IN_DELETE | IN_ATTRIB | IN_MOVED_TO) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static int library_close(void *self, int fd)
{
    (void)self;
    return v4l2_close(fd);
}

static int library_ioctl(void *self, int fd, unsigned long request, void *arg)
{
    (void)self;
    return v4l2_ioctl(fd, request, arg);
}

static void *library_map(void *self, size_t size, int fd, int64_t offset)
{
    (void)self;
    return v4l2_mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
}

static int library_unmap(void *self, void *memory, size_t size)
{
    (void)self;
    return v4l2_munmap(memory, size);
}

static bool library_adopt(void *self, int fd)
{
    (void)self;
    // Its own messages would come between the lines of ours; every failure is told by errno.
    if (!v4l2_log_file && !getenv("LIBV4L2_LOG_FILENAME"))
        v4l2_log_file = fopen("/dev/null", "we");
    return v4l2_fd_open(fd, V4L2_DISABLE_CONVERSION) >= 0;
}

static const struct camera_io kernel_io = {
    .open = kernel_open,
    .close = kernel_close,
    .ioctl = kernel_ioctl,
    .map = kernel_map,
    .unmap = kernel_unmap,
    .poll = real_poll,
    .clock_us = real_clock_us,
    .nodes = real_nodes,
    .alias = real_alias,
    .number_of = real_number_of,
    .path_of = real_path_of,
    .watch = real_watch,
};

static const struct camera_io library_io = {
    .open = kernel_open,
    .close = library_close,
    .ioctl = library_ioctl,
    .map = library_map,
    .unmap = library_unmap,
    .poll = real_poll,
    .clock_us = real_clock_us,
    .nodes = real_nodes,
    .alias = real_alias,
    .number_of = real_number_of,
    .path_of = real_path_of,
    .watch = real_watch,
    .adopt = library_adopt,
};

bool camera_system_is_shimmed(void)
{
    // v4l2-compat.so is libcamera's shim, libpw-v4l2.so PipeWire's.
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded && strstr(preloaded, "v4l2");
}

struct camera_system camera_system_real(void)
{
    return (struct camera_system){&kernel_io, camera_system_is_shimmed() ? NULL : &library_io};
}

int camera_ioctl(const struct camera_io *io, int fd, unsigned long request, void *arg)
{
    int result;
    do {
        result = io->ioctl(io->self, fd, request, arg);
    } while (result < 0 && errno == EINTR);
    return result;
}
