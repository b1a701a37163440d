// SPDX-License-Identifier: MIT
// What passes between the program and its eye: whatever is taken is what a reader could have
// said, and whatever the eye takes lies in its area.
#include "tests/fuzz/fuzz.h"

#include <math.h>
#include <string.h>

#include "apart/sandbox.h"
#include "scanner/eye/eye_message.h"

static bool is_bool(const bool *value)
{
    unsigned char byte;
    memcpy(&byte, value, 1);
    return byte <= 1;
}

static void check_code(const struct eye_answer *answer, uint32_t number)
{
    static struct qr_code code;
    if (!eye_answer_take_code(answer, number, &code))
        return;
    FUZZ_MUST(code.size <= QR_PAYLOAD_MAX && code.runs <= QR_RUNS_MAX && is_bool(&code.micro));
    for (size_t i = 0; i < code.runs; i++)
        FUZZ_MUST(code.run[i].end <= code.size &&
                  (i == 0 || code.run[i].end >= code.run[i - 1].end));
    FUZZ_MUST(code.part.number <= code.part.count && code.part.count <= 16);
    for (size_t i = 0; i < 4; i++)
        FUZZ_MUST(isfinite(code.corners[i].x) && isfinite(code.corners[i].y));
}

static void check_words(const struct fault *fault)
{
    FUZZ_MUST(fault->failure != FAILURE_NONE && fault->failure < FAILURE_COUNT);
    for (const char *c = fault->detail; *c; c++)
        FUZZ_MUST(*c >= ' ' && *c <= '~');
}

static void check_result(const struct eye_answer *answer, uint32_t number)
{
    struct frame_reading reading = {0};
    struct fault fault = {0};
    size_t codes = 0;
    bool cut = false;

    if (!eye_answer_take_result(answer, number, &reading, &codes, &cut, &fault))
        return;
    FUZZ_MUST(codes <= QR_CODES_MAX && is_bool(&cut));
    if (fault.failure != FAILURE_NONE) {
        FUZZ_MUST(codes == 0);
        check_words(&fault);
        return;
    }

    FUZZ_MUST(reading.width > 0 && reading.width <= PICTURE_SIDE_MAX);
    FUZZ_MUST(reading.height > 0 && reading.height <= PICTURE_SIDE_MAX);
    FUZZ_MUST(reading.luma_us >= 0 && reading.read_us >= 0 && is_bool(&reading.damaged));
    FUZZ_MUST(is_bool(&reading.measures.located) && is_bool(&reading.measures.borderless));
    FUZZ_MUST(hint_from(&reading.measures) <= HINT_NO_BORDER);
}

static void check_step(const struct eye_answer *answer)
{
    struct frame frame = {0};
    struct fault fault = {0};
    enum source_step step;
    bool there = false;
    if (!eye_answer_take_step(answer, &step, &there, &frame, &fault))
        return;
    if (step == SOURCE_FAILED)
        check_words(&fault);
    if (step != SOURCE_FRAME)
        return;
    FUZZ_MUST(frame.pixels.data.n <= EYE_AREA_MAX && !frame.pixels.data.p && !frame.storage);
    FUZZ_MUST(frame.pixels.format <= PIXEL_MJPEG && frame.view.rotation < 360);
    FUZZ_MUST(frame.scale >= 0 && is_bool(&there) && is_bool(&frame.still) &&
              is_bool(&frame.damaged) && is_bool(&frame.view.mirrored));
}

static void check_text(const char *text, size_t size)
{
    FUZZ_MUST(memchr(text, '\0', size) != NULL);
    for (const char *c = text; *c; c++)
        FUZZ_MUST(*c >= ' ' && *c <= '~');
}

static void check_filmed(const struct eye_answer *answer)
{
    struct frame frame = {0};
    struct fault fault = {0};
    struct eye_camera camera;
    enum source_step step;
    bool there = false;
    if (!eye_answer_take_filmed(answer, &step, &there, &frame, &camera, &fault))
        return;
    check_text(camera.in_use.id, sizeof(camera.in_use.id));
    check_text(camera.in_use.name, sizeof(camera.in_use.name));
    check_text(camera.path, sizeof(camera.path));
    FUZZ_MUST(camera.in_use.facing <= CAMERA_FACING_BACK && is_bool(&camera.in_use.coded));
    FUZZ_MUST(camera.in_use.others <= CAMERA_NODES_MAX && is_bool(&camera.mode.emulated));
    camera_setting_name(camera.counts.tuning.focus);
    camera_setting_name(camera.counts.tuning.exposure);

    FUZZ_MUST(step == SOURCE_FRAME || step == SOURCE_FAILED);
    if (step == SOURCE_FAILED)
        check_words(&fault);
    FUZZ_MUST(frame.pixels.data.n <= pixels_size_max(&frame.pixels) && !frame.pixels.data.p &&
              !frame.storage);
    FUZZ_MUST(frame.pixels.format <= PIXEL_V4L2 && frame.view.rotation < 360);
    FUZZ_MUST(frame.pixels.width <= PICTURE_SIDE_MAX &&
              frame.pixels.height <= PICTURE_SIDE_MAX && is_bool(&there) &&
              is_bool(&frame.view.built_in));
}

static void check_errand(const struct eye_answer *answer)
{
    struct eye_errand errand;
    if (eye_answer_take_errand(answer, &errand))
        FUZZ_MUST(errand.kind >= EYE_ERRAND_NODES && errand.kind <= EYE_ERRAND_WATCH &&
                  errand.node < 100000);
}

static void check_request(const struct eye_request *request)
{
    static uint8_t room[4096];
    struct pixels pixels;
    enum read_effort effort;
    struct known_code known;
    if (eye_request_take_frame(request, span_of(room, sizeof(room)), &pixels, &effort))
        FUZZ_MUST(pixels.data.n <= sizeof(room) && effort < READ_EFFORTS);
    struct frame coded = {0};
    if (eye_request_take_coded(request, span_of(room, sizeof(room)), &coded))
        FUZZ_MUST(coded.pixels.data.n <= sizeof(room) && pixels_are_coded(&coded.pixels));
    struct eye_choice choice;
    if (eye_request_take_choice(request, &choice))
        FUZZ_MUST(is_bool(&choice.named) && memchr(choice.id, '\0', sizeof(choice.id)));
    struct eye_errand_done done;
    if (eye_request_take_done(request, &done))
        FUZZ_MUST(done.count <= CAMERA_NODES_MAX &&
                  memchr(done.alias, '\0', sizeof(done.alias)));
    if (eye_request_take_known(request, &known))
        FUZZ_MUST(known.size <= KNOWN_TEXT_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct eye_answer answer;
    static struct eye_request request;
    memset(&answer, 0, sizeof(answer));
    memset(&request, 0, sizeof(request));
    memcpy(&answer, bytes, size < sizeof(answer) ? size : sizeof(answer));
    memcpy(&request, bytes, size < sizeof(request) ? size : sizeof(request));

    unsigned walls = 0;
    if (eye_answer_take_ready(&answer, &walls))
        FUZZ_MUST(walls <= SANDBOX_ALL);
    check_code(&answer, answer.number);
    check_result(&answer, answer.number);
    check_step(&answer);
    check_filmed(&answer);
    check_errand(&answer);
    check_request(&request);
    return 0;
}
