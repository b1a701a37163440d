// SPDX-License-Identifier: MIT
#include "tests/unit/scanner/camera_fake.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/media.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <unistd.h>

#define FIRST_FD 1000

static struct fake_node *node_of(struct fake_kernel *kernel, int fd)
{
    return &kernel->nodes[fd - FIRST_FD];
}

static int fail(int error)
{
    errno = error;
    return -1;
}

static int fake_open(void *self, const char *path)
{
    struct fake_kernel *kernel = self;
    for (size_t i = 0; i < kernel->node_count; i++) {
        struct fake_node *node = &kernel->nodes[i];
        if (strcmp(node->path, path) != 0 || node->gone)
            continue;
        if (node->open_error)
            return fail(node->open_error);
        node->opened++;
        return FIRST_FD + (int)i;
    }
    return fail(ENOENT);
}

static int fake_close(void *self, int fd)
{
    struct fake_kernel *kernel = self;
    if (fd < FIRST_FD) {
        close(kernel->watch[1]);
        return close(fd);
    }
    struct fake_node *node = node_of(kernel, fd);
    // Of a node that is opened once more to be looked at, the stream goes on.
    if (++node->closed == node->opened) {
        node->streaming = false;
        memset(node->queued, 0, sizeof(node->queued));
    }
    return 0;
}

static int query(const struct fake_node *node, struct v4l2_capability *out)
{
    snprintf((char *)out->card, sizeof(out->card), "%s", node->card);
    snprintf((char *)out->driver, sizeof(out->driver), "%s", node->driver);
    snprintf((char *)out->bus_info, sizeof(out->bus_info), "%s", node->bus);
    out->capabilities = node->capabilities;
    out->device_caps = node->device_caps;
    return node->query_error ? fail(node->query_error) : 0;
}

static const struct fake_format *format_of(const struct fake_node *node, uint32_t fourcc)
{
    for (size_t i = 0; i < node->format_count; i++) {
        if (node->formats[i].fourcc == fourcc)
            return &node->formats[i];
    }
    return NULL;
}

static int enum_format(const struct fake_node *node, struct v4l2_fmtdesc *out)
{
    if (out->index >= node->format_count)
        return fail(EINVAL);
    out->pixelformat = node->formats[out->index].fourcc;
    out->flags = node->formats[out->index].flags;
    return 0;
}

static int enum_size(const struct fake_node *node, struct v4l2_frmsizeenum *out)
{
    const struct fake_format *format = format_of(node, out->pixel_format);
    if (!format || format->sizes[0].width == 0)
        return fail(ENOTTY);

    if (format->stepwise) {
        out->type = V4L2_FRMSIZE_TYPE_STEPWISE;
        out->stepwise =
            (struct v4l2_frmsize_stepwise){format->sizes[0].width,  format->sizes[1].width,  16,
                                           format->sizes[0].height, format->sizes[1].height, 2};
        return 0;
    }

    if (out->index >= 8 || format->sizes[out->index].width == 0)
        return fail(EINVAL);

    out->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    out->discrete.width = format->sizes[out->index].width;
    out->discrete.height = format->sizes[out->index].height;
    return 0;
}

static int enum_interval(const struct fake_node *node, struct v4l2_frmivalenum *out)
{
    const struct fake_format *format = format_of(node, out->pixel_format);
    for (size_t i = 0; format && i < 8; i++) {
        if (format->sizes[i].width != out->width || format->sizes[i].height != out->height)
            continue;
        if (format->sizes[i].fps == 0 || out->index > 0)
            return fail(EINVAL);
        out->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        out->discrete = (struct v4l2_fract){1, format->sizes[i].fps};
        return 0;
    }
    return fail(EINVAL);
}

static int set_format(struct fake_node *node, struct v4l2_format *format)
{
    if (node->format_error)
        return fail(node->format_error);

    if (format->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE) {
        struct v4l2_pix_format_mplane *pix = &format->fmt.pix_mp;
        pix->num_planes = pix->pixelformat == V4L2_PIX_FMT_NV12M ? 2 : 1;
        pix->plane_fmt[0].bytesperline = node->stride ? node->stride : pix->width;
        pix->plane_fmt[0].sizeimage = pix->plane_fmt[0].bytesperline * pix->height;
    } else {
        struct v4l2_pix_format *pix = &format->fmt.pix;
        if (node->gives_fourcc)
            pix->pixelformat = node->gives_fourcc;
        bool packed = pix->pixelformat == V4L2_PIX_FMT_YUYV;
        pix->bytesperline = node->stride ? node->stride : pix->width * (packed ? 2 : 1);
        if (pix->pixelformat == V4L2_PIX_FMT_MJPEG)
            pix->bytesperline = 0;
        pix->sizeimage = pix->width * pix->height * 2;
    }

    node->format = *format;
    return 0;
}

