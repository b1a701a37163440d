// SPDX-License-Identifier: MIT
#include "scanner/camera/camera_device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "scanner/frames/convertible.h"

#define QUEUE_TRIES 50u // a millisecond apart
#define STAMP_S_MAX (INT64_MAX / 2000000)

bool camera_fault(struct fault *fault, int error, const char *path, const char *call)
{
    enum failure failure = FAILURE_CAMERA_REFUSED;

    switch (error) {
    case EACCES:
    case EPERM:
        failure = FAILURE_CAMERA_PERMISSION;
        break;
    case EBUSY:
        failure = FAILURE_CAMERA_BUSY;
        break;
    case ENODEV:
    case ENXIO:
    case ENOENT:
    case ESHUTDOWN:
        failure = FAILURE_CAMERA_GONE;
        break;
    case EPIPE:
    case ENOLINK:
        failure = FAILURE_CAMERA_UNCONFIGURED;
        break;
    case ENOSPC:
        failure = FAILURE_CAMERA_BANDWIDTH;
        break;
    case EIO:
    case EPROTO:
    case ETIMEDOUT:
        failure = FAILURE_CAMERA_DRIVER;
        break;
    default:
        failure = failure_of_errno(error, failure);
        break;
    }

    return fault_set(fault, failure, "%s: %s: %s", path, call, strerror(error));
}

static bool failed(const struct camera_device *device, const char *call, struct fault *fault)
{
    return camera_fault(fault, errno, device->path, call);
}

static int control(const struct camera_device *device, unsigned long request, void *arg)
{
    return camera_ioctl(device->io, device->fd, request, arg);
}

uint32_t camera_device_type(const struct camera_device *device)
{
    return device->multiplanar ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE
                               : V4L2_BUF_TYPE_VIDEO_CAPTURE;
}

bool camera_device_needs_pipeline(const struct camera_device *device)
{
    return device->capabilities & V4L2_CAP_IO_MC;
}

uint32_t camera_capabilities_of(const struct v4l2_capability *capability)
{
    // `capabilities` is of the whole device: by it, a metadata node looks like a camera.
    return capability->capabilities & V4L2_CAP_DEVICE_CAPS ? capability->device_caps
                                                           : capability->capabilities;
}

enum failure camera_capabilities_judge(uint32_t capabilities)
{
    if (!(capabilities & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE)))
        return capabilities & (V4L2_CAP_META_CAPTURE | V4L2_CAP_META_OUTPUT)
                   ? FAILURE_CAMERA_METADATA
                   : FAILURE_CAMERA_OUTPUT;
    // A memory-to-memory device (a video encoder) captures what it was fed.
    if (capabilities & (V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE))
        return FAILURE_CAMERA_OUTPUT;
    return capabilities & V4L2_CAP_STREAMING ? FAILURE_NONE : FAILURE_CAMERA_FORMAT;
}

static bool is_camera(struct camera_device *device, struct fault *fault)
{
    uint32_t has = device->capabilities;
    enum failure failure = camera_capabilities_judge(has);
    device->multiplanar = !(has & V4L2_CAP_VIDEO_CAPTURE);
    return failure == FAILURE_NONE ||
           fault_set(fault, failure, "%s: %scapabilities 0x%08x", device->path,
                     failure == FAILURE_CAMERA_FORMAT ? "no streaming, " : "", has);
}

bool camera_device_open(struct camera_device *device, struct camera_system system,
                        const char *path, struct fault *fault)
{
    *device = (struct camera_device){.system = system, .io = system.kernel, .fd = -1};
    snprintf(device->path, sizeof(device->path), "%.*s", (int)CAMERA_PATH_MAX - 1, path);
    device->fd = device->io->open(device->io->self, path);
    if (device->fd < 0)
        return failed(device, "open", fault);

    struct v4l2_capability capability = {0};
    if (control(device, VIDIOC_QUERYCAP, &capability) < 0) {
        failed(device, "VIDIOC_QUERYCAP", fault);
        goto error;
    }
    snprintf(device->driver, sizeof(device->driver), "%.15s", (char *)capability.driver);
    snprintf(device->card, sizeof(device->card), "%.31s", (char *)capability.card);
    snprintf(device->bus, sizeof(device->bus), "%.31s", (char *)capability.bus_info);
    device->capabilities = camera_capabilities_of(&capability);
    if (!is_camera(device, fault))
        goto error;

    return true;
error:
    camera_device_close(device);
    return false;
}

