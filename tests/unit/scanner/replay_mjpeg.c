// SPDX-License-Identifier: MIT
// Concatenated JPEGs: where one picture ends, whatever stands inside it, and damaged
// recordings.

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/files/file_source.h"
#include "scanner/files/jpeg_split.h"
#include "scanner/files/replay_mjpeg.h"
#include "support.h"

enum { SIDE = 96 };

// ---- the splitter alone ----

struct split {
    enum jpeg_split_step step;
    size_t size;
};

// Hands `data` over in pieces of `piece` bytes, each time with all that came before.
static struct split split_in_pieces(struct span data, size_t piece)
{
    struct jpeg_split split;
    struct split result = {JPEG_SPLIT_MORE, 0};
    jpeg_split_begin(&split);

    for (size_t n = 2; result.step == JPEG_SPLIT_MORE; n += piece) {
        size_t there = n < data.n ? n : data.n;

        // A copy of just these bytes, so that the sanitizer sees a read past them.
        uint8_t *copy = malloc(there);
        assert_non_null(copy);
        memcpy(copy, data.p, there);
        result.step = jpeg_split_next(&split, span_of(copy, there), &result.size);
        free(copy);

        if (there == data.n)
            break;
    }

    return result;
}

static void assert_split(struct span data, enum jpeg_split_step step, size_t size)
{
    for (size_t piece = 1; piece <= data.n; piece++) {
        struct split split = split_in_pieces(data, piece);
        assert_int_equal(split.step, step);
        if (step != JPEG_SPLIT_MORE)
            assert_int_equal(split.size, size);
    }
}

#define ASSERT_SPLIT(bytes, step, size)                                                        \
    assert_split(span_of(bytes, sizeof(bytes) - 1), step, size)

static void end_is_found_by_markers_not_by_bytes(void **state)
{
    (void)state;
    ASSERT_SPLIT("\xff\xd8\xff\xd9", JPEG_SPLIT_PICTURE, 4);
    ASSERT_SPLIT("\xff\xd8\xff\xd9\xff\xd8", JPEG_SPLIT_PICTURE, 4);
    // An end marker inside a segment, as in a thumbnail.
    ASSERT_SPLIT("\xff\xd8\xff\xe1\x00\x06\xff\xd8\xff\xd9\xff\xd9", JPEG_SPLIT_PICTURE, 12);
    // Fill bytes before markers.
    ASSERT_SPLIT("\xff\xd8\xff\xff\xff\xe0\x00\x02\xff\xff\xd9", JPEG_SPLIT_PICTURE, 11);
    // Stuffed 0xff, restart markers and fill bytes in entropy-coded data, then another table
    // and scan.
    ASSERT_SPLIT(
        "\xff\xd8\xff\xda\x00\x02\x11\xff\x00\xd9\xff\xd0\x22\xff\xff\xd7\x33\xff\xc4\x00"
        "\x03\xd9\xff\xda\x00\x02\x44\xff\xd9",
        JPEG_SPLIT_PICTURE, 29);
    ASSERT_SPLIT("\xff\xd8\xff\x01\xff\xd9", JPEG_SPLIT_PICTURE, 6);
}

static void cut_pictures_want_more(void **state)
{
    (void)state;
    ASSERT_SPLIT("\xff\xd8", JPEG_SPLIT_MORE, 0);
    ASSERT_SPLIT("\xff\xd8\xff", JPEG_SPLIT_MORE, 0);
    ASSERT_SPLIT("\xff\xd8\xff\xff\xff", JPEG_SPLIT_MORE, 0);
    ASSERT_SPLIT("\xff\xd8\xff\xe1\x00", JPEG_SPLIT_MORE, 0);
    ASSERT_SPLIT("\xff\xd8\xff\xe1\xff\xff\xff\xd9", JPEG_SPLIT_MORE, 0); // a lying length
    ASSERT_SPLIT("\xff\xd8\xff\xda\x00\x02\x11\x22\xff", JPEG_SPLIT_MORE, 0);
}

static void broken_pictures_end_where_they_break(void **state)
{
    (void)state;
    ASSERT_SPLIT("\xff\xd8\x00\xff\xd9", JPEG_SPLIT_BROKEN, 2);
    ASSERT_SPLIT("\xff\xd8\xff\x00", JPEG_SPLIT_BROKEN, 2);
    ASSERT_SPLIT("\xff\xd8\xff\xe0\x00\x01", JPEG_SPLIT_BROKEN, 2); // shorter than itself
    ASSERT_SPLIT("\xff\xd8\xff\xe0\x00\x02\x33", JPEG_SPLIT_BROKEN, 6);
    // The end was lost: the next picture begins.
    ASSERT_SPLIT("\xff\xd8\xff\xda\x00\x02\x11\x22\xff\xd8\xff\xd9", JPEG_SPLIT_BROKEN, 8);
}

