// SPDX-License-Identifier: MIT
#include "scanner/camera/camera_pixels.h"

#include <libv4l-plugin.h>
#include <libv4lconvert.h>
#include <stdlib.h>

// libv4lconvert reads behind the end of its source in places (by two rows, from RGB565).
#define CONVERT_SLACK 65536u

void camera_pixels_init(struct camera_pixels *pixels)
{
    *pixels = (struct camera_pixels){0};
}

void camera_pixels_destroy(struct camera_pixels *pixels)
{
    if (pixels->convert)
        v4lconvert_destroy(pixels->convert);
    free(pixels->room);
    free(pixels->source);
    camera_pixels_init(pixels);
}

// libv4lconvert asks the device through these, so that a shim sees its calls too.
static void *convert_init(int fd)
{
    (void)fd;
    return NULL;
}

static void convert_close(void *private)
{
    (void)private;
}

static int convert_ioctl(void *private, int fd, unsigned long request, void *arg)
{
    const struct camera_io *io = private;
    return camera_ioctl(io, fd, request, arg);
}

static const struct libv4l_dev_ops convert_ops = {
    .init = convert_init, .close = convert_close, .ioctl = convert_ioctl};

static bool prepare_conversion(struct camera_pixels *pixels, struct camera_device *device,
                               struct fault *fault)
{
    if (device->multiplanar)
        return fault_set(fault, FAILURE_CAMERA_FORMAT, "%s: nothing converts this format",
                         device->path);
    if (device->image_size == 0 ||
        device->image_size > (size_t)PICTURE_SIDE_MAX * PICTURE_SIDE_MAX * 4)
        return fault_set(fault, FAILURE_CAMERA_FORMAT, "%s: pictures of %zu bytes",
                         device->path, device->image_size);
    free(pixels->source);
    pixels->source_size = device->image_size;
    pixels->source = calloc(1, pixels->source_size + CONVERT_SLACK);
    if (!pixels->source)
        return fault_set(fault, FAILURE_MEMORY, "%s: a picture", device->path);
    union {
        const struct camera_io *in;
        void *out;
    } io = {.in = device->io}; // the library takes it without const, and only hands it back
    pixels->convert = v4lconvert_create_with_dev_ops(device->fd, io.out, &convert_ops);
    if (!pixels->convert)
        return fault_set(fault, FAILURE_MEMORY, "%s: libv4lconvert", device->path);

    struct v4l2_format *to = &pixels->converted;
    *to = device->native;
    to->fmt.pix.pixelformat = V4L2_PIX_FMT_YUV420;
    to->fmt.pix.bytesperline = device->width;
    to->fmt.pix.sizeimage = device->width * device->height * 3 / 2;
    if (!v4lconvert_needs_conversion(pixels->convert, &device->native, to))
        return fault_set(fault, FAILURE_CAMERA_FORMAT, "%s: no conversion", device->path);
    return true;
}

// Bytes of room that the layout needs for one picture.
static size_t room_for(const struct camera_device *device)
{
    size_t area = (size_t)device->width * device->height;

    switch (device->layout) {
    case CAMERA_DEEP:
    case CAMERA_PACKED:
    case CAMERA_RGB:
    case CAMERA_RGB565:
        return area;
    case CAMERA_BAYER:
    case CAMERA_BAYER_DEEP:
    case CAMERA_BAYER_10P:
        return area / 4;
    case CAMERA_CONVERT:
        return area * 3 / 2 + device->width; // odd sizes round up
    case CAMERA_AS_IS:
    case CAMERA_LUMA_PLANE:
        break;
    }

    return 0;
}

bool camera_pixels_prepare(struct camera_pixels *pixels, struct camera_device *device,
                           struct fault *fault)
{
    if (pixels->convert)
        v4lconvert_destroy(pixels->convert);
    pixels->convert = NULL;

