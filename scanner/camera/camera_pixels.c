// SPDX-License-Identifier: MIT
#include "scanner/camera/camera_pixels.h"

void camera_pixels_init(struct camera_pixels *pixels)
{
    *pixels = (struct camera_pixels){0};
}

void camera_pixels_destroy(struct camera_pixels *pixels)
{
    buffer_destroy(&pixels->room);
    camera_pixels_init(pixels);
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
    case CAMERA_AS_IS:
    case CAMERA_LUMA_PLANE:
    case CAMERA_CONVERT:
        break;
    }

    return 0;
}

bool camera_pixels_prepare(struct camera_pixels *pixels, struct camera_device *device,
                           struct fault *fault)
{
    bool bayer = camera_layout_is_bayer(device->layout);
    size_t limit = bayer ? 2u * PICTURE_SIDE_MAX : PICTURE_SIDE_MAX;
    if (device->width > limit || device->height > limit || (bayer && device->width < 2) ||
        (bayer && device->height < 2))
        return fault_set(fault, FAILURE_CAMERA_FORMAT, "%s: %ux%u", device->path, device->width,
                         device->height);

    size_t room = room_for(device);
    return buffer_reserve(&pixels->room, 1, room) ||
           fault_set(fault, FAILURE_MEMORY, "%s: %zu bytes", device->path, room);
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
        unpack_deep(device, from, format->shift, pixels->room.p);
        return true;
    case CAMERA_PACKED:
        unpack_luma(device, from + format->shift, pixels->room.p);
        return true;
    case CAMERA_RGB:
        unpack_rgb(device, format, from, pixels->room.p);
        return true;
    case CAMERA_RGB565:
        unpack_rgb565(device, from, pixels->room.p);
        return true;
    case CAMERA_BAYER:
        sample_bayer(device, from, pixels->room.p);
        return true;
    case CAMERA_BAYER_DEEP:
        sample_bayer_deep(device, from, format->shift, pixels->room.p);
        return true;
    case CAMERA_BAYER_10P:
        sample_bayer_10p(device, from, pixels->room.p);
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
    if (device->layout == CAMERA_CONVERT) {
        *out = (struct pixels){PIXEL_V4L2, device->width, device->height, 0, bytes};
        return true;
    }
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
                           span_of(pixels->room.p, width * height)};
    return true;
}