static void starts_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        bool found;
        size_t place;
    } cases[] = {
        {"\xff\xd8\xff\xe0", 4, true, 0}, {"\x00\x00\xff\xd8\xff", 5, true, 2},
        {"\xff\xff\xd8\xff", 4, true, 1}, {"\xff\xd8\x00\xff\xd8\xff", 6, true, 3},
        {"\x01\x02\x03", 3, false, 3},    {"\x01\xff\xd8", 3, false, 1}, // may begin here
        {"\x01\x02\xff", 3, false, 2},    {"\xff\xd9\x00", 3, false, 3},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t place = 99;
        assert_int_equal(jpeg_split_find(span_of(cases[i].bytes, cases[i].size), 0, &place),
                         cases[i].found);
        assert_int_equal(place, cases[i].place);
    }
}

// ---- recordings ----

struct replayed {
    size_t frames;
    size_t readable; // of these, a picture of SIDE by SIDE came out
    size_t still;    // of these, told to be alone
    size_t in_part;  // of these, such a picture with damage in it
    enum source_step end;
    bool opened;
    struct fault fault;
};

static struct replayed replay(struct span content, enum file_kinds kinds)
{
    char *path = temporary_file(content);
    struct replayed replayed = {0};
    struct source *source = file_source_new(path, kinds, &replayed.fault);
    assert_non_null(source);

    struct luma_buffer buffer;
    luma_buffer_init(&buffer);
    struct frame frame;
    frame_init(&frame);
    replayed.opened = source->ops->open(source, &replayed.fault);

    while (replayed.opened) {
        replayed.end = source->ops->next(source, &frame, &replayed.fault);
        if (replayed.end != SOURCE_FRAME)
            break;

        assert_int_equal(frame.index, replayed.frames);
        assert_int_equal(frame.time_us, replayed.frames * 1000000 / MJPEG_RATE);
        replayed.frames++;
        replayed.still += frame.still;

        struct luma luma;
        if (luma_from_pixels(&frame.pixels, &buffer, &luma, NULL)) {
            bool right = luma.width == SIDE && luma.height == SIDE;
            replayed.readable += right && !buffer.damaged;
            replayed.in_part += right && buffer.damaged;
        }
    }

    frame_destroy(&frame);
    luma_buffer_destroy(&buffer);
    source->ops->close(source);
    source->ops->destroy(source);
    temporary_remove(path);
    return replayed;
}

static void add_picture(struct bytes *to, uint8_t gray)
{
    uint8_t *luma = draw_picture(SIDE, SIDE, gray, span_of(NULL, 0));
    jpeg_add(to, luma, SIDE, SIDE);
    free(luma);
}

static void a_picture_that_is_alone_is_still(void **state)
{
    (void)state;
    struct bytes file = {0};
    add_picture(&file, 100);
    bytes_text(&file, "padding that no picture begins in");
    assert_int_equal(replay(bytes_span(&file), FILE_ALL).still, 1);
    assert_int_equal(replay(bytes_span(&file), FILE_PICTURES).still, 1);

    add_picture(&file, 120);
    assert_int_equal(replay(bytes_span(&file), FILE_ALL).frames, 2);
    assert_int_equal(replay(bytes_span(&file), FILE_ALL).still, 0);
    assert_int_equal(replay(bytes_span(&file), FILE_PICTURES).still, 1);
    bytes_free(&file);
}

static void pictures_come_out_one_by_one(void **state)
{
    (void)state;
    struct bytes file = {0};
    for (uint8_t i = 0; i < 5; i++)
        add_picture(&file, (uint8_t)(40 * i));
    struct replayed replayed = replay(bytes_span(&file), FILE_RECORDINGS);
    assert_int_equal(replayed.frames, 5);
    assert_int_equal(replayed.readable, 5);
    assert_int_equal(replayed.end, SOURCE_END);
    bytes_free(&file);
}

// A picture whose EXIF segment holds another picture, markers and all.
static void add_picture_with_thumbnail(struct bytes *to)
{
    struct bytes thumbnail = {0};
    add_picture(&thumbnail, 10);
    struct bytes picture = {0};
    add_picture(&picture, 200);
    size_t length = thumbnail.n + 2 + 6;
    const uint8_t head[] = {0xff, 0xd8, 0xff, 0xe1, (uint8_t)(length >> 8), (uint8_t)length};
    bytes_add(to, span_of(head, sizeof(head)));
    bytes_add(to, span_of("Exif\0\0", 6));
    bytes_add(to, bytes_span(&thumbnail));
    bytes_add(to, span_of(picture.p + 2, picture.n - 2));
    bytes_free(&thumbnail);
    bytes_free(&picture);
}

