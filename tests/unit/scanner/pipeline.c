// SPDX-License-Identifier: MIT
// The pipeline on recordings of its own making.
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/source_spec.h"
#include "support.h"
#include "tests/unit/scanner/eye_deeds.h"
#include "tests/unit/scanner/pipeline_rig.h"

// ---- memory taken by our own code; the linker sends it here ----

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);

void *__wrap_malloc(size_t size)
{
    rig_allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    rig_allocations++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    rig_allocations++;
    return __real_realloc(p, size);
}

// A recording with the given payloads (NULL: no code), as a file.
static char *recording_file(const char *const *payloads, size_t count, const char *rate)
{
    struct bytes file = {0};
    char parameters[64];
    snprintf(parameters, sizeof(parameters), " %s Cmono", rate);
    y4m_add_header(&file, SIDE, SIDE, parameters);
    for (size_t i = 0; i < count; i++) {
        uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str(payloads[i] ? payloads[i] : ""));
        y4m_add_frame(&file, luma, SIDE * SIDE, 0);
        free(luma);
    }
    char *path = temporary_file(bytes_span(&file));
    bytes_free(&file);
    return path;
}

// ---- recordings ----

static void every_frame_of_a_recording_is_read(void **state)
{
    (void)state;
    enum { FRAMES = 60 };
    const char *payloads[FRAMES] = {[37] = "the only one"};
    char *path = recording_file(payloads, FRAMES, "F30:1");
    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.preview = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_ENDED);
    assert_int_equal(count_events(&rig.log, PIPELINE_CODES), 1);
    assert_codes(&rig.log, 0, 37, "the only one");
    struct pipeline_counters counters = counters_of(&rig);
    assert_int_equal(counters.frames, FRAMES);
    assert_int_equal(counters.decoded, FRAMES);
    assert_int_equal(counters.skipped, 0);
    assert_int_equal(counters.damaged, 0);
    assert_int_equal(counters.with_codes, 1);
    assert_true(counters.first_frame_us > 0);
    assert_true(counters.read_us > 0 && counters.read_worst_us <= counters.read_us);

    // The newest frame stays for the screen.
    struct frame frame;
    frame_init(&frame);
    assert_true(pipeline_take_preview(&rig.pipeline, &frame));
    assert_int_equal(frame.index, FRAMES - 1);
    assert_int_equal(frame.pixels.width, SIDE);
    assert_false(pipeline_take_preview(&rig.pipeline, &frame));
    frame_destroy(&frame);
    rig_destroy(&rig);
    temporary_remove(path);
}

// A code of version 3 with a corner under a sticker: what was there is known.
static void code_under_a_sticker(bool eye)
{
    static const char text[] = "the code of a paired portal: 7";
    static struct known_codes known = {.count = 1};
    struct bytes file = {0};
    uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str(text));
    enum { MODULE = 4, LEFT = (SIDE - 29 * MODULE) / 2 };
    for (size_t y = LEFT + 17 * MODULE; y < SIDE - LEFT; y++)
        memset(luma + y * SIDE + LEFT + 14 * MODULE, 230, 15 * MODULE);
    y4m_add_header(&file, SIDE, SIDE, " F30:1 Cmono");
    y4m_add_frame(&file, luma, SIDE * SIDE, 0);
    free(luma);
    char *path = temporary_file(bytes_span(&file));
    bytes_free(&file);

    known.code[0] = (struct known_code){.mode = KNOWN_BYTES, .size = sizeof(text) - 1};
    memcpy(known.code[0].text, text, sizeof(text) - 2);
    for (size_t round = 0; round < 2; round++) {
        struct rig rig;
        rig_init(&rig, source_from_spec(path, NULL),
                 (struct pipeline_settings){.eye = eye, .known = round == 0 ? NULL : &known});
        rig_start(&rig);
        rig_finish(&rig, PIPELINE_ENDED);
        assert_int_equal(count_events(&rig.log, PIPELINE_CODES), round);
        if (round == 1)
            assert_codes(&rig.log, 0, 0, text);
        rig_destroy(&rig);
    }
    temporary_remove(path);
}