static size_t buffer_size(const struct fake_node *node)
{
    return node->buffer_size ? node->buffer_size : 4u * 1920 * 1080;
}

static int request(struct fake_node *node, struct v4l2_requestbuffers *buffers)
{
    if (node->buffers_error)
        return fail(node->buffers_error);
    if (node->streaming)
        return fail(EBUSY);
    buffers->count = node->stumps ? (uint32_t)node->stumps : FAKE_BUFFERS;
    return 0;
}

static int query_buffer(const struct fake_node *node, struct v4l2_buffer *buffer)
{
    if (buffer->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE) {
        buffer->m.planes[0].length = (uint32_t)buffer_size(node);
        buffer->m.planes[0].m.mem_offset = buffer->index;
    } else {
        buffer->length = (uint32_t)buffer_size(node);
        buffer->m.offset = buffer->index;
    }
    return 0;
}

static int queue(struct fake_node *node, const struct v4l2_buffer *buffer)
{
    if (node->gone)
        return fail(ENODEV);
    if (node->queue_error && node->streaming)
        return fail(node->queue_error);
    if (node->streaming && node->queue_later > 0) {
        node->queue_later--;
        return fail(ENOMEM);
    }
    if (buffer->index >= FAKE_BUFFERS || node->queued[buffer->index])
        return fail(EINVAL);
    node->queued[buffer->index] = true;
    return 0;
}

static int dequeue(struct fake_node *node, struct v4l2_buffer *buffer)
{
    if (node->gone)
        return fail(ENODEV);
    if (node->event_at >= node->event_count)
        return fail(EAGAIN);

    const struct fake_event *event = &node->events[node->event_at++];
    if (!event->bytes)
        return fail(event->error ? event->error : EAGAIN);

    uint32_t index = 0;
    while (index < FAKE_BUFFERS && !node->queued[index])
        index++;
    if (index == FAKE_BUFFERS)
        return fail(EAGAIN);

    node->queued[index] = false;
    memcpy(node->memory[index], event->bytes, event->size);

    buffer->index = index;
    buffer->flags = event->flags | V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    buffer->sequence = event->sequence;
    buffer->timestamp.tv_sec = event->time_us / 1000000 + event->far_s;
    buffer->timestamp.tv_usec = event->time_us % 1000000;

    if (buffer->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE)
        buffer->m.planes[0].bytesused = (uint32_t)event->size;
    else
        buffer->bytesused = (uint32_t)event->size;
    return 0;
}

static int get_control(const struct fake_node *node, struct v4l2_control *control)
{
    int32_t value = -1;
    if (control->id == V4L2_CID_CAMERA_ORIENTATION)
        value = node->orientation;
    if (control->id == V4L2_CID_CAMERA_SENSOR_ROTATION)
        value = node->rotation;
    if (control->id == V4L2_CID_EXPOSURE_AUTO)
        value = node->exposure;
    if (value < 0)
        return fail(EINVAL);
    control->value = value;
    return 0;
}

static int set_control(struct fake_node *node, const struct v4l2_control *control)
{
    if (control->id == V4L2_CID_EXPOSURE_AUTO && node->exposure >= 0) {
        if (!node->has_priority || control->value != V4L2_EXPOSURE_APERTURE_PRIORITY)
            return fail(EINVAL);
        node->exposure = control->value;
        return 0;
    }
    if (control->id != V4L2_CID_FOCUS_AUTO)
        return fail(EINVAL);
    if (node->focus_error)
        return fail(node->focus_error);
    node->focus_auto += control->value == 1;
    return 0;
}

static int stream(struct fake_node *node)
{
    if (node->stream_error)
        return fail(node->stream_error);
    node->streaming = true;
    node->streams++;
    return 0;
}

static void copy_parts(uint64_t to, uint64_t from, size_t count, size_t size)
{
    if (to)
        memcpy((void *)(uintptr_t)to, (const void *)(uintptr_t)from, count * size);
}

static int topology(const struct media_v2_topology *from, struct media_v2_topology *to)
{
    if (!from)
        return fail(ENOTTY);
    copy_parts(to->ptr_entities, from->ptr_entities, from->num_entities,
               sizeof(struct media_v2_entity));
    copy_parts(to->ptr_interfaces, from->ptr_interfaces, from->num_interfaces,
               sizeof(struct media_v2_interface));
    copy_parts(to->ptr_pads, from->ptr_pads, from->num_pads, sizeof(struct media_v2_pad));
    copy_parts(to->ptr_links, from->ptr_links, from->num_links, sizeof(struct media_v2_link));
    to->num_entities = from->num_entities;
    to->num_interfaces = from->num_interfaces;
    to->num_pads = from->num_pads;
    to->num_links = from->num_links;
    return 0;
}

