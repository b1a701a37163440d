// SPDX-License-Identifier: MIT
#include "scanner/files/jpeg_picture.h"

#include <stdlib.h>
#include <turbojpeg.h>

#include "scanner/files/picture_library.h"

#define INKS            4u
#define SMALL_SIDE      80u // pixels: smaller pictures are enlarged
#define COEFFICIENT     2u  // bytes
#define COMPONENTS_MAX  4u
#define ADOBE_NAME      "Adobe"
#define FRAME_HEAD_SIZE 6u // bytes before what is told of the components

enum {
    PREFIX = 0xff,
    MARKER_SOF0 = 0xc0,
    MARKER_SOF2 = 0xc2,
    MARKER_DHT = 0xc4,
    MARKER_JPG = 0xc8,
    MARKER_DAC = 0xcc,
    MARKER_SOF15 = 0xcf,
    MARKER_RST0 = 0xd0,
    MARKER_SOI = 0xd8,
    MARKER_SOS = 0xda,
    MARKER_APP14 = 0xee
};

static bool is_frame_header(uint8_t marker)
{
    return marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT &&
           marker != MARKER_JPG && marker != MARKER_DAC;
}

static size_t big_endian(const uint8_t *p)
{
    return (size_t)p[0] << 8 | p[1];
}

// What all coefficients take together: those of components with fewer samples take less.
static uint64_t coefficient_bytes(struct span body, const struct jpeg_shape *shape)
{
    unsigned across[COMPONENTS_MAX], down[COMPONENTS_MAX];
    unsigned most_across = 1, most_down = 1;
    for (unsigned i = 0; i < shape->components; i++) {
        uint8_t factors = body.p[FRAME_HEAD_SIZE + 3 * i + 1];
        across[i] = factors >> 4;
        down[i] = factors & 15;
        most_across = across[i] > most_across ? across[i] : most_across;
        most_down = down[i] > most_down ? down[i] : most_down;
    }

    uint64_t samples = 0;
    for (unsigned i = 0; i < shape->components; i++)
        samples += (uint64_t)shape->width * shape->height * across[i] * down[i] /
                   (most_across * most_down);
    return COEFFICIENT * samples;
}

static bool take_frame_header(struct span body, struct jpeg_shape *shape)
{
    if (body.n < FRAME_HEAD_SIZE)
        return false;
    shape->height = big_endian(body.p + 1);
    shape->width = big_endian(body.p + 3);
    shape->components = body.p[5];
    if (shape->components == 0 || shape->components > COMPONENTS_MAX ||
        body.n < FRAME_HEAD_SIZE + 3 * (size_t)shape->components)
        return false;
    shape->coefficients = coefficient_bytes(body, shape);
    return true;
}

bool jpeg_picture_shape(struct span jpeg, struct jpeg_shape *out)
{
    struct jpeg_shape shape = {0};
    bool framed = false;

    for (size_t at = 2; at + 4 <= jpeg.n;) {
        const uint8_t *prefix = memchr(jpeg.p + at, PREFIX, jpeg.n - at - 3);
        if (!prefix)
            break;
        at = (size_t)(prefix - jpeg.p);
        uint8_t marker = prefix[1];

        // Within scans: stuffing, restarts, fill bytes.
        if (marker == 0 || marker == PREFIX ||
            (marker >= MARKER_RST0 && marker <= MARKER_SOI)) {
            at++;
            continue;
        }
        size_t length = big_endian(prefix + 2);
        if (length < 2 || length > jpeg.n - at - 2)
            break;

        struct span body = span_of(prefix + 4, length - 2);
        if (is_frame_header(marker) && !framed)
            framed = take_frame_header(body, &shape);
        if (marker == MARKER_APP14)
            shape.adobe = body.n >= 5 && memcmp(body.p, ADOBE_NAME, 5) == 0;
        if (marker == MARKER_SOS)
            shape.scans++;
        at += 2 + length;
    }

    if (shape.scans <= 1)
        shape.coefficients = 0;
    *out = shape;
    return framed;
}

bool jpeg_picture_is_odd(const struct jpeg_shape *shape)
{
    size_t shorter = shape->width < shape->height ? shape->width : shape->height;
    size_t longer = shape->width < shape->height ? shape->height : shape->width;
    return longer > PICTURE_SIDE_MAX || shorter < SMALL_SIDE || shape->components == INKS;
}

