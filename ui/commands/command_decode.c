// SPDX-License-Identifier: MIT
#include "ui/commands/command_decode.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "console/signals.h"
#include "scanner/eye/eye.h"
#include "scanner/eye/eye_source.h"
#include "ui/app/reader_notes.h"
#include "ui/commands/command_decode_print.h"
#include "ui/text/code_parts.h"
#include "ui/text/fault_line.h"
#include "ui/text/language.h"
#include "ui/text/safe_text.h"

// Payloads of one file that are remembered; older ones may be told again.
#define SEEN_MAX (2u * QR_CODES_MAX)

// Payloads told already.
struct seen {
    struct {
        uint8_t *p;
        size_t n;
        uint8_t part;
        size_t told; // times: as often as one frame had it
        size_t here; // times in this frame so far
    } ring[SEEN_MAX];
    size_t count, next;
};

struct run {
    const struct options *options;
    const struct decode_print *print;
    FILE *out, *err;
    struct frame frame;
    struct eye eye;
    struct reader_notes notes;
    struct qr_codes *codes;
    struct qr_code *joined; // a message whose parts are all in one frame
    struct seen seen;
    int output_error; // errno of `out`; 0: all is well
    struct signals_watch signals;
    pthread_mutex_t mutex; // of what follows: a signal comes on another thread
    struct source *source;
    bool interrupted;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

// ---- payloads told already ----

static void seen_clear(struct seen *seen)
{
    for (size_t i = 0; i < seen->count; i++)
        free(seen->ring[i].p);
    *seen = (struct seen){0};
}

static void seen_begin_frame(struct seen *seen)
{
    for (size_t i = 0; i < seen->count; i++)
        seen->ring[i].here = 0;
}

// True if what `code` holds was told before, as many times as this frame has it up to now; else
// it counts as told once more. Labels of one text are so told one by one.
static bool seen_before(struct seen *seen, const struct qr_code *code)
{
    struct span payload = qr_payload(code);
    for (size_t i = 0; i < seen->count; i++) {
        if (seen->ring[i].part != code->part.number ||
            !span_equal(span_of(seen->ring[i].p, seen->ring[i].n), payload))
            continue;
        if (++seen->ring[i].here <= seen->ring[i].told)
            return true;
        seen->ring[i].told++;
        return false;
    }

    uint8_t *copy = malloc(payload.n + 1);
    if (!copy)
        return false; // told again rather than not at all
    if (payload.n > 0)
        memcpy(copy, payload.p, payload.n);

    if (seen->count < SEEN_MAX)
        seen->count++;
    free(seen->ring[seen->next].p);
    seen->ring[seen->next].p = copy;
    seen->ring[seen->next].n = payload.n;
    seen->ring[seen->next].part = code->part.number;
    seen->ring[seen->next].told = seen->ring[seen->next].here = 1;
    seen->next = (seen->next + 1) % SEEN_MAX;
    return false;
}

// ---- signals ----

static void on_signal(void *userdata)
{
    struct run *run = userdata;
    pthread_mutex_lock(&run->mutex);
    run->interrupted = true;
    if (run->source)
        run->source->ops->interrupt(run->source);
    eye_interrupt(&run->eye);
    pthread_mutex_unlock(&run->mutex);
}

static void set_source(struct run *run, struct source *source)
{
    pthread_mutex_lock(&run->mutex);
    run->source = source;
    if (source && run->interrupted)
        source->ops->interrupt(source);
    pthread_mutex_unlock(&run->mutex);
}

static bool was_interrupted(struct run *run)
{
    pthread_mutex_lock(&run->mutex);
    bool interrupted = run->interrupted;
    pthread_mutex_unlock(&run->mutex);
    return interrupted;
}

// ---- one file ----

// To be called right after each print.
static void check_output(struct run *run)
{
    if (run->output_error == 0 && ferror(run->out))
        run->output_error = errno ? errno : EIO;
}

// Kept for the end of the file: a frame that is damaged does not end the recording.
static void note_damage(struct decoded_file *file, enum failure failure, const char *how)
{
    if (file->damaged++ == 0)
        fault_set(&file->damage, failure, _("%s: frame %zu: %s"), file->path, file->frames - 1,
                  how);
}

// A seed may be divided; only its first part says what it is.
static bool is_secret(struct run *run, const struct qr_code *code, enum payload_kind kind)
{
    if (kind == PAYLOAD_OTP_SEED)
        return true;
    const struct qr_code *first = code_part(run->codes, &code->part, 1);
    struct challenge challenge;
    if (code->part.count == 0 || !first)
        return false;
    code_read(first, &challenge);
    return challenge.kind == PAYLOAD_OTP_SEED;
}

static void tell_code(struct run *run, struct decoded_file *file, const struct qr_code *code,
                      double took_ms)
{
    if (seen_before(&run->seen, code) && !run->options->every_frame)
        return;

    struct code_text text;
    struct challenge challenge;
    if (!code_text_init(&text, code))
        text = (struct code_text){.text = qr_payload(code)};
    code_kind(code, &text, &challenge);

    struct decoded_payload payload = {
        .file = file,
        .frame = run->frame.index,
        .kind = challenge.kind,
        .code = code,
        .text = &text,
        .joined = code == run->joined,
        .scale = run->frame.scale > 0 ? run->frame.scale : 1,
        .hidden = is_secret(run, code, challenge.kind) && !run->options->show_secrets,
        .ms = took_ms,
    };
    file->payloads++;
    run->print->payload(run->out, run->err, &payload);
    check_output(run);
    code_text_destroy(&text);
}

static void tell_codes(struct run *run, struct decoded_file *file, double took_ms)
{
    seen_begin_frame(&run->seen);
    const struct qr_code *code = run->codes->code;
    for (size_t i = 0; i < run->codes->count; i++)
        tell_code(run, file, &code[i], took_ms);
    for (size_t i = 0; i < run->codes->count; i++) {
        if (code[i].part.number == 1 && code_join(run->codes, &code[i], run->joined))
            tell_code(run, file, run->joined, took_ms);
    }
}

static void tell_openness(struct run *run, const struct source *source)
{
    struct fault fault;
    if (!source_has_all_walls(source, &fault))
        reader_notes_tell(&run->notes, &fault, run->err);
    if (!eye_has_all_walls(&run->eye, &fault))
        reader_notes_tell(&run->notes, &fault, run->err);
}

static void take_reading(struct run *run, struct decoded_file *file, bool damaged,
                         double took_ms)
{
    const struct qr_codes *codes = run->codes;
    if (damaged || run->frame.damaged)
        note_damage(file, FAILURE_SOURCE_DAMAGED, _("the picture is damaged"));
    // A recording has other frames, which are looked at in their turn.
    file->cut_short |= codes->cut_short && (run->frame.still || codes->count == QR_CODES_MAX);
    if (codes->count > 0)
        tell_codes(run, file, took_ms);
}

// False if no more frames can be read: `fault` says why.
static bool read_frame(struct run *run, struct decoded_file *file, struct fault *fault)
{
    double begin_ms = now_ms();
    file->frames++;
    struct fault why = {0};
    struct frame_reading reading;

    switch (eye_read(&run->eye, &run->frame.pixels, run->frame.still ? READ_STILL : READ_LIVE,
                     &reading, run->codes, &why)) {
    case EYE_READ:
        take_reading(run, file, reading.damaged, now_ms() - begin_ms);
        return true;
    case EYE_NO_PICTURE:
    case EYE_LOST:
        note_damage(file, why.failure, why.detail);
        return true;
    case EYE_UNAVAILABLE:
        *fault = why;
        return false;
    case EYE_INTERRUPTED: // the source is, too
        return true;
    }
    return false;
}

static enum source_step read_frames(struct run *run, struct source *source,
                                    struct decoded_file *file, struct fault *fault)
{
    bool opened = source->ops->open(source, fault);
    tell_openness(run, source);
    if (!opened)
        return fault->failure == FAILURE_INTERRUPTED ? SOURCE_INTERRUPTED : SOURCE_FAILED;

