// SPDX-License-Identifier: MIT
#include "scanner/picture.h"

#include <png.h>

#define PGM_MAXVAL_MAX 65535u

bool picture_is_png(struct span head)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    return head.n >= sizeof(signature) && memcmp(head.p, signature, sizeof(signature)) == 0;
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

bool picture_is_pgm(struct span head)
{
    return head.n >= 3 && head.p[0] == 'P' && (head.p[1] == '2' || head.p[1] == '5') &&
           (is_space(head.p[2]) || head.p[2] == '#');
}

// Makes `out` a gray picture of that size, its pixels not yet filled in.
static bool prepare(struct frame *out, size_t width, size_t height, struct fault *fault)
{
    if (width == 0 || height == 0)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "a picture of %zux%zu pixels", width,
                         height);
    if (width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX)
        return fault_set(fault, FAILURE_SOURCE_TOO_LARGE, "a picture of %zux%zu pixels", width,
                         height);

    size_t size = width * height;
    if (!frame_reserve(out, size))
        return fault_set(fault, FAILURE_MEMORY, "a picture of %zu bytes", size);

    out->pixels = (struct pixels){.format = PIXEL_GREY,
                                  .width = width,
                                  .height = height,
                                  .stride = width,
                                  .data = span_of(out->storage, size)};
    return true;
}

bool picture_from_png(struct span file, struct frame *out, struct fault *fault)
{
    const png_color white = {255, 255, 255};
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&image, file.p, file.n))
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PNG: %s", image.message);
    image.format = PNG_FORMAT_GRAY;
    if (!prepare(out, image.width, image.height, fault)) {
        png_image_free(&image);
        return false;
    }
    if (!png_image_finish_read(&image, &white, out->storage, (png_int_32)image.width, NULL))
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PNG: %s", image.message);
    return true;
}

// ---- PGM ----

struct pgm {
    struct span file;
    size_t at;
};

static void skip_space(struct pgm *pgm)
{
    bool comment = false;
    for (; pgm->at < pgm->file.n; pgm->at++) {
        uint8_t byte = pgm->file.p[pgm->at];
        if (byte == '#')
            comment = true;
        else if (comment)
            comment = byte != '\n';
        else if (!is_space(byte))
            return;
    }
}

// The next decimal number, at most `max`.
static bool number(struct pgm *pgm, size_t max, size_t *out)
{
    skip_space(pgm);
    size_t begin = pgm->at;
    size_t value = 0;
    for (; pgm->at < pgm->file.n; pgm->at++) {
        uint8_t byte = pgm->file.p[pgm->at];
        if (byte < '0' || byte > '9')
            break;
        value = value * 10 + (size_t)(byte - '0');
        if (value > max)
            return false;
    }
    *out = value;
    return pgm->at > begin;
}

// The next pixel, as the file's kind has it.
static bool pixel(struct pgm *pgm, bool plain, size_t maxval, size_t *out)
{
    if (plain)
        return number(pgm, maxval, out);
    size_t size = maxval > 255 ? 2 : 1;
    if (pgm->file.n - pgm->at < size)
        return false;
    const uint8_t *p = pgm->file.p + pgm->at;
    *out = size == 1 ? p[0] : (size_t)p[0] << 8 | p[1];
    pgm->at += size;
    return *out <= maxval;
}

bool picture_from_pgm(struct span file, struct frame *out, struct fault *fault)
{
    if (!picture_is_pgm(file))
        return fault_set(fault, FAILURE_SOURCE_FORMAT, "not a PGM picture");

    bool plain = file.p[1] == '2';
    struct pgm pgm = {file, 2};
    size_t width, height, maxval;

    // Any 32-bit size is told as too large rather than as damage.
    if (!number(&pgm, UINT32_MAX, &width) || !number(&pgm, UINT32_MAX, &height) ||
        !number(&pgm, PGM_MAXVAL_MAX, &maxval) || maxval == 0)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PGM: the header is not right");
    if (pgm.at == file.n || !is_space(file.p[pgm.at]))
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PGM: the picture breaks off");
    pgm.at++;
    if (!prepare(out, width, height, fault))
        return false;

    for (size_t i = 0; i < width * height; i++) {
        size_t value;
        if (!pixel(&pgm, plain, maxval, &value))
            return fault_set(fault, FAILURE_SOURCE_DAMAGED,
                             "PGM: pixel %zu of %zu is missing or too bright", i,
                             width * height);
        out->storage[i] = (uint8_t)((value * 255 + maxval / 2) / maxval);
    }

    return true;
}
