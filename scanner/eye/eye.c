// SPDX-License-Identifier: MIT
#include "scanner/eye/eye.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "apart/sandbox.h"

bool eye_init(struct eye *eye, const struct eye_settings *settings, struct fault *fault)
{
    *eye = (struct eye){.settings = *settings, .walls = SANDBOX_UNTOLD};
    if (eye->settings.busy_us == 0)
        eye->settings.busy_us = EYE_BUSY_US;
    if (eye->settings.idle_us == 0)
        eye->settings.idle_us = EYE_IDLE_US;
    child_init(&eye->child);
    eye_area_init(&eye->area);

    eye->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (eye->wake < 0)
        return fault_set(fault, failure_of_errno(errno, FAILURE_DESCRIPTORS), "the reader: %s",
                         strerror(errno));
    return true;
}

void eye_destroy(struct eye *eye)
{
    eye_child_end(&eye->child, EYE_STOPPED);
    eye_area_destroy(&eye->area);
    close(eye->wake);
}

void eye_interrupt(struct eye *eye)
{
    eventfd_write(eye->wake, 1);
}

// ---- one that is gone ----

// What is left of the eye is put away.
static enum eye_outcome lose(struct eye *eye, enum eye_end how, struct fault *fault)
{
    bool was_ready = eye->ready;
    enum eye_end end = eye_child_end(&eye->child, how);
    eye_area_destroy(&eye->area); // the next one has to be handed it anew
    eye->ready = false;
    if (how == EYE_STOPPED)
        return EYE_INTERRUPTED;

    fault_set(fault, FAILURE_READER_LOST, "%s", eye_end_words(end));
    if (!was_ready)
        return ++eye->failed >= EYE_STARTS ? EYE_UNAVAILABLE : EYE_LOST;

    eye->lost[end]++;
    return EYE_LOST;
}

// ---- start ----

bool eye_start(struct eye *eye, struct fault *fault)
{
    return eye->child.pid != 0 || eye_child_start(&eye->child, EYE_READS, fault);
}

static bool send_known(struct eye *eye)
{
    const struct known_codes *known = eye->settings.known;
    struct eye_request request;
    for (size_t i = 0; known && i < known->count; i++) {
        memset(&request, 0, sizeof(request)); // gaps too: nothing else of us leaves
        request.kind = EYE_REQUEST_KNOWN;
        request.known.mode = known->code[i].mode;
        request.known.size = known->code[i].size;
        memcpy(request.known.text, known->code[i].text, sizeof(request.known.text));
        if (!eye_child_send(&eye->child, &request, -1))
            return false;
    }
    return true;
}

enum eye_outcome eye_await(struct eye *eye, struct fault *fault)
{
    if (eye->ready)
        return EYE_READ;
    if (!eye_start(eye, fault))
        return EYE_UNAVAILABLE;

    const struct child_patience patience = {eye->wake, EYE_START_US, EYE_IDLE_US};
    struct eye_answer answer;
    enum eye_end end = eye_child_receive(&eye->child, &patience, &answer);
    if (end == EYE_RUNS && !eye_answer_take_ready(&answer, &eye->walls))
        end = EYE_LIED;
    if (end != EYE_RUNS)
        return lose(eye, end, fault);
    if (!send_known(eye))
        return lose(eye, EYE_LEFT, fault);

    eye->ready = true;
    eye->failed = 0;
    return EYE_READ;
}

bool eye_has_all_walls(const struct eye *eye, struct fault *fault)
{
    return eye_child_has_all_walls(EYE_READS, eye->walls, fault);
}

// ---- frames ----

bool eye_forget(struct eye *eye)
{
    struct eye_request request;
    memset(&request, 0, sizeof(request));
    request.kind = EYE_REQUEST_FORGET;
    // One that does not run has nothing to forget, and one that is gone the next frame tells.
    return !eye->ready || eye_child_send(&eye->child, &request, -1);
}

