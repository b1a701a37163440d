// SPDX-License-Identifier: MIT
// Pictures: PNG and PNM of all kinds, good, cut and hostile.

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <png.h>

#include "scanner/files/picture_png.h"
#include "scanner/files/picture_pnm.h"
#include "support.h"
#include "tests/unit/between.h"

static struct bytes png_of(png_uint_32 width, png_uint_32 height, png_uint_32 format,
                           const void *pixels)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = format};
    png_alloc_size_t size = 0;
    assert_true(png_image_write_to_memory(&image, NULL, &size, 0, pixels, 0, NULL));
    struct bytes file = {.p = malloc(size), .n = size, .capacity = size};
    assert_non_null(file.p);
    assert_true(png_image_write_to_memory(&image, file.p, &size, 0, pixels, 0, NULL));
    return file;
}

// Decodes and lays on white; false with a fault.
static bool decode(bool from(struct span, struct sheet *, struct fault *), struct span file,
                   struct frame *frame, struct fault *fault)
{
    struct sheet sheet;
    if (!from(file, &sheet, fault))
        return false;
    bool laid = sheet_lay(&sheet, SHEET_ON_WHITE, sheet_enlargement(&sheet), frame, fault);
    sheet_destroy(&sheet);
    return laid;
}

// The pixel of the file's picture, which may have been enlarged.
static uint8_t gray_at(const struct frame *frame, size_t x, size_t y)
{
    double times = frame->scale > 0 ? 1 / frame->scale : 1;
    size_t column = (size_t)(((double)x + 0.5) * times);
    size_t row = (size_t)(((double)y + 0.5) * times);
    assert_true(column < frame->pixels.width && row < frame->pixels.height);
    return frame->pixels.data.p[row * frame->pixels.stride + column];
}

static void assert_gray(const struct frame *frame, size_t width, size_t height,
                        const uint8_t *wanted)
{
    assert_int_equal(frame->pixels.format, PIXEL_GREY);
    assert_int_equal((size_t)((double)frame->pixels.width * frame->scale + 0.5), width);
    assert_int_equal((size_t)((double)frame->pixels.height * frame->scale + 0.5), height);
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) // rounded on the way through linear light
            assert_between(gray_at(frame, x, y) + 1, wanted[y * width + x],
                           wanted[y * width + x] + 2);
    }
}

static void check_png(png_uint_32 format, const void *pixels, const uint8_t wanted[4])
{
    struct bytes file = png_of(2, 2, format, pixels);
    struct frame frame;
    frame_init(&frame);
    struct fault fault = {0};
    if (!decode(picture_from_png, bytes_span(&file), &frame, &fault))
        fail_msg("%s", fault.detail);
    assert_gray(&frame, 2, 2, wanted);
    assert_false(frame.damaged);
    frame_destroy(&frame);
    bytes_free(&file);
}

static void png_of_every_kind_becomes_gray(void **state)
{
    (void)state;
    static const uint8_t wanted[4] = {0, 255, 77, 255};
    check_png(PNG_FORMAT_GRAY, wanted, wanted);
    check_png(PNG_FORMAT_RGB, (uint8_t[]){0, 0, 0, 255, 255, 255, 77, 77, 77, 255, 255, 255},
              wanted);
    // What is transparent becomes white.
    check_png(PNG_FORMAT_GA, (uint8_t[]){0, 255, 255, 255, 77, 255, 0, 0}, wanted);
    check_png(PNG_FORMAT_RGBA,
              (uint8_t[]){0, 0, 0, 255, 255, 255, 255, 255, 77, 77, 77, 255, 9, 9, 9, 0},
              wanted);
    check_png(PNG_FORMAT_LINEAR_Y, (uint16_t[]){0, 65535, 4865, 65535}, wanted);
}

// A picture of noise, whose rows do not shrink.
static struct bytes noisy_png(uint8_t *pixels, size_t side)
{
    uint32_t state = 1;
    for (size_t i = 0; i < side * side; i++) {
        state = state * 1664525 + 1013904223;
        pixels[i] = (uint8_t)(state >> 24);
    }
    return png_of((png_uint_32)side, (png_uint_32)side, PNG_FORMAT_GRAY, pixels);
}

