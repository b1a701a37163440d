// SPDX-License-Identifier: MIT
// Messages between the program and its eye: each side believes nothing of what it gets.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "apart/sandbox.h"
#include "scanner/eye/eye_message.h"

#define NUMBER 7u

static struct eye_answer good_code(void)
{
    struct eye_answer answer = {.kind = EYE_ANSWER_CODE, .number = NUMBER};
    answer.code.size = 4;
    memcpy(answer.code.payload, "code", 4);
    answer.code.runs = 2;
    answer.code.run[0].end = 1;
    answer.code.run[1].end = 4;
    answer.code.part.number = 2;
    answer.code.part.count = 3;
    answer.code.corners[1].x = -20.0f;
    return answer;
}

static struct eye_answer good_result(void)
{
    struct eye_answer answer = {.kind = EYE_ANSWER_FRAME, .number = NUMBER};
    answer.result.codes = 2;
    answer.result.reading.width = 640;
    answer.result.reading.height = 480;
    answer.result.reading.read_us = 900;
    answer.result.reading.measures.located = true;
    return answer;
}

// ---- what the program takes of the eye ----

static void codes_are_taken_if_they_can_be_codes(void **state)
{
    (void)state;
    struct qr_code *out = calloc(1, sizeof(*out));
    struct eye_answer answer = good_code();
    assert_true(eye_answer_take_code(&answer, NUMBER, out));
    assert_int_equal(out->size, 4);
    assert_memory_equal(out->payload, "code", 4);

#define REFUSED(change)                                                                        \
    do {                                                                                       \
        answer = good_code();                                                                  \
        change;                                                                                \
        assert_false(eye_answer_take_code(&answer, NUMBER, out));                              \
    } while (0)
    REFUSED(answer.kind = EYE_ANSWER_FRAME);
    REFUSED(answer.number = NUMBER + 1);
    REFUSED(answer.code.size = QR_PAYLOAD_MAX + 1);
    REFUSED(answer.code.size = SIZE_MAX);
    REFUSED(answer.code.runs = QR_RUNS_MAX + 1);
    REFUSED(answer.code.run[1].end = 5);
    REFUSED(answer.code.run[0].end = 5; answer.code.runs = 1);
    REFUSED(answer.code.run[0].end = 3; answer.code.run[1].end = 2);
    REFUSED(answer.code.part.number = 4);
    REFUSED(answer.code.part.count = 17);
    REFUSED(answer.code.part.number = 0);
    REFUSED(answer.code.part.number = answer.code.part.count = 1);
    REFUSED(answer.code.corners[3].y = NAN);
    REFUSED(answer.code.corners[0].x = INFINITY);
    REFUSED(answer.code.corners[0].x = -1e7f);
    REFUSED(memset(&answer.code.micro, 2, 1));
#undef REFUSED
    free(out);
}

static void results_are_taken_if_they_can_be_results(void **state)
{
    (void)state;
    struct frame_reading reading;
    struct fault fault = {0};
    size_t codes;
    bool cut;
    struct eye_answer answer = good_result();
    assert_true(eye_answer_take_result(&answer, NUMBER, &reading, &codes, &cut, &fault));
    assert_int_equal(codes, 2);
    assert_int_equal(reading.height, 480);
    assert_true(reading.measures.located);
    assert_false(cut);
    assert_int_equal(fault.failure, FAILURE_NONE);

#define REFUSED(change)                                                                        \
    do {                                                                                       \
        answer = good_result();                                                                \
        change;                                                                                \
        assert_false(eye_answer_take_result(&answer, NUMBER, &reading, &codes, &cut, &fault)); \
        assert_int_equal(fault.failure, FAILURE_NONE);                                         \
    } while (0)
    REFUSED(answer.kind = EYE_ANSWER_CODE);
    REFUSED(answer.number = NUMBER - 1);
    REFUSED(answer.result.codes = QR_CODES_MAX + 1);
    REFUSED(answer.result.reading.width = 0);
    REFUSED(answer.result.reading.height = PICTURE_SIDE_MAX + 1);
    REFUSED(answer.result.reading.luma_us = -1);
    REFUSED(answer.result.reading.read_us = INT64_MAX);
    REFUSED(memset(&answer.result.cut_short, 0xff, 1));
    REFUSED(memset(&answer.result.reading.damaged, 3, 1));
    REFUSED(memset(&answer.result.reading.measures.borderless, 3, 1));
    REFUSED(answer.result.failure = FAILURE_COUNT);
    REFUSED(answer.result.failure = FAILURE_CAMERA_GONE);
#undef REFUSED
}