static int fake_ioctl(void *self, int fd, unsigned long code, void *arg)
{
    struct fake_kernel *kernel = self;
    struct fake_node *node = node_of(kernel, fd);

    // Once in a while a signal comes in between.
    if (++kernel->ioctls % 7 == 0)
        return fail(EINTR);

    switch (code) {
    case VIDIOC_QUERYCAP:
        return query(node, arg);
    case VIDIOC_ENUM_FMT:
        return enum_format(node, arg);
    case VIDIOC_ENUM_FRAMESIZES:
        return enum_size(node, arg);
    case VIDIOC_ENUM_FRAMEINTERVALS:
        return enum_interval(node, arg);
    case VIDIOC_S_FMT:
        return set_format(node, arg);
    case VIDIOC_S_PARM: {
        const struct v4l2_streamparm *parameters = arg;
        node->set_numerator = parameters->parm.capture.timeperframe.numerator;
        node->set_denominator = parameters->parm.capture.timeperframe.denominator;
        return 0;
    }
    case VIDIOC_REQBUFS:
        return request(node, arg);
    case VIDIOC_QUERYBUF:
        return query_buffer(node, arg);
    case VIDIOC_QBUF:
        return queue(node, arg);
    case VIDIOC_DQBUF:
        return dequeue(node, arg);
    case VIDIOC_STREAMON:
        return stream(node);
    case VIDIOC_STREAMOFF:
        memset(node->queued, 0, sizeof(node->queued));
        return node->gone ? fail(ENODEV) : 0;
    case MEDIA_IOC_G_TOPOLOGY:
        return topology(node->graph, arg);
    case VIDIOC_G_CTRL:
        return get_control(node, arg);
    case VIDIOC_S_CTRL:
        return set_control(node, arg);
    default:
        return fail(ENOTTY);
    }
}

static void *fake_map(void *self, size_t size, int fd, int64_t offset)
{
    struct fake_node *node = node_of(self, fd);
    if (offset < 0 || (size_t)offset >= FAKE_BUFFERS)
        return MAP_FAILED;
    node->memory[offset] = calloc(1, size);
    if (!node->memory[offset]) {
        errno = ENOMEM;
        return MAP_FAILED;
    }

    node->queued[offset] = false;
    node->mapped++;
    return node->memory[offset];
}

static int fake_unmap(void *self, void *memory, size_t size)
{
    (void)size;
    struct fake_kernel *kernel = self;
    for (size_t n = 0; n < kernel->node_count; n++) {
        for (size_t i = 0; i < FAKE_BUFFERS; i++) {
            if (kernel->nodes[n].memory[i] == memory) {
                kernel->nodes[n].memory[i] = NULL;
                kernel->nodes[n].unmapped++;
            }
        }
    }
    free(memory);
    return 0;
}

static int fake_poll(void *self, struct pollfd *fds, size_t count, int timeout_ms)
{
    struct fake_kernel *kernel = self;
    kernel->polls++;

    int ready = 0;

    for (size_t i = 0; i < count; i++) {
        fds[i].revents = 0;
        if (fds[i].fd < FIRST_FD) {
            ready += poll(&fds[i], 1, 0);
            continue;
        }

        struct fake_node *node = node_of(kernel, fds[i].fd);
        struct fake_event *event = &node->events[node->event_at];
        if (node->gone) {
            fds[i].revents = POLLERR | POLLHUP;
            ready++;
        } else if (node->event_at < node->event_count && event->silent_us <= 0) {
            fds[i].revents = event->poll_error ? POLLERR : POLLIN;
            ready++;
        } else if (node->event_at < node->event_count) {
            event->silent_us -= timeout_ms * INT64_C(1000);
        }
    }

    if (ready == 0)
        kernel->now_us += timeout_ms * INT64_C(1000);
    return ready;
}

static int64_t fake_clock(void *self, clockid_t clock)
{
    const struct fake_kernel *kernel = self;
    return kernel->now_us + (clock == CLOCK_BOOTTIME ? kernel->slept_us : 0);
}

static size_t fake_nodes(void *self, char paths[][CAMERA_PATH_MAX], size_t max)
{
    const struct fake_kernel *kernel = self;
    size_t count = 0;
    for (size_t i = 0; i < kernel->node_count && count < max; i++) {
        if (!kernel->nodes[i].gone && !kernel->nodes[i].hidden)
            snprintf(paths[count++], CAMERA_PATH_MAX, "%s", kernel->nodes[i].path);
    }
    return count;
}

