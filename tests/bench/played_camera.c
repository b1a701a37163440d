// SPDX-License-Identifier: MIT
// A V4L2 camera for machines that have none: preloaded, it answers the system calls on
// /dev/video0, those of libv4l2 too, which it makes by syscall(2). It plays the pictures of one
// file, as tests/bench/idle.py writes it, 30 a second. Each buffer holds a picture of its own
// all the time, so that nobody copies what a device would write by itself. The descriptor is a
// timer's: poll(2) waits for the next picture.
//
// The program hands the descriptor to the process that holds its cameras, where this library is
// preloaded too. There it may open nothing and set no timer: the film is mapped before, and the
// timer runs since the node was opened.
//
// PLAYED_CAMERA names a folder that holds the file as "video0". At the end it says how many
// pictures were taken and how many came when no buffer was free.

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NODE         "/dev/video0"
#define FRAME_NS     INT64_C(33333333)
#define PICTURES_MAX 16u

// The first page of the file; behind it one picture after the other, each from a page on.
struct head {
    uint32_t fourcc, width, height, stride;
    uint32_t count, room; // pictures, and bytes from one to the next
    uint32_t size[PICTURES_MAX];
};
#define PICTURES_AT 4096

// What is counted, in the page behind the head, for both processes.
struct counts {
    unsigned long taken, missed;
};
#define COUNTS_AT 2048

static struct {
    int fd;        // the timer that stands for the node; 0: closed
    bool apart;    // this is the process that was handed it
    uint8_t *film; // the whole file, this process's own
    size_t size;
    struct head head;
    struct counts *counts; // in the file
    bool streaming;
    uint32_t queue[PICTURES_MAX]; // buffers that wait for a picture, first in first out
    uint32_t first, waiting;
    uint32_t sequence;
} camera;

// A function of the same name, behind this library.
static void find(void *out, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(out, &found, sizeof(found));
}

static long call(long number, long a, long b, long c, long d, long e, long f)
{
    static long (*real)(long, ...);
    if (!real)
        find(&real, "syscall");
    return real(number, a, b, c, d, e, f);
}

// ---- the node ----