    bool bayer = camera_layout_is_bayer(device->layout);
    size_t limit = bayer ? 2u * PICTURE_SIDE_MAX : PICTURE_SIDE_MAX;
    if (device->width > limit || device->height > limit || (bayer && device->width < 2) ||
        (bayer && device->height < 2))
        return fault_set(fault, FAILURE_CAMERA_FORMAT, "%s: %ux%u", device->path, device->width,
                         device->height);

    size_t room = room_for(device);
    if (room > pixels->capacity) {
        uint8_t *larger = realloc(pixels->room, room);
        if (!larger)
            return fault_set(fault, FAILURE_MEMORY, "%s: %zu bytes", device->path, room);
        pixels->room = larger;
        pixels->capacity = room;
    }
    return device->layout != CAMERA_CONVERT || prepare_conversion(pixels, device, fault);
}

static uint8_t deep_luma(const uint8_t *p, unsigned shift)
{
    unsigned value = ((unsigned)p[0] | (unsigned)p[1] << 8) >> shift;
    return value > 255 ? 255 : (uint8_t)value;
}

static void unpack_deep(const struct camera_device *device, const uint8_t *from, unsigned shift,
                        uint8_t *to)
{
    for (size_t y = 0; y < device->height; y++) {
        const uint8_t *row = from + y * device->stride;
        for (size_t x = 0; x < device->width; x++)
            *to++ = deep_luma(row + 2 * x, shift);
    }
}

static void unpack_luma(const struct camera_device *device, const uint8_t *from, uint8_t *to)
{
    for (size_t y = 0; y < device->height; y++) {
        const uint8_t *row = from + y * device->stride;
        for (size_t x = 0; x < device->width; x++)
            *to++ = row[2 * x];
    }
}

// ITU-R BT.601, in 256ths.
static uint8_t rgb_luma(unsigned red, unsigned green, unsigned blue)
{
    return (uint8_t)((77 * red + 150 * green + 29 * blue + 128) / 256);
}

static void unpack_rgb(const struct camera_device *device, const struct camera_format *format,
                       const uint8_t *from, uint8_t *to)
{
    for (size_t y = 0; y < device->height; y++) {
        const uint8_t *pixel = from + y * device->stride;
        for (size_t x = 0; x < device->width; x++, pixel += format->step)
            *to++ = rgb_luma(pixel[format->red], pixel[format->green], pixel[format->blue]);
    }
}

static void unpack_rgb565(const struct camera_device *device, const uint8_t *from, uint8_t *to)
{
    for (size_t y = 0; y < device->height; y++) {
        const uint8_t *row = from + y * device->stride;
        for (size_t x = 0; x < device->width; x++) {
            unsigned value = (unsigned)row[2 * x] | (unsigned)row[2 * x + 1] << 8;
            *to++ = rgb_luma(value >> 8 & 0xf8, value >> 3 & 0xfc, value << 3 & 0xf8);
        }
    }
}

// Whatever the order of the mosaic, two by two of it hold one red, one blue and two greens:
// their mean is luma enough.
static uint8_t mean(unsigned a, unsigned b, unsigned c, unsigned d)
{
    return (uint8_t)((a + b + c + d + 2) / 4);
}

static void sample_bayer(const struct camera_device *device, const uint8_t *from, uint8_t *to)
{
    for (size_t y = 0; y + 1 < device->height; y += 2) {
        const uint8_t *upper = from + y * device->stride;
        const uint8_t *lower = upper + device->stride;
        for (size_t x = 0; x + 1 < device->width; x += 2)
            *to++ = mean(upper[x], upper[x + 1], lower[x], lower[x + 1]);
    }
}

static void sample_bayer_deep(const struct camera_device *device, const uint8_t *from,
                              unsigned shift, uint8_t *to)
{
    for (size_t y = 0; y + 1 < device->height; y += 2) {
        const uint8_t *upper = from + y * device->stride;
        const uint8_t *lower = upper + device->stride;
        for (size_t x = 0; x + 1 < device->width; x += 2)
            *to++ = mean(deep_luma(upper + 2 * x, shift), deep_luma(upper + 2 * x + 2, shift),
                         deep_luma(lower + 2 * x, shift), deep_luma(lower + 2 * x + 2, shift));
    }
}