static bool fake_number_of(void *self, const char *path, unsigned *major, unsigned *minor)
{
    const struct fake_kernel *kernel = self;
    for (unsigned i = 0; i < kernel->node_count; i++) {
        if (strcmp(kernel->nodes[i].path, path) != 0)
            continue;
        *major = FAKE_MAJOR;
        *minor = i;
        return true;
    }
    return false;
}

static bool fake_path_of(void *self, unsigned major, unsigned minor, char *out, size_t size)
{
    const struct fake_kernel *kernel = self;
    if (major != FAKE_MAJOR || minor >= kernel->node_count)
        return false;
    snprintf(out, size, "%s", kernel->nodes[minor].path);
    return true;
}

static bool fake_alias(void *self, const char *path, char *out, size_t size)
{
    const struct fake_kernel *kernel = self;
    for (size_t i = 0; i < kernel->node_count; i++) {
        const struct fake_node *node = &kernel->nodes[i];
        if (strcmp(node->path, path) == 0 && node->alias) {
            snprintf(out, size, "%s", node->alias);
            return true;
        }
    }
    return false;
}

// What is written into the other end are the kernel's notes of changes below /dev.
static int fake_watch(void *self)
{
    struct fake_kernel *kernel = self;
    if (!kernel->watched || pipe2(kernel->watch, O_NONBLOCK | O_CLOEXEC) < 0)
        return -1;
    return kernel->watch[0];
}

void fake_change(const struct fake_kernel *kernel, const char *name)
{
    const struct inotify_event event = {.mask = IN_ATTRIB, .len = 16};
    char note[sizeof(event) + 16] = {0};
    memcpy(note, &event, sizeof(event));
    snprintf(note + sizeof(event), 16, "%s", name);
    if (write(kernel->watch[1], note, sizeof(note)) != sizeof(note))
        abort();
}

void fake_kernel_init(struct fake_kernel *kernel)
{
    *kernel = (struct fake_kernel){
        .node_count = 1, .now_us = INT64_C(100000000), .slept_us = INT64_C(5000000)};
    kernel->io = (struct camera_io){.self = kernel,
                                    .open = fake_open,
                                    .close = fake_close,
                                    .ioctl = fake_ioctl,
                                    .map = fake_map,
                                    .unmap = fake_unmap,
                                    .poll = fake_poll,
                                    .clock_us = fake_clock,
                                    .nodes = fake_nodes,
                                    .alias = fake_alias,
                                    .number_of = fake_number_of,
                                    .path_of = fake_path_of,
                                    .watch = fake_watch};

    for (size_t i = 0; i < FAKE_NODES_MAX; i++) {
        static const char *const paths[] = {"/dev/video0", "/dev/video1", "/dev/video2",
                                            "/dev/video3", "/dev/video4", "/dev/video5"};
        kernel->nodes[i] = (struct fake_node){
            .path = paths[i],
            .card = "Webcam",
            .driver = "uvcvideo",
            .bus = "usb-0000:00:14.0-1",
            .capabilities = V4L2_CAP_DEVICE_CAPS | V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING |
                            V4L2_CAP_META_CAPTURE,
            .device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING,
            .formats = {{.fourcc = V4L2_PIX_FMT_YUYV, .sizes = {{1280, 720, 30}}}},
            .format_count = 1,
            .orientation = -1,
            .rotation = -1,
            .exposure = -1,
        };
    }
}

void fake_kernel_destroy(struct fake_kernel *kernel)
{
    for (size_t n = 0; n < FAKE_NODES_MAX; n++) {
        for (size_t i = 0; i < FAKE_BUFFERS; i++)
            free(kernel->nodes[n].memory[i]);
    }
}

struct camera_system fake_system(const struct fake_kernel *kernel)
{
    return (struct camera_system){&kernel->io, NULL};
}

struct fake_event *fake_frame(struct fake_kernel *kernel, const void *bytes, size_t size)
{
    return fake_frame_of(kernel, 0, bytes, size);
}

struct fake_event *fake_frame_of(struct fake_kernel *kernel, size_t number, const void *bytes,
                                 size_t size)
{
    struct fake_node *node = &kernel->nodes[number];
    struct fake_event *event = &node->events[node->event_count];
    *event = (struct fake_event){.bytes = bytes,
                                 .size = size,
                                 .sequence = (uint32_t)node->event_count,
                                 .time_us = kernel->now_us};
    node->event_count++;
    return event;
}
