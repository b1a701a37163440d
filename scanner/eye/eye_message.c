// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_message.h"

#include <math.h>

#include "apart/sandbox.h"
#include "decode/luma.h"
#include "scanner/frames/convertible.h"

#define CORNER_MAX  1e6f      // pixels; a corner seen aslant may lie outside of the frame
#define STEP_US_MAX 600000000 // ten minutes
#define SCALE_MAX   1e6
#define TIME_US_MAX (INT64_MAX / 4 * 3) // replay_y4m.c gives less; a pace adds a clock to it
#define PARTS_MAX   16u
#define FPS_MAX     100000u
#define NODE_MAX    99999u

// A `bool` of another process is a byte, which may be neither 0 nor 1.
static bool take_bool(const bool *from, bool *out)
{
    unsigned char byte;
    memcpy(&byte, from, 1);
    *out = byte != 0;
    return byte <= 1;
}

// Ends within its array, and is printable ASCII.
static bool is_text(const char *text, size_t size)
{
    size_t n = strnlen(text, size);
    for (size_t i = 0; i < n; i++) {
        if (text[i] < ' ' || text[i] > '~')
            return false;
    }
    return n < size;
}

// ---- what the eye takes ----

bool eye_request_take_known(const struct eye_request *request, struct known_code *out)
{
    const struct known_code *known = &request->known;
    if (request->kind != EYE_REQUEST_KNOWN || known->size > KNOWN_TEXT_MAX ||
        (known->mode != KNOWN_ALPHANUMERIC && known->mode != KNOWN_BYTES))
        return false;
    *out = *known;
    return true;
}

bool eye_request_take_frame(const struct eye_request *request, struct span area,
                            struct pixels *out, enum read_effort *effort)
{
    const struct eye_frame *frame = &request->frame;
    if (request->kind != EYE_REQUEST_FRAME || frame->format > PIXEL_MJPEG ||
        frame->effort >= READ_EFFORTS || frame->size > area.n)
        return false;
    *out = (struct pixels){.format = (enum pixel_format)frame->format,
                           .width = frame->width,
                           .height = frame->height,
                           .stride = frame->stride,
                           .data = span_of(area.p, frame->size)};
    *effort = (enum read_effort)frame->effort;
    return true;
}

bool eye_request_take_coded(const struct eye_request *request, struct span area,
                            struct frame *out)
{
    const struct eye_coded *coded = &request->coded;
    struct pixels pixels = {.format = (enum pixel_format)coded->format,
                            .width = coded->width,
                            .height = coded->height,
                            .data = span_of(area.p, coded->size)};
    if (request->kind != EYE_REQUEST_CONVERT || coded->format > PIXEL_V4L2 ||
        !pixels_are_coded(&pixels) || coded->size > area.n)
        return false;
    out->pixels = pixels;
    out->fourcc = coded->fourcc;
    return true;
}

bool eye_request_take_choice(const struct eye_request *request, struct eye_choice *out)
{
    bool named;
    if ((request->kind != EYE_REQUEST_CAMERA && request->kind != EYE_REQUEST_SWITCH) ||
        !take_bool(&request->choice.named, &named) ||
        memchr(request->choice.id, '\0', sizeof(request->choice.id)) == NULL)
        return false;
    *out = request->choice;
    out->named = named;
    return true;
}

bool eye_request_take_done(const struct eye_request *request, struct eye_errand_done *out)
{
    const struct eye_errand_done *done = &request->done;
    if (request->kind != EYE_REQUEST_DONE || done->count > CAMERA_NODES_MAX ||
        memchr(done->alias, '\0', sizeof(done->alias)) == NULL)
        return false;
    for (size_t i = 0; i < done->count; i++) {
        if (done->node[i] > NODE_MAX)
            return false;
    }
    *out = *done;
    return true;
}

// ---- what the program takes ----

bool eye_answer_take_ready(const struct eye_answer *answer, unsigned *walls)
{
    if (answer->kind != EYE_ANSWER_READY || (answer->walls & ~SANDBOX_ALL) != 0)
        return false;
    *walls = answer->walls;
    return true;
}

static bool is_of_a_file(uint32_t failure)
{
    switch (failure) {
    case FAILURE_SOURCE_UNREADABLE:
    case FAILURE_SOURCE_FORMAT:
    case FAILURE_SOURCE_DAMAGED:
    case FAILURE_SOURCE_TOO_LARGE:
    case FAILURE_MEMORY:
    case FAILURE_INTERNAL:
        return true;
    default:
        return false;
    }
}

