// SPDX-License-Identifier: MIT
// The eye: a process that reads frames, is closed in, and may fail.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "apart/sandbox.h"
#include "scanner/eye/eye.h"
#include "support.h"
#include "tests/unit/scanner/eye_deeds.h"

enum { SIDE = 200 };

struct bench {
    struct eye eye;
    struct qr_codes *codes;
    struct frame_reading reading;
    struct fault fault;
};

static void bench_init(struct bench *bench, struct eye_settings settings)
{
    *bench = (struct bench){.codes = calloc(1, sizeof(struct qr_codes))};
    assert_non_null(bench->codes);
    assert_true(eye_init(&bench->eye, &settings, NULL));
}

static void bench_destroy(struct bench *bench)
{
    eye_destroy(&bench->eye);
    free(bench->codes);
}

static struct pixels picture(const char *payload)
{
    uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str(payload));
    return (struct pixels){PIXEL_GREY, SIDE, SIDE, SIDE, span_of(luma, SIDE * SIDE)};
}

static enum eye_outcome show(struct bench *bench, const char *payload)
{
    struct pixels pixels = picture(payload);
    bench->fault = (struct fault){0};
    enum eye_outcome outcome =
        eye_read(&bench->eye, &pixels, READ_LIVE, &bench->reading, bench->codes, &bench->fault);
    free((void *)(uintptr_t)pixels.data.p);
    return outcome;
}

static void assert_reads(struct bench *bench, const char *payload)
{
    assert_int_equal(show(bench, payload), EYE_READ);
    assert_int_equal(bench->codes->count, 1);
    assert_true(span_equal(qr_payload(&bench->codes->code[0]), span_str(payload)));
}

static void frames_are_read_in_another_process(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, (struct eye_settings){0});
    assert_reads(&bench, "one");
    pid_t first = bench.eye.child.pid;
    assert_true(first > 0 && first != getpid());
    assert_int_equal(bench.reading.width, SIDE);
    const struct qr_point *corners = bench.codes->code[0].corners;
    assert_true(corners[0].x < corners[2].x && corners[0].y < corners[2].y);

    assert_int_equal(show(&bench, ""), EYE_READ);
    assert_int_equal(bench.codes->count, 0);
    assert_reads(&bench, "two");
    assert_int_equal(bench.eye.child.pid, first);
    bench_destroy(&bench);
}

static void what_ends_the_program_is_not_the_eyes_end(void **state)
{
    (void)state;
    static const int told_to_all[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    struct bench bench;
    bench_init(&bench, (struct eye_settings){0});
    assert_reads(&bench, "before");
    pid_t first = bench.eye.child.pid;

    for (size_t i = 0; i < sizeof(told_to_all) / sizeof(told_to_all[0]); i++)
        assert_int_equal(kill(first, told_to_all[i]), 0);
    assert_reads(&bench, "after it");
    assert_int_equal(bench.eye.child.pid, first);
    bench_destroy(&bench);
}

static void what_is_no_picture_is_told_and_costs_nothing(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, (struct eye_settings){0});
    struct pixels torn = {PIXEL_MJPEG, 8, 8, 0, span_str("\xff\xd8 no JPEG")};
    assert_int_equal(
        eye_read(&bench.eye, &torn, READ_LIVE, &bench.reading, bench.codes, &bench.fault),
        EYE_NO_PICTURE);
    assert_int_equal(bench.fault.failure, FAILURE_SOURCE_DAMAGED);
    assert_true(bench.fault.detail[0]);
    struct pixels nothing = {.format = PIXEL_GREY, .width = 8, .height = 8, .stride = 8};
    assert_int_equal(
        eye_read(&bench.eye, &nothing, READ_LIVE, &bench.reading, bench.codes, &bench.fault),
        EYE_NO_PICTURE);
    pid_t first = bench.eye.child.pid;
    assert_reads(&bench, "after it");
    assert_int_equal(bench.eye.child.pid, first);
    bench_destroy(&bench);
}