static void a_failure_has_words_that_a_terminal_can_bear(void **state)
{
    (void)state;
    struct frame_reading reading;
    struct fault fault = {0};
    size_t codes = 9;
    bool cut;
    struct eye_answer answer = good_result();
    answer.result.failure = FAILURE_SOURCE_DAMAGED;
    memset(answer.result.detail, 'x', sizeof(answer.result.detail)); // without an end
    memcpy(answer.result.detail, "a\x1b[2J\nb\x80", 8);
    assert_true(eye_answer_take_result(&answer, NUMBER, &reading, &codes, &cut, &fault));
    assert_int_equal(codes, 0);
    assert_int_equal(fault.failure, FAILURE_SOURCE_DAMAGED);
    assert_memory_equal(fault.detail, "a?[2J?b?x", 9);
    assert_int_equal(strlen(fault.detail), FAULT_DETAIL_MAX - 1);
}

static struct eye_answer good_step(void)
{
    struct eye_answer answer = {.kind = EYE_ANSWER_SOURCE};
    answer.step = (struct eye_step){.step = SOURCE_FRAME,
                                    .there = true,
                                    .format = PIXEL_GREY,
                                    .size = 12,
                                    .width = 4,
                                    .height = 3,
                                    .stride = 4};
    answer.step.frame.view.rotation = 270;
    answer.step.frame.scale = 2;
    answer.step.frame.index = 5;
    return answer;
}

static void steps_are_taken_if_a_file_can_give_them(void **state)
{
    (void)state;
    enum source_step step;
    bool there;
    struct fault fault = {0};
    uint8_t own;
    struct frame frame = {.storage = &own, .capacity = 1};
    struct eye_answer answer = good_step();
    assert_true(eye_answer_take_step(&answer, &step, &there, &frame, &fault));
    assert_int_equal(step, SOURCE_FRAME);
    assert_true(there);
    assert_int_equal(frame.pixels.data.n, 12);
    assert_null(frame.pixels.data.p);
    assert_ptr_equal(frame.storage, &own);
    assert_int_equal(frame.view.rotation, 270);
    assert_int_equal(frame.index, 5);

#define REFUSED(change)                                                                        \
    do {                                                                                       \
        answer = good_step();                                                                  \
        change;                                                                                \
        assert_false(eye_answer_take_step(&answer, &step, &there, &frame, &fault));            \
    } while (0)
    REFUSED(answer.kind = EYE_ANSWER_FRAME);
    REFUSED(answer.step.step = SOURCE_INTERRUPTED);
    REFUSED(answer.step.step = 99);
    REFUSED(answer.step.format = PIXEL_MJPEG + 1);
    REFUSED(answer.step.size = EYE_AREA_MAX + 1);
    REFUSED(memset(&answer.step.there, 2, 1));
    REFUSED(memset(&answer.step.frame.still, 2, 1));
    REFUSED(memset(&answer.step.frame.damaged, 2, 1));
    REFUSED(memset(&answer.step.frame.view.mirrored, 2, 1));
    REFUSED(answer.step.frame.view.rotation = 45);
    REFUSED(answer.step.frame.view.rotation = 360);
    REFUSED(answer.step.frame.scale = (double)NAN);
    REFUSED(answer.step.frame.scale = -1);
    REFUSED(answer.step.frame.time_us = -1);
    REFUSED(answer.step.frame.time_us = INT64_MAX);
    REFUSED(answer.step.step = SOURCE_FAILED; answer.step.failure = FAILURE_NONE);
#undef REFUSED

    answer.step.failure = FAILURE_SOURCE_FORMAT;
    assert_true(eye_answer_take_step(&answer, &step, &there, &frame, &fault));
    assert_int_equal(step, SOURCE_FAILED);
    assert_int_equal(fault.failure, FAILURE_SOURCE_FORMAT);
}

