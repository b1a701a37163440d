// SPDX-License-Identifier: MIT
#include "scanner/picture.h"

#include <png.h>
#include <stdlib.h>

#define PNM_MAXVAL_MAX 65535u
#define PNG_PIECE_SIZE 128u // bytes that are unpacked at a time
#define PNG_REASON_MAX 80u  // bytes of what libpng says

// ---- PNG ----

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

static size_t big_endian(const uint8_t *p)
{
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

bool picture_png_size(struct span head, size_t *width, size_t *height)
{
    // The signature, then the header chunk: its length, its name, width and height.
    if (head.n < 24 || !picture_is_png(head))
        return false;
    *width = big_endian(head.p + 16);
    *height = big_endian(head.p + 20);
    return true;
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

// ---- PBM, PGM, PPM ----

struct pnm {
    struct span file;
    size_t at;
    bool plain;      // numbers instead of bytes
    size_t channels; // 1, or 3 for colours
    size_t maxval;
    bool bits; // PBM: one bit a pixel, 1 is black
    bool too_bright;
};

static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

bool picture_is_pnm(struct span head)
{
    return head.n >= 3 && head.p[0] == 'P' && head.p[1] >= '1' && head.p[1] <= '6' &&
           (is_space(head.p[2]) || head.p[2] == '#');
}

static void skip_space(struct pnm *pnm)
{
    bool comment = false;
    for (; pnm->at < pnm->file.n; pnm->at++) {
        uint8_t byte = pnm->file.p[pnm->at];
        if (byte == '#')
            comment = true;
        else if (comment)
            comment = byte != '\n';
        else if (!is_space(byte))
            return;
    }
}

// The next decimal number, at most `max`.
static bool number(struct pnm *pnm, size_t max, size_t *out)
{
    skip_space(pnm);
    size_t begin = pnm->at;
    size_t value = 0;
    for (; pnm->at < pnm->file.n; pnm->at++) {
        uint8_t byte = pnm->file.p[pnm->at];
        if (byte < '0' || byte > '9')
            break;
        value = value * 10 + (size_t)(byte - '0');
        if (value > max)
            return false;
    }
    *out = value;
    return pnm->at > begin;
}

// The next sample, as the file's kind has it.
static bool sample(struct pnm *pnm, size_t *out)
{
    if (pnm->plain) {
        if (!number(pnm, PNM_MAXVAL_MAX, out))
            return false;
    } else {
        size_t size = pnm->maxval > 255 ? 2 : 1;
        if (pnm->file.n - pnm->at < size)
            return false;
        const uint8_t *p = pnm->file.p + pnm->at;
        *out = size == 1 ? p[0] : (size_t)p[0] << 8 | p[1];
        pnm->at += size;
    }

    if (*out > pnm->maxval) {
        pnm->too_bright = true;
        *out = pnm->maxval;
    }
    return true;
}

// The next pixel of a PBM, at column `x`: plain ones are digits without spaces between.
static bool bit(struct pnm *pnm, size_t x, uint8_t *gray)
{
    if (pnm->plain)
        skip_space(pnm);
    if (pnm->at == pnm->file.n)
        return false;

    uint8_t byte = pnm->file.p[pnm->at];
    if (pnm->plain) {
        if (byte != '0' && byte != '1')
            return false;
        pnm->at++;
        *gray = byte == '1' ? 0 : 255;
    } else {
        *gray = byte >> (7 - x % 8) & 1 ? 0 : 255;
    }
    return true;
}

static bool pixel(struct pnm *pnm, size_t x, uint8_t *gray)
{
    if (pnm->bits)
        return bit(pnm, x, gray);

    static const size_t weights[3] = {299, 587, 114};
    size_t sum = 0;
    for (size_t i = 0; i < pnm->channels; i++) {
        size_t value;
        if (!sample(pnm, &value))
            return false;
        sum += pnm->channels == 1 ? 1000 * value : weights[i] * value;
    }
    *gray = (uint8_t)((sum * 255 / 1000 + pnm->maxval / 2) / pnm->maxval);
    return true;
}

// Reads the pixels; false where one is missing, with what is before it on the sheet.
static bool read_pnm_pixels(struct pnm *pnm, struct sheet *sheet, size_t *read)
{
    for (size_t y = 0; y < sheet->height; y++) {
        for (size_t x = 0; x < sheet->width; x++) {
            uint8_t gray;
            if (!pixel(pnm, x, &gray))
                return false;
            sheet_put(sheet, x, y, gray, 255);
            ++*read;
            // The bits of a row begin a byte.
            if (pnm->bits && !pnm->plain && (x % 8 == 7 || x + 1 == sheet->width))
                pnm->at++;
        }
    }
    return true;
}

static bool read_pnm_header(struct pnm *pnm, size_t *width, size_t *height, struct fault *fault)
{
    uint8_t kind = pnm->file.p[1];
    pnm->plain = kind <= '3';
    pnm->bits = kind == '1' || kind == '4';
    pnm->channels = kind == '3' || kind == '6' ? 3 : 1;
    pnm->maxval = 1;

    // Any 32-bit size is told as too large rather than as damage.
    if (!number(pnm, UINT32_MAX, width) || !number(pnm, UINT32_MAX, height) ||
        (!pnm->bits && !number(pnm, PNM_MAXVAL_MAX, &pnm->maxval)) || pnm->maxval == 0)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PNM: the header is not right");
    if (pnm->at == pnm->file.n || !is_space(pnm->file.p[pnm->at]))
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PNM: the picture breaks off");
    pnm->at++;
    return true;
}

bool picture_from_pnm(struct span file, struct sheet *out, struct fault *fault)
{
    if (!picture_is_pnm(file))
        return fault_set(fault, FAILURE_SOURCE_FORMAT, "not a PBM, PGM or PPM picture");

    struct pnm pnm = {.file = file, .at = 2};
    size_t width = 0, height = 0;
    struct sheet sheet;
    if (!read_pnm_header(&pnm, &width, &height, fault) ||
        !sheet_init(&sheet, width, height, fault))
        return false;

    size_t read = 0;
    bool whole = read_pnm_pixels(&pnm, &sheet, &read);
    if (read == 0) {
        sheet_destroy(&sheet);
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PNM: there is no pixel");
    }

    sheet.damaged = !whole || pnm.too_bright;
    *out = sheet;
    return true;
}