enum { NOISY_SIDE = 100 };

static void cut_png_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    static uint8_t pixels[NOISY_SIDE * NOISY_SIDE];
    struct bytes file = noisy_png(pixels, NOISY_SIDE);
    struct frame frame;
    frame_init(&frame);
    bool had = false;

    // The last 12 bytes are the end chunk, which adds nothing.
    for (size_t n = 0; n + 12 < file.n; n += 7) {
        uint8_t *cut = malloc(n + 1);
        assert_non_null(cut);
        memcpy(cut, file.p, n);

        struct fault fault = {0};
        bool read = decode(picture_from_png, span_of(cut, n), &frame, &fault);
        free(cut);
        assert_true(read || !had);
        if (!read)
            assert_int_equal(fault.failure, FAILURE_SOURCE_DAMAGED);
        else if (n + 20 < file.n)
            assert_true(frame.damaged);
        had = read;
    }

    // All but the last row or so were there: they are right.
    assert_true(had);
    for (size_t i = 0; i < (NOISY_SIDE - 2) * NOISY_SIDE; i++)
        assert_int_equal(frame.pixels.data.p[i], pixels[i]);
    frame_destroy(&frame);
    bytes_free(&file);
}

static void half_of_a_png_gives_its_upper_half(void **state)
{
    (void)state;
    static uint8_t pixels[NOISY_SIDE * NOISY_SIDE];
    struct bytes file = noisy_png(pixels, NOISY_SIDE);
    struct frame frame;
    frame_init(&frame);
    struct fault fault = {0};
    assert_true(decode(picture_from_png, span_of(file.p, file.n / 2), &frame, &fault));
    assert_true(frame.damaged);

    for (size_t i = 0; i < NOISY_SIDE * NOISY_SIDE; i++) {
        size_t row = i / NOISY_SIDE;
        if (row < NOISY_SIDE / 2 - 4)
            assert_int_equal(frame.pixels.data.p[i], pixels[i]);
        else if (row > NOISY_SIDE / 2 + 4)
            assert_int_equal(frame.pixels.data.p[i], 255);
    }

    frame_destroy(&frame);
    bytes_free(&file);
}

static void wrong_checksum_does_not_matter(void **state)
{
    (void)state;
    static const uint8_t wanted[4] = {0, 255, 77, 255};
    struct bytes file = png_of(2, 2, PNG_FORMAT_GRAY, wanted);
    file.p[29] ^= 0xff;          // of the header: 8 bytes signature, 8 + 13 of the chunk
    file.p[file.n - 13] ^= 0xff; // of the pixels, before the end chunk
    struct frame frame;
    frame_init(&frame);
    struct fault fault = {0};
    if (!decode(picture_from_png, bytes_span(&file), &frame, &fault))
        fail_msg("%s", fault.detail);
    assert_gray(&frame, 2, 2, wanted);
    frame_destroy(&frame);
    bytes_free(&file);
}

// Of white, on nothing: only black ground shows it. Modules cut out of white the same.
static void ground_is_one_that_shows_something(void **state)
{
    (void)state;
    static const struct {
        uint8_t pixels[4]; // gray and alpha
        bool on_white, on_black;
    } cases[] = {
        {{0, 255, 0, 0}, true, false},     // black on nothing
        {{255, 255, 0, 0}, false, true},   // white on nothing
        {{247, 255, 255, 0}, false, true}, // almost white
        {{128, 255, 0, 0}, true, true},    // gray on nothing
        {{0, 255, 255, 255}, true, false}, // opaque
        {{0, 255, 255, 254}, true, true},  // almost
        {{77, 0, 99, 0}, true, false},     // nothing at all
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bytes file = png_of(2, 1, PNG_FORMAT_GA, cases[i].pixels);
        struct sheet sheet;
        assert_true(picture_from_png(bytes_span(&file), &sheet, NULL));
        if (sheet_shows(&sheet, SHEET_ON_WHITE) != cases[i].on_white ||
            sheet_shows(&sheet, SHEET_ON_BLACK) != cases[i].on_black)
            fail_msg("case %zu", i);
        sheet_destroy(&sheet);
        bytes_free(&file);
    }
}

