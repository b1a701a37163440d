// SPDX-License-Identifier: MIT
#include "scanner/eye/frame_converter.h"

#include <errno.h>
#include <libv4l-plugin.h>
#include <libv4lconvert.h>

#include "scanner/files/picture_png.h"
#include "scanner/frames/convertible.h"

// libv4lconvert reads behind the end of its source in places: what is compressed it follows as
// long as there are pixels to be made, of at most two bytes each, and it looks two rows ahead.
#define BEHIND_PIXEL 2u
#define BEHIND       65536u

// ---- libv4lconvert ----

// It asks these instead of a camera, which it never sees. There is one format that needs no
// conversion: else it would keep the settings of software controls, in memory that processes
// share.
static void *device_init(int fd)
{
    (void)fd;
    return NULL;
}

static void device_close(void *private)
{
    (void)private;
}

static int device_ioctl(void *private, int fd, unsigned long request, void *arg)
{
    struct v4l2_fmtdesc *format = arg;
    (void)private;
    (void)fd;
    if (request == VIDIOC_ENUM_FMT && format->index == 0) {
        format->pixelformat = V4L2_PIX_FMT_YUV420;
        return 0;
    }
    errno = EINVAL;
    return -1;
}

static const struct libv4l_dev_ops no_device = {
    .init = device_init, .close = device_close, .ioctl = device_ioctl};

bool frame_converter_init(struct frame_converter *converter, struct fault *fault)
{
    *converter = (struct frame_converter){0};
    luma_buffer_init(&converter->luma);
    frame_init(&converter->laid);
    converter->library = v4lconvert_create_with_dev_ops(-1, NULL, &no_device);
    return converter->library || fault_set(fault, FAILURE_MEMORY, "libv4lconvert");
}

void frame_converter_destroy(struct frame_converter *converter)
{
    luma_buffer_destroy(&converter->luma);
    if (converter->library)
        v4lconvert_destroy(converter->library);
    buffer_destroy(&converter->source);
    buffer_destroy(&converter->made);
    frame_destroy(&converter->laid);
}

// Bytes a row are the width in all of these formats, so libv4lconvert has it: of another
// number, which a driver may say, it reads out of its memory.
static struct v4l2_format format_of(uint32_t fourcc, size_t width, size_t height, size_t size)
{
    return (struct v4l2_format){
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
        .fmt.pix = {.pixelformat = fourcc,
                    .width = (uint32_t)width,
                    .height = (uint32_t)height,
                    .field = V4L2_FIELD_NONE,
                    .bytesperline = (uint32_t)width,
                    .sizeimage = (uint32_t)size},
    };
}

// Of I420, which libv4lconvert makes, the first plane.
static bool run_library(struct frame_converter *converter, const struct frame *frame,
                        size_t width, size_t height, struct pixels *out)
{
    size_t size = width * height * 3 / 2;
    struct v4l2_format from = format_of(frame->fourcc, width, height, frame->pixels.data.n);
    struct v4l2_format to = format_of(V4L2_PIX_FMT_YUV420, width, height, size);
    int made = v4lconvert_convert(converter->library, &from, &to, converter->source.p,
                                  (int)frame->pixels.data.n, converter->made.p, (int)size);
    *out = (struct pixels){PIXEL_GREY, width, height, width,
                           span_of(converter->made.p, width * height)};
    return made >= 0 && (size_t)made >= width * height;
}

static bool by_library(struct frame_converter *converter, const struct frame *frame,
                       struct pixels *out, struct fault *fault)
{
    size_t width = frame->pixels.width, height = frame->pixels.height;
    struct span bytes = frame->pixels.data;
    if (!convertible_sides(width, height) || width > PICTURE_SIDE_MAX ||
        height > PICTURE_SIDE_MAX)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "a frame of %zux%zu pixels", width,
                         height);

    size_t least = convertible_least(frame->fourcc, width, height);
    if (least == 0 || bytes.n < least)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED,
                         "a frame of %zux%zu pixels has %zu bytes instead of %zu", width,
                         height, bytes.n, least);

    if (!convertible_bytes(frame->fourcc, bytes))
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "a frame with another header");

    size_t behind = width * height * BEHIND_PIXEL + BEHIND;
    if (bytes.n > BUFFER_MAX || !buffer_reserve(&converter->source, 1, bytes.n + behind) ||
        !buffer_reserve(&converter->made, 1, width * height * 3 / 2 + BEHIND))
        return fault_set(fault, FAILURE_MEMORY, "a frame of %zu bytes", bytes.n);
    memcpy(converter->source.p, bytes.p, bytes.n);
    memset(converter->source.p + bytes.n, 0, behind);

    // Some of Pixart's cameras lie on their side, and only their JPEG says so.
    return run_library(converter, frame, width, height, out) ||
           (frame->fourcc == V4L2_PIX_FMT_PJPG &&
            run_library(converter, frame, height, width, out)) ||
           fault_set(fault, FAILURE_SOURCE_DAMAGED, "libv4lconvert makes no picture of it");
}

// ---- any frame ----

static bool by_png(struct frame_converter *converter, struct span file, struct pixels *out,
                   bool *damaged, struct fault *fault)
{
    struct sheet sheet;
    if (!picture_from_png(file, &sheet, fault))
        return false;
    bool laid = sheet_lay(&sheet, SHEET_ON_WHITE, 1, &converter->laid, fault);
    sheet_destroy(&sheet);
    if (!laid)
        return false;
    *out = converter->laid.pixels;
    *damaged = converter->laid.damaged;
    return true;
}

static bool by_jpeg(struct frame_converter *converter, const struct pixels *from, uint8_t *room,
                    size_t size, struct luma *out, struct fault *fault)
{
    struct luma_buffer *buffer = &converter->luma;
    buffer->lent = room;
    buffer->lent_size = size;
    bool made = luma_from_pixels(from, buffer, out, fault);

    buffer->lent = NULL;
    buffer->lent_size = 0;
    return made;
}

bool frame_converter_convert(struct frame_converter *converter, const struct frame *from,
                             uint8_t *room, size_t size, struct pixels *out, bool *damaged,
                             struct fault *fault)
{
    *damaged = false;
    if (from->pixels.format == PIXEL_V4L2)
        return by_library(converter, from, out, fault);
    if (picture_is_png(from->pixels.data))
        return by_png(converter, from->pixels.data, out, damaged, fault);

    struct luma luma;
    if (!by_jpeg(converter, &from->pixels, room, size, &luma, fault))
        return false;
    *damaged = converter->luma.damaged;
    *out = (struct pixels){PIXEL_GREY, luma.width, luma.height, luma.stride,
                           span_of(luma.p, luma.stride * luma.height)};
    return true;
}