static void adopt(struct camera_device *device)
{
    const struct camera_io *library = device->system.library;
    if (library && !device->multiplanar && library->adopt(library->self, device->fd))
        device->io = library;
}

bool camera_device_choose(struct camera_device *device, struct camera_mode *out,
                          bool *gray_only, struct fault *fault)
{
    if (!camera_mode_choose(device->io, device->fd, camera_device_type(device),
                            !device->multiplanar, out, gray_only, fault))
        return false;
    adopt(device);
    return true;
}

static size_t least_bytes(const struct camera_device *device)
{
    const struct camera_format *format = camera_format_find(device->fourcc);
    return format->layout == CAMERA_CONVERT
               ? convertible_least(device->fourcc, device->width, device->height)
               : camera_format_least(format, device->stride, device->height);
}

static bool take_over_format(struct camera_device *device, struct fault *fault)
{
    const struct v4l2_format *native = &device->native;
    if (device->multiplanar) {
        const struct v4l2_pix_format_mplane *pix = &native->fmt.pix_mp;
        device->fourcc = pix->pixelformat;
        device->width = pix->width;
        device->height = pix->height;
        device->stride = pix->plane_fmt[0].bytesperline;
        device->planes = pix->num_planes;
    } else {
        const struct v4l2_pix_format *pix = &native->fmt.pix;
        device->fourcc = pix->pixelformat;
        device->width = pix->width;
        device->height = pix->height;
        device->stride = pix->bytesperline;
        device->planes = 1;
    }

    char text[5];
    camera_fourcc_text(device->fourcc, text);
    const struct camera_format *format = camera_format_find(device->fourcc);
    // The driver may have given another format than was asked for.
    if (!format || (format->layout == CAMERA_CONVERT && device->multiplanar))
        return fault_set(fault, FAILURE_CAMERA_FORMAT, "%s: gave %s", device->path, text);

    device->layout = format->layout;
    size_t row = camera_format_row(format, device->width);
    if (device->stride == 0)
        device->stride = row;

    bool sound = device->width > 0 && device->height > 0 &&
                 device->width <= 2 * PICTURE_SIDE_MAX &&
                 device->height <= 2 * PICTURE_SIDE_MAX &&
                 (device->layout != CAMERA_CONVERT ||
                  convertible_sides(device->width, device->height)) &&
                 device->stride >= row && device->stride <= 16 * PICTURE_SIDE_MAX &&
                 device->planes > 0 && device->planes <= VIDEO_MAX_PLANES;
    if (!sound)
        return fault_set(fault, FAILURE_CAMERA_FORMAT, "%s: gave %s %ux%u, %zu bytes a row",
                         device->path, text, device->width, device->height, device->stride);
    return true;
}

static void set_rate(struct camera_device *device)
{
    // Drivers fall back to their own rate at every opening. One that cannot set it, keeps it.
    struct v4l2_streamparm parameters = {.type = camera_device_type(device)};
    parameters.parm.capture.timeperframe.numerator = 1;
    parameters.parm.capture.timeperframe.denominator = CAMERA_FPS_WANTED;
    control(device, VIDIOC_S_PARM, &parameters);
}

bool camera_device_configure(struct camera_device *device, const struct camera_mode *mode,
                             struct fault *fault)
{
    struct v4l2_format *native = &device->native;
    *native = (struct v4l2_format){.type = camera_device_type(device)};