static void transparent_is_what_it_is_laid_on(void **state)
{
    (void)state;
    struct bytes file = png_of(2, 1, PNG_FORMAT_GA, (uint8_t[]){128, 255, 9, 0});
    struct sheet sheet;
    struct frame frame;
    frame_init(&frame);
    assert_true(picture_from_png(bytes_span(&file), &sheet, NULL));
    assert_true(sheet_lay(&sheet, SHEET_ON_WHITE, 1, &frame, NULL));
    assert_gray(&frame, 2, 1, (uint8_t[]){128, 255});
    assert_true(sheet_lay(&sheet, SHEET_ON_BLACK, 1, &frame, NULL));
    assert_gray(&frame, 2, 1, (uint8_t[]){128, 0});
    sheet_destroy(&sheet);
    frame_destroy(&frame);
    bytes_free(&file);
}

// Writes an interlaced picture, which the simple interface of libpng cannot.
static void write_bytes(png_structp png, png_bytep p, size_t n)
{
    bytes_add(png_get_io_ptr(png), span_of(p, n));
}

static struct bytes interlaced_png(const uint8_t *pixels, size_t width, size_t height)
{
    struct bytes file = {0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    assert_non_null(info);

    png_set_write_fn(png, &file, write_bytes, NULL);
    png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_GRAY,
                 PNG_INTERLACE_ADAM7, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);

    int passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; pass++) {
        for (size_t y = 0; y < height; y++)
            png_write_row(png, pixels + y * width);
    }

    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return file;
}

static void interlaced_png_is_put_together(void **state)
{
    (void)state;
    static const struct {
        size_t width, height;
    } sizes[] = {{1, 1}, {3, 2}, {8, 8}, {5, 17}, {90, 90}};
    uint8_t pixels[90 * 90];
    for (size_t i = 0; i < sizeof(pixels); i++)
        pixels[i] = (uint8_t)(i * 41);

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct bytes file = interlaced_png(pixels, sizes[i].width, sizes[i].height);
        struct frame frame;
        frame_init(&frame);
        struct fault fault = {0};
        if (!decode(picture_from_png, bytes_span(&file), &frame, &fault))
            fail_msg("%s", fault.detail);
        assert_gray(&frame, sizes[i].width, sizes[i].height, pixels);
        frame_destroy(&frame);
        bytes_free(&file);
    }
}

static void large_png_is_averaged_down(void **state)
{
    (void)state;
    enum { WIDTH = PICTURE_SIDE_MAX + 1, HEIGHT = 203 };
    uint8_t *pixels = malloc((size_t)WIDTH * HEIGHT);
    assert_non_null(pixels);
    for (size_t i = 0; i < (size_t)WIDTH * HEIGHT; i++)
        pixels[i] = (uint8_t)(i % WIDTH / 2 % 2 ? 200 : 100); // two columns of each
    struct bytes file = png_of(WIDTH, HEIGHT, PNG_FORMAT_GRAY, pixels);
    free(pixels);

    struct frame frame;
    frame_init(&frame);
    assert_true(decode(picture_from_png, bytes_span(&file), &frame, NULL));
    assert_int_equal(frame.pixels.width, WIDTH / 2 + 1);
    assert_int_equal(frame.pixels.height, HEIGHT / 2 + 1);
    assert_true(frame.scale == 2);
    for (size_t i = 0; i < frame.pixels.data.n; i++)
        assert_int_equal(frame.pixels.data.p[i], i % (WIDTH / 2 + 1) % 2 ? 200 : 100);
    frame_destroy(&frame);
    bytes_free(&file);
}