    for (;;) {
        enum source_step step = source->ops->next(source, &run->frame, fault);
        if (step != SOURCE_FRAME)
            return step;
        bool goes_on = read_frame(run, file, fault);
        tell_openness(run, source);
        if (!goes_on)
            return SOURCE_FAILED;
        if (run->output_error != 0 || was_interrupted(run))
            return SOURCE_INTERRUPTED;
    }
}

// What is to be told of a file that was read as far as it goes.
static void judge(struct decoded_file *file, enum source_step end, struct fault *fault)
{
    if (end == SOURCE_FAILED || file->payloads > 0)
        return;
    if (file->damaged > 0)
        *fault = file->damage;
    else
        fault_set(fault, FAILURE_SCAN_NO_CODE,
                  ngettext("%s: %zu frame", "%s: %zu frames", file->frames), file->path,
                  file->frames);
}

static void tell_cut_short(const struct run *run, const struct decoded_file *file)
{
    safe_text_print(run->err, span_str(file->path));
    fprintf(run->err, ": %s\n",
            _("Not all of it was searched: there may be more codes in the picture."));
}

static enum failure decode_file(struct run *run, const char *path, bool several)
{
    struct decoded_file file = {.path = path, .several = several};
    struct fault fault = {0};
    double begin_ms = now_ms();
    eye_forget(&run->eye);
    struct source *source =
        eye_source_new(strcmp(path, "-") == 0 ? NULL : path, FILE_ALL, &fault);
    enum source_step end = SOURCE_FAILED;

