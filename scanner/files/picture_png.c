// SPDX-License-Identifier: MIT
#include "scanner/files/picture_png.h"

#include <png.h>
#include <stdlib.h>

#define PNG_PIECE_SIZE 128u // bytes that are unpacked at a time
#define PNG_REASON_MAX 80u  // bytes of what libpng says

struct png_reading {
    struct span file;
    size_t at;
    struct sheet sheet;
    bool any;     // a row was read
    uint8_t *row; // owned: gray and alpha
    char reason[PNG_REASON_MAX];
    struct fault *fault;
};

bool picture_is_png(struct span head)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    return head.n >= sizeof(signature) && memcmp(head.p, signature, sizeof(signature)) == 0;
}

static void on_png_error(png_structp png, png_const_charp message)
{
    struct png_reading *reading = png_get_error_ptr(png);
    snprintf(reading->reason, sizeof(reading->reason), "%s", message);
    png_longjmp(png, 1);
}

// A checksum that is wrong, mostly: the pixels may be right all the same.
static void on_png_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void read_png_bytes(png_structp png, png_bytep to, size_t size)
{
    struct png_reading *reading = png_get_io_ptr(png);
    if (reading->file.n - reading->at < size)
        png_error(png, "the picture breaks off");
    memcpy(to, reading->file.p + reading->at, size);
    reading->at += size;
}

// Has every kind come out as gray and alpha of 8 bits.
static void ask_for_gray(png_structp png, png_infop info)
{
    png_set_alpha_mode(png, PNG_ALPHA_PNG, PNG_DEFAULT_sRGB);
    png_set_expand(png);
    png_set_scale_16(png);
    if ((png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR) != 0)
        png_set_rgb_to_gray_fixed(png, PNG_ERROR_ACTION_NONE, PNG_RGB_TO_GRAY_DEFAULT,
                                  PNG_RGB_TO_GRAY_DEFAULT);
    png_set_add_alpha(png, 255, PNG_FILLER_AFTER);

    png_read_update_info(png, info);
    if (png_get_channels(png, info) != 2 || png_get_bit_depth(png, info) != 8)
        png_error(png, "no gray comes out");
}

static void put_row(struct png_reading *reading, size_t y, size_t x, size_t step)
{
    const uint8_t *pixel = reading->row;
    for (; x < reading->sheet.width; x += step, pixel += 2)
        sheet_put(&reading->sheet, x, y, pixel[0], pixel[1]);
    reading->any = true;
}

// Rows come as they lie in the file: those of an interlaced picture in seven passes.
static void read_png_rows(png_structp png, png_infop info, struct png_reading *reading)
{
    bool interlaced = png_get_interlace_type(png, info) == PNG_INTERLACE_ADAM7;

    for (int pass = 0; pass < (interlaced ? PNG_INTERLACE_ADAM7_PASSES : 1); pass++) {
        size_t x = interlaced ? (size_t)PNG_PASS_START_COL(pass) : 0;
        size_t across = interlaced ? (size_t)PNG_PASS_COL_OFFSET(pass) : 1;
        size_t y = interlaced ? (size_t)PNG_PASS_START_ROW(pass) : 0;
        size_t down = interlaced ? (size_t)PNG_PASS_ROW_OFFSET(pass) : 1;

        // A narrow picture has no column in some passes: then there is no row either.
        for (; x < reading->sheet.width && y < reading->sheet.height; y += down) {
            png_read_row(png, reading->row, NULL);
            put_row(reading, y, x, across);
        }
    }
}

// libpng leaves by a jump where it finds a fault. False then, and where a fault was told.
static bool read_png(png_structp png, png_infop info, struct png_reading *reading)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return false;

    png_set_read_fn(png, reading, read_png_bytes);
    // libpng looks at no piece before it has come whole: of a file that breaks off, one is
    // lost.
    png_set_compression_buffer_size(png, PNG_PIECE_SIZE);
    png_set_crc_action(png, PNG_CRC_WARN_USE, PNG_CRC_WARN_USE);
    png_read_info(png, info);

    size_t width = png_get_image_width(png, info);
    if (!sheet_init(&reading->sheet, width, png_get_image_height(png, info), reading->fault))
        return false;
    reading->row = malloc(2 * width);
    if (!reading->row)
        return fault_set(reading->fault, FAILURE_MEMORY, "a row of %zu pixels", width);

    ask_for_gray(png, info);
    read_png_rows(png, info, reading);
    return true;
}

bool picture_from_png(struct span file, struct sheet *out, struct fault *fault)
{
    struct fault inner = {0};
    struct png_reading reading = {.file = file, .fault = &inner};
    png_infop info = NULL;
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading, on_png_error, on_png_warning);
    if (png)
        info = png_create_info_struct(png);
    if (!info) {
        png_destroy_read_struct(&png, NULL, NULL);
        return fault_set(fault, FAILURE_MEMORY, "PNG reader");
    }

    bool whole = read_png(png, info, &reading);
    png_destroy_read_struct(&png, &info, NULL);
    free(reading.row);
    if (whole || reading.any) {
        reading.sheet.damaged = !whole;
        *out = reading.sheet;
        return true;
    }

    sheet_destroy(&reading.sheet);
    if (inner.failure == FAILURE_NONE)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PNG: %s", reading.reason);
    return fault_set(fault, inner.failure, "PNG: %s", inner.detail);
}
