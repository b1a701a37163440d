// SPDX-License-Identifier: MIT
// WebP, BMP, GIF and TIFF, made by hand or by the library that reads them, good, cut and
// hostile.

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <webp/encode.h>

#include "scanner/files/file_source.h"
#include "scanner/files/picture_library.h"
#include "support.h"

enum { SIDE = 96 };

// Left half black, right half white; `alpha` of the right one.
static uint8_t *halves(uint8_t alpha)
{
    uint8_t *rgba = malloc(SIDE * SIDE * 4);
    assert_non_null(rgba);
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        bool right = i % SIDE >= SIDE / 2;
        memset(rgba + 4 * i, right ? 255 : 0, 3);
        rgba[4 * i + 3] = right ? alpha : 255;
    }
    return rgba;
}

static struct bytes webp(uint8_t alpha)
{
    uint8_t *rgba = halves(alpha);
    uint8_t *encoded = NULL;
    size_t size = WebPEncodeLosslessRGBA(rgba, SIDE, SIDE, 4 * SIDE, &encoded);
    assert_true(size > 0);
    struct bytes file = {0};
    bytes_add(&file, span_of(encoded, size));
    WebPFree(encoded);
    free(rgba);
    return file;
}

// gdk-pixbuf writes BMP and TIFF itself.
static struct bytes pixbuf(const char *kind)
{
    uint8_t *rgba = halves(255);
    GdkPixbuf *picture = gdk_pixbuf_new_from_data(rgba, GDK_COLORSPACE_RGB, TRUE, 8, SIDE, SIDE,
                                                  4 * SIDE, NULL, NULL);
    gchar *saved = NULL;
    gsize size = 0;
    assert_true(gdk_pixbuf_save_to_buffer(picture, &saved, &size, kind, NULL, NULL));
    struct bytes file = {0};
    bytes_add(&file, span_of(saved, size));
    g_free(saved);
    g_object_unref(picture);
    free(rgba);
    return file;
}

// A GIF of 2x1 pixels, black and white, with room left for any size of its screen.
static struct bytes gif(void)
{
    static const uint8_t content[] = {
        'G', 'I', 'F',  '8',  '9', 'a', 2, 0, 1, 0, 0x80, 0, 0, // screen, a table of 2 colours
        0,   0,   0,    255,  255, 255,                         // black, white
        ',', 0,   0,    0,    0,   2,   0, 1, 0, 0,             // a picture at 0,0
        2,   2,   0x44, 0x0a, 0,                                // LZW: clear, 0, 1, end
        ';'};
    struct bytes file = {0};
    bytes_add(&file, span_of(content, sizeof(content)));
    return file;
}

static bool decode(struct span file, struct sheet *sheet, struct fault *fault)
{
    const char *kind = picture_pixbuf_kind(file);
    return kind ? picture_from_pixbuf(kind, file, sheet, fault)
                : picture_from_webp(file, sheet, fault);
}

static void assert_halves(struct bytes file)
{
    struct sheet sheet;
    struct fault fault = {0};
    if (!decode(bytes_span(&file), &sheet, &fault))
        fail_msg("%s", fault.detail);
    assert_false(sheet.damaged);
    for (size_t i = 0; i < sheet.columns * sheet.rows; i++)
        assert_int_equal(sheet.light[i], i % sheet.columns >= sheet.columns / 2 ? 255 : 0);
    sheet_destroy(&sheet);
    bytes_free(&file);
}

static void every_kind_is_read(void **state)
{
    (void)state;
    assert_halves(webp(255));
    assert_halves(pixbuf("bmp"));
    assert_halves(pixbuf("tiff"));
    assert_halves(gif());
}

static void transparency_is_kept(void **state)
{
    (void)state;
    struct bytes file = webp(0);
    struct sheet sheet;
    assert_true(decode(bytes_span(&file), &sheet, NULL));
    assert_true(sheet.translucent);
    assert_int_equal(sheet.cover[0], 255);
    assert_int_equal(sheet.cover[SIDE - 1], 0);
    sheet_destroy(&sheet);
    bytes_free(&file);
}

// A picture of noise, so that there is something to be cut off.
static void cut_webp_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    static uint8_t noise[SIDE * SIDE * 4];
    uint32_t number = 1;
    for (size_t i = 0; i < sizeof(noise); i++) {
        number = number * 1664525 + 1013904223;
        noise[i] = i % 4 == 3 ? 255 : (uint8_t)(number >> 24);
    }
    uint8_t *encoded = NULL;
    size_t size = WebPEncodeLosslessRGBA(noise, SIDE, SIDE, 4 * SIDE, &encoded);

    struct sheet sheet;
    struct fault fault = {0};
    if (!decode(span_of(encoded, size * 3 / 4), &sheet, &fault))
        fail_msg("%s", fault.detail);
    assert_true(sheet.damaged);
    assert_int_equal(sheet.cover[0], 255);
    assert_int_equal(sheet.cover[SIDE * SIDE - 1], 0);
    sheet_destroy(&sheet);
    WebPFree(encoded);
}

static void cut_files_do_no_harm(void **state)
{
    (void)state;
    struct bytes files[] = {webp(255), pixbuf("bmp"), pixbuf("tiff"), gif()};

    for (size_t i = 0; i < 4; i++) {
        for (size_t n = 14; n < files[i].n; n += 1 + files[i].n / 150) {
            uint8_t *cut = malloc(n);
            assert_non_null(cut);
            memcpy(cut, files[i].p, n);

            struct sheet sheet;
            struct fault fault = {0};
            if (decode(span_of(cut, n), &sheet, &fault))
                sheet_destroy(&sheet);
            else
                assert_true(fault.failure == FAILURE_SOURCE_DAMAGED && fault.detail[0]);
            free(cut);
        }
        bytes_free(&files[i]);
    }
}