static void larger_frames_get_a_larger_area(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, (struct eye_settings){0});
    assert_reads(&bench, "small");

    enum { LARGE = 2000 };
    uint8_t *luma = draw_picture(LARGE, LARGE, 230, span_str("large"));
    struct pixels pixels = {PIXEL_GREY, LARGE, LARGE, LARGE, span_of(luma, LARGE * LARGE)};
    assert_int_equal(
        eye_read(&bench.eye, &pixels, READ_STILL, &bench.reading, bench.codes, NULL), EYE_READ);
    free(luma);
    assert_int_equal(bench.codes->count, 1);
    assert_reads(&bench, "small again");
    bench_destroy(&bench);
}

// All that is tried with a still picture, ZBar at last, takes no call that is forbidden.
static void what_holds_no_code_is_looked_at_to_the_end(void **state)
{
    (void)state;
    enum { LARGE = 500, PATTERN = 56 };
    struct bench bench;
    // Under a sanitizer each step takes ten times as long; the limit itself is tried below.
    bench_init(&bench, (struct eye_settings){.busy_us = INT64_C(10) * EYE_BUSY_US});
    uint8_t *luma = draw_picture(LARGE, LARGE, 230, span_of(NULL, 0));

    for (size_t kind = 0; kind < 3; kind++) {
        for (size_t y = 0; y < LARGE; y++) {
            for (size_t x = 0; x < LARGE; x++) {
                uint32_t noise = (uint32_t)(x * 2654435761u) ^ (uint32_t)(y * 40503u * 65537u);
                size_t u = x % PATTERN / 8, v = y % PATTERN / 8;
                bool ring = u == 0 || u == 6 || v == 0 || v == 6;
                bool heart = u >= 2 && u <= 4 && v >= 2 && v <= 4;
                luma[y * LARGE + x] = kind == 0   ? (uint8_t)(noise >> 24)
                                      : kind == 1 ? (x / 7 % 2 ? 20 : 230)
                                                  : (ring || heart ? 20 : 230);
            }
        }
        struct pixels pixels = {PIXEL_GREY, LARGE, LARGE, LARGE, span_of(luma, LARGE * LARGE)};
        for (enum read_effort effort = READ_LIVE; effort < READ_EFFORTS; effort++)
            assert_int_equal(eye_read(&bench.eye, &pixels, effort, &bench.reading, bench.codes,
                                      &bench.fault),
                             EYE_READ);
    }

    free(luma);
    bench_destroy(&bench);
}

// It opens converters of character sets, of those that the code declares too.
static void what_the_second_reader_reads_ends_no_eye(void **state)
{
    (void)state;
    static const unsigned ecis[] = {0, 2, 4, 18, 20, 26};
    enum { ECIS = sizeof(ecis) / sizeof(ecis[0]), ROUNDS = 3 };
    struct bench bench;
    bench_init(&bench, (struct eye_settings){0});
    assert_reads(&bench, "before");
    pid_t first = bench.eye.child.pid;

    // More than once: what is closed may be unloaded, and is then loaded anew.
    for (size_t i = 0; i < ROUNDS * ECIS; i++) {
        char text[64];
        snprintf(text, sizeof(text), DEED "second %u", ecis[i % ECIS]);
        if (show(&bench, text) != EYE_READ)
            fail_msg("%s: %s", text, bench.fault.detail);
        if (ecis[i % ECIS] == 0) {
            assert_int_equal(bench.codes->count, 1);
            assert_true(span_equal(qr_payload(&bench.codes->code[0]), span_str("second")));
        }
    }
    assert_int_equal(bench.eye.child.pid, first);
    bench_destroy(&bench);
}

// ---- what it may not ----

static void what_the_eye_may_not_is_refused(void **state)
{
    (void)state;
    static const char *const deeds[] = {"open", "proc",  "stat", "socket", "fork",
                                        "exec", "trace", "kill", "reach",  "run"};
    struct bench bench;
    bench_init(&bench, (struct eye_settings){0});
    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        char text[64];
        snprintf(text, sizeof(text), DEED "%s", deeds[i]);
        if (show(&bench, text) != EYE_LOST)
            fail_msg("%s was not refused", deeds[i]);
        assert_int_equal(bench.fault.failure, FAILURE_READER_LOST);
        assert_int_equal(bench.codes->count, 0);
        assert_int_equal(bench.eye.lost[EYE_FORBIDDEN], i + 1);
        assert_reads(&bench, "the next one");
    }
    bench_destroy(&bench);
}