static void what_is_known_of_codes_reaches_the_reader(void **state)
{
    (void)state;
    code_under_a_sticker(false);
}

static void lent_frames_are_read_in_order(void **state)
{
    (void)state;
    enum { FRAMES = 20 };
    struct bytes file = {0};
    for (size_t i = 0; i < FRAMES; i++) {
        char text[TEXT_MAX];
        snprintf(text, sizeof(text), "picture %zu", i);
        uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str(text));
        jpeg_add(&file, luma, SIDE, SIDE);
        free(luma);
    }

    char *path = temporary_file(bytes_span(&file));
    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.preview = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_ENDED);

    assert_int_equal(count_events(&rig.log, PIPELINE_CODES), FRAMES);
    for (size_t i = 0; i < FRAMES; i++) {
        char text[TEXT_MAX];
        snprintf(text, sizeof(text), "picture %zu", i);
        assert_codes(&rig.log, i, i, text);
    }

    rig_destroy(&rig);
    temporary_remove(path);
    bytes_free(&file);
}

// Once the frames in play have grown to their size, no frame takes memory.
static void steady_state_takes_no_memory(void **state)
{
    (void)state;
    enum { FRAMES = 40, GROWN = 10 };
    const char *payloads[FRAMES];
    for (size_t i = 0; i < FRAMES; i++)
        payloads[i] = i % 3 ? "steady" : NULL;

    char *path = recording_file(payloads, FRAMES, "F30:1");
    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.preview = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_ENDED);

    size_t last = count_events(&rig.log, PIPELINE_CODES) - 1;
    assert_true(last > GROWN);

    size_t before = event_of(&rig.log, PIPELINE_CODES, GROWN)->allocations;
    assert_true(before > 0);
    assert_int_equal(event_of(&rig.log, PIPELINE_CODES, last)->allocations, before);

    rig_destroy(&rig);
    temporary_remove(path);
}

static void paced_recording_takes_its_time(void **state)
{
    (void)state;
    const char *payloads[6] = {[5] = "last"};
    char *path = recording_file(payloads, 6, "F50:1");

    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.paced = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_ENDED);

    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t took_us =
        (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 - counters_of(&rig).first_frame_us;
    assert_true(took_us >= 5 * 20000);
    assert_codes(&rig.log, 0, 5, "last");

    rig_destroy(&rig);
    temporary_remove(path);
}

static void paced_wait_is_stopped(void **state)
{
    (void)state;
    const char *payloads[2] = {"first"};
    char *path =
        recording_file(payloads, 2, "F1:1000000"); // the second comes after eleven days
    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.paced = true});
    rig_start(&rig);
    await_events(&rig.log, PIPELINE_CODES, 1);
    rig_stop(&rig);
    assert_int_equal(count_events(&rig.log, PIPELINE_ENDED), 0);
    rig_destroy(&rig);
    temporary_remove(path);
}

static void nothing_of_a_recording_is_lost_in_a_pause(void **state)
{
    (void)state;
    const char *payloads[] = {"one", NULL, "two", "three"};
    char *path = recording_file(payloads, 4, "F30:1");

    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){0});
    rig.log.pause_at_codes = true;
    rig_start(&rig);

    for (size_t i = 1; i <= 3; i++) {
        await_events(&rig.log, PIPELINE_CODES, i);
        assert_int_equal(count_events(&rig.log, PIPELINE_CODES), i);
        if (i < 3) // the end of the file itself is no news that waits
            assert_int_equal(count_events(&rig.log, PIPELINE_ENDED), 0);
        pipeline_resume(&rig.pipeline);
    }

    rig_finish(&rig, PIPELINE_ENDED);
    assert_codes(&rig.log, 0, 0, "one");
    assert_codes(&rig.log, 1, 2, "two");
    assert_codes(&rig.log, 2, 3, "three");
    assert_int_equal(counters_of(&rig).decoded, 4);
    assert_int_equal(counters_of(&rig).skipped, 0);

    rig_destroy(&rig);
    temporary_remove(path);
}

