// SPDX-License-Identifier: MIT
#include "tests/unit/scanner/camera_apart.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apart/sandbox.h"
#include "scanner/eye/eye_child.h"
#include "tests/unit/scanner/camera_fake.h"
#include "tests/unit/scanner/eye_deeds.h"

#define PICTURE  ((size_t)APART_WIDTH * APART_HEIGHT * 2)
#define WIDE     60000u // bytes of a row: more than any reader takes
#define BEHIND   4096u  // bytes behind a picture
#define GOOD     2u     // frames before something happens
#define FRAME_US 33333
#define FAKE_FD  1000
#define THE_NONE 2u // the node that is no camera

// ---- the eye's side ----

// One of the two files that stand for the cameras can be read, the other has no end.
struct driver {
    struct camera_io io;
    struct fake_kernel kernel;
    const char *deed; // what is done in the midst of the stream
    unsigned frames;
    uint8_t picture[WIDE * APART_HEIGHT];
};

static int node_of(int fd)
{
    char byte;
    return FAKE_FD + (read(fd, &byte, 1) == 1 ? 1 : 0);
}

static void do_deed(const struct driver *driver, int fd)
{
    if (strcmp(driver->deed, "control") == 0)
        ioctl(fd, FIONREAD, &(int){0});
    else
        deeds_run(driver->deed);
}

// Frames never end.
static void refill(struct driver *driver, int node)
{
    struct fake_node *fake = &driver->kernel.nodes[node - FAKE_FD];
    if (fake->event_at < fake->event_count)
        return;
    fake->event_at = 0;
    driver->kernel.now_us += (int64_t)fake->event_count * FRAME_US;
    for (size_t i = 0; i < fake->event_count; i++)
        fake->events[i].sequence += (uint32_t)fake->event_count;
}

static int driver_ioctl(void *self, int fd, unsigned long request, void *arg)
{
    struct driver *driver = self;
    int node = node_of(fd);
    if (request == VIDIOC_DQBUF && driver->deed && driver->frames == GOOD)
        do_deed(driver, fd);
    int result = driver->kernel.io.ioctl(&driver->kernel, node, request, arg);
    driver->frames += request == VIDIOC_DQBUF && result == 0;
    return result;
}

static int driver_close(void *self, int fd)
{
    struct driver *driver = self;
    driver->kernel.nodes[node_of(fd) - FAKE_FD].streaming = false;
    memset(driver->kernel.nodes[node_of(fd) - FAKE_FD].queued, 0,
           sizeof(driver->kernel.nodes[0].queued));
    return close(fd);
}

static void *driver_map(void *self, size_t size, int fd, int64_t offset)
{
    struct driver *driver = self;
    return driver->kernel.io.map(&driver->kernel, size, node_of(fd), offset);
}

static int driver_unmap(void *self, void *memory, size_t size)
{
    struct driver *driver = self;
    return driver->kernel.io.unmap(&driver->kernel, memory, size);
}

// The first camera falls silent, and what comes over the socket is waited for.
static bool is_silent(const struct driver *driver, int node)
{
    return driver->deed && strcmp(driver->deed, "silent") == 0 && driver->frames >= GOOD &&
           node == FAKE_FD;
}

static int driver_poll(void *self, struct pollfd *fds, size_t count, int timeout_ms)
{
    struct driver *driver = self;
    int camera = count == 3 ? fds[0].fd : -1, ready;
    if (camera < 0)
        return poll(fds, count, timeout_ms);

    fds[0].fd = node_of(camera);
    refill(driver, fds[0].fd);
    if (is_silent(driver, fds[0].fd)) {
        fds[0].fd = -1;
        ready = poll(fds, count, timeout_ms);
    } else {
        ready = driver->kernel.io.poll(&driver->kernel, fds, count, timeout_ms);
    }
    fds[0].fd = camera;
    return ready;
}

static int64_t driver_clock(void *self, clockid_t clock)
{
    struct driver *driver = self;
    return driver->kernel.io.clock_us(&driver->kernel, clock);
}