static void walls_that_are_missing_are_told(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, (struct eye_settings){0});
    assert_reads(&bench, "closed in");
    assert_int_equal(bench.eye.walls & SANDBOX_NEEDED, SANDBOX_NEEDED);
    assert_int_equal(eye_has_all_walls(&bench.eye, NULL), bench.eye.walls == SANDBOX_ALL);

    bench.eye.walls &= ~(unsigned)SANDBOX_FILES;
    assert_false(eye_has_all_walls(&bench.eye, &bench.fault));
    assert_int_equal(bench.fault.failure, FAILURE_NO_LANDLOCK);
    assert_string_equal(bench.fault.detail, "reader: without Landlock");
    bench.eye.walls &= ~(unsigned)SANDBOX_CALLS;
    assert_false(eye_has_all_walls(&bench.eye, &bench.fault));
    assert_int_equal(bench.fault.failure, FAILURE_NOT_CLOSED_IN);
    assert_string_equal(bench.fault.detail, "reader: without seccomp");
    bench_destroy(&bench);
}

// ---- faults ----

static void a_fault_costs_its_frame(void **state)
{
    (void)state;
    static const struct {
        const char *deed;
        enum eye_end end;
    } faults[] = {
        {"crash", EYE_CRASHED}, {"hang", EYE_HUNG}, {"sleep", EYE_HUNG},
        {"leave", EYE_LEFT},    {"lie", EYE_LIED},  {"misplace", EYE_LIED},
        {"babble", EYE_LIED},
    };
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct bench bench;
        bench_init(&bench, (struct eye_settings){.busy_us = 400000, .idle_us = 2000000});
        assert_reads(&bench, "before");
        pid_t first = bench.eye.child.pid;
        char text[64];
        snprintf(text, sizeof(text), DEED "%s", faults[i].deed);
        if (show(&bench, text) != EYE_LOST)
            fail_msg("%s did no harm", faults[i].deed);
        assert_int_equal(bench.codes->count, 0);
        assert_int_equal(bench.eye.lost[faults[i].end], 1);
        assert_reads(&bench, "behind");
        assert_int_not_equal(bench.eye.child.pid, first);
        bench_destroy(&bench);
    }
}

// Stops this program and its eye for longer than an eye may do nothing, as Ctrl+Z does, in the
// middle of a frame.
static pid_t stop_both(pid_t eye)
{
    pid_t helper = fork();
    assert_true(helper >= 0);
    if (helper > 0)
        return helper;

    kill(eye, SIGSTOP);
    usleep(200000); // until the frame is handed over
    kill(getppid(), SIGSTOP);
    sleep(4);
    kill(getppid(), SIGCONT);
    usleep(50000);
    kill(eye, SIGCONT);
    _exit(0);
}

static void being_stopped_is_not_the_eyes_idleness(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, (struct eye_settings){.idle_us = 2000000});
    assert_reads(&bench, "before");
    pid_t first = bench.eye.child.pid, helper = stop_both(first);

    usleep(100000); // the eye is stopped, this program not yet
    assert_reads(&bench, "behind");
    assert_int_equal(bench.eye.child.pid, first);
    assert_int_equal(waitpid(helper, NULL, 0), helper);
    bench_destroy(&bench);
}

static void an_eye_that_never_starts_is_given_up(void **state)
{
    (void)state;
    static const char *const variable[] = {DEED_NO_START};
    struct bench bench;
    bench_init(&bench, (struct eye_settings){0});
    setenv(variable[0], variable[1], 1);
    for (unsigned i = 1; i < EYE_STARTS; i++)
        assert_int_equal(show(&bench, "never"), EYE_LOST);
    assert_int_equal(show(&bench, "never"), EYE_UNAVAILABLE);
    assert_int_equal(bench.fault.failure, FAILURE_READER_LOST);
    unsetenv(variable[0]);
    assert_reads(&bench, "now it does");
    bench_destroy(&bench);
}

static void an_interrupted_one_waits_no_longer(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, (struct eye_settings){0});
    assert_reads(&bench, "before");
    eye_interrupt(&bench.eye);
    assert_int_equal(show(&bench, DEED "hang"), EYE_INTERRUPTED);
    bench_destroy(&bench);
}