// Lays a frame into the area, and says what lies there: luma alone, in one pass, as the eye
// looks at nothing else. A JPEG is laid as it is, and so is what is shorter than its format
// says: the eye tells what is wrong with it.
static struct pixels lay(struct eye_area *area, const struct pixels *pixels)
{
    struct luma luma;
    struct luma_buffer buffer = {.lent = area->p, .lent_size = area->size};
    if (pixels->format == PIXEL_MJPEG || pixels->width * pixels->height > area->size ||
        !luma_from_pixels(pixels, &buffer, &luma, NULL)) {
        if (pixels->data.n > 0)
            memcpy(area->p, pixels->data.p, pixels->data.n);
        return *pixels;
    }

    if (luma.p != area->p) {
        for (size_t y = 0; y < luma.height; y++)
            memcpy(area->p + y * luma.width, luma.p + y * luma.stride, luma.width);
    }
    return (struct pixels){PIXEL_GREY, luma.width, luma.height, luma.width,
                           span_of(area->p, luma.width * luma.height)};
}

static bool send_frame(struct eye *eye, const struct pixels *pixels, enum read_effort effort)
{
    struct eye_area *area = &eye->area;
    struct pixels laid = lay(area, pixels);
    struct eye_request request;
    memset(&request, 0, sizeof(request));
    request.kind = EYE_REQUEST_FRAME;
    request.number = ++eye->number;
    request.frame = (struct eye_frame){
        .format = (uint32_t)laid.format,
        .width = (uint32_t)laid.width,
        .height = (uint32_t)laid.height,
        .stride = (uint32_t)laid.stride,
        .size = (uint32_t)laid.data.n,
        .effort = (uint32_t)effort,
        .area = area->fd >= 0 ? (uint32_t)area->size : 0,
    };

    if (!eye_child_send(&eye->child, &request, area->fd))
        return false;
    if (area->fd >= 0)
        close(area->fd);
    area->fd = -1;
    return true;
}

// What it read, message by message: EYE_RUNS, or how it ended. `codes` is empty until all are
// there.
static enum eye_end receive_reading(struct eye *eye, struct frame_reading *out,
                                    struct qr_codes *codes, struct fault *fault)
{
    const struct child_patience patience = {eye->wake, eye->settings.busy_us,
                                            eye->settings.idle_us};
    struct eye_answer answer;
    size_t count;
    enum eye_end end = eye_child_receive(&eye->child, &patience, &answer);
    if (end != EYE_RUNS)
        return end;
    if (!eye_answer_take_result(&answer, eye->number, out, &count, &codes->cut_short, fault))
        return EYE_LIED;

    for (size_t i = 0; i < count; i++) {
        end = eye_child_receive(&eye->child, &patience, &answer);
        if (end != EYE_RUNS)
            return end;
        if (!eye_answer_take_code(&answer, eye->number, &codes->code[i]))
            return EYE_LIED;
    }

    codes->count = count;
    return EYE_RUNS;
}

enum eye_outcome eye_read(struct eye *eye, const struct pixels *pixels, enum read_effort effort,
                          struct frame_reading *out, struct qr_codes *codes,
                          struct fault *fault)
{
    struct fault why = {0};
    codes->count = 0;
    codes->cut_short = false;
    enum eye_outcome ready = eye_await(eye, fault);
    if (ready != EYE_READ)
        return ready;
    if (!eye_area_reserve(&eye->area, EYE_AREA_TO, pixels->data.n, fault))
        return EYE_NO_PICTURE;

    enum eye_end end =
        send_frame(eye, pixels, effort) ? receive_reading(eye, out, codes, &why) : EYE_LEFT;
    if (end != EYE_RUNS) {
        enum eye_outcome outcome = lose(eye, end, fault);
        eye_start(eye, NULL); // it gets ready before the next frame; if not, that one tells
        return outcome;
    }

    if (why.failure == FAILURE_NONE)
        return EYE_READ;
    if (fault)
        *fault = why;
    return EYE_NO_PICTURE;
}