static void *map(size_t size, int flags, int fd)
{
    void *p = (void *)call(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (p == MAP_FAILED)
        abort();
    return p;
}

__attribute__((constructor)) static void load(void)
{
    char path[256];
    camera.apart = getenv("PLAYED_APART") != NULL;
    snprintf(path, sizeof(path), "%s/video0", getenv("PLAYED_CAMERA"));
    int file = (int)call(SYS_openat, AT_FDCWD, (long)path, O_RDWR | O_CLOEXEC, 0, 0, 0);
    long size = file < 0 ? 0 : call(SYS_lseek, file, 0, SEEK_END, 0, 0, 0);
    if (size <= PICTURES_AT)
        return; // a shell, before there is a film

    camera.size = (size_t)size;
    camera.film = map(camera.size, MAP_PRIVATE, file);
    camera.counts = (void *)((uint8_t *)map(PICTURES_AT, MAP_SHARED, file) + COUNTS_AT);
    call(SYS_close, file, 0, 0, 0, 0, 0);
    memcpy(&camera.head, camera.film, sizeof(camera.head));
    if (camera.head.count < 2 || camera.head.count > PICTURES_MAX) {
        fprintf(stderr, "played_camera: %s is no film of 2 to %u pictures\n", path,
                PICTURES_MAX);
        abort();
    }
}

static int open_node(void)
{
    const struct itimerspec pace = {{.tv_nsec = FRAME_NS}, {.tv_nsec = FRAME_NS}};
    if (camera.fd > 0) {
        errno = EBUSY;
        return -1;
    }
    camera.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    timerfd_settime(camera.fd, 0, &pace, NULL);
    return camera.fd;
}

static int close_node(void)
{
    call(SYS_close, camera.fd, 0, 0, 0, 0, 0);
    camera.fd = 0;
    camera.streaming = false;
    return 0;
}

// ---- pictures ----

static void start(void)
{
    uint64_t expired;
    ssize_t drained = read(camera.fd, &expired, sizeof(expired));
    (void)drained;
    camera.streaming = true;
    camera.sequence = 0;
}

static int queue(struct v4l2_buffer *buffer)
{
    if (buffer->index >= camera.head.count || camera.waiting == camera.head.count)
        return EINVAL;
    camera.queue[(camera.first + camera.waiting++) % PICTURES_MAX] = buffer->index;
    return 0;
}

// A moment that passed before it was asked for has no picture any more.
static int take(struct v4l2_buffer *buffer)
{
    uint64_t expired;
    struct timespec now;
    if (!camera.streaming)
        return EINVAL;
    if (read(camera.fd, &expired, sizeof(expired)) != sizeof(expired))
        return EAGAIN;

    camera.counts->missed += expired - 1 + (camera.waiting == 0);
    camera.sequence += (uint32_t)expired;
    if (camera.waiting == 0)
        return EAGAIN;

    uint32_t index = camera.queue[camera.first];
    camera.first = (camera.first + 1) % PICTURES_MAX;
    camera.waiting--;
    camera.counts->taken++;
    clock_gettime(CLOCK_MONOTONIC, &now);
    buffer->index = index;
    buffer->bytesused = camera.head.size[index];
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    buffer->timestamp.tv_sec = now.tv_sec;
    buffer->timestamp.tv_usec = now.tv_nsec / 1000;
    buffer->sequence = camera.sequence;
    return 0;
}

// ---- requests ----

static int tell_itself(struct v4l2_capability *out)
{
    *out = (struct v4l2_capability){
        .driver = "played",
        .card = "A film",
        .bus_info = "bench",
        .capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS,
        .device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING,
    };
    return 0;
}

static int tell_format(struct v4l2_format *out)
{
    const struct head *head = &camera.head;
    if (out->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
        return EINVAL;
    out->fmt.pix = (struct v4l2_pix_format){.width = head->width,
                                            .height = head->height,
                                            .pixelformat = head->fourcc,
                                            .field = V4L2_FIELD_NONE,
                                            .bytesperline = head->stride,
                                            .sizeimage = head->room,
                                            .colorspace = V4L2_COLORSPACE_SRGB};
    return 0;
}

// The only format, size and rate that there are.
static int offer(unsigned long request, void *arg)
{
    const struct head *head = &camera.head;
    struct v4l2_fmtdesc *format = arg;
    struct v4l2_frmsizeenum *size = arg;
    struct v4l2_frmivalenum *interval = arg;
    uint32_t index = *(const uint32_t *)arg; // the first member of each
    if (index > 0)
        return EINVAL;

    switch (request) {
    case VIDIOC_ENUM_FMT:
        format->pixelformat = head->fourcc;
        format->flags = head->stride == 0 ? V4L2_FMT_FLAG_COMPRESSED : 0;
        break;
    case VIDIOC_ENUM_FRAMESIZES:
        size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
        size->discrete.width = head->width;
        size->discrete.height = head->height;
        break;
    default:
        interval->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        interval->discrete = (struct v4l2_fract){1, 30};
        break;
    }
    return 0;
}

static int tell_buffer(struct v4l2_buffer *buffer)
{
    if (buffer->index >= camera.head.count)
        return EINVAL;
    buffer->length = camera.head.room;
    buffer->m.offset = PICTURES_AT + buffer->index * camera.head.room;
    return 0;
}

// More buffers may be given than were asked for: there is one a picture.
static int give_buffers(struct v4l2_requestbuffers *buffers)
{
    camera.first = camera.waiting = 0;
    if (buffers->count > 0)
        buffers->count = camera.head.count;
    return 0;
}

static int answer(unsigned long request, void *arg)
{
    struct v4l2_streamparm *parameters = arg;

    switch (request) {
    case VIDIOC_QUERYCAP:
        return tell_itself(arg);
    case VIDIOC_ENUM_FMT:
    case VIDIOC_ENUM_FRAMESIZES:
    case VIDIOC_ENUM_FRAMEINTERVALS:
        return offer(request, arg);
    case VIDIOC_G_FMT:
    case VIDIOC_TRY_FMT:
    case VIDIOC_S_FMT:
        return tell_format(arg);
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM:
        parameters->parm.capture.timeperframe = (struct v4l2_fract){1, 30};
        return 0;
    case VIDIOC_REQBUFS:
        return give_buffers(arg);
    case VIDIOC_QUERYBUF:
        return tell_buffer(arg);
    case VIDIOC_QBUF:
        return queue(arg);
    case VIDIOC_DQBUF:
        return take(arg);
    case VIDIOC_STREAMON:
        start();
        return 0;
    case VIDIOC_STREAMOFF:
        camera.streaming = false;
        return 0;
    default: // it has no controls
        return ENOTTY;
    }
}

static int control(unsigned long request, void *arg)
{
    int error = answer(request, arg);
    if (error == 0)
        return 0;
    errno = error;
    return -1;
}

// ---- what is asked of the system ----

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    long mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    if (strcmp(path, NODE) == 0)
        return open_node();
    return (int)call(SYS_openat, AT_FDCWD, (long)path, flags, mode, 0, 0);
}

DIR *opendir(const char *path)
{
    DIR *(*real)(const char *);
    find(&real, "opendir");
    return real(strcmp(path, "/dev") == 0 ? getenv("PLAYED_CAMERA") : path);
}

int close(int fd)
{
    if (fd > 0 && fd == camera.fd)
        return close_node();
    return (int)call(SYS_close, fd, 0, 0, 0, 0, 0);
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list rest;
    va_start(rest, request);
    void *arg = va_arg(rest, void *);
    va_end(rest);
    if (camera.apart && _IOC_TYPE(request) == 'V')
        camera.fd = fd; // the one that it was handed
    if (fd > 0 && fd == camera.fd)
        return control(request, arg);
    return (int)call(SYS_ioctl, fd, (long)request, (long)arg, 0, 0, 0);
}

// A buffer is part of the film, the program's own where it should write to it.
void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    if (fd > 0 && fd == camera.fd)
        return camera.film + offset;
    return (void *)call(SYS_mmap, (long)at, (long)size, protection, flags, fd, offset);
}