// ---- keys ----

#define KEY_SIZE DEED_PEEKED

// A random key on a page of its own, and where it is.
static uint8_t *key_make(void)
{
    uint8_t *key = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(key != MAP_FAILED);
    assert_int_equal(getrandom(key, KEY_SIZE, 0), KEY_SIZE);
    return key;
}

// Times that the key is in what a process can read, or -1: nobody may look.
static int count_in(pid_t pid, const uint8_t *key)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "r");
    snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
    FILE *memory = fopen(path, "r");
    int count = maps && memory ? 0 : -1;
    unsigned long begin, end;
    char rights[5], line[512];
    static uint8_t room[1 << 16];

    while (count >= 0 && fgets(line, sizeof(line), maps)) {
        if (sscanf(line, "%lx-%lx %4s", &begin, &end, rights) != 3 || rights[0] != 'r')
            continue;
        // Sanitizers map terabytes that nothing is in.
        if (end - begin > 1ul << 32)
            continue;
        for (unsigned long at = begin; at < end; at += sizeof(room) - KEY_SIZE) {
            size_t size = end - at < sizeof(room) ? end - at : sizeof(room);
            if (fseek(memory, (long)at, SEEK_SET) != 0 || fread(room, 1, size, memory) != size)
                break;
            const uint8_t *found = memmem(room, size, key, KEY_SIZE);
            count +=
                found && at + (unsigned long)(found - room) != (unsigned long)(uintptr_t)room;
        }
    }

    if (maps)
        fclose(maps);
    if (memory)
        fclose(memory);
    return count;
}

// A reader that hands over memory at any address: in our process it has the key, in the eye
// not.
static void a_fault_of_the_reader_reaches_no_key(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, (struct eye_settings){0});
    uint8_t *key = key_make();
    char deed[64];
    snprintf(deed, sizeof(deed), DEED "peek %016lx", (unsigned long)(uintptr_t)key);

    struct qr_code *code = &bench.codes->code[0];
    bench.codes->count = 1;
    code->size = strlen(deed);
    memcpy(code->payload, deed, code->size);
    deeds_do(bench.codes);
    assert_memory_equal(code->payload, key, KEY_SIZE);

    enum eye_outcome outcome = show(&bench, deed);
    assert_true(outcome == EYE_READ || outcome == EYE_LOST);
    if (outcome == EYE_READ)
        assert_memory_not_equal(bench.codes->code[0].payload, key, KEY_SIZE);

    assert_reads(&bench, "the next one");
    munmap(key, 4096);
    bench_destroy(&bench);
}

static void the_eye_holds_no_key(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, (struct eye_settings){0});
    uint8_t *key = key_make();
    assert_reads(&bench, "while there is a key");
    assert_true(count_in(getpid(), key) > 0);
    int count = count_in(bench.eye.child.pid, key);
    if (count < 0)
        print_message("not looked into the eye's memory: that takes root\n");
    assert_true(count <= 0 && (count == 0 || geteuid() != 0));
    munmap(key, 4096);
    bench_destroy(&bench);
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_read_in_another_process),
        cmocka_unit_test(what_ends_the_program_is_not_the_eyes_end),
        cmocka_unit_test(what_is_no_picture_is_told_and_costs_nothing),
        cmocka_unit_test(larger_frames_get_a_larger_area),
        cmocka_unit_test(what_holds_no_code_is_looked_at_to_the_end),
        cmocka_unit_test(what_the_second_reader_reads_ends_no_eye),
        cmocka_unit_test(what_the_eye_may_not_is_refused),
        cmocka_unit_test(walls_that_are_missing_are_told),
        cmocka_unit_test(a_fault_costs_its_frame),
        cmocka_unit_test(being_stopped_is_not_the_eyes_idleness),
        cmocka_unit_test(an_eye_that_never_starts_is_given_up),
        cmocka_unit_test(an_interrupted_one_waits_no_longer),
        cmocka_unit_test(a_fault_of_the_reader_reaches_no_key),
        cmocka_unit_test(the_eye_holds_no_key),
    };
    int eye = deeds_be_the_eye(argc, argv);
    return eye >= 0 ? eye : cmocka_run_group_tests(tests, NULL, NULL);
}
