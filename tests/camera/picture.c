// SPDX-License-Identifier: MIT
#include "tests/camera/picture.h"

#include <qrencode.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#define PAPER 215u
#define INK   35u
#define DESK  120u
#define QUIET 4u // modules of white around the code

#define MEDIA(a, b, c, d)                                                                      \
    {                                                                                          \
        a, b, c, d, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71                       \
    }

#define RGB(first)                                                                             \
    {                                                                                          \
        first, 0xeb, 0x36, 0xe4, 0x4f, 0x52, 0xce, 0x11, 0x9f, 0x53, 0, 0x20, 0xaf, 0x0b,      \
            0xa7, 0x70                                                                         \
    }

static const struct picture_format formats[] = {
    {"GREY", MEDIA('Y', '8', '0', '0'), 8, false},
    {"NV12", MEDIA('N', 'V', '1', '2'), 12, false},
    {"YU12", MEDIA('I', '4', '2', '0'), 12, false},
    {"YV12", MEDIA('Y', 'V', '1', '2'), 12, false},
    {"YUYV", MEDIA('Y', 'U', 'Y', '2'), 16, false},
    {"UYVY", MEDIA('U', 'Y', 'V', 'Y'), 16, false},
    {"Y10", MEDIA('Y', '1', '0', ' '), 16, false},
    {"Y12", MEDIA('Y', '1', '2', ' '), 16, false},
    {"Y16", MEDIA('Y', '1', '6', ' '), 16, false},
    {"MJPG", {0}, 16, true},
    {"BA81", MEDIA('B', 'A', '8', '1'), 8, false},
    {"GBRG", MEDIA('G', 'B', 'R', 'G'), 8, false},
    {"GRBG", MEDIA('G', 'R', 'B', 'G'), 8, false},
    {"RGGB", MEDIA('R', 'G', 'G', 'B'), 8, false},
    {"RGBP", MEDIA('R', 'G', 'B', 'P'), 16, false},
    {"BGR3", RGB(0x7d), 24, false},
    {"BGR4", RGB(0x7e), 32, false},
    {"RW10", MEDIA('R', 'W', '1', '0'), 10, false},
    {"BG16", MEDIA('B', 'G', '1', '6'), 16, false},
    {"GB16", MEDIA('G', 'B', '1', '6'), 16, false},
    {"RG16", MEDIA('R', 'G', '1', '6'), 16, false},
    {"GR16", MEDIA('G', 'R', '1', '6'), 16, false},
    {"M420", MEDIA('M', '4', '2', '0'), 12, false},
};

const struct picture_format *picture_format_at(size_t index)
{
    return index < sizeof(formats) / sizeof(formats[0]) ? &formats[index] : NULL;
}

const struct picture_format *picture_format_find(const char *name)
{
    const struct picture_format *format;
    size_t size = strcspn(name, ",");
    for (size_t i = 0; (format = picture_format_at(i)); i++) {
        if (strlen(format->name) == size && strncmp(format->name, name, size) == 0)
            return format;
    }
    return NULL;
}

static void fill(uint8_t *luma, unsigned stride, unsigned x, unsigned y, unsigned side,
                 uint8_t value)
{
    for (unsigned row = 0; row < side; row++)
        memset(luma + (size_t)(y + row) * stride + x, value, side);
}

// A sheet as high as three quarters of the picture, the code in its middle.
bool picture_draw(uint8_t *luma, unsigned width, unsigned height, const char *text)
{
    memset(luma, DESK, (size_t)width * height);
    unsigned sheet = (width < height ? width : height) * 3 / 4;
    unsigned left = (width - sheet) / 2;
    unsigned top = (height - sheet) / 2;
    fill(luma, width, left, top, sheet, PAPER);
    if (text[0] == '\0')
        return true;

    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!code)
        return false;
    unsigned modules = (unsigned)code->width;
    unsigned scale = sheet / (modules + 2 * QUIET);
    unsigned margin = (sheet - modules * scale) / 2;
    for (unsigned y = 0; y < modules; y++) {
        for (unsigned x = 0; x < modules; x++) {
            if (code->data[y * modules + x] & 1)
                fill(luma, width, left + margin + x * scale, top + margin + y * scale, scale,
                     INK);
        }
    }
    QRcode_free(code);
    return scale > 0;
}