static bool is_of_a_camera(uint32_t failure)
{
    switch (failure) {
    case FAILURE_CAMERA_NONE:
    case FAILURE_CAMERA_BUSY:
    case FAILURE_CAMERA_PERMISSION:
    case FAILURE_CAMERA_GONE:
    case FAILURE_CAMERA_REFUSED:
    case FAILURE_CAMERA_SILENT:
    case FAILURE_CAMERA_UNKNOWN:
    case FAILURE_CAMERA_METADATA:
    case FAILURE_CAMERA_OUTPUT:
    case FAILURE_CAMERA_UNCONFIGURED:
    case FAILURE_CAMERA_FORMAT:
    case FAILURE_CAMERA_BANDWIDTH:
    case FAILURE_CAMERA_DAMAGED:
    case FAILURE_CAMERA_DRIVER:
    case FAILURE_CAMERA_ASLEEP:
    case FAILURE_DESCRIPTORS:
    case FAILURE_MEMORY:
        return true;
    default:
        return false;
    }
}

// Its words reach a terminal: printable ASCII, nothing else.
static void take_fault(uint32_t failure, const char words[static FAULT_DETAIL_MAX],
                       struct fault *fault)
{
    char detail[FAULT_DETAIL_MAX] = "";
    for (size_t i = 0; i + 1 < sizeof(detail) && words[i]; i++) {
        char c = words[i];
        detail[i] = c;
        if (c < ' ' || c > '~')
            detail[i] = '?';
    }

    fault_set(fault, (enum failure)failure, "%s", detail);
}

static bool take_measures(const struct hint_measures *from, struct hint_measures *out)
{
    *out = *from;
    return take_bool(&from->located, &out->located) &&
           take_bool(&from->borderless, &out->borderless);
}

static bool is_side(size_t side)
{
    return side > 0 && side <= PICTURE_SIDE_MAX;
}

static bool is_step(int64_t us)
{
    return us >= 0 && us <= STEP_US_MAX;
}

bool eye_answer_take_result(const struct eye_answer *answer, uint32_t number,
                            struct frame_reading *out, size_t *codes, bool *cut_short,
                            struct fault *fault)
{
    const struct eye_result *result = &answer->result;
    const struct frame_reading *reading = &result->reading;
    if (answer->kind != EYE_ANSWER_FRAME || answer->number != number)
        return false;

    if (result->failure != FAILURE_NONE) {
        if (!is_of_a_file(result->failure))
            return false;
        *codes = 0;
        take_fault(result->failure, result->detail, fault);
        return true;
    }

    if (!is_side(reading->width) || !is_side(reading->height) || !is_step(reading->luma_us) ||
        !is_step(reading->read_us) || result->codes > QR_CODES_MAX)
        return false;

    struct frame_reading taken = *reading;
    bool cut;
    if (!take_bool(&reading->damaged, &taken.damaged) || !take_bool(&result->cut_short, &cut) ||
        !take_measures(&reading->measures, &taken.measures))
        return false;

    *out = taken;
    *codes = result->codes;
    *cut_short = cut;
    return true;
}

// A scale of 0 is none.
static bool are_numbers(const struct frame *frame)
{
    return frame->view.rotation % 90 == 0 && frame->view.rotation < 360 && frame->scale >= 0 &&
           frame->scale <= SCALE_MAX && frame->time_us >= 0 && frame->time_us <= TIME_US_MAX;
}

static bool take_numbers(const struct eye_step *step, bool *there, struct frame *out)
{
    const struct frame *frame = &step->frame;
    bool still, damaged, mirrored, built_in;
    if (step->size > EYE_AREA_MAX || !are_numbers(frame) || !take_bool(&step->there, there) ||
        !take_bool(&frame->still, &still) || !take_bool(&frame->damaged, &damaged) ||
        !take_bool(&frame->view.mirrored, &mirrored) ||
        !take_bool(&frame->view.built_in, &built_in))
        return false;

    out->view = (struct frame_view){
        .rotation = frame->view.rotation, .mirrored = mirrored, .built_in = built_in};
    out->scale = frame->scale;
    out->still = still;
    out->damaged = damaged;
    out->index = frame->index;
    out->time_us = frame->time_us;
    out->pixels = (struct pixels){.format = (enum pixel_format)step->format,
                                  .width = step->width,
                                  .height = step->height,
                                  .stride = step->stride,
                                  .data = span_of(NULL, step->size)};
    return true;
}

bool eye_answer_take_step(const struct eye_answer *answer, enum source_step *step, bool *there,
                          struct frame *out, struct fault *fault)
{
    const struct eye_step *told = &answer->step;
    if (answer->kind != EYE_ANSWER_SOURCE)
        return false;

    switch (told->step) {
    case SOURCE_FRAME:
        *step = SOURCE_FRAME;
        return told->format <= PIXEL_MJPEG && take_numbers(told, there, out);
    case SOURCE_END:
        *step = SOURCE_END;
        return true;
    case SOURCE_FAILED:
        if (!is_of_a_file(told->failure))
            return false;
        *step = SOURCE_FAILED;
        take_fault(told->failure, told->detail, fault);
        return true;
    default:
        return false;
    }
}