// ---- of a camera ----

static struct eye_answer good_filmed(void)
{
    struct eye_answer answer = good_step();
    struct eye_camera *camera = &answer.step.camera;
    answer.step.frame.view.built_in = true;
    memcpy(camera->in_use.id, "usb-1", 6);
    memcpy(camera->in_use.name, "Webcam", 7);
    memcpy(camera->path, "/dev/video0", 12);
    camera->in_use.others = 2;
    camera->in_use.fps = camera->mode.fps = 30;
    camera->counts.frames = 7;
    return answer;
}

static void steps_of_a_camera_are_taken_if_one_can_give_them(void **state)
{
    (void)state;
    enum source_step step;
    bool there;
    struct fault fault = {0};
    struct frame frame = {0};
    struct eye_camera camera = {0};
    struct eye_answer answer = good_filmed();
    assert_true(eye_answer_take_filmed(&answer, &step, &there, &frame, &camera, &fault));
    assert_int_equal(step, SOURCE_FRAME);
    assert_true(there && frame.view.built_in);
    assert_string_equal(camera.in_use.id, "usb-1");
    assert_int_equal(camera.counts.frames, 7);

#define REFUSED(change)                                                                        \
    do {                                                                                       \
        answer = good_filmed();                                                                \
        change;                                                                                \
        memset(&camera, 0, sizeof(camera));                                                    \
        assert_false(eye_answer_take_filmed(&answer, &step, &there, &frame, &camera, &fault)); \
        assert_int_equal(camera.counts.frames, 0);                                             \
    } while (0)
    REFUSED(answer.kind = EYE_ANSWER_ERRAND);
    REFUSED(answer.step.step = SOURCE_END);
    REFUSED(answer.step.step = SOURCE_INTERRUPTED);
    REFUSED(answer.step.format = PIXEL_V4L2 + 1);
    REFUSED(answer.step.format = PIXEL_V4L2; answer.step.frame.fourcc = V4L2_PIX_FMT_H264);
    REFUSED(answer.step.size = 13);
    REFUSED(answer.step.stride = UINT32_MAX);
    REFUSED(answer.step.format = PIXEL_MJPEG; answer.step.size = 4 * 3 * 4 + 65536 + 1);
    REFUSED(answer.step.format = PIXEL_MJPEG; answer.step.width = 0);
    REFUSED(answer.step.width = 0);
    REFUSED(answer.step.height = PICTURE_SIDE_MAX + 1);
    REFUSED(answer.step.frame.view.rotation = 45);
    REFUSED(answer.step.frame.time_us = -1);
    REFUSED(memset(&answer.step.there, 2, 1));
    REFUSED(memset(&answer.step.frame.view.built_in, 2, 1));
    REFUSED(memset(answer.step.camera.in_use.id, 'x', CAMERA_ALIAS_MAX));
    REFUSED(answer.step.camera.in_use.id[2] = '\x1b');
    REFUSED(answer.step.camera.in_use.name[0] = '\xe2');
    REFUSED(memset(answer.step.camera.path, 'x', CAMERA_PATH_MAX));
    REFUSED(answer.step.camera.in_use.facing = 3);
    REFUSED(answer.step.camera.in_use.others = CAMERA_NODES_MAX + 1);
    REFUSED(answer.step.camera.in_use.fps = UINT32_MAX);
    REFUSED(answer.step.camera.mode.fps = UINT32_MAX);
    REFUSED(memset(&answer.step.camera.in_use.coded, 2, 1));
    REFUSED(memset(&answer.step.camera.mode.emulated, 2, 1));
    REFUSED(memset(&answer.step.camera.any, 2, 1));
    REFUSED(answer.step.camera.counts.tuning.focus = 3);
    REFUSED(answer.step.camera.counts.tuning.exposure = 9);
    REFUSED(answer.step.step = SOURCE_FAILED; answer.step.failure = FAILURE_SOURCE_DAMAGED);
    REFUSED(answer.step.step = SOURCE_FAILED; answer.step.failure = FAILURE_NONE);
#undef REFUSED

    answer.step.failure = FAILURE_CAMERA_GONE;
    assert_true(eye_answer_take_filmed(&answer, &step, &there, &frame, &camera, &fault));
    assert_int_equal(step, SOURCE_FAILED);
    assert_int_equal(fault.failure, FAILURE_CAMERA_GONE);

    // A step without a picture says nothing of one.
    answer = good_filmed();
    answer.step.size = 0;
    answer.step.width = 9999;
    assert_true(eye_answer_take_filmed(&answer, &step, &there, &frame, &camera, &fault));
    assert_int_equal(frame.pixels.width, 0);
}