int munmap(void *p, size_t size)
{
    uintptr_t at = (uintptr_t)p, film = (uintptr_t)camera.film;
    if (camera.film && at >= film && at < film + camera.size)
        return 0;
    return (int)call(SYS_munmap, (long)p, (long)size, 0, 0, 0, 0);
}

// Of the processes apart the one that holds cameras gets this library too.
int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files,
                const posix_spawnattr_t *attributes, char *const arguments[],
                char *const environment[])
{
    int (*real)(pid_t *, const char *, const posix_spawn_file_actions_t *,
                const posix_spawnattr_t *, char *const[], char *const[]);
    char preload[512], folder[512], apart[] = "PLAYED_APART=1";
    char *all[16] = {NULL};
    size_t count = 0;
    find(&real, "posix_spawn");
    if (!arguments[0] || !arguments[1] || !strstr(arguments[1], "films"))
        return real(pid, path, files, attributes, arguments, environment);

    snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", getenv("LD_PRELOAD"));
    snprintf(folder, sizeof(folder), "PLAYED_CAMERA=%s", getenv("PLAYED_CAMERA"));
    while (count < 12 && environment[count]) {
        all[count] = environment[count];
        count++;
    }
    all[count++] = preload;
    all[count++] = folder;
    all[count] = apart;
    return real(pid, path, files, attributes, arguments, all);
}

// As libv4l2 asks.
long syscall(long number, ...)
{
    long a[6];
    va_list rest;
    va_start(rest, number);
    for (size_t i = 0; i < 6; i++)
        a[i] = va_arg(rest, long);
    va_end(rest);

    bool ours = camera.fd > 0 && (number == SYS_mmap ? a[4] : a[0]) == camera.fd;
    if (ours && number == SYS_ioctl)
        return control((unsigned long)a[1], (void *)a[2]);
    if (ours && number == SYS_close)
        return close_node();
    if (ours && number == SYS_mmap)
        return (long)mmap((void *)a[0], (size_t)a[1], (int)a[2], (int)a[3], camera.fd, a[5]);
    return call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

__attribute__((destructor)) static void tell(void)
{
    if (camera.counts)
        fprintf(stderr, "played_camera: %lu pictures taken, %lu missed\n", camera.counts->taken,
                camera.counts->missed);
}