// ---- of a camera ----

static bool is_setting(enum camera_setting setting)
{
    return setting <= CAMERA_SETTING_REFUSED;
}

static bool take_camera(const struct eye_camera *from, struct eye_camera *out)
{
    const struct camera_in_use *in_use = &from->in_use;
    struct eye_camera taken = *from;

    if (!is_text(in_use->id, sizeof(in_use->id)) ||
        !is_text(in_use->name, sizeof(in_use->name)) ||
        !is_text(from->path, sizeof(from->path)) || in_use->facing > CAMERA_FACING_BACK ||
        in_use->others > CAMERA_NODES_MAX || in_use->fps > FPS_MAX ||
        from->mode.fps > FPS_MAX || from->mode.layout > CAMERA_CONVERT ||
        !is_setting(from->counts.tuning.focus) || !is_setting(from->counts.tuning.exposure) ||
        !take_bool(&in_use->coded, &taken.in_use.coded) ||
        !take_bool(&from->mode.emulated, &taken.mode.emulated) ||
        !take_bool(&from->any, &taken.any))
        return false;
    *out = taken;
    return true;
}

static bool is_of_its_size(const struct eye_step *step)
{
    const struct pixels pixels = {.format = (enum pixel_format)step->format,
                                  .width = step->width,
                                  .height = step->height,
                                  .stride = step->stride};
    return step->format <= PIXEL_V4L2 && step->size <= pixels_size_max(&pixels);
}

// Its pictures are never larger than what is read, and follow one another.
static bool take_filmed(const struct eye_step *step, bool *there, struct frame *out)
{
    if (step->size == 0) { // a step without a picture
        *there = true;
        out->pixels = (struct pixels){0};
        return true;
    }

    if (!is_of_its_size(step) ||
        (step->format == PIXEL_V4L2 &&
         convertible_least(step->frame.fourcc, step->width, step->height) == 0) ||
        !take_numbers(step, there, out))
        return false;
    out->fourcc = step->frame.fourcc;
    out->scale = 0;
    out->still = out->damaged = false;
    return true;
}

bool eye_answer_take_filmed(const struct eye_answer *answer, enum source_step *step,
                            bool *there, struct frame *out, struct eye_camera *camera,
                            struct fault *fault)
{
    const struct eye_step *told = &answer->step;
    struct eye_camera taken;
    if (answer->kind != EYE_ANSWER_SOURCE || !take_camera(&told->camera, &taken))
        return false;

    switch (told->step) {
    case SOURCE_FRAME:
        if (!take_filmed(told, there, out))
            return false;
        break;
    case SOURCE_FAILED:
        if (!is_of_a_camera(told->failure))
            return false;
        take_fault(told->failure, told->detail, fault);
        break;
    default:
        return false;
    }

    *step = (enum source_step)told->step;
    *camera = taken;
    return true;
}

bool eye_answer_take_errand(const struct eye_answer *answer, struct eye_errand *out)
{
    const struct eye_errand *errand = &answer->errand;
    if (answer->kind != EYE_ANSWER_ERRAND || errand->kind < EYE_ERRAND_NODES ||
        errand->kind > EYE_ERRAND_WATCH || errand->node > NODE_MAX)
        return false;
    *out = *errand;
    return true;
}

// ---- codes ----

// Runs follow one another and end within the payload.
static bool are_runs(const struct qr_code *code)
{
    size_t end = 0;
    if (code->runs > QR_RUNS_MAX)
        return false;
    for (size_t i = 0; i < code->runs; i++) {
        if (code->run[i].end < end || code->run[i].end > code->size)
            return false;
        end = code->run[i].end;
    }
    return true;
}

static bool is_part(const struct qr_part *part)
{
    return part->number == 0
               ? part->count == 0
               : part->count >= 2 && part->count <= PARTS_MAX && part->number <= part->count;
}

static bool are_corners(const struct qr_code *code)
{
    for (size_t i = 0; i < 4; i++) {
        const struct qr_point *corner = &code->corners[i];
        // Written so that what is no number fails too.
        if (!(fabsf(corner->x) <= CORNER_MAX && fabsf(corner->y) <= CORNER_MAX))
            return false;
    }
    return true;
}

bool eye_answer_take_code(const struct eye_answer *answer, uint32_t number, struct qr_code *out)
{
    const struct qr_code *code = &answer->code;
    bool micro;
    if (answer->kind != EYE_ANSWER_CODE || answer->number != number ||
        code->size > QR_PAYLOAD_MAX || !are_runs(code) || !is_part(&code->part) ||
        !are_corners(code) || !take_bool(&code->micro, &micro))
        return false;
    *out = *code;
    out->micro = micro;
    return true;
}
