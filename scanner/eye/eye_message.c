// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_message.h"

#include <math.h>

#include "apart/sandbox.h"

#define CORNER_MAX  1e6f      // pixels; a corner seen aslant may lie outside of the frame
#define STEP_US_MAX 600000000 // ten minutes
#define SCALE_MAX   1e6
#define TIME_US_MAX (INT64_MAX / 4 * 3) // replay_y4m.c gives less; a pace adds a clock to it
#define PARTS_MAX   16u

// A `bool` of another process is a byte, which may be neither 0 nor 1.
static bool take_bool(const bool *from, bool *out)
{
    unsigned char byte;
    memcpy(&byte, from, 1);
    *out = byte != 0;
    return byte <= 1;
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

// ---- what the program takes ----

bool eye_answer_take_ready(const struct eye_answer *answer, unsigned *walls)
{
    if (answer->kind != EYE_ANSWER_READY || (answer->walls & ~SANDBOX_ALL) != 0)
        return false;
    *walls = answer->walls;
    return true;
}

// Its words reach a terminal: printable ASCII, nothing else.
static bool take_fault(uint32_t failure, const char words[static FAULT_DETAIL_MAX],
                       struct fault *fault)
{
    char detail[FAULT_DETAIL_MAX] = "";
    for (size_t i = 0; i + 1 < sizeof(detail) && words[i]; i++) {
        char c = words[i];
        detail[i] = c;
        if (c < ' ' || c > '~')
            detail[i] = '?';
    }

    switch (failure) {
    case FAILURE_SOURCE_UNREADABLE:
    case FAILURE_SOURCE_FORMAT:
    case FAILURE_SOURCE_DAMAGED:
    case FAILURE_SOURCE_TOO_LARGE:
    case FAILURE_MEMORY:
    case FAILURE_INTERNAL:
        fault_set(fault, (enum failure)failure, "%s", detail);
        return true;
    default:
        return false;
    }
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
        *codes = 0;
        return take_fault(result->failure, result->detail, fault);
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

static bool take_frame(const struct eye_step *step, bool *there, struct frame *out)
{
    const struct frame *frame = &step->frame;
    bool still, damaged, mirrored;
    if (step->format > PIXEL_MJPEG || step->size > EYE_AREA_MAX || !are_numbers(frame) ||
        !take_bool(&step->there, there) || !take_bool(&frame->still, &still) ||
        !take_bool(&frame->damaged, &damaged) || !take_bool(&frame->view.mirrored, &mirrored))
        return false;

    out->view = (struct frame_view){.rotation = frame->view.rotation, .mirrored = mirrored};
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
        return take_frame(told, there, out);
    case SOURCE_END:
        *step = SOURCE_END;
        return true;
    case SOURCE_FAILED:
        *step = SOURCE_FAILED;
        return take_fault(told->failure, told->detail, fault);
    default:
        return false;
    }
}

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
