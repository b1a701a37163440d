// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CAMERA_IO_H
#define QRCONFIRM_SCANNER_CAMERA_CAMERA_IO_H

// The system calls that camera code makes, as a table, so that a test can answer them and
// replay every fault exactly. Each behaves as its namesake: -1 (or MAP_FAILED) and errno.
//
// There are two real tables. The kernel's makes plain libc calls, which preloaded shims
// (libcamerify, pw-v4l2) can take over. The library's goes through libv4l2, which calls the
// kernel by syscall(2) and so bypasses every shim. What it could convert it leaves as it is: a
// stranger's bytes are for the eye (scanner/eye/eye_converter.h).

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define CAMERA_NODE      "/dev/video" // and its number
#define CAMERA_PATH_MAX  64u          // bytes of "/dev/video12", with its end
#define CAMERA_ALIAS_MAX 128u         // bytes of a name under /dev/v4l/by-id, with its end
#define CAMERA_NODES_MAX 64u          // nodes looked at; a phone has about ten

struct camera_io {
    void *self; // handed to every call
    int (*open)(void *self, const char *path);
    int (*close)(void *self, int fd);
    int (*ioctl)(void *self, int fd, unsigned long request, void *arg);
    void *(*map)(void *self, size_t size, int fd, int64_t offset);
    int (*unmap)(void *self, void *memory, size_t size);
    int (*poll)(void *self, struct pollfd *fds, size_t count, int timeout_ms);
    int64_t (*clock_us)(void *self, clockid_t clock);
    // Lists "/dev/videoN" by number; returns how many.
    size_t (*nodes)(void *self, char paths[][CAMERA_PATH_MAX], size_t max);
    // The persistent name that udev gave to a node; false if there is none.
    bool (*alias)(void *self, const char *path, char *out, size_t size);
    // The numbers of the device that a node stands for, and the node of a device; false if
    // there is none.
    bool (*number_of)(void *self, const char *path, unsigned *major, unsigned *minor);
    bool (*path_of)(void *self, unsigned major, unsigned minor, char *out, size_t size);
    // What the sensor behind a video node says of itself, see camera_sensor_ask. NULL: it is
    // asked by the calls above.
    void (*sensor)(void *self, const char *path, int32_t *orientation, int32_t *rotation);
    // A descriptor that becomes readable when nodes come or go or change their permissions,
    // closed with `close`; -1 if that cannot be watched.
    int (*watch)(void *self);
    // Hands an open descriptor to libv4l2. The kernel's table has no such call (NULL).
    bool (*adopt)(void *self, int fd);
};

// What a camera runs on: the kernel's calls, and libv4l2's (NULL: never use libv4l2).
struct camera_system {
    const struct camera_io *kernel;
    const struct camera_io *library;
};

// The real thing. libv4l2 is left out where a preloaded shim must see the calls.
struct camera_system camera_system_real(void);

// Whether a shim is preloaded, in this process alone, that must see the calls.
bool camera_system_is_shimmed(void);

// ioctl, again while signals interrupt it.
int camera_ioctl(const struct camera_io *io, int fd, unsigned long request, void *arg);

#endif
