// SPDX-License-Identifier: MIT
// The pipeline on a live source that does what the test says.
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "scanner/camera/camera.h"
#include "support.h"
#include "tests/unit/scanner/eye_deeds.h"
#include "tests/unit/scanner/pipeline_rig.h"

struct live {
    struct source source;
    sem_t given; // frames it may give
    pthread_mutex_t mutex;
    bool interrupted;
    uint64_t index;
    uint64_t end;      // index at which it ends; 0: never
    int opens_failing; // that many opens fail
    enum failure why;  // FAILURE_NONE: as unplugged
    int opened, closed, awaited;
    const char *payload; // of the frames given from now on
    bool torn;           // the heart of each finder pattern has a hole in them
    bool grainy;         // no two frames are equal
    bool broken;         // they are JPEGs, and no pictures
    int64_t step_us;     // from one frame to the next
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
        return fault_set(fault, live->why ? live->why : FAILURE_CAMERA_GONE, "not now");
    }
    return true;
}

// Of a code of version 1.
static void tear(uint8_t *luma)
{
    enum { MODULE = 5, LEFT = (SIDE - 21 * MODULE) / 2, FAR = 14 * MODULE };
    static const size_t at[3][2] = {{0, 0}, {FAR, 0}, {0, FAR}};
    for (size_t i = 0; i < 3; i++) {
        uint8_t *heart =
            luma + (LEFT + at[i][1] + 3 * MODULE) * SIDE + LEFT + at[i][0] + 3 * MODULE;
        for (size_t y = 0; y < MODULE; y++)
            memset(heart + y * SIDE, 230, MODULE);
    }
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
    bool broken = live->broken;
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
    if (live->torn)
        tear(luma);
    if (live->grainy)
        luma[live->index % SIDE] ^= 8;
    memcpy(out->storage, luma, SIDE * SIDE);
    free(luma);

    out->pixels = (struct pixels){PIXEL_GREY, SIDE, SIDE, SIDE, {out->storage, SIDE * SIDE}};
    if (broken)
        out->pixels = (struct pixels){PIXEL_MJPEG, SIDE, SIDE, 0, span_str("\xff\xd8 nothing")};
    out->view.rotation = 90;
    out->time_us = (int64_t)live->index * live->step_us;
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

static void give_broken(struct live *live, bool broken)
{
    pthread_mutex_lock(&live->mutex);
    live->broken = broken;
    pthread_mutex_unlock(&live->mutex);
    live_give(live, "whole");
}

static void await_damaged(struct rig *rig, uint64_t count)
{
    while (counters_of(rig).damaged < count)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

// Its frames come, so the camera itself sees no fault in them.
static void a_camera_without_one_picture_has_failed(void **state)
{
    (void)state;
    struct live live;
    live_init(&live);
    struct rig rig;
    rig_init(&rig, &live.source, (struct pipeline_settings){.eye = true, .reopen = true});
    rig_start(&rig);

    int64_t begun_us = clock_us(CLOCK_MONOTONIC);
    while (count_events(&rig.log, PIPELINE_WAITING) == 0) {
        assert_true(clock_us(CLOCK_MONOTONIC) - begun_us < 10 * CAMERA_DAMAGED_US);
        give_broken(&live, true);
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
    assert_true(clock_us(CLOCK_MONOTONIC) - begun_us >= CAMERA_DAMAGED_US);

    uint64_t before = counters_of(&rig).damaged;
    give_broken(&live, true);
    await_damaged(&rig, before + 1);
    assert_int_equal(count_events(&rig.log, PIPELINE_RUNNING), 0);
    give_broken(&live, false);
    await_events(&rig.log, PIPELINE_CODES, 1);
    rig_stop(&rig);

    assert_int_equal(event_of(&rig.log, PIPELINE_WAITING, 0)->failure, FAILURE_CAMERA_DAMAGED);
    assert_int_equal(count_events(&rig.log, PIPELINE_WAITING), 1);
    assert_int_equal(count_events(&rig.log, PIPELINE_RUNNING), 1);
    assert_int_equal(count_lost(&rig.log), 0);
    rig_destroy(&rig);
}

// What came before it is not held against a camera that nobody looked at since.
static void a_pause_is_no_time_without_pictures(void **state)
{
    (void)state;
    struct live live;
    live_init(&live);
    struct rig rig;
    rig_init(&rig, &live.source, (struct pipeline_settings){.eye = true, .reopen = true});
    rig_start(&rig);
    give_broken(&live, true);
    await_damaged(&rig, 1);

    pipeline_pause(&rig.pipeline);
    give_broken(&live, true);
    while (counters_of(&rig).skipped < 1)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    nanosleep(&(struct timespec){.tv_sec = CAMERA_DAMAGED_US / 1000000 + 1}, NULL);

    pipeline_resume(&rig.pipeline);
    give_broken(&live, true);
    await_damaged(&rig, 2);
    give_broken(&live, false);
    await_events(&rig.log, PIPELINE_CODES, 1);
    rig_stop(&rig);
    assert_int_equal(count_events(&rig.log, PIPELINE_WAITING), 0);
    rig_destroy(&rig);
}

static void a_question_is_awaited_in_any_case(void **state)
{
    (void)state;
    struct live live;
    live_init(&live);
    live.opens_failing = 2;
    live.why = FAILURE_PIPEWIRE_ASKS;

    struct rig rig;
    rig_init(&rig, &live.source, (struct pipeline_settings){0});
    rig_start(&rig);
    live_give(&live, "allowed");
    await_events(&rig.log, PIPELINE_CODES, 1);
    rig_stop(&rig);

    assert_int_equal(live.awaited, 2);
    assert_int_equal(event_of(&rig.log, PIPELINE_WAITING, 0)->failure, FAILURE_PIPEWIRE_ASKS);
    rig_destroy(&rig);
}

// As cameras give them that show a still film, or are asked for more frames than they take.
static void the_same_picture_is_looked_at_a_few_times(void **state)
{
    (void)state;
    enum { FRAMES = 20, LOOKED_AT = 9 };
    struct live live;
    live_init(&live);
    struct rig rig;
    rig_init(&rig, &live.source, (struct pipeline_settings){0});
    rig_start(&rig);
    for (size_t i = 0; i < FRAMES; i++) {
        live_give(&live, NULL);
        await_events(&rig.log, PIPELINE_NO_CODE, i + 1); // told of each all the same
    }

    struct pipeline_counters counters = counters_of(&rig);
    assert_int_equal(counters.decoded, LOOKED_AT);
    assert_int_equal(counters.skipped, FRAMES - LOOKED_AT);
    live_give(&live, "another");
    await_events(&rig.log, PIPELINE_CODES, 1);
    rig_stop(&rig);
    assert_codes(&rig.log, 0, FRAMES, "another");
    rig_destroy(&rig);
}

// Thirty frames a second without a code: after two seconds every second one is enough.
static void an_empty_view_is_looked_at_less_often(void **state)
{
    (void)state;
    enum { FRAMES = 60, MORE = 31, RESTED = 15 };
    struct live live;
    live_init(&live);
    live.grainy = true;
    live.step_us = 33334;

    struct rig rig;
    rig_init(&rig, &live.source, (struct pipeline_settings){0});
    rig_start(&rig);
    for (size_t i = 0; i < FRAMES + MORE; i++) {
        live_give(&live, NULL);
        await_events(&rig.log, PIPELINE_NO_CODE, i + 1); // told of each all the same
    }

    struct pipeline_counters counters = counters_of(&rig);
    assert_int_equal(counters.skipped, RESTED);
    assert_int_equal(counters.decoded, FRAMES + MORE - RESTED);

    live_give(&live, "there");
    live_give(&live, "there");
    await_events(&rig.log, PIPELINE_CODES, 1);
    rig_stop(&rig);
    rig_destroy(&rig);
}

// A view with a damaged code, after so many frames without any; `read` is the frame in which
// the code is read. Ten frames a second.
static void reads_what_is_torn(size_t without, size_t read)
{
    struct live live;
    live_init(&live);
    live.torn = true;
    live.step_us = 100000;

    struct rig rig;
    rig_init(&rig, &live.source, (struct pipeline_settings){0});
    rig_start(&rig);
    for (size_t i = 0; i < read; i++) {
        live_give(&live, i < without ? NULL : "torn");
        await_events(&rig.log, PIPELINE_NO_CODE, i + 1);
    }
    live_give(&live, "torn");
    await_events(&rig.log, PIPELINE_CODES, 1);
    rig_stop(&rig);

    assert_codes(&rig.log, 0, read, "torn");
    rig_destroy(&rig);
}

// Every frame alone is read in vain. After two seconds of them one is looked at with more work,
// also where they are all alike.
static void what_stays_in_view_is_looked_at_longer(void **state)
{
    (void)state;
    reads_what_is_torn(0, 20);
}

// A look in vain costs battery: the next one comes after four seconds.
static void the_longer_in_vain_the_seldomer(void **state)
{
    (void)state;
    reads_what_is_torn(21, 60);
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_frames_are_read_or_counted),
        cmocka_unit_test(paused_live_source_goes_on_to_the_preview_alone),
        cmocka_unit_test(blocked_source_is_stopped),
        cmocka_unit_test(unplugged_source_is_opened_again),
        cmocka_unit_test(unplugged_source_fails_where_it_is_not_awaited),
        cmocka_unit_test(a_camera_without_one_picture_has_failed),
        cmocka_unit_test(a_pause_is_no_time_without_pictures),
        cmocka_unit_test(a_question_is_awaited_in_any_case),
        cmocka_unit_test(the_same_picture_is_looked_at_a_few_times),
        cmocka_unit_test(an_empty_view_is_looked_at_less_often),
        cmocka_unit_test(what_stays_in_view_is_looked_at_longer),
        cmocka_unit_test(the_longer_in_vain_the_seldomer),
    };
    int eye = deeds_be_the_eye(argc, argv);
    return eye >= 0 ? eye : cmocka_run_group_tests(tests, NULL, NULL);
}