// What a driver says of its pictures, and what is not true of it.
static void lie(struct fake_node *node, const char *how, size_t *bytes)
{
    if (strcmp(how, "short-buffers") == 0)
        node->buffer_size = PICTURE / 2;
    else if (strcmp(how, "narrow-rows") == 0)
        node->stride = APART_WIDTH;
    else if (strcmp(how, "endless-rows") == 0)
        node->stride = 0x7fffffff;
    else if (strcmp(how, "other-format") == 0)
        node->gives_fourcc = V4L2_PIX_FMT_H264;
    else if (strcmp(how, "short-frames") == 0)
        *bytes = PICTURE - 1;
    if (strcmp(how, "long-frames") == 0)
        *bytes = node->buffer_size = PICTURE + BEHIND;
    if (strcmp(how, "wide-rows") == 0) {
        node->stride = WIDE;
        *bytes = WIDE * APART_HEIGHT;
    }
}

static void driver_init(struct driver *driver, const char *how)
{
    struct fake_kernel *kernel = &driver->kernel;
    size_t bytes = PICTURE;
    fake_kernel_init(kernel);
    kernel->node_count = 2;
    for (size_t y = 0; y < APART_HEIGHT; y++)
        memset(driver->picture + y * APART_WIDTH * 2, APART_BYTE(y), (size_t)APART_WIDTH * 2);

    for (size_t i = 0; i < 2; i++) {
        struct fake_node *node = &kernel->nodes[i];
        node->formats[0].sizes[0].width = APART_WIDTH;
        node->formats[0].sizes[0].height = APART_HEIGHT;
        node->bus = i == 0 ? "usb-first" : "usb-second";
        lie(node, how, &bytes);
        for (size_t k = 0; k < 4; k++)
            fake_frame_of(kernel, i, driver->picture, bytes);
    }

    if (strncmp(how, "do-", 3) == 0)
        driver->deed = how + 3;
    driver->io = (struct camera_io){.self = driver,
                                    .ioctl = driver_ioctl,
                                    .close = driver_close,
                                    .map = driver_map,
                                    .unmap = driver_unmap,
                                    .poll = driver_poll,
                                    .clock_us = driver_clock};
}

// An eye that asks without end.
static int be_a_beggar(void)
{
    static struct eye_request request;
    static struct eye_answer answer = {.kind = EYE_ANSWER_READY, .walls = SANDBOX_ALL};
    while (send(CHILD_SOCKET, &answer, sizeof(answer), MSG_NOSIGNAL) ==
               (ssize_t)sizeof(answer) &&
           recv(CHILD_SOCKET, &request, sizeof(request), 0) > 0)
        answer = (struct eye_answer){.kind = EYE_ANSWER_ERRAND,
                                     .errand = {.kind = EYE_ERRAND_NODES}};
    return 0;
}

// One that takes nothing, and asks all the same.
static int be_deaf(void)
{
    static struct eye_answer answer = {.kind = EYE_ANSWER_READY, .walls = SANDBOX_ALL};
    while (send(CHILD_SOCKET, &answer, sizeof(answer), MSG_NOSIGNAL) == (ssize_t)sizeof(answer))
        answer = (struct eye_answer){.kind = EYE_ANSWER_ERRAND,
                                     .errand = {.kind = EYE_ERRAND_NODES}};
    return 0;
}

// One that has a camera whenever it is waited for, and none when it is opened. It ends over the
// wait that is `last`, if that is not 0.
static int be_hasty(unsigned last)
{
    static struct eye_request request;
    static struct eye_answer answer = {.kind = EYE_ANSWER_READY, .walls = SANDBOX_ALL};
    unsigned waits = 0;
    while (send(CHILD_SOCKET, &answer, sizeof(answer), MSG_NOSIGNAL) ==
           (ssize_t)sizeof(answer)) {
        do {
            if (recv(CHILD_SOCKET, &request, sizeof(request), 0) <= 0)
                return 0;
        } while (request.kind == EYE_REQUEST_CLOSE);
        waits += request.kind == EYE_REQUEST_AWAIT;
        if (last > 0 && waits == last)
            return 0;

        bool opens = request.kind == EYE_REQUEST_OPEN;
        answer = (struct eye_answer){
            .kind = EYE_ANSWER_SOURCE,
            .step = {.step = opens ? (uint32_t)SOURCE_FAILED : (uint32_t)SOURCE_FRAME,
                     .failure = opens ? FAILURE_CAMERA_BUSY : 0}};
    }
    return 0;
}