static void assert_too_large(struct bytes file)
{
    struct sheet sheet;
    struct fault fault = {0};
    assert_false(decode(bytes_span(&file), &sheet, &fault));
    if (fault.failure != FAILURE_SOURCE_TOO_LARGE)
        fail_msg("%s", fault.detail);
    bytes_free(&file);
}

static void huge_sizes_are_refused_before_decoding(void **state)
{
    (void)state;
    struct bytes file = gif();
    memset(file.p + 6, 0xff, 4);
    assert_too_large(file);

    file = pixbuf("bmp");
    memcpy(file.p + 18, "\x00\x40\x00\x00\x00\x40\x00\x00", 8); // 16384 by 16384
    assert_too_large(file);

    // A lossless WebP tells its sides in 14 bits each, less one.
    file = webp(255);
    memset(file.p + 21, 0xff, 3);
    file.p[24] |= 0x0f;
    assert_too_large(file);
}

// Memory would be taken for all of it.
static void bmp_header_longer_than_the_file_is_refused(void **state)
{
    (void)state;
    static const size_t places[] = {10, 14}; // where the pixels begin, the header's own size
    for (size_t i = 0; i < 2; i++) {
        struct bytes file = pixbuf("bmp");
        memcpy(file.p + places[i], "\x28\xcc\x66\x59", 4);
        struct sheet sheet;
        struct fault fault = {0};
        assert_false(decode(bytes_span(&file), &sheet, &fault));
        assert_int_equal(fault.failure, FAILURE_SOURCE_DAMAGED);
        assert_non_null(strstr(fault.detail, "longer than the file"));
        bytes_free(&file);
    }
}

static void put(struct bytes *file, uint32_t value, size_t bytes, bool big_endian)
{
    uint8_t p[4];
    for (size_t i = 0; i < bytes; i++)
        p[i] = (uint8_t)(value >> 8 * (big_endian ? bytes - 1 - i : i));
    bytes_add(file, span_of(p, bytes));
}

// A TIFF of one tile of gray pixels, `side` pixels a side, all white.
static struct bytes tiled_tiff(uint32_t side, bool big_endian)
{
    static uint8_t white[64 * 64];
    memset(white, 255, sizeof(white));
    const uint32_t entry[][2] = {{256, side},       {257, side}, {258, 8},
                                 {259, 1},          {262, 1},    {277, 1},
                                 {322, side},       {323, side}, {324, 8 + 2 + 10 * 12 + 4},
                                 {325, side * side}};
    struct bytes file = {0};
    bytes_text(&file, big_endian ? "MM" : "II");
    put(&file, 42, 2, big_endian);
    put(&file, 8, 4, big_endian);
    put(&file, 10, 2, big_endian);
    for (size_t i = 0; i < 10; i++) {
        put(&file, entry[i][0], 2, big_endian);
        put(&file, 4, 2, big_endian); // a whole number of 32 bits
        put(&file, 1, 4, big_endian);
        put(&file, entry[i][1], 4, big_endian);
    }
    put(&file, 0, 4, big_endian);
    bytes_add(&file, span_of(white, side * side));
    return file;
}

// It is whole, so it is not called damaged.
static void refused_tiles_are_told(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        struct bytes whole = tiled_tiff(64, big), refused = tiled_tiff(48, big);
        struct sheet sheet;
        struct fault fault = {0};

        assert_true(decode(bytes_span(&whole), &sheet, &fault));
        sheet_destroy(&sheet);
        if (decode(bytes_span(&refused), &sheet, &fault)) { // a later libtiff may read them
            sheet_destroy(&sheet);
        } else {
            assert_int_equal(fault.failure, FAILURE_SOURCE_FORMAT);
            assert_non_null(strstr(fault.detail, "2304 bytes"));
        }

        // What breaks off stays damaged.
        assert_false(decode(span_of(whole.p, 100), &sheet, &fault));
        assert_int_equal(fault.failure, FAILURE_SOURCE_DAMAGED);
        bytes_free(&whole);
        bytes_free(&refused);
    }
}

// By the first bytes, whatever the name; no recording.
static void file_source_knows_them(void **state)
{
    (void)state;
    struct bytes files[] = {webp(255), pixbuf("bmp"), pixbuf("tiff"), gif()};

    for (size_t i = 0; i < 4; i++) {
        char *path = temporary_file(bytes_span(&files[i]));
        static const enum file_kinds kinds[] = {FILE_ALL, FILE_RECORDINGS};

        for (size_t k = 0; k < 2; k++) {
            struct source *source = file_source_new(path, kinds[k], NULL);
            struct fault fault = {0};
            assert_int_equal(source->ops->open(source, &fault), k == 0);

            struct frame frame;
            frame_init(&frame);
            if (k == 0) {
                assert_int_equal(source->ops->next(source, &frame, &fault), SOURCE_FRAME);
                assert_int_equal(source->ops->next(source, &frame, &fault), SOURCE_END);
            } else {
                assert_int_equal(fault.failure, FAILURE_SOURCE_FORMAT);
            }

            frame_destroy(&frame);
            source->ops->close(source);
            source->ops->destroy(source);
        }
        temporary_remove(path);
        bytes_free(&files[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_read),
        cmocka_unit_test(transparency_is_kept),
        cmocka_unit_test(cut_webp_is_read_as_far_as_it_goes),
        cmocka_unit_test(cut_files_do_no_harm),
        cmocka_unit_test(huge_sizes_are_refused_before_decoding),
        cmocka_unit_test(bmp_header_longer_than_the_file_is_refused),
        cmocka_unit_test(refused_tiles_are_told),
        cmocka_unit_test(file_source_knows_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
