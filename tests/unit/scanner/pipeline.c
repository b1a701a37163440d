// SPDX-License-Identifier: MIT
// The pipeline on recordings of its own making, and on a live source that does what the test
// says.

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/pipeline.h"
#include "support.h"

enum { SIDE = 160, EVENTS_MAX = 512, TEXT_MAX = 32 };

// ---- memory taken by our own code; the linker sends it here ----

static atomic_size_t allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);

void *__wrap_malloc(size_t size)
{
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    allocations++;
    return __real_realloc(p, size);
}

// ---- what happened ----

struct noted {
    enum pipeline_event_kind kind;
    uint64_t frame;
    char payload[TEXT_MAX];
    enum failure failure;
    size_t allocations; // so far
};

struct log {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct noted events[EVENTS_MAX];
    size_t count;
    struct pipeline *pipeline;
    bool pause_at_codes, stop_at_codes;
};

static void note(void *userdata, const struct pipeline_event *event)
{
    struct log *log = userdata;
    struct noted noted = {.kind = event->kind, .allocations = allocations};
    if (event->kind == PIPELINE_CODES) {
        const struct qr_code *code = &event->codes.codes->code[0];
        noted.frame = event->codes.frame;
        memcpy(noted.payload, code->payload, code->size < TEXT_MAX ? code->size : TEXT_MAX - 1);
        if (log->pause_at_codes)
            pipeline_pause(log->pipeline);
        if (log->stop_at_codes)
            pipeline_stop(log->pipeline);
    }
    if (event->kind == PIPELINE_WAITING || event->kind == PIPELINE_FAILED)
        noted.failure = event->fault.failure;
    pthread_mutex_lock(&log->mutex);
    if (log->count < EVENTS_MAX)
        log->events[log->count++] = noted;
    pthread_cond_broadcast(&log->changed);
    pthread_mutex_unlock(&log->mutex);
}

static size_t count_locked(const struct log *log, enum pipeline_event_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < log->count; i++)
        count += log->events[i].kind == kind;
    return count;
}

static size_t count_events(struct log *log, enum pipeline_event_kind kind)
{
    pthread_mutex_lock(&log->mutex);
    size_t count = count_locked(log, kind);
    pthread_mutex_unlock(&log->mutex);
    return count;
}

static void await_events(struct log *log, enum pipeline_event_kind kind, size_t count)
{
    pthread_mutex_lock(&log->mutex);
    while (count_locked(log, kind) < count)
        pthread_cond_wait(&log->changed, &log->mutex);
    pthread_mutex_unlock(&log->mutex);
}

// The event `index` of a kind; the pipeline is at rest.
static const struct noted *event_of(const struct log *log, enum pipeline_event_kind kind,
                                    size_t index)
{
    for (size_t i = 0; i < log->count; i++) {
        if (log->events[i].kind == kind && index-- == 0)
            return &log->events[i];
    }
    fail_msg("event %d is missing", (int)kind);
    return &log->events[0];
}

static void assert_codes(const struct log *log, size_t index, uint64_t frame, const char *text)
{
    const struct noted *noted = event_of(log, PIPELINE_CODES, index);
    assert_int_equal(noted->frame, frame);
    assert_string_equal(noted->payload, text);
}

// ---- one pipeline ----

struct rig {
    struct log log;
    struct pipeline pipeline;
    struct source *source;
};

static void rig_init(struct rig *rig, struct source *source, struct pipeline_settings settings)
{
    memset(rig, 0, sizeof(*rig));
    pthread_mutex_init(&rig->log.mutex, NULL);
    pthread_cond_init(&rig->log.changed, NULL);
    assert_non_null(source);
    rig->source = source;
    rig->log.pipeline = &rig->pipeline;
    settings.on_event = note;
    settings.userdata = &rig->log;
    assert_true(pipeline_init(&rig->pipeline, source, &settings, NULL));
}

static void rig_start(struct rig *rig)
{
    assert_true(pipeline_start(&rig->pipeline, NULL));
}

// Waits for the end, and checks that nothing comes after it.
static void rig_finish(struct rig *rig, enum pipeline_event_kind end)
{
    await_events(&rig->log, end, 1);
    pipeline_join(&rig->pipeline);
    assert_int_equal(rig->log.events[rig->log.count - 1].kind, end);
    assert_int_equal(
        count_events(&rig->log, PIPELINE_ENDED) + count_events(&rig->log, PIPELINE_FAILED), 1);
}