int apart_be_the_eye(int argc, char *argv[])
{
    static const char *const variable[] = {APART_VARIABLE};
    static struct driver driver;
    const char *how = getenv(variable[0]);
    if (!eye_process_asked(argc, argv))
        return -1;

    how = how && strncmp(how, APART_FOLDER, strlen(APART_FOLDER)) == 0
              ? how + strlen(APART_FOLDER)
              : "";
    if (strcmp(how, "no-start") == 0)
        return 7;
    if (strcmp(how, "begging") == 0)
        return be_a_beggar();
    if (strcmp(how, "deaf") == 0)
        return be_deaf();
    if (strcmp(how, "hasty") == 0)
        return be_hasty(0);
    if (strcmp(how, "hasty-once") == 0)
        return be_hasty(1);
    driver_init(&driver, how);
    const struct eye_process_test test = {.taken_over = deeds_do, .device = &driver.io};
    return eye_process_run(argc, argv, &test);
}

// ---- the program's side ----

static int nodes_open(void *self, const char *path)
{
    static const char *const files[] = {"/dev/null", "/dev/zero", "/dev/full"};
    struct apart_nodes *nodes = self;
    unsigned node;
    if (sscanf(path, "/dev/video%u", &node) != 1 || node >= nodes->count) {
        errno = ENOENT;
        return -1;
    }
    nodes->opened++;
    return open(files[node], O_RDWR | O_CLOEXEC);
}

static int nodes_close(void *self, int fd)
{
    struct apart_nodes *nodes = self;
    nodes->closed++;
    return close(fd);
}

// By the file that stands for it, as the descriptor is all that is known.
static bool is_none(int fd)
{
    char byte = 0;
    return write(fd, &byte, 1) < 0;
}

static int nodes_ioctl(void *self, int fd, unsigned long request, void *arg)
{
    struct v4l2_capability *capability = arg;
    (void)self;
    errno = ENOTTY;
    if (request != VIDIOC_QUERYCAP)
        return -1;
    *capability = (struct v4l2_capability){
        .card = "Of the program",
        .bus_info = "usb-none",
        .capabilities = V4L2_CAP_DEVICE_CAPS | V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING,
        .device_caps =
            is_none(fd) ? V4L2_CAP_META_CAPTURE : V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING};
    return 0;
}

static size_t nodes_list(void *self, char paths[][CAMERA_PATH_MAX], size_t max)
{
    const struct apart_nodes *nodes = self;
    for (size_t i = 0; i < nodes->count && i < max; i++)
        snprintf(paths[i], CAMERA_PATH_MAX, "/dev/video%zu", i);
    return nodes->count;
}

static bool nodes_alias(void *self, const char *path, char *out, size_t size)
{
    (void)self;
    if (strcmp(path, "/dev/video1") != 0)
        return false;
    snprintf(out, size, "second-by-alias");
    return true;
}

static bool nodes_number_of(void *self, const char *path, unsigned *major, unsigned *minor)
{
    (void)self;
    (void)path;
    (void)major;
    (void)minor;
    return false;
}

static int nodes_watch(void *self)
{
    struct apart_nodes *nodes = self;
    nodes->opened++;
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void apart_nodes_init(struct apart_nodes *nodes)
{
    *nodes = (struct apart_nodes){.count = THE_NONE};
    nodes->io = (struct camera_io){.self = nodes,
                                   .open = nodes_open,
                                   .close = nodes_close,
                                   .ioctl = nodes_ioctl,
                                   .nodes = nodes_list,
                                   .alias = nodes_alias,
                                   .number_of = nodes_number_of,
                                   .watch = nodes_watch};
}
