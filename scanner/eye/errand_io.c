// SPDX-License-Identifier: MIT
#include "scanner/eye/errand_io.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apart/child.h"

#define TOLD_FD (1 << 20) // stands for a node that was not handed over

static struct errand_io *downcast(void *self)
{
    return self;
}

// ---- messages ----

bool errand_io_switch(struct errand_io *errands, const struct eye_request *request)
{
    struct eye_choice choice;
    if (request->kind != EYE_REQUEST_SWITCH || !errands->source ||
        !eye_request_take_choice(request, &choice))
        return false;
    camera_source_switch(errands->source, choice.named ? choice.id : NULL);
    errands->switching = true;
    return true;
}

static void take_switch(struct errand_io *errands)
{
    struct eye_request request;
    int came;
    if (!child_take(&request, sizeof(request), &came) || came >= 0 ||
        !errand_io_switch(errands, &request))
        _exit(EXIT_CODE_INTERNAL);
}

// A switch that crossed the errand on its way comes before what it brought.
static int run(struct errand_io *errands, enum eye_errand_kind kind, uint32_t node,
               struct eye_errand_done *done)
{
    const struct eye_answer answer = {.kind = EYE_ANSWER_ERRAND,
                                      .errand = {.kind = kind, .node = node}};
    struct eye_request request;
    int came = -1;
    bool sent = child_tell(&answer, sizeof(answer));

    while (sent && child_take(&request, sizeof(request), &came)) {
        if (eye_request_take_done(&request, done))
            return came;
        if (came >= 0 || !errand_io_switch(errands, &request))
            break;
    }
    _exit(EXIT_CODE_INTERNAL);
}

static bool node_of(const char *path, uint32_t *out)
{
    if (strncmp(path, CAMERA_NODE, strlen(CAMERA_NODE)) != 0)
        return false;
    *out = (uint32_t)strtoul(path + strlen(CAMERA_NODE), NULL, 10);
    return true;
}

// ---- errands ----

static int errand_open(void *self, const char *path)
{
    struct errand_io *errands = downcast(self);
    struct eye_errand_done done;
    uint32_t node;
    errno = ENOENT;
    if (!node_of(path, &node))
        return -1;

    int fd = run(errands, EYE_ERRAND_OPEN, node, &done);
    errno = done.error;
    if (fd >= 0 || done.error != 0)
        return fd;
    errands->told = done.capability;
    return TOLD_FD;
}

static size_t errand_nodes(void *self, char paths[][CAMERA_PATH_MAX], size_t max)
{
    struct eye_errand_done done;
    run(downcast(self), EYE_ERRAND_NODES, 0, &done);
    size_t count = done.count < max ? done.count : max;
    for (size_t i = 0; i < count; i++)
        snprintf(paths[i], CAMERA_PATH_MAX, CAMERA_NODE "%u", done.node[i]);
    return count;
}

static bool errand_alias(void *self, const char *path, char *out, size_t size)
{
    struct eye_errand_done done;
    uint32_t node;
    if (!node_of(path, &node))
        return false;
    run(downcast(self), EYE_ERRAND_ALIAS, node, &done);
    snprintf(out, size, "%s", done.alias);
    return done.alias[0] != '\0';
}

static void errand_sensor(void *self, const char *path, int32_t *orientation, int32_t *rotation)
{
    struct eye_errand_done done;
    uint32_t node;
    if (!node_of(path, &node))
        return;
    run(downcast(self), EYE_ERRAND_SENSOR, node, &done);
    if (*orientation == CAMERA_NOT_SAID)
        *orientation = done.orientation;
    if (*rotation == CAMERA_NOT_SAID)
        *rotation = done.rotation;
}

static int errand_watch(void *self)
{
    struct eye_errand_done done;
    return run(downcast(self), EYE_ERRAND_WATCH, 0, &done);
}

// ---- what is open ----

static int device_close(void *self, int fd)
{
    const struct camera_io *device = downcast(self)->device;
    return fd == TOLD_FD ? 0 : device->close(device->self, fd);
}

static int device_ioctl(void *self, int fd, unsigned long request, void *arg)
{
    struct errand_io *errands = downcast(self);
    const struct camera_io *device = errands->device;
    if (fd != TOLD_FD)
        return device->ioctl(device->self, fd, request, arg);

    errno = ENOTTY;
    if (request != VIDIOC_QUERYCAP)
        return -1;
    memcpy(arg, &errands->told, sizeof(errands->told));
    return 0;
}

static void *device_map(void *self, size_t size, int fd, int64_t offset)
{
    const struct camera_io *device = downcast(self)->device;
    return device->map(device->self, size, fd, offset);
}

static int device_unmap(void *self, void *memory, size_t size)
{
    const struct camera_io *device = downcast(self)->device;
    return device->unmap(device->self, memory, size);
}

static struct pollfd *socket_of(struct pollfd *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (fds[i].fd == CHILD_SOCKET)
            return &fds[i];
    }
    return NULL;
}

// A camera that waits for a frame watches the socket too. A switch that was taken from there
// before, behind a frame or in the midst of an errand, wakes it as well.
static int device_poll(void *self, struct pollfd *fds, size_t count, int timeout_ms)
{
    struct errand_io *errands = downcast(self);
    const struct camera_io *device = errands->device;
    struct pollfd *wake = socket_of(fds, count);

    bool switching = wake && errands->switching;
    int ready = device->poll(device->self, fds, count, switching ? 0 : timeout_ms);

    if (ready > 0 && wake && wake->revents != 0) {
        take_switch(errands);
    } else if (switching) {
        wake->revents = POLLIN;
        ready = ready > 0 ? ready + 1 : 1;
    }
    if (wake)
        errands->switching = false;
    return ready;
}

static int64_t device_clock_us(void *self, clockid_t clock)
{
    const struct camera_io *device = downcast(self)->device;
    return device->clock_us(device->self, clock);
}

void errand_io_init(struct errand_io *errands, const struct camera_io *device)
{
    *errands = (struct errand_io){.device = device};
    errands->io = (struct camera_io){
        .self = errands,
        .open = errand_open,
        .close = device_close,
        .ioctl = device_ioctl,
        .map = device_map,
        .unmap = device_unmap,
        .poll = device_poll,
        .clock_us = device_clock_us,
        .nodes = errand_nodes,
        .alias = errand_alias,
        .sensor = errand_sensor,
        .watch = errand_watch,
    };
}