static void huge_picture_is_refused_before_memory_is_taken(void **state)
{
    (void)state;
    static const struct {
        size_t width, height;
    } sizes[] = {{SHEET_FACTOR_MAX * PICTURE_SIDE_MAX + 1, 1},
                 {1, SHEET_FACTOR_MAX * PICTURE_SIDE_MAX + 1},
                 {20000, 20000},
                 {SIZE_MAX, SIZE_MAX}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct sheet sheet;
        struct fault fault = {0};
        assert_false(sheet_init(&sheet, sizes[i].width, sizes[i].height, &fault));
        assert_int_equal(fault.failure, FAILURE_SOURCE_TOO_LARGE);
        assert_null(sheet.light);
    }

    // The largest there may be fits the sums of its cells.
    struct sheet sheet;
    enum { SIDE = SHEET_FACTOR_MAX * PICTURE_SIDE_MAX };
    assert_true(sheet_init(&sheet, SIDE, SHEET_FACTOR_MAX, NULL));
    for (size_t i = 0; i < SHEET_FACTOR_MAX * SHEET_FACTOR_MAX; i++)
        sheet_put(&sheet, i % SHEET_FACTOR_MAX, i / SHEET_FACTOR_MAX, 255, 255);
    assert_int_equal(sheet.light[0], 255 * SHEET_FACTOR_MAX * SHEET_FACTOR_MAX);
    sheet_destroy(&sheet);
}

static void small_picture_is_enlarged(void **state)
{
    (void)state;
    static const struct {
        size_t width, height, times;
    } cases[] = {{37, 37, 4}, {79, 79, 2}, {80, 20, 6}, {80, 80, 1}, {1, 1, 16}, {3000, 2, 1}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sheet sheet;
        assert_true(sheet_init(&sheet, cases[i].width, cases[i].height, NULL));
        struct frame frame;
        frame_init(&frame);
        assert_true(sheet_lay(&sheet, SHEET_ON_WHITE, sheet_enlargement(&sheet), &frame, NULL));

        assert_int_equal(frame.pixels.width, cases[i].times * cases[i].width);
        assert_int_equal(frame.pixels.height, cases[i].times * cases[i].height);
        assert_true(frame.scale == 1.0 / (double)cases[i].times);
        frame_destroy(&frame);
        sheet_destroy(&sheet);
    }
}

static void check_pnm(struct span file, size_t width, size_t height, const uint8_t *wanted)
{
    struct frame frame;
    frame_init(&frame);
    struct fault fault = {0};
    if (!decode(picture_from_pnm, file, &frame, &fault))
        fail_msg("%s", fault.detail);
    assert_gray(&frame, width, height, wanted);
    assert_false(frame.damaged);
    frame_destroy(&frame);
}

#define PNM(text) span_of(text, sizeof(text) - 1)

static void pnm_of_every_kind_becomes_gray(void **state)
{
    (void)state;
    static const uint8_t four[4] = {0, 255, 128, 10};

    check_pnm(PNM("P5 2 2 255\n\x00\xff\x80\x0a"), 2, 2, four);
    check_pnm(PNM("P5\n# by hand\n2 # across\n2\n#\n255\n\x00\xff\x80\x0a rest"), 2, 2, four);
    check_pnm(PNM("P2 2 2 255\n0 255\n128\t10\n"), 2, 2, four);
    check_pnm(PNM("P2\n2 2\n255\n0 255 128 10"), 2, 2, four);

    // Other depths are spread over 0 to 255.
    check_pnm(PNM("P5 4 1 15\n\x00\x0f\x08\x01"), 4, 1, (uint8_t[]){0, 255, 136, 17});
    check_pnm(PNM("P5 2 1 65535\n\xff\xff\x80\x00"), 2, 1, (uint8_t[]){255, 128});
    check_pnm(PNM("P2 3 1 1\n1 0 1"), 3, 1, (uint8_t[]){255, 0, 255});

    // A first pixel that looks like white space or a comment is still a pixel.
    check_pnm(PNM("P5 2 1 255\n\n#"), 2, 1, (uint8_t[]){'\n', '#'});

    // Bits, each row from a byte of its own; plain ones without spaces.
    check_pnm(PNM("P4 10 2\n\x80\x40\xff\x80"), 10, 2,
              (uint8_t[]){0, 255, 255, 255, 255, 255, 255, 255, 255, 0, //
                          0, 0,   0,   0,   0,   0,   0,   0,   0,   255});
    check_pnm(PNM("P1\n3 2\n101 0\n1 0"), 3, 2, (uint8_t[]){0, 255, 0, 255, 0, 255});

    // Colours by how bright they are.
    check_pnm(PNM("P6 3 1 255\n\xff\x00\x00\x00\xff\x00\x00\x00\xff"), 3, 1,
              (uint8_t[]){76, 150, 29});
    check_pnm(PNM("P3 2 1 15\n15 15 15 0 0 0"), 2, 1, (uint8_t[]){255, 0});
}