// The least reduction that the library offers and a frame holds. False: there is none.
static bool choose_scale(const struct jpeg_shape *shape, tjscalingfactor *out)
{
    int count = 0;
    const tjscalingfactor *factors = tjGetScalingFactors(&count);
    int longer = (int)(shape->width > shape->height ? shape->width : shape->height);
    int best = 0;

    for (int i = 0; factors && i < count; i++) {
        int scaled = TJSCALED(longer, factors[i]);
        if (factors[i].num > factors[i].denom || scaled > (int)PICTURE_SIDE_MAX)
            continue;
        if (scaled > best) {
            best = scaled;
            *out = factors[i];
        }
    }
    return best > 0;
}

// How bright four inks are. Stored the other way round, 255 is no ink.
static uint8_t gray_of_inks(const uint8_t *inks, bool adobe)
{
    unsigned light[INKS];
    for (unsigned i = 0; i < INKS; i++)
        light[i] = adobe ? inks[i] : 255u - inks[i];
    unsigned colours = (299 * light[0] + 587 * light[1] + 114 * light[2]) / 1000;
    return (uint8_t)(colours * light[3] / 255);
}

static void put_pixels(struct sheet *sheet, const uint8_t *pixels,
                       const struct jpeg_shape *shape)
{
    size_t size = shape->components == INKS ? INKS : 1;
    for (size_t y = 0; y < sheet->height; y++) {
        for (size_t x = 0; x < sheet->width; x++) {
            const uint8_t *pixel = pixels + (y * sheet->width + x) * size;
            sheet_put(sheet, x, y, size == 1 ? *pixel : gray_of_inks(pixel, shape->adobe), 255);
        }
    }
}

// Decodes at the chosen scale onto a sheet of that size.
static bool decode(tjhandle handle, struct span jpeg, const struct jpeg_shape *shape,
                   tjscalingfactor scale, struct sheet *sheet, struct fault *fault)
{
    size_t width = (size_t)TJSCALED((int)shape->width, scale);
    size_t height = (size_t)TJSCALED((int)shape->height, scale);
    bool inks = shape->components == INKS;
    size_t size = width * height * (inks ? INKS : 1);
    uint8_t *pixels = malloc(size);
    if (!pixels)
        return fault_set(fault, FAILURE_MEMORY, "a picture of %zu bytes", size);
    memset(pixels, 255, size);

    // A warning leaves a whole picture, part of it perhaps gray.
    bool failed = tjDecompress2(handle, jpeg.p, jpeg.n, pixels, (int)width, 0, (int)height,
                                inks ? TJPF_CMYK : TJPF_GRAY, TJFLAG_LIMITSCANS) != 0;
    bool read = !failed || tjGetErrorCode(handle) == TJERR_WARNING;
    if (!read)
        fault_set(fault, FAILURE_SOURCE_DAMAGED, "JPEG: %s", tjGetErrorStr2(handle));

    read = read && sheet_init(sheet, width, height, fault);
    if (read) {
        put_pixels(sheet, pixels, shape);
        sheet->reduced = (double)shape->width / (double)width;
        sheet->damaged = failed;
    }
    free(pixels);
    return read;
}

bool picture_from_jpeg(struct span jpeg, const struct jpeg_shape *shape, struct sheet *out,
                       struct fault *fault)
{
    tjscalingfactor scale = {0, 1};
    uint64_t pixels = (uint64_t)shape->width * shape->height;
    if (pixels == 0)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "JPEG: a picture of %zux%zu pixels",
                         shape->width, shape->height);
    if (pixels > PICTURE_PIXELS_MAX || shape->coefficients > JPEG_HELD_MAX ||
        pixels * shape->scans > JPEG_WORK_MAX || !choose_scale(shape, &scale))
        return fault_set(fault, FAILURE_SOURCE_TOO_LARGE,
                         "JPEG: a picture of %zux%zu pixels in %zu scans", shape->width,
                         shape->height, shape->scans);

    tjhandle handle = tjInitDecompress();
    if (!handle)
        return fault_set(fault, FAILURE_MEMORY, "JPEG decompressor");

    // The header first: decompressing asks for it.
    int width = 0, height = 0, subsampling, colours;
    bool read = tjDecompressHeader3(handle, jpeg.p, jpeg.n, &width, &height, &subsampling,
                                    &colours) == 0;
    // Not every sampling of four inks is known to TurboJPEG, but all are to libjpeg below it,
    // which gdk-pixbuf calls.
    if (!read) {
        tjDestroy(handle);
        return picture_from_pixbuf("jpeg", jpeg, out, fault);
    }
    // What the library reads must be what the limits were checked for.
    if ((size_t)width != shape->width || (size_t)height != shape->height)
        read = fault_set(fault, FAILURE_SOURCE_DAMAGED, "JPEG: it has two sizes");

    read = read && decode(handle, jpeg, shape, scale, out, fault);
    tjDestroy(handle);
    return read;
}
