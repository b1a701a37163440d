// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_process.h"

#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "apart/sandbox.h"
#include "scanner/eye/errand_io.h"
#include "scanner/eye/eye_area.h"
#include "scanner/eye/eye_child.h"
#include "scanner/eye/first_use.h"
#include "scanner/eye/frame_converter.h"

#define FRAME_S 60 // of processor time, after which an eye whose program is gone ends itself

struct eye_process {
    enum eye_role role;
    struct frame_reader reader; // EYE_READS
    struct known_codes known;
    struct source *source;            // EYE_OPENS, EYE_FILMS
    struct errand_io errands;         // EYE_FILMS
    struct frame frame;               // of it, or converted, the last
    struct frame_converter converter; // EYE_CONVERTS
    struct eye_area area;
    struct eye_area coded; // what is to be converted
    struct qr_codes codes;
    struct eye_answer answer;
    struct eye_process_test test;
};

bool eye_process_asked(int argc, char *const argv[])
{
    for (size_t role = 0; role < EYE_ROLES; role++) {
        if (child_asked(argc, argv, eye_role_argument((enum eye_role)role)))
            return true;
    }
    return false;
}

// ---- before the walls are up ----

// What each role needs is made before.
static bool prepare(struct eye_process *eye)
{
    switch (eye->role) {
    case EYE_READS:
        return frame_reader_init(&eye->reader, &eye->known, NULL) &&
               first_use_to_read(&eye->reader.luma_buffer);
    case EYE_OPENS:
        first_use_to_open();
        eye->source = file_source_new_later(CHILD_SOCKET, NULL);
        return eye->source != NULL;
    case EYE_CONVERTS:
        if (!frame_converter_init(&eye->converter, NULL))
            return false;
        first_use_of_jpeg(&eye->converter.luma);
        return true;
    case EYE_FILMS: {
        const struct camera_io *device = eye->test.device;
        errand_io_init(&eye->errands, device ? device : camera_system_real().kernel);
        return true;
    }
    }
    return false;
}

// What it calls once it reads frames, under its names on all machines.
static unsigned close_in(enum eye_role role)
{
    static const int calls[] = {
        SCMP_SYS(read),  // of the file that it was given
        SCMP_SYS(lseek), // how large an area is
        SCMP_SYS(_llseek),
        SCMP_SYS(setitimer),      // it does not outlive a frame that has no end
        SCMP_SYS(sysinfo),        // of qsort(), which asks how much memory there is
        SCMP_SYS(rt_sigprocmask), // of sigsetjmp(), in gdk-pixbuf's JPEG
    };
    const struct sandbox_plan plan = {
        .calls = calls,
        .count = sizeof(calls) / sizeof(calls[0]),
        .folder = -1,
        .devices = role == EYE_FILMS ? 'V' : 0, // V4L2
    };
    return sandbox_enter(&plan);
}

// ---- messages ----

static bool send_answer(const struct eye_answer *answer)
{
    return child_tell(answer, sizeof(*answer));
}

static bool send_ready(struct eye_process *eye, unsigned walls)
{
    eye->answer = (struct eye_answer){.kind = EYE_ANSWER_READY, .walls = walls};
    return send_answer(&eye->answer);
}

// ---- frames ----

static bool send_codes(struct eye_process *eye, uint32_t number)
{
    for (size_t i = 0; i < eye->codes.count; i++) {
        eye->answer.kind = EYE_ANSWER_CODE;
        eye->answer.number = number;
        eye->answer.code = eye->codes.code[i];
        if (!send_answer(&eye->answer))
            return false;
    }
    return true;
}

static void set_timer(time_t seconds)
{
    setitimer(ITIMER_PROF, &(struct itimerval){.it_value = {.tv_sec = seconds}}, NULL);
}

static bool read_frame(struct eye_process *eye, const struct eye_request *request)
{
    struct pixels pixels;
    enum read_effort effort;
    struct fault fault = {0};
    struct eye_result result = {0};
    if (!eye_request_take_frame(request, span_of(eye->area.p, eye->area.size), &pixels,
                                &effort))
        return false;

    set_timer(FRAME_S);
    eye->codes.count = 0;
    if (!frame_reader_read(&eye->reader, &pixels, effort, &result.reading, &eye->codes,
                           &fault)) {
        result.failure = fault.failure;
        memcpy(result.detail, fault.detail, sizeof(result.detail));
    }
    if (eye->test.taken_over)
        eye->test.taken_over(&eye->codes);
    set_timer(0);

    result.codes = (uint32_t)eye->codes.count;
    result.cut_short = eye->codes.cut_short;
    eye->answer = (struct eye_answer){
        .kind = EYE_ANSWER_FRAME, .number = request->number, .result = result};
    return send_answer(&eye->answer) && send_codes(eye, request->number);
}

static bool take_known(struct eye_process *eye, const struct eye_request *request)
{
    struct known_codes *known = &eye->known;
    if (known->count == KNOWN_CODES_MAX ||
        !eye_request_take_known(request, &known->code[known->count]))
        return false;
    known->count++;
    return true;
}

// ---- files ----