static void thumbnails_are_no_frames(void **state)
{
    (void)state;
    struct bytes file = {0};
    add_picture_with_thumbnail(&file);
    add_picture_with_thumbnail(&file);
    struct replayed replayed = replay(bytes_span(&file), FILE_RECORDINGS);
    assert_int_equal(replayed.frames, 2);
    assert_int_equal(replayed.readable, 2);
    assert_int_equal(replayed.end, SOURCE_END);
    bytes_free(&file);
}

static void bytes_between_pictures_are_passed_over(void **state)
{
    (void)state;
    struct bytes file = {0};
    add_picture(&file, 100);
    static const uint8_t zeros[70000];
    bytes_add(&file, span_of(zeros, sizeof(zeros)));
    bytes_text(&file, "--boundary\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8 \xff\xff");
    add_picture(&file, 150);
    bytes_text(&file, "trailer\xff");
    struct replayed replayed = replay(bytes_span(&file), FILE_RECORDINGS);
    assert_int_equal(replayed.frames, 2);
    assert_int_equal(replayed.readable, 2);
    assert_int_equal(replayed.end, SOURCE_END);
    bytes_free(&file);
}

static void picture_source_takes_the_first_alone(void **state)
{
    (void)state;
    struct bytes file = {0};
    add_picture(&file, 100);
    add_picture(&file, 150);
    struct replayed replayed = replay(bytes_span(&file), FILE_PICTURES);
    assert_int_equal(replayed.frames, 1);
    assert_int_equal(replayed.end, SOURCE_END);
    bytes_free(&file);
}

// A picture that is cut is given as far as it goes; a recording then fails, but the only
// picture of a file does not.
static void cut_recordings_are_played_up_to_the_cut(void **state)
{
    (void)state;

    struct bytes file = {0};
    add_picture(&file, 100);
    size_t first = file.n;
    add_picture(&file, 150);

    for (size_t n = 3; n < file.n; n += 7) {
        struct replayed replayed = replay(span_of(file.p, n), FILE_RECORDINGS);
        assert_true(replayed.opened);

        // Less than three bytes of a picture are no picture.
        bool second = n >= first + 3;
        assert_int_equal(replayed.frames, second ? 2 : 1);
        assert_int_equal(replayed.readable, n >= first);

        assert_int_equal(replayed.end, second ? SOURCE_FAILED : SOURCE_END);
        assert_int_equal(replayed.fault.failure,
                         second ? FAILURE_SOURCE_DAMAGED : FAILURE_NONE);
    }

    bytes_free(&file);
}

static void picture_without_end_marker_is_read(void **state)
{
    (void)state;
    struct bytes file = {0};
    add_picture(&file, 100);
    for (size_t lost = 1; lost <= 2; lost++) {
        struct replayed replayed = replay(span_of(file.p, file.n - lost), FILE_PICTURES);
        assert_int_equal(replayed.frames, 1);
        assert_int_equal(replayed.readable + replayed.in_part, 1);
        assert_int_equal(replayed.end, SOURCE_END);
    }
    bytes_free(&file);
}

static void stream_may_begin_with_headers_or_inside_a_picture(void **state)
{
    (void)state;
    struct bytes multipart = {0};
    bytes_text(&multipart,
               "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace\r\n\r\n");
    for (uint8_t i = 0; i < 3; i++) {
        bytes_text(&multipart, "--frame\r\nContent-Type: image/jpeg\r\n\r\n");
        add_picture(&multipart, (uint8_t)(60 * i));
        bytes_text(&multipart, "\r\n");
    }
    struct replayed replayed = replay(bytes_span(&multipart), FILE_RECORDINGS);
    assert_int_equal(replayed.readable, 3);
    assert_int_equal(replayed.end, SOURCE_END);
    bytes_free(&multipart);

    struct bytes joined = {0};
    add_picture(&joined, 50);
    size_t first = joined.n;
    add_picture(&joined, 100);
    add_picture(&joined, 150);
    for (size_t at = 1; at < first; at += 9) {
        struct replayed late = replay(span_of(joined.p + at, joined.n - at), FILE_RECORDINGS);
        assert_int_equal(late.frames, 2);
        assert_int_equal(late.readable, 2);
        assert_int_equal(late.end, SOURCE_END);
    }
    bytes_free(&joined);
}