#define PAM(text)                                                                              \
    {                                                                                          \
        (const uint8_t *)text, sizeof(text) - 1                                                \
    }
#define PAM_SIZE "P7\nWIDTH 2\nHEIGHT 1\n"

static void pam_of_every_kind_becomes_gray(void **state)
{
    (void)state;
    static const struct {
        struct span file;
        uint8_t wanted[2];
    } cases[] = {
        {PAM(PAM_SIZE "DEPTH 1\nMAXVAL 1\nTUPLTYPE BLACKANDWHITE\nENDHDR\n\x00\x01"), {0, 255}},
        {PAM("P7\nMAXVAL 255\nDEPTH 1\n# by hand\nHEIGHT 1\nWIDTH 2\nENDHDR\n\x07\n"), {7, 10}},
        {PAM(PAM_SIZE "DEPTH 1\nMAXVAL 65535\nENDHDR\n\x80\x00\xff\xff"), {128, 255}},
        {PAM(PAM_SIZE
             "DEPTH 2\nMAXVAL 255\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\n\x07\xff\x07\x00"),
         {7, 255}}, // on white, where there is nothing
        {PAM(PAM_SIZE "DEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n\xff\x00\x00\x00\xff\x00"),
         {76, 150}},
        {PAM(PAM_SIZE "DEPTH 4\nMAXVAL 255\nENDHDR\n\xff\x00\x00\xff\x00\x00\x00\x00"),
         {76, 255}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check_pnm(cases[i].file, 2, 1, cases[i].wanted);
}

// What breaks off is read as far as it goes; the rest is white.
static void cut_pnm_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    static const struct {
        struct span file;
        uint8_t wanted[4];
    } cases[] = {
        {{(const uint8_t *)"P5 2 2 255\n\x01\x02\x03", 14}, {1, 2, 3, 255}},
        {{(const uint8_t *)"P5 2 2 256\n\x00\x00\x01", 14}, {0, 255, 255, 255}},
        {{(const uint8_t *)"P2 2 2 15 0 15 x 3", 18}, {0, 255, 255, 255}},
        {{(const uint8_t *)"P5 2 2 15\n\x00\x10\x00\x00", 14}, {0, 255, 0, 0}}, // too bright
        {{(const uint8_t *)"P4 2 2\n\xc0", 8}, {0, 0, 255, 255}},
        {{(const uint8_t *)"P1 2 2 1102", 11}, {0, 0, 255, 255}},
        {{(const uint8_t *)"P6 2 2 255\n\x00\x00\x00\x00", 15}, {0, 255, 255, 255}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t *copy = malloc(cases[i].file.n);
        assert_non_null(copy);
        memcpy(copy, cases[i].file.p, cases[i].file.n);
        struct frame frame;
        frame_init(&frame);
        struct fault fault = {0};
        if (!decode(picture_from_pnm, span_of(copy, cases[i].file.n), &frame, &fault))
            fail_msg("case %zu: %s", i, fault.detail);
        assert_true(frame.damaged);
        assert_gray(&frame, 2, 2, cases[i].wanted);
        frame_destroy(&frame);
        free(copy);
    }
}

static void bad_pnm_is_refused(void **state)
{
    (void)state;
    static const struct {
        struct span file;
        enum failure failure;
    } cases[] = {
        {{(const uint8_t *)"", 0}, FAILURE_SOURCE_FORMAT},
        {{(const uint8_t *)"P5", 2}, FAILURE_SOURCE_FORMAT},
        {{(const uint8_t *)"P8 1 1 255\nabc", 14}, FAILURE_SOURCE_FORMAT},
        {{(const uint8_t *)"P7 1 1 255\nabc", 14}, FAILURE_SOURCE_DAMAGED},
        {PAM(PAM_SIZE "DEPTH 5\nMAXVAL 1\nENDHDR\nabcdefgh"), FAILURE_SOURCE_FORMAT},
        {PAM(PAM_SIZE "DEPTH 0\nMAXVAL 1\nENDHDR\nab"), FAILURE_SOURCE_DAMAGED},
        {PAM(PAM_SIZE "DEPTH 1\nMAXVAL 0\nENDHDR\nab"), FAILURE_SOURCE_DAMAGED},
        {PAM(PAM_SIZE "DEPTH 1\nMAXVAL 65536\nENDHDR\nab"), FAILURE_SOURCE_DAMAGED},
        {PAM(PAM_SIZE "DEPTH 1\nCOLOUR 1\nENDHDR\nab"), FAILURE_SOURCE_DAMAGED},
        {PAM(PAM_SIZE "DEPTH 1\nMAXVAL 1\nENDHDR"), FAILURE_SOURCE_DAMAGED},
        {PAM(PAM_SIZE "DEPTH 1\nMAXVAL 1\nENDHDR\n"), FAILURE_SOURCE_DAMAGED},
        {PAM(PAM_SIZE "DEPTH 1\nMAXVAL 1\n"), FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 ", 3}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 0 1 255\n", 11}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 0\nx", 10}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 65536\nxx", 15}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 -1 1 255\nx", 13}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 255", 10}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 255x", 11}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 255\n", 11}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 256\na", 12}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 99999999999 1 255\n", 21}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 65537 1 255\n", 15}, FAILURE_SOURCE_TOO_LARGE},
        {{(const uint8_t *)"P5 4000000000 4000000000 255\n", 29}, FAILURE_SOURCE_TOO_LARGE},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct frame frame;
        frame_init(&frame);
        struct fault fault = {0};

        // A copy of just these bytes, so that the sanitizer sees a read past them.
        uint8_t *copy = malloc(cases[i].file.n + (cases[i].file.n == 0));
        assert_non_null(copy);
        memcpy(copy, cases[i].file.p, cases[i].file.n);

        if (decode(picture_from_pnm, span_of(copy, cases[i].file.n), &frame, &fault))
            fail_msg("taken: case %zu", i);
        assert_int_equal(fault.failure, cases[i].failure);

        free(copy);
        frame_destroy(&frame);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(png_of_every_kind_becomes_gray),
        cmocka_unit_test(cut_png_is_read_as_far_as_it_goes),
        cmocka_unit_test(half_of_a_png_gives_its_upper_half),
        cmocka_unit_test(wrong_checksum_does_not_matter),
        cmocka_unit_test(ground_is_one_that_shows_something),
        cmocka_unit_test(transparent_is_what_it_is_laid_on),
        cmocka_unit_test(interlaced_png_is_put_together),
        cmocka_unit_test(large_png_is_averaged_down),
        cmocka_unit_test(huge_picture_is_refused_before_memory_is_taken),
        cmocka_unit_test(small_picture_is_enlarged),
        cmocka_unit_test(cut_pnm_is_read_as_far_as_it_goes),
        cmocka_unit_test(pnm_of_every_kind_becomes_gray),
        cmocka_unit_test(pam_of_every_kind_becomes_gray),
        cmocka_unit_test(bad_pnm_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