static void put_frame(struct eye_process *eye, struct eye_step *step)
{
    const struct frame *frame = &eye->frame;
    const struct pixels *pixels = &frame->pixels;
    step->frame = *frame;
    step->frame.pixels = (struct pixels){0};
    step->frame.storage = NULL; // where it lies is nobody's business
    step->format = (uint32_t)pixels->format;
    step->size = (uint32_t)pixels->data.n;
    step->width = (uint32_t)pixels->width;
    step->height = (uint32_t)pixels->height;
    step->stride = (uint32_t)pixels->stride;
    step->there = pixels->data.n <= eye->area.size;
    if (step->there && pixels->data.n > 0 && pixels->data.p != eye->area.p)
        memcpy(eye->area.p, pixels->data.p, pixels->data.n);
}

static void put_camera(const struct source *source, struct eye_camera *out)
{
    const struct camera_entry *entry = camera_source_entry(source);
    camera_source_in_use(source, &out->in_use);
    out->counts = camera_source_counts(source);
    memcpy(out->path, entry->path, sizeof(out->path));
    out->mode = entry->mode;
    out->any = camera_source_takes_any(source);
}

static bool send_step(struct eye_process *eye, enum source_step taken,
                      const struct fault *fault)
{
    struct eye_step step = {.step = (uint32_t)taken};
    if (taken == SOURCE_FAILED) {
        step.failure = fault->failure;
        memcpy(step.detail, fault->detail, sizeof(step.detail));
    }
    if (taken == SOURCE_FRAME)
        put_frame(eye, &step);
    if (eye->role == EYE_FILMS)
        put_camera(eye->source, &step.camera);
    eye->answer = (struct eye_answer){.kind = EYE_ANSWER_SOURCE, .step = step};
    return send_answer(&eye->answer);
}

static bool open_file(struct eye_process *eye, const struct eye_file *told, int file)
{
    struct fault fault = {0};
    if (file < 0 || told->kinds == 0 || told->kinds > FILE_ALL)
        return false;
    file_source_give(eye->source, file, told->size, (enum file_kinds)told->kinds);
    bool opened = eye->source->ops->open(eye->source, &fault);
    return send_step(eye, opened ? SOURCE_FRAME : SOURCE_FAILED, &fault);
}

static void be_taken_over_by_frame(const struct eye_process *eye)
{
    if (eye->test.taken_over_by_frame)
        eye->test.taken_over_by_frame(eye->frame.pixels.data);
}

static bool next_frame(struct eye_process *eye)
{
    struct fault fault = {0};
    eye->frame.pixels = (struct pixels){0};
    set_timer(FRAME_S);
    enum source_step step = eye->source->ops->next(eye->source, &eye->frame, &fault);
    if (step == SOURCE_FRAME)
        be_taken_over_by_frame(eye);
    set_timer(0);
    return send_step(eye, step, &fault);
}

// ---- conversion ----

static bool convert_frame(struct eye_process *eye, const struct eye_request *request)
{
    struct frame coded = {0};
    struct fault fault = {0};
    if (!eye_request_take_coded(request, span_of(eye->coded.p, eye->coded.size), &coded))
        return false;

    set_timer(FRAME_S);
    bool converted =
        frame_converter_convert(&eye->converter, &coded, eye->area.p, eye->area.size,
                                &eye->frame.pixels, &eye->frame.damaged, &fault);
    if (converted)
        be_taken_over_by_frame(eye);
    set_timer(0);
    return send_step(eye, converted ? SOURCE_FRAME : SOURCE_FAILED, &fault);
}

// ---- cameras ----

static bool choose_camera(struct eye_process *eye, const struct eye_request *request)
{
    const struct camera_system system = {&eye->errands.io, NULL};
    struct eye_choice choice;
    if (eye->source || !eye_request_take_choice(request, &choice))
        return false;
    eye->source =
        camera_source_new_woken(system, choice.named ? choice.id : NULL, CHILD_SOCKET, NULL);
    eye->errands.source = eye->source;
    return eye->source && send_step(eye, SOURCE_FRAME, NULL);
}

static bool open_camera(struct eye_process *eye)
{
    struct fault fault = {0};
    eye->frame.pixels = (struct pixels){0};
    bool opened = eye->source->ops->open(eye->source, &fault);
    return send_step(eye, opened ? SOURCE_FRAME : SOURCE_FAILED, &fault);
}

// What a driver sends behind a frame is nobody's.
static void cut_to_size(struct pixels *pixels)
{
    size_t most = pixels_size_max(pixels);
    if (pixels->data.n > most)
        pixels->data.n = most;
}

// A frame that is shorter than its driver says goes no further.
static bool film(struct eye_process *eye)
{
    struct fault fault = {0};
    eye->frame.pixels = (struct pixels){0};
    set_timer(FRAME_S);
    enum source_step step = eye->source->ops->next(eye->source, &eye->frame, &fault);
    set_timer(0);
    if (step == SOURCE_FRAME && !pixels_are_whole(&eye->frame.pixels)) {
        step = SOURCE_FAILED;
        fault_set(&fault, FAILURE_CAMERA_FORMAT, "%zux%zu pixels in %zu bytes",
                  eye->frame.pixels.width, eye->frame.pixels.height, eye->frame.pixels.data.n);
    }
    cut_to_size(&eye->frame.pixels);
    return send_step(eye, step, &fault);
}