static void paused_pipeline_is_stopped(void **state)
{
    (void)state;
    const char *payloads[] = {"one", "two", "three", "four"};
    char *path = recording_file(payloads, 4, "F30:1");
    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.preview = true});
    pipeline_pause(&rig.pipeline);
    rig_start(&rig);
    await_events(&rig.log, PIPELINE_PREVIEW, 1);
    rig_stop(&rig);
    assert_int_equal(count_events(&rig.log, PIPELINE_CODES), 0);
    assert_int_equal(count_events(&rig.log, PIPELINE_ENDED), 0);
    rig_destroy(&rig);
    temporary_remove(path);
}

static void stop_from_an_event_is_the_last_event(void **state)
{
    (void)state;
    const char *payloads[] = {"one", "two", "three", "four"};
    char *path = recording_file(payloads, 4, "F30:1");
    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){0});
    rig.log.stop_at_codes = true;
    rig_start(&rig);
    pipeline_join(&rig.pipeline);
    assert_int_equal(rig.log.count, 1);
    assert_codes(&rig.log, 0, 0, "one");
    rig_destroy(&rig);
    temporary_remove(path);
}

static void cut_recording_is_read_and_then_fails(void **state)
{
    (void)state;
    const char *payloads[] = {NULL, "before the cut", "cut"};
    char *path = recording_file(payloads, 3, "F30:1");

    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(truncate(path, info.st_size - 100), 0);

    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.reopen = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_FAILED);

    assert_int_equal(count_events(&rig.log, PIPELINE_CODES), 1);
    assert_codes(&rig.log, 0, 1, "before the cut");
    assert_int_equal(event_of(&rig.log, PIPELINE_FAILED, 0)->failure, FAILURE_SOURCE_DAMAGED);

    rig_destroy(&rig);
    temporary_remove(path);
}

static void missing_file_fails(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig, source_from_spec("replay:" FIXTURES_DIR "/missing", NULL),
             (struct pipeline_settings){0});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_FAILED);
    assert_int_equal(event_of(&rig.log, PIPELINE_FAILED, 0)->failure, FAILURE_SOURCE_NOT_FOUND);
    rig_destroy(&rig);
}

static void recording_of_damaged_frames_fails_at_its_end(void **state)
{
    (void)state;
    struct bytes file = {0};
    bytes_add(&file, span_of("\xff\xd8\xff\xd9\xff\xd8\xff\xd9", 8));

    for (size_t good = 0; good < 2; good++) {
        char *path = temporary_file(bytes_span(&file));
        struct rig rig;
        rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){0});
        rig_start(&rig);
        rig_finish(&rig, good ? PIPELINE_ENDED : PIPELINE_FAILED);
        assert_int_equal(counters_of(&rig).damaged, 2);
        assert_int_equal(counters_of(&rig).decoded, good);

        rig_destroy(&rig);
        temporary_remove(path);

        uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_of(NULL, 0));
        jpeg_add(&file, luma, SIDE, SIDE);
        free(luma);
    }

    bytes_free(&file);
}

// ---- in a process apart ----

static void frames_are_read_apart_and_a_fault_costs_one(void **state)
{
    (void)state;
    const char *payloads[] = {"first", DEED "crash", DEED "open", "last"};
    char *path = recording_file(payloads, 4, "F30:1");
    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.eye = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_ENDED);

    assert_int_equal(count_events(&rig.log, PIPELINE_CODES), 2);
    assert_codes(&rig.log, 0, 0, "first");
    assert_codes(&rig.log, 1, 3, "last");
    assert_int_equal(count_lost(&rig.log), 2);

    struct pipeline_counters counters = counters_of(&rig);
    assert_int_equal(counters.frames, 4);
    assert_int_equal(counters.decoded, 2);
    assert_int_equal(counters.lost, 2);
    rig_destroy(&rig);
    temporary_remove(path);
}