    if (source) {
        set_source(run, source);
        end = read_frames(run, source, &file, &fault);
        set_source(run, NULL);
        source->ops->close(source);
        source->ops->destroy(source);
    }

    seen_clear(&run->seen);
    if (end == SOURCE_INTERRUPTED)
        return FAILURE_INTERRUPTED;

    judge(&file, end, &fault);
    file.ms = now_ms() - begin_ms;
    run->print->file(run->out, &file, fault.failure);
    check_output(run);
    if (file.cut_short)
        tell_cut_short(run, &file);
    if (fault.failure != FAILURE_NONE)
        fault_line_print(run->err, &fault);
    return fault.failure;
}

// ---- all files ----

// The exit code that tells most, of two.
static enum exit_code graver(enum exit_code a, enum exit_code b)
{
    static const enum exit_code order[] = {EXIT_CODE_INTERRUPTED, EXIT_CODE_INTERNAL,
                                           EXIT_CODE_CAMERA, EXIT_CODE_NOTHING_SCANNED};
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if (a == order[i] || b == order[i])
            return order[i];
    }
    return EXIT_CODE_OK;
}

static enum exit_code tell_output_fault(struct run *run)
{
    // A reader that has seen enough ("| head -1") closed the pipe: nothing to complain of.
    if (run->output_error != EPIPE) {
        struct fault fault;
        fault_set(&fault, FAILURE_OUTPUT, "%s", strerror(run->output_error));
        fault_line_print(run->err, &fault);
    }
    return failure_exit(FAILURE_OUTPUT);
}

static enum exit_code decode_files(struct run *run)
{
    const struct options *options = run->options;
    enum exit_code result = EXIT_CODE_OK;
    for (size_t i = 0; i < options->file_count; i++) {
        enum failure failure = decode_file(run, options->files[i], options->file_count > 1);
        if (run->output_error != 0)
            return tell_output_fault(run);
        result = graver(result, failure_exit(failure));
        if (failure == FAILURE_INTERRUPTED)
            break;
    }
    return result;
}

static bool run_init(struct run *run, struct fault *fault)
{
    run->codes = calloc(1, sizeof(*run->codes));
    run->joined = calloc(1, sizeof(*run->joined));
    if (!run->codes || !run->joined)
        return fault_set(fault, FAILURE_MEMORY, "the reader");
    if (!eye_init(&run->eye, &(struct eye_settings){0}, fault))
        return false;
    eye_start(&run->eye, NULL); // it gets ready while the first file is opened
    if (signals_watch_start(&run->signals, on_signal, run, fault))
        return true;
    eye_destroy(&run->eye);
    return false;
}

enum exit_code command_decode(const struct options *options, FILE *out, FILE *err)
{
    struct run run = {
        .options = options,
        .print = options->face == FACE_JSON ? &decode_print_json : &decode_print_text,
        .out = out,
        .err = err,
        .mutex = PTHREAD_MUTEX_INITIALIZER,
    };

    frame_init(&run.frame);

    struct fault fault = {0};
    enum exit_code result;
    if (run_init(&run, &fault)) {
        result = decode_files(&run);
        signals_watch_stop(&run.signals);
        eye_destroy(&run.eye);
    } else {
        fault_line_print(run.err, &fault);
        result = failure_exit(fault.failure);
    }

    free(run.joined);
    free(run.codes);
    frame_destroy(&run.frame);
    return result;
}