static bool await_camera(struct eye_process *eye)
{
    eye->frame.pixels = (struct pixels){0};
    return eye->source->ops->await(eye->source) && send_step(eye, SOURCE_FRAME, NULL);
}

static bool close_camera(struct eye_process *eye)
{
    eye->frame.pixels = (struct pixels){0};
    eye->source->ops->close(eye->source);
    return true;
}

// ---- requests ----

// A frame that lies in the area needs no other.
static bool take_room(struct eye_process *eye, const struct eye_request *request, int came)
{
    bool lies_there = eye->area.size > 0 && eye->frame.pixels.data.p == eye->area.p;
    return came >= 0 && !lies_there &&
           eye_area_map(&eye->area, EYE_AREA_FROM, came, request->room) &&
           send_step(eye, SOURCE_FRAME, NULL);
}

static bool take_of_opener(struct eye_process *eye, const struct eye_request *request, int came)
{
    switch (request->kind) {
    case EYE_REQUEST_OPEN:
        return open_file(eye, &request->file, came);
    case EYE_REQUEST_NEXT:
        return came < 0 && next_frame(eye);
    case EYE_REQUEST_ROOM:
        return take_room(eye, request, came);
    default:
        return false;
    }
}

// The area that a request says comes along; true also where there is to be none.
static bool take_area(struct eye_area *area, size_t said, int came)
{
    return said > 0 ? came >= 0 && eye_area_map(area, EYE_AREA_TO, came, said) : came < 0;
}

static bool take_of_converter(struct eye_process *eye, const struct eye_request *request,
                              int came)
{
    switch (request->kind) {
    case EYE_REQUEST_CONVERT:
        return take_area(&eye->coded, request->coded.area, came) && convert_frame(eye, request);
    case EYE_REQUEST_ROOM:
        return take_room(eye, request, came);
    default:
        return false;
    }
}

static bool take_of_camera(struct eye_process *eye, const struct eye_request *request, int came)
{
    if ((came >= 0 && request->kind != EYE_REQUEST_ROOM) ||
        (!eye->source && request->kind != EYE_REQUEST_CAMERA))
        return false;

    switch (request->kind) {
    case EYE_REQUEST_CAMERA:
        return choose_camera(eye, request);
    case EYE_REQUEST_ROOM:
        return take_room(eye, request, came);
    case EYE_REQUEST_OPEN:
        return open_camera(eye);
    case EYE_REQUEST_NEXT:
        return film(eye);
    case EYE_REQUEST_AWAIT:
        return await_camera(eye);
    case EYE_REQUEST_CLOSE:
        return close_camera(eye);
    case EYE_REQUEST_SWITCH:
        return errand_io_switch(&eye->errands, request);
    default:
        return false;
    }
}

static bool take_of_reader(struct eye_process *eye, const struct eye_request *request, int came)
{
    if (!take_area(&eye->area, request->kind == EYE_REQUEST_FRAME ? request->frame.area : 0,
                   came))
        return false;

    switch (request->kind) {
    case EYE_REQUEST_KNOWN:
        return take_known(eye, request);
    case EYE_REQUEST_FRAME:
        return read_frame(eye, request);
    case EYE_REQUEST_FORGET:
        qr_reader_reset(eye->reader.reader);
        return true;
    default:
        return false;
    }
}

static enum eye_role role_of(const char *argument)
{
    enum eye_role role = EYE_READS;
    while (role + 1 < EYE_ROLES && strcmp(argument, eye_role_argument(role)) != 0)
        role++;
    return role;
}

// Answers until the program is gone, or says what it may not.
static void answer_all(struct eye_process *eye)
{
    static bool (*const take[])(struct eye_process *, const struct eye_request *, int) = {
        [EYE_READS] = take_of_reader,
        [EYE_OPENS] = take_of_opener,
        [EYE_CONVERTS] = take_of_converter,
        [EYE_FILMS] = take_of_camera,
    };
    struct eye_request request;
    int came;
    while (child_take(&request, sizeof(request), &came) &&
           take[eye->role](eye, &request, came)) {
    }
}

int eye_process_run(int argc, char *const argv[], const struct eye_process_test *test)
{
    prctl(PR_SET_NAME, "qrconfirm-eye");
    struct eye_process *eye = calloc(1, sizeof(*eye));
    if (argc != 2 || !eye || !child_close_all_others(CHILD_SOCKET + 1))
        return EXIT_CODE_INTERNAL;

    eye->role = role_of(argv[1]);
    if (test)
        eye->test = *test;
    eye_area_init(&eye->area);
    eye_area_init(&eye->coded);
    frame_init(&eye->frame);
    if (!prepare(eye))
        return EXIT_CODE_INTERNAL;

    if (send_ready(eye, close_in(eye->role)))
        answer_all(eye);

    // Nothing is put away: what ends with a process may not run again.
    _exit(EXIT_CODE_OK);
}
