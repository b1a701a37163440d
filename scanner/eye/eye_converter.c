// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_converter.h"

#include <unistd.h>

bool eye_converter_init(struct eye_converter *converter, struct fault *fault)
{
    *converter = (struct eye_converter){0};
    eye_area_init(&converter->coded);
    return eye_steps_init(&converter->steps, EYE_IDLE_US, fault);
}

void eye_converter_destroy(struct eye_converter *converter)
{
    eye_steps_destroy(&converter->steps);
    eye_area_destroy(&converter->coded);
}

void eye_converter_interrupt(struct eye_converter *converter)
{
    eye_steps_interrupt(&converter->steps);
}

bool eye_converter_has_all_walls(const struct eye_converter *converter, struct fault *fault)
{
    return eye_steps_has_all_walls(&converter->steps, fault);
}

// ---- start ----

void eye_converter_start(struct eye_converter *converter)
{
    eye_steps_start(&converter->steps, EYE_CONVERTS, NULL);
}

static enum eye_outcome await(struct eye_converter *converter, struct fault *fault)
{
    struct fault why = {0};
    if (converter->steps.ready)
        return EYE_READ;

    eye_area_destroy(&converter->coded); // the next one has to be handed it anew
    if (eye_steps_await(&converter->steps, EYE_CONVERTS, &why)) {
        converter->failed = 0;
        return EYE_READ;
    }

    if (fault)
        *fault = why;
    if (why.failure == FAILURE_INTERRUPTED)
        return EYE_INTERRUPTED;
    return ++converter->failed >= EYE_STARTS ? EYE_UNAVAILABLE : EYE_LOST;
}

// ---- frames ----

static struct eye_request request_of(const struct frame *frame, const struct eye_area *area)
{
    const struct pixels *pixels = &frame->pixels;
    struct eye_request request;
    memset(&request, 0, sizeof(request)); // gaps too: nothing else of us leaves
    request.kind = EYE_REQUEST_CONVERT;
    request.coded = (struct eye_coded){
        .format = (uint32_t)pixels->format,
        .fourcc = frame->fourcc,
        .width = (uint32_t)pixels->width,
        .height = (uint32_t)pixels->height,
        .size = (uint32_t)pixels->data.n,
        .area = area->fd >= 0 ? (uint32_t)area->size : 0,
    };
    return request;
}

// Lays the frame into the area, and asks. What comes is to be gray.
static enum source_step ask(struct eye_converter *converter, const struct frame *from,
                            struct frame *to, struct fault *fault)
{
    struct eye_area *area = &converter->coded;
    if (from->pixels.data.n > 0)
        memcpy(area->p, from->pixels.data.p, from->pixels.data.n);
    const struct eye_request request = request_of(from, area);
    enum source_step step = eye_steps_frame(&converter->steps, &request, area->fd, to, fault);

    if (area->fd >= 0)
        close(area->fd);
    area->fd = -1;
    if (step == SOURCE_END || (step == SOURCE_FRAME && to->pixels.format != PIXEL_GREY))
        return eye_steps_lied(&converter->steps, fault);
    return step;
}

enum eye_outcome eye_converter_convert(struct eye_converter *converter,
                                       const struct frame *from, struct frame *to,
                                       struct fault *fault)
{
    enum eye_outcome ready = await(converter, fault);
    if (ready != EYE_READ)
        return ready;
    if (!eye_area_reserve(&converter->coded, EYE_AREA_TO, from->pixels.data.n, fault))
        return EYE_NO_PICTURE;

    bool damaged;
    switch (ask(converter, from, to, fault)) {
    case SOURCE_FRAME:
        damaged = from->damaged || to->damaged;
        frame_copy_numbers(to, from);
        to->damaged = damaged;
        return EYE_READ;
    case SOURCE_INTERRUPTED:
        return EYE_INTERRUPTED;
    case SOURCE_FAILED:
    case SOURCE_END:
        break;
    }
    return converter->steps.child.pid == 0 ? EYE_LOST : EYE_NO_PICTURE;
}