static void errands_are_those_that_there_are(void **state)
{
    (void)state;
    struct eye_errand errand = {0};
    struct eye_answer answer = {.kind = EYE_ANSWER_ERRAND,
                                .errand = {.kind = EYE_ERRAND_OPEN, .node = 99999}};

    assert_true(eye_answer_take_errand(&answer, &errand));
    assert_int_equal(errand.node, 99999);
    answer.errand.node++;
    assert_false(eye_answer_take_errand(&answer, &errand));
    answer.errand = (struct eye_errand){.kind = EYE_ERRAND_WATCH + 1};
    assert_false(eye_answer_take_errand(&answer, &errand));
    answer.errand.kind = 0;
    assert_false(eye_answer_take_errand(&answer, &errand));
    answer.errand.kind = EYE_ERRAND_NODES;
    answer.kind = EYE_ANSWER_CODE;
    assert_false(eye_answer_take_errand(&answer, &errand));
}

static void walls_are_those_that_there_are(void **state)
{
    (void)state;
    unsigned walls = 0;
    struct eye_answer answer = {.kind = EYE_ANSWER_READY, .walls = SANDBOX_ALL};
    assert_true(eye_answer_take_ready(&answer, &walls));
    assert_int_equal(walls, SANDBOX_ALL);
    answer.walls = SANDBOX_ALL + 1;
    assert_false(eye_answer_take_ready(&answer, &walls));
    answer = good_result();
    assert_false(eye_answer_take_ready(&answer, &walls));
}

// ---- what the eye takes of the program ----

static void frames_lie_within_their_area(void **state)
{
    (void)state;
    uint8_t room[12] = {0};
    struct pixels pixels;
    enum read_effort effort;
    struct eye_request request = {.kind = EYE_REQUEST_FRAME};
    request.frame = (struct eye_frame){.format = PIXEL_GREY,
                                       .width = 4,
                                       .height = 3,
                                       .stride = 4,
                                       .size = 12,
                                       .effort = READ_STILL};
    assert_true(eye_request_take_frame(&request, span_of(room, 12), &pixels, &effort));
    assert_ptr_equal(pixels.data.p, room);
    assert_int_equal(pixels.data.n, 12);
    assert_int_equal(effort, READ_STILL);

    assert_false(eye_request_take_frame(&request, span_of(room, 11), &pixels, &effort));
    request.frame.effort = READ_EFFORTS;
    assert_false(eye_request_take_frame(&request, span_of(room, 12), &pixels, &effort));
    request.frame.effort = READ_LIVE;
    request.frame.format = PIXEL_MJPEG + 1;
    assert_false(eye_request_take_frame(&request, span_of(room, 12), &pixels, &effort));
    request.frame.format = PIXEL_MJPEG;
    request.kind = EYE_REQUEST_KNOWN;
    assert_false(eye_request_take_frame(&request, span_of(room, 12), &pixels, &effort));
}