// A recording of three JPEGs: "a", "b", "c".
static char *jpeg_file(void)
{
    struct bytes file = {0};
    for (int i = 0; i < 3; i++) {
        char payload[] = {(char)('a' + i), '\0'};
        uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str(payload));
        jpeg_add(&file, luma, SIDE, SIDE);
        free(luma);
    }
    char *path = temporary_file(bytes_span(&file));
    bytes_free(&file);
    return path;
}

static void jpegs_are_luma_before_anybody_gets_them(void **state)
{
    (void)state;
    char *path = jpeg_file();
    struct rig rig;
    struct frame shown;
    frame_init(&shown);
    rig_init(&rig, source_apart_from_spec(path, NULL),
             (struct pipeline_settings){.eye = true, .preview = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_ENDED);

    assert_int_equal(count_events(&rig.log, PIPELINE_CODES), 3);
    assert_codes(&rig.log, 0, 0, "a");
    assert_codes(&rig.log, 2, 2, "c");
    assert_int_equal(rig.pipeline.reading.pixels.format, PIXEL_GREY);
    assert_true(pipeline_take_preview(&rig.pipeline, &shown));
    assert_int_equal(shown.pixels.format, PIXEL_GREY);
    assert_int_equal(shown.pixels.width, SIDE);
    assert_int_equal(counters_of(&rig).damaged, 0);
    frame_destroy(&shown);
    rig_destroy(&rig);
    temporary_remove(path);
}

static void a_converter_that_cannot_be_started_ends_the_pipeline(void **state)
{
    (void)state;
    static const char *const variable[] = {DEED_NO_START};
    char *path = jpeg_file();
    struct rig rig;
    setenv(variable[0], variable[1], 1);
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.eye = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_FAILED);
    unsetenv(variable[0]);
    assert_int_equal(event_of(&rig.log, PIPELINE_FAILED, 0)->failure, FAILURE_READER_LOST);
    assert_int_equal(count_events(&rig.log, PIPELINE_READER), EYE_STARTS - 1);
    assert_int_equal(counters_of(&rig).lost, EYE_STARTS - 1);
    rig_destroy(&rig);
    temporary_remove(path);
}

static void what_is_known_reaches_the_process_apart(void **state)
{
    (void)state;
    code_under_a_sticker(true);
}

static void a_recording_that_was_lost_whole_has_failed(void **state)
{
    (void)state;
    const char *payloads[] = {DEED "crash", DEED "leave"};
    char *path = recording_file(payloads, 2, "F30:1");
    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.eye = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_FAILED);
    assert_int_equal(event_of(&rig.log, PIPELINE_FAILED, 0)->failure, FAILURE_READER_LOST);
    rig_destroy(&rig);
    temporary_remove(path);
}

static void a_reader_that_cannot_be_started_ends_the_pipeline(void **state)
{
    (void)state;
    static const char *const variable[] = {DEED_NO_START};
    const char *payloads[40] = {"never", "read"};
    char *path = recording_file(payloads, 40, "F30:1");
    struct rig rig;
    setenv(variable[0], variable[1], 1);
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.eye = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_FAILED);
    unsetenv(variable[0]);
    assert_int_equal(count_events(&rig.log, PIPELINE_CODES), 0);
    assert_int_equal(event_of(&rig.log, PIPELINE_FAILED, 0)->failure, FAILURE_READER_LOST);
    assert_int_equal(counters_of(&rig).decoded, 0);
    rig_destroy(&rig);
    temporary_remove(path);
}

// A source that has one more frame in hand when it is interrupted.
struct in_hand {
    struct source source;
    struct pipeline *pipeline;
    sem_t interrupted;
    uint8_t pixels[SIDE * SIDE];
    uint64_t index;
};

static bool in_hand_open(struct source *source, struct fault *fault)
{
    (void)source;
    (void)fault;
    return true;
}

static enum source_step in_hand_next(struct source *source, struct frame *out,
                                     struct fault *fault)
{
    (void)fault;
    struct in_hand *in_hand = (struct in_hand *)source;
    if (in_hand->index > EYE_STARTS)
        return SOURCE_INTERRUPTED;