    if (device->multiplanar) {
        native->fmt.pix_mp.width = mode->width;
        native->fmt.pix_mp.height = mode->height;
        native->fmt.pix_mp.pixelformat = mode->fourcc;
        native->fmt.pix_mp.field = V4L2_FIELD_NONE;
    } else {
        native->fmt.pix.width = mode->width;
        native->fmt.pix.height = mode->height;
        native->fmt.pix.pixelformat = mode->fourcc;
        native->fmt.pix.field = V4L2_FIELD_NONE;
    }

    if (control(device, VIDIOC_S_FMT, native) < 0)
        return failed(device, "VIDIOC_S_FMT", fault);
    if (!take_over_format(device, fault))
        return false;

    set_rate(device);
    return true;
}

struct request {
    struct v4l2_buffer buffer;
    struct v4l2_plane planes[VIDEO_MAX_PLANES];
};

static void request_init(struct request *request, const struct camera_device *device,
                         uint32_t index)
{
    *request = (struct request){.buffer = {.type = camera_device_type(device),
                                           .memory = V4L2_MEMORY_MMAP,
                                           .index = index}};
    if (device->multiplanar) {
        request->buffer.m.planes = request->planes;
        request->buffer.length = device->planes;
    }
}

static bool map_buffer(struct camera_device *device, uint32_t index, struct fault *fault)
{
    struct request request;
    request_init(&request, device, index);
    if (control(device, VIDIOC_QUERYBUF, &request.buffer) < 0)
        return failed(device, "VIDIOC_QUERYBUF", fault);

    // Of several planes only the first is ever looked at: it is luma.
    const struct v4l2_buffer *buffer = &request.buffer;
    size_t size = device->multiplanar ? request.planes[0].length : buffer->length;
    uint32_t offset = device->multiplanar ? request.planes[0].m.mem_offset : buffer->m.offset;
    if (size < least_bytes(device))
        return fault_set(fault, FAILURE_CAMERA_FORMAT, "%s: buffers of %zu bytes for %ux%u",
                         device->path, size, device->width, device->height);

    void *p = device->io->map(device->io->self, size, device->fd, offset);
    if (p == MAP_FAILED)
        return failed(device, "mmap", fault);

    device->buffers[index] = (struct camera_map){p, size};
    return true;
}

static bool request_buffers(struct camera_device *device, struct fault *fault)
{
    struct v4l2_requestbuffers buffers = {.count = CAMERA_BUFFERS_WANTED,
                                          .type = camera_device_type(device),
                                          .memory = V4L2_MEMORY_MMAP};
    if (control(device, VIDIOC_REQBUFS, &buffers) < 0)
        return failed(device, "VIDIOC_REQBUFS", fault);
    if (buffers.count < 2)
        return fault_set(fault, FAILURE_CAMERA_REFUSED, "%s: %u buffers", device->path,
                         buffers.count);
    device->buffer_count =
        buffers.count < CAMERA_BUFFERS_MAX ? buffers.count : CAMERA_BUFFERS_MAX;
    return true;
}

static bool stream_on(struct camera_device *device, struct fault *fault)
{
    uint32_t type = camera_device_type(device);
    if (control(device, VIDIOC_STREAMON, &type) < 0)
        return failed(device, "VIDIOC_STREAMON", fault);
    device->streaming = true;
    return true;
}

bool camera_device_start(struct camera_device *device, struct fault *fault)
{
    if (!request_buffers(device, fault))
        return false;
    for (uint32_t i = 0; i < device->buffer_count; i++) {
        if (!map_buffer(device, i, fault) || !camera_device_give_back(device, i, fault))
            return false;
    }
    return stream_on(device, fault);
}

bool camera_device_probe(struct camera_device *device, struct fault *fault)
{
    if (!request_buffers(device, fault))
        return false;
    for (uint32_t i = 0; i < device->buffer_count; i++) {
        if (!camera_device_give_back(device, i, fault))
            return false;
    }
    return stream_on(device, fault);
}