static void coded_frames_lie_within_their_area(void **state)
{
    (void)state;
    uint8_t room[12] = {0};
    struct frame frame = {0};
    struct eye_request request = {.kind = EYE_REQUEST_CONVERT};
    request.coded = (struct eye_coded){
        .format = PIXEL_V4L2, .fourcc = 7, .width = 4, .height = 3, .size = 12};
    assert_true(eye_request_take_coded(&request, span_of(room, 12), &frame));
    assert_ptr_equal(frame.pixels.data.p, room);
    assert_int_equal(frame.pixels.data.n, 12);
    assert_int_equal(frame.fourcc, 7);

    assert_false(eye_request_take_coded(&request, span_of(room, 11), &frame));
    static const uint32_t others[] = {PIXEL_GREY, PIXEL_I420, PIXEL_V4L2 + 1, UINT32_MAX};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        request.coded.format = others[i];
        assert_false(eye_request_take_coded(&request, span_of(room, 12), &frame));
    }
    request.coded.format = PIXEL_MJPEG;
    request.kind = EYE_REQUEST_FRAME;
    assert_false(eye_request_take_coded(&request, span_of(room, 12), &frame));
}

static void known_codes_are_no_longer_than_they_may_be(void **state)
{
    (void)state;
    struct known_code known;
    struct eye_request request = {.kind = EYE_REQUEST_KNOWN};
    request.known.size = KNOWN_TEXT_MAX;
    request.known.mode = KNOWN_BYTES;
    assert_true(eye_request_take_known(&request, &known));
    assert_int_equal(known.size, KNOWN_TEXT_MAX);
    request.known.size = KNOWN_TEXT_MAX + 1;
    assert_false(eye_request_take_known(&request, &known));
    request.known.size = 1;
    request.kind = EYE_REQUEST_FRAME;
    assert_false(eye_request_take_known(&request, &known));
}

static void what_an_errand_brought_has_its_limits(void **state)
{
    (void)state;
    struct eye_errand_done done = {0};
    struct eye_request request = {.kind = EYE_REQUEST_DONE};
    request.done.count = CAMERA_NODES_MAX;
    request.done.node[3] = 99999;
    assert_true(eye_request_take_done(&request, &done));
    assert_int_equal(done.node[3], 99999);

    request.done.node[3]++;
    assert_false(eye_request_take_done(&request, &done));
    request.done.node[3] = 0;
    request.done.count++;
    assert_false(eye_request_take_done(&request, &done));
    request.done.count = 0;
    memset(request.done.alias, 'x', sizeof(request.done.alias));
    assert_false(eye_request_take_done(&request, &done));
}

static void a_camera_is_named_or_not(void **state)
{
    (void)state;
    struct eye_choice choice;
    struct eye_request request = {.kind = EYE_REQUEST_SWITCH};
    request.choice.named = true;
    memcpy(request.choice.id, "front", 6);
    assert_true(eye_request_take_choice(&request, &choice));
    assert_true(choice.named);
    request.kind = EYE_REQUEST_CAMERA;
    assert_true(eye_request_take_choice(&request, &choice));

    memset(&request.choice.named, 2, 1);
    assert_false(eye_request_take_choice(&request, &choice));
    request.choice.named = true;
    memset(request.choice.id, 'x', sizeof(request.choice.id));
    assert_false(eye_request_take_choice(&request, &choice));
    request.choice.id[9] = '\0';
    request.kind = EYE_REQUEST_OPEN;
    assert_false(eye_request_take_choice(&request, &choice));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_taken_if_they_can_be_codes),
        cmocka_unit_test(results_are_taken_if_they_can_be_results),
        cmocka_unit_test(a_failure_has_words_that_a_terminal_can_bear),
        cmocka_unit_test(steps_are_taken_if_a_file_can_give_them),
        cmocka_unit_test(steps_of_a_camera_are_taken_if_one_can_give_them),
        cmocka_unit_test(errands_are_those_that_there_are),
        cmocka_unit_test(what_an_errand_brought_has_its_limits),
        cmocka_unit_test(a_camera_is_named_or_not),
        cmocka_unit_test(walls_are_those_that_there_are),
        cmocka_unit_test(frames_lie_within_their_area),
        cmocka_unit_test(coded_frames_lie_within_their_area),
        cmocka_unit_test(known_codes_are_no_longer_than_they_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