static void rig_stop(struct rig *rig)
{
    pipeline_stop(&rig->pipeline);
    pipeline_join(&rig->pipeline);
}

static void rig_destroy(struct rig *rig)
{
    pipeline_destroy(&rig->pipeline);
    rig->source->ops->destroy(rig->source);
    pthread_cond_destroy(&rig->log.changed);
    pthread_mutex_destroy(&rig->log.mutex);
}

static struct pipeline_counters counters_of(struct rig *rig)
{
    struct pipeline_counters counters;
    pipeline_counters_get(&rig->pipeline, &counters);
    return counters;
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
    rig_init(&rig, source_from_spec("replay:/nonexistent", NULL),
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

// ---- a live source ----

struct live {
    struct source source;
    sem_t given; // frames it may give
    pthread_mutex_t mutex;
    bool interrupted;
    uint64_t index;
    uint64_t end;      // index at which it ends; 0: never
    int opens_failing; // that many opens fail
    int opened, closed, awaited;
    const char *payload; // of the frames given from now on
};

static struct live *live_of(struct source *source)
{
    return (struct live *)source;
}

static bool live_open(struct source *source, struct fault *fault)
{
    struct live *live = live_of(source);
    live->opened++;
    if (live->opens_failing > 0) {
        live->opens_failing--;
        return fault_set(fault, FAILURE_CAMERA_GONE, "unplugged");
    }
    return true;
}

static enum source_step live_next(struct source *source, struct frame *out, struct fault *fault)
{
    (void)fault;
    struct live *live = live_of(source);
    if (live->end > 0 && live->index == live->end)
        return SOURCE_END;
    if (live->end == 0)
        sem_wait(&live->given);
    pthread_mutex_lock(&live->mutex);
    bool interrupted = live->interrupted;
    const char *payload = live->payload;
    pthread_mutex_unlock(&live->mutex);
    if (interrupted)
        return SOURCE_INTERRUPTED;
    bool last = live->end > 0 && live->index + 1 == live->end;
    uint8_t *luma = draw_picture(SIDE, SIDE, 230,
                                 span_str(payload ? payload
                                          : last  ? "last"
                                                  : ""));
    if (!frame_reserve(out, SIDE * SIDE))
        fail();
    memcpy(out->storage, luma, SIDE * SIDE);
    free(luma);
    out->pixels = (struct pixels){PIXEL_GREY, SIDE, SIDE, SIDE, {out->storage, SIDE * SIDE}};
    out->view.rotation = 90;
    out->index = live->index++;
    return SOURCE_FRAME;
}

static void live_interrupt(struct source *source)
{
    struct live *live = live_of(source);
    pthread_mutex_lock(&live->mutex);
    live->interrupted = true;
    pthread_mutex_unlock(&live->mutex);
    sem_post(&live->given);
}

static bool live_await(struct source *source)
{
    struct live *live = live_of(source);
    live->awaited++;
    pthread_mutex_lock(&live->mutex);
    bool interrupted = live->interrupted;
    pthread_mutex_unlock(&live->mutex);
    return !interrupted;
}

static void live_close(struct source *source)
{
    live_of(source)->closed++;
}

static void live_destroy(struct source *source)
{
    struct live *live = live_of(source);
    sem_destroy(&live->given);
    pthread_mutex_destroy(&live->mutex);
}

static const struct source_ops live_ops = {
    .open = live_open,
    .next = live_next,
    .interrupt = live_interrupt,
    .await = live_await,
    .close = live_close,
    .destroy = live_destroy,
};

static void live_init(struct live *live)
{
    memset(live, 0, sizeof(*live));
    live->source = (struct source){.ops = &live_ops, .live = true};
    sem_init(&live->given, 0, 0);
    pthread_mutex_init(&live->mutex, NULL);
}

static void live_give(struct live *live, const char *payload)
{
    pthread_mutex_lock(&live->mutex);
    live->payload = payload;
    pthread_mutex_unlock(&live->mutex);
    sem_post(&live->given);
}

static void live_frames_are_read_or_counted(void **state)
{
    (void)state;
    enum { FRAMES = 300 };
    struct live live;
    live_init(&live);
    live.end = FRAMES;
    struct rig rig;
    rig_init(&rig, &live.source, (struct pipeline_settings){.preview = true});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_ENDED);
    struct pipeline_counters counters = counters_of(&rig);
    assert_int_equal(counters.frames, FRAMES);
    assert_int_equal(counters.decoded + counters.skipped, FRAMES);
    // The newest frame is never the one that is skipped.
    assert_codes(&rig.log, 0, FRAMES - 1, "last");
    assert_int_equal(live.closed, 1);
    rig_destroy(&rig);
}

static void paused_live_source_goes_on_to_the_preview_alone(void **state)
{
    (void)state;
    struct live live;
    live_init(&live);
    struct rig rig;
    rig_init(&rig, &live.source, (struct pipeline_settings){.preview = true});
    pipeline_pause(&rig.pipeline);
    rig_start(&rig);
    struct frame frame;
    frame_init(&frame);
    for (size_t i = 0; i < 5; i++) {
        live_give(&live, "while paused");
        await_events(&rig.log, PIPELINE_PREVIEW, i + 1);
        assert_true(pipeline_take_preview(&rig.pipeline, &frame));
        assert_int_equal(frame.index, i);
        assert_int_equal(frame.view.rotation, 90);
    }
    // The preview comes before the decoder: one frame more, and the fifth is known to be
    // skipped.
    live_give(&live, NULL);
    await_events(&rig.log, PIPELINE_PREVIEW, 6);
    assert_true(counters_of(&rig).skipped >= 5);
    pipeline_resume(&rig.pipeline);
    live_give(&live, "after it");
    await_events(&rig.log, PIPELINE_CODES, 1);
    rig_stop(&rig);
    assert_int_equal(count_events(&rig.log, PIPELINE_CODES), 1);
    assert_codes(&rig.log, 0, 6, "after it");
    frame_destroy(&frame);
    rig_destroy(&rig);
}

static void blocked_source_is_stopped(void **state)
{
    (void)state;
    struct live live;
    live_init(&live);
    struct rig rig;
    rig_init(&rig, &live.source, (struct pipeline_settings){0});
    rig_start(&rig);
    rig_stop(&rig);
    assert_int_equal(rig.log.count, 0);
    assert_int_equal(live.opened, live.closed);
    rig_destroy(&rig);
}

static void unplugged_source_is_opened_again(void **state)
{
    (void)state;
    struct live live;
    live_init(&live);
    live.opens_failing = 2;
    struct rig rig;
    rig_init(&rig, &live.source, (struct pipeline_settings){.reopen = true});
    rig_start(&rig);
    live_give(&live, "back again");
    await_events(&rig.log, PIPELINE_CODES, 1);
    rig_stop(&rig);
    assert_int_equal(live.awaited, 2);
    assert_int_equal(live.opened, 3);
    assert_int_equal(live.closed, 3);
    assert_int_equal(rig.log.events[0].kind, PIPELINE_WAITING);
    assert_int_equal(rig.log.events[0].failure, FAILURE_CAMERA_GONE);
    assert_int_equal(rig.log.events[1].kind, PIPELINE_WAITING);
    assert_int_equal(rig.log.events[2].kind, PIPELINE_RUNNING);
    assert_int_equal(count_events(&rig.log, PIPELINE_RUNNING), 1);
    rig_destroy(&rig);
}

static void unplugged_source_fails_where_it_is_not_awaited(void **state)
{
    (void)state;
    struct live live;
    live_init(&live);
    live.opens_failing = 1;
    struct rig rig;
    rig_init(&rig, &live.source, (struct pipeline_settings){0});
    rig_start(&rig);
    rig_finish(&rig, PIPELINE_FAILED);
    assert_int_equal(event_of(&rig.log, PIPELINE_FAILED, 0)->failure, FAILURE_CAMERA_GONE);
    assert_int_equal(live.awaited, 0);
    assert_int_equal(live.closed, 1);
    rig_destroy(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_of_a_recording_is_read),
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
        cmocka_unit_test(live_frames_are_read_or_counted),
        cmocka_unit_test(paused_live_source_goes_on_to_the_preview_alone),
        cmocka_unit_test(blocked_source_is_stopped),
        cmocka_unit_test(unplugged_source_is_opened_again),
        cmocka_unit_test(unplugged_source_fails_where_it_is_not_awaited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