// False where it is no time of any clock.
static bool read_stamp(const struct timeval *stamp, int64_t *us)
{
    bool sound = stamp->tv_sec >= 0 && stamp->tv_sec <= STAMP_S_MAX && stamp->tv_usec >= 0 &&
                 stamp->tv_usec < 1000000;
    *us = sound ? stamp->tv_sec * INT64_C(1000000) + (int64_t)stamp->tv_usec : 0;
    return sound;
}

enum camera_take camera_device_take(struct camera_device *device, struct camera_taken *out,
                                    struct fault *fault)
{
    struct request request;
    request_init(&request, device, 0);
    if (control(device, VIDIOC_DQBUF, &request.buffer) < 0) {
        if (errno == EAGAIN)
            return CAMERA_EMPTY;
        // In the middle of a stream everything but a lost device is the driver's trouble.
        int error = errno == ENODEV || errno == ENXIO || errno == ESHUTDOWN ? ENODEV : EIO;
        camera_fault(fault, error, device->path, "VIDIOC_DQBUF");
        return CAMERA_TAKE_FAILED;
    }

    const struct v4l2_buffer *buffer = &request.buffer;
    if (buffer->index >= device->buffer_count) {
        fault_set(fault, FAILURE_CAMERA_DRIVER, "%s: buffer %u of %zu", device->path,
                  buffer->index, device->buffer_count);
        return CAMERA_TAKE_FAILED;
    }

    const struct camera_map *map = &device->buffers[buffer->index];
    size_t start = device->multiplanar ? request.planes[0].data_offset : 0;
    size_t used = device->multiplanar ? request.planes[0].bytesused : buffer->bytesused;
    if (used > map->size)
        used = map->size;
    if ((buffer->flags & V4L2_BUF_FLAG_ERROR) || start > used ||
        used - start < least_bytes(device))
        return camera_device_give_back(device, buffer->index, fault) ? CAMERA_SPOILED
                                                                     : CAMERA_TAKE_FAILED;

    *out = (struct camera_taken){
        .index = buffer->index,
        .bytes = {(const uint8_t *)map->p + start, used - start},
        .sequence = buffer->sequence,
    };
    out->monotonic =
        read_stamp(&buffer->timestamp, &out->time_us) &&
        (buffer->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    return CAMERA_TAKEN;
}

// libcamera's shim (0.0.3) tells of a frame a moment before it takes the frame's buffer again.
static bool queue_later(struct camera_device *device, struct request *request)
{
    const struct camera_io *io = device->io;
    for (unsigned i = 0; i < QUEUE_TRIES && errno == ENOMEM; i++) {
        io->poll(io->self, NULL, 0, 1);
        if (control(device, VIDIOC_QBUF, &request->buffer) == 0)
            return true;
    }
    return false;
}

bool camera_device_give_back(struct camera_device *device, uint32_t index, struct fault *fault)
{
    struct request request;
    request_init(&request, device, index);
    if (control(device, VIDIOC_QBUF, &request.buffer) == 0)
        return true;
    if (!device->streaming)
        return failed(device, "VIDIOC_QBUF", fault);
    if (queue_later(device, &request))
        return true;
    int error = errno == EINVAL || errno == ENOMEM ? EIO : errno;
    return camera_fault(fault, error, device->path, "VIDIOC_QBUF");
}

void camera_device_close(struct camera_device *device)
{
    if (device->fd < 0)
        return;
    if (device->streaming) {
        uint32_t type = camera_device_type(device);
        control(device, VIDIOC_STREAMOFF, &type);
    }

    for (size_t i = 0; i < device->buffer_count; i++) {
        if (device->buffers[i].p)
            device->io->unmap(device->io->self, device->buffers[i].p, device->buffers[i].size);
    }

    device->io->close(device->io->self, device->fd);
    device->fd = -1;
    device->buffer_count = 0;
    device->streaming = false;
    memset(device->buffers, 0, sizeof(device->buffers));
}