static bool pack_jpeg(struct picture *picture, const uint8_t *luma, unsigned width,
                      unsigned height)
{
    // 4:2:2 with chroma of no colour, as webcams send.
    size_t area = (size_t)width * height;
    uint8_t *chroma = malloc(area);
    tjhandle compressor = tjInitCompress();

    unsigned long size = tjBufSize((int)width, (int)height, TJSAMP_422);
    picture->bytes = malloc(size);

    bool packed = false;
    if (chroma && compressor && picture->bytes) {
        memset(chroma, 128, area);
        const unsigned char *planes[3] = {luma, chroma, chroma};
        const int strides[3] = {(int)width, (int)width / 2, (int)width / 2};
        packed = tjCompressFromYUVPlanes(compressor, planes, (int)width, strides, (int)height,
                                         TJSAMP_422, &picture->bytes, &size, 85,
                                         TJFLAG_NOREALLOC) == 0;
        picture->size = size;
    }

    if (compressor)
        tjDestroy(compressor);
    free(chroma);
    return packed;
}

static void put16(uint8_t *to, unsigned value)
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static void pack_pixel(const char *format, uint8_t *to, size_t i, unsigned luma)
{
    if (strcmp(format, "YUYV") == 0 || strcmp(format, "UYVY") == 0) {
        bool first = format[0] == 'Y';
        to[2 * i] = first ? (uint8_t)luma : 128;
        to[2 * i + 1] = first ? 128 : (uint8_t)luma;
    } else if (strcmp(format, "Y10") == 0) {
        put16(to + 2 * i, luma << 2);
    } else if (strcmp(format, "Y12") == 0) {
        put16(to + 2 * i, luma << 4);
    } else if (strcmp(format, "Y16") == 0 || strcmp(format + 1, "G16") == 0 ||
               strcmp(format + 1, "B16") == 0 || strcmp(format + 1, "R16") == 0) {
        put16(to + 2 * i, luma << 8);
    } else if (strcmp(format, "BGR3") == 0) {
        memset(to + 3 * i, (int)luma, 3);
    } else if (strcmp(format, "BGR4") == 0) {
        memset(to + 4 * i, (int)luma, 4);
    } else if (strcmp(format, "RW10") == 0) {
        to[i / 4 * 5 + i % 4] = (uint8_t)luma; // the low bits of four stand in a fifth byte
    } else if (strcmp(format, "RGBP") == 0) {
        put16(to + 2 * i, luma >> 3 << 11 | luma >> 2 << 5 | luma >> 3);
    } else {
        to[i] = (uint8_t)luma; // planes of luma, and a mosaic without colour
    }
}

bool picture_pack(struct picture *picture, const struct picture_format *format,
                  const uint8_t *luma, unsigned width, unsigned height)
{
    *picture = (struct picture){0};
    if (format->jpeg)
        return pack_jpeg(picture, luma, width, height);

    size_t area = (size_t)width * height;
    picture->size = area * format->bits / 8;
    picture->bytes = malloc(picture->size);
    if (!picture->bytes)
        return false;

    memset(picture->bytes, 128, picture->size);
    if (strcmp(format->name, "M420") == 0) { // two rows of luma, one of chroma
        for (unsigned y = 0; y < height; y++)
            memcpy(picture->bytes + (size_t)(y + y / 2) * width, luma + (size_t)y * width,
                   width);
        return true;
    }

    for (size_t i = 0; i < area; i++)
        pack_pixel(format->name, picture->bytes, i, luma[i]);
    return true;
}

bool picture_lay(struct picture *picture, const struct picture_format *format, unsigned bits,
                 unsigned width, unsigned height)
{
    bool planar = format->bits == 12;
    size_t rows = planar ? 1 : height;
    size_t from = picture->size / rows;
    size_t to = (size_t)width * height * bits / 8 / rows;

    uint8_t *laid = calloc(rows, to + 1); // there may be no bits
    if (!laid)
        return false;
    for (size_t y = 0; y < rows; y++)
        memcpy(laid + y * to, picture->bytes + y * from, from < to ? from : to);

    picture_destroy(picture);
    *picture = (struct picture){laid, rows * to};
    return true;
}

void picture_claim(struct picture *jpeg, unsigned width, unsigned height)
{
    // Behind the first two bytes there are segments: a marker, then their length and the rest.
    uint8_t *at = jpeg->bytes + 2;
    while (at[1] != 0xc0) // the one with the size
        at += 2 + (at[2] << 8 | at[3]);

    const uint8_t size[4] = {(uint8_t)(height >> 8), (uint8_t)height, (uint8_t)(width >> 8),
                             (uint8_t)width};
    memcpy(at + 5, size, sizeof(size));
}

void picture_destroy(struct picture *picture)
{
    free(picture->bytes);
    *picture = (struct picture){0};
}