// Four pixels stand in five bytes: their high eight bits first, the low two of each last.
static size_t packed_at(size_t x)
{
    return x / 4 * 5 + x % 4;
}

static void sample_bayer_10p(const struct camera_device *device, const uint8_t *from,
                             uint8_t *to)
{
    for (size_t y = 0; y + 1 < device->height; y += 2) {
        const uint8_t *upper = from + y * device->stride;
        const uint8_t *lower = upper + device->stride;
        for (size_t x = 0; x + 1 < device->width; x += 2)
            *to++ = mean(upper[packed_at(x)], upper[packed_at(x + 1)], lower[packed_at(x)],
                         lower[packed_at(x + 1)]);
    }
}

static bool convert(struct camera_pixels *pixels, const struct camera_device *device,
                    struct span bytes, struct pixels *out)
{
    size_t size = bytes.n < pixels->source_size ? bytes.n : pixels->source_size;
    memcpy(pixels->source, bytes.p, size);
    int made =
        v4lconvert_convert(pixels->convert, &device->native, &pixels->converted, pixels->source,
                           (int)size, pixels->room, (int)pixels->capacity);
    if (made < 0)
        return false;
    *out = (struct pixels){PIXEL_I420, device->width, device->height, device->width,
                           span_of(pixels->room, (size_t)made)};
    return true;
}

static bool as_is(const struct camera_device *device, enum pixel_format format,
                  struct span bytes, struct pixels *out)
{
    bool jpeg = format == PIXEL_MJPEG;
    // A camera that stumbles sends the end of a picture, or nothing but zeros.
    if (jpeg && (bytes.n < 4 || bytes.p[0] != 0xff || bytes.p[1] != 0xd8))
        return false;
    *out = (struct pixels){format, device->width, device->height, jpeg ? 0 : device->stride,
                           bytes};
    return true;
}

// Unpacks into the room; false where the layout is not one that is unpacked.
static bool unpack(struct camera_pixels *pixels, const struct camera_device *device,
                   const struct camera_format *format, const uint8_t *from)
{
    switch (device->layout) {
    case CAMERA_DEEP:
        unpack_deep(device, from, format->shift, pixels->room);
        return true;
    case CAMERA_PACKED:
        unpack_luma(device, from + format->shift, pixels->room);
        return true;
    case CAMERA_RGB:
        unpack_rgb(device, format, from, pixels->room);
        return true;
    case CAMERA_RGB565:
        unpack_rgb565(device, from, pixels->room);
        return true;
    case CAMERA_BAYER:
        sample_bayer(device, from, pixels->room);
        return true;
    case CAMERA_BAYER_DEEP:
        sample_bayer_deep(device, from, format->shift, pixels->room);
        return true;
    case CAMERA_BAYER_10P:
        sample_bayer_10p(device, from, pixels->room);
        return true;
    case CAMERA_AS_IS:
    case CAMERA_LUMA_PLANE:
    case CAMERA_CONVERT:
        break;
    }

    return false;
}

bool camera_pixels_take(struct camera_pixels *pixels, const struct camera_device *device,
                        struct span bytes, struct pixels *out)
{
    const struct camera_format *format = camera_format_find(device->fourcc);

    if (device->layout == CAMERA_AS_IS)
        return as_is(device, format->pixels, bytes, out);
    if (device->layout == CAMERA_CONVERT)
        return convert(pixels, device, bytes, out);
    if (device->layout == CAMERA_LUMA_PLANE) {
        *out = (struct pixels){PIXEL_GREY,
                               device->width,
                               device->height,
                               device->stride,
                               {bytes.p, device->stride * device->height}};
        return true;
    }

    if (!unpack(pixels, device, format, bytes.p))
        return false;

    size_t divide = camera_layout_is_bayer(device->layout) ? 2 : 1;
    size_t width = device->width / divide;
    size_t height = device->height / divide;

    *out = (struct pixels){PIXEL_GREY, width, height, width,
                           span_of(pixels->room, width * height)};
    return true;
}