static void file_without_any_picture_is_foreign(void **state)
{
    (void)state;
    uint8_t *zeros = calloc(1, MJPEG_GAP_MAX + 4 * STREAM_BUFFER_SIZE);
    assert_non_null(zeros);
    static const size_t sizes[] = {1, 100000, MJPEG_GAP_MAX + 4 * STREAM_BUFFER_SIZE};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct replayed replayed = replay(span_of(zeros, sizes[i]), FILE_RECORDINGS);
        assert_int_equal(replayed.frames, 0);
        assert_int_equal(replayed.end, SOURCE_FAILED);
        assert_int_equal(replayed.fault.failure, FAILURE_SOURCE_FORMAT);
    }
    free(zeros);
}

static void lost_end_costs_one_picture_at_most(void **state)
{
    (void)state;
    struct bytes file = {0};
    add_picture(&file, 100);
    file.n -= 2; // its end marker
    add_picture(&file, 150);
    add_picture(&file, 200);
    struct replayed replayed = replay(bytes_span(&file), FILE_RECORDINGS);
    assert_int_equal(replayed.frames, 3);
    assert_true(replayed.readable >= 2);
    assert_int_equal(replayed.end, SOURCE_END);
    bytes_free(&file);
}

static void endless_picture_is_refused(void **state)
{
    (void)state;
    struct bytes file = {0};
    bytes_add(&file, span_of("\xff\xd8\xff\xda\x00\x02", 6));
    size_t size = MJPEG_PICTURE_MAX + 4 * STREAM_BUFFER_SIZE;
    uint8_t *noise = calloc(1, size);
    assert_non_null(noise);
    bytes_add(&file, span_of(noise, size));
    free(noise);
    struct replayed replayed = replay(bytes_span(&file), FILE_RECORDINGS);
    assert_int_equal(replayed.frames, 0);
    assert_int_equal(replayed.end, SOURCE_FAILED);
    assert_int_equal(replayed.fault.failure, FAILURE_SOURCE_TOO_LARGE);
    bytes_free(&file);
}

static void endless_padding_is_refused(void **state)
{
    (void)state;
    struct bytes file = {0};
    add_picture(&file, 100);
    size_t size = MJPEG_GAP_MAX + 4 * STREAM_BUFFER_SIZE;
    uint8_t *zeros = calloc(1, size);
    assert_non_null(zeros);
    bytes_add(&file, span_of(zeros, size));
    free(zeros);
    add_picture(&file, 150);
    struct replayed replayed = replay(bytes_span(&file), FILE_RECORDINGS);
    assert_int_equal(replayed.frames, 1);
    assert_int_equal(replayed.end, SOURCE_FAILED);
    assert_int_equal(replayed.fault.failure, FAILURE_SOURCE_DAMAGED);
    bytes_free(&file);
}

// Every byte of a recording changed in turn: whatever comes out, nothing breaks and it ends.
static void changed_bytes_do_no_harm(void **state)
{
    (void)state;
    struct bytes file = {0};
    add_picture_with_thumbnail(&file);
    add_picture(&file, 150);
    for (size_t i = 0; i < file.n; i += 3) {
        uint8_t before = file.p[i];
        file.p[i] = i % 2 ? 0xff : 0xd8;
        struct replayed replayed = replay(bytes_span(&file), FILE_RECORDINGS);
        assert_true(replayed.frames <= 8);
        if (replayed.frames > 0 && replayed.end == SOURCE_FAILED)
            assert_int_equal(replayed.fault.failure, FAILURE_SOURCE_DAMAGED);
        file.p[i] = before;
    }
    bytes_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(end_is_found_by_markers_not_by_bytes),
        cmocka_unit_test(cut_pictures_want_more),
        cmocka_unit_test(broken_pictures_end_where_they_break),
        cmocka_unit_test(starts_are_found),
        cmocka_unit_test(a_picture_that_is_alone_is_still),
        cmocka_unit_test(pictures_come_out_one_by_one),
        cmocka_unit_test(thumbnails_are_no_frames),
        cmocka_unit_test(bytes_between_pictures_are_passed_over),
        cmocka_unit_test(picture_source_takes_the_first_alone),
        cmocka_unit_test(cut_recordings_are_played_up_to_the_cut),
        cmocka_unit_test(picture_without_end_marker_is_read),
        cmocka_unit_test(stream_may_begin_with_headers_or_inside_a_picture),
        cmocka_unit_test(file_without_any_picture_is_foreign),
        cmocka_unit_test(lost_end_costs_one_picture_at_most),
        cmocka_unit_test(endless_picture_is_refused),
        cmocka_unit_test(endless_padding_is_refused),
        cmocka_unit_test(changed_bytes_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