    if (in_hand->index == EYE_STARTS) {
        struct frame shown;
        frame_init(&shown);
        assert_true(pipeline_take_preview(in_hand->pipeline, &shown));
        frame_destroy(&shown);
        sem_wait(&in_hand->interrupted);
        usleep(100000);
    }
    out->pixels = (struct pixels){
        PIXEL_GREY, SIDE, SIDE, SIDE, {in_hand->pixels, sizeof(in_hand->pixels)}};
    out->index = in_hand->index++;
    return SOURCE_FRAME;
}

static void in_hand_interrupt(struct source *source)
{
    sem_post(&((struct in_hand *)source)->interrupted);
}

static void in_hand_close(struct source *source)
{
    (void)source;
}

static void in_hand_destroy(struct source *source)
{
    sem_destroy(&((struct in_hand *)source)->interrupted);
}

static void nothing_comes_after_a_reader_that_cannot_be_started(void **state)
{
    (void)state;
    static const char *const variable[] = {DEED_NO_START};
    static const struct source_ops ops = {.open = in_hand_open,
                                          .next = in_hand_next,
                                          .interrupt = in_hand_interrupt,
                                          .close = in_hand_close,
                                          .destroy = in_hand_destroy};
    static struct in_hand in_hand = {.source.ops = &ops};
    struct rig rig;
    sem_init(&in_hand.interrupted, 0, 0);
    in_hand.pipeline = &rig.pipeline;
    setenv(variable[0], variable[1], 1);
    rig_init(&rig, &in_hand.source, (struct pipeline_settings){.eye = true, .preview = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_FAILED);
    unsetenv(variable[0]);
    assert_int_equal(count_events(&rig.log, PIPELINE_PREVIEW), 2);
    assert_int_equal(event_of(&rig.log, PIPELINE_FAILED, 0)->failure, FAILURE_READER_LOST);
    rig_destroy(&rig);
}

static void a_hanging_reader_does_not_hold_up_the_end(void **state)
{
    (void)state;
    const char *payloads[] = {"first", DEED "hang", "never read"};
    char *path = recording_file(payloads, 3, "F30:1");
    struct rig rig;
    rig_init(&rig, source_from_spec(path, NULL), (struct pipeline_settings){.eye = true});
    rig_start(&rig);
    await_events(&rig.log, PIPELINE_CODES, 1);
    rig_stop(&rig);
    assert_int_equal(count_events(&rig.log, PIPELINE_CODES), 1);
    rig_destroy(&rig);
    temporary_remove(path);
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_of_a_recording_is_read),
        cmocka_unit_test(what_is_known_of_codes_reaches_the_reader),
        cmocka_unit_test(lent_frames_are_read_in_order),
        cmocka_unit_test(steady_state_takes_no_memory),
        cmocka_unit_test(paced_recording_takes_its_time),
        cmocka_unit_test(paced_wait_is_stopped),
        cmocka_unit_test(nothing_of_a_recording_is_lost_in_a_pause),
        cmocka_unit_test(paused_pipeline_is_stopped),
        cmocka_unit_test(stop_from_an_event_is_the_last_event),
        cmocka_unit_test(cut_recording_is_read_and_then_fails),
        cmocka_unit_test(missing_file_fails),
        cmocka_unit_test(recording_of_damaged_frames_fails_at_its_end),
        cmocka_unit_test(frames_are_read_apart_and_a_fault_costs_one),
        cmocka_unit_test(what_is_known_reaches_the_process_apart),
        cmocka_unit_test(jpegs_are_luma_before_anybody_gets_them),
        cmocka_unit_test(a_converter_that_cannot_be_started_ends_the_pipeline),
        cmocka_unit_test(a_recording_that_was_lost_whole_has_failed),
        cmocka_unit_test(a_reader_that_cannot_be_started_ends_the_pipeline),
        cmocka_unit_test(nothing_comes_after_a_reader_that_cannot_be_started),
        cmocka_unit_test(a_hanging_reader_does_not_hold_up_the_end),
    };
    int eye = deeds_be_the_eye(argc, argv);
    return eye >= 0 ? eye : cmocka_run_group_tests(tests, NULL, NULL);
}
