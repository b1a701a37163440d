// SPDX-License-Identifier: MIT
// What it costs to read and convert frames in processes apart: the way of a frame there and
// back, processor time, the start, and memory; beside the same frames read in this process.
// usage: bench_eye [FRAMES] [STARTS]

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "fixtures/jpeg.h"
#include "scanner/eye/eye_converter.h"
#include "scanner/eye/eye_process.h"
#include "scanner/eye/frame_converter.h"
#include "tests/bench/own_memory.h"

#define WIDTH   1280u
#define HEIGHT  720u
#define FRAMES  500u
#define QUALITY 70u
#define STARTS  20u

struct bench {
    size_t frames, starts;
    struct pixels pixels;
    struct qr_codes *codes;
    double *crossing, *read, *ready; // microseconds
};

static double now_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double of(double *values, size_t count, double share)
{
    qsort(values, count, sizeof(*values), compare);
    return values[(size_t)((double)(count - 1) * share)];
}

static void print(const char *what, double *values, size_t count)
{
    printf("%-34s %9.0f %9.0f %9.0f\n", what, of(values, count, 0.5), of(values, count, 0.95),
           of(values, count, 1.0));
}

// A page without a code, with some noise: what most frames of a camera are.
static bool draw(struct pixels *pixels)
{
    uint8_t *luma = malloc(WIDTH * HEIGHT);
    if (!luma)
        return false;
    uint32_t seed = 1;
    for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
        seed = seed * 1664525u + 1013904223u;
        luma[i] = (uint8_t)(200 + (seed >> 28));
    }
    *pixels = (struct pixels){PIXEL_GREY, WIDTH, HEIGHT, WIDTH, span_of(luma, WIDTH * HEIGHT)};
    return true;
}

static double children_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static bool read_apart(struct bench *bench)
{
    struct eye eye;
    struct fault fault = {0};
    struct frame_reading reading;
    if (!eye_init(&eye, &(struct eye_settings){0}, &fault))
        return false;

    double before_us = children_us(), own_us = now_us(CLOCK_PROCESS_CPUTIME_ID);
    bool well = eye_await(&eye, &fault) == EYE_READ;
    for (size_t i = 0; well && i < bench->frames; i++) {
        double begin_us = now_us(CLOCK_MONOTONIC);
        well = eye_read(&eye, &bench->pixels, READ_LIVE, &reading, bench->codes, &fault) ==
               EYE_READ;
        double inside_us = (double)(reading.luma_us + reading.read_us);
        bench->crossing[i] = now_us(CLOCK_MONOTONIC) - begin_us - inside_us;
        bench->read[i] = inside_us;
    }
    own_us = now_us(CLOCK_PROCESS_CPUTIME_ID) - own_us;
    long kib = own_memory_kib(eye.child.pid);
    eye_destroy(&eye);

    if (!well) {
        fprintf(stderr, "bench_eye: %s\n", fault.detail);
        return false;
    }
    double frames = (double)bench->frames;
    print("read in the eye, us", bench->read, bench->frames);
    print("there and back, us", bench->crossing, bench->frames);
    printf("processor a frame, us: %.0f, of them %.0f in the program\n",
           (children_us() - before_us + own_us) / frames, own_us / frames);
    printf("memory of the eye alone: %ld KiB\n", kib);
    return true;
}

static bool read_here(struct bench *bench)
{
    struct frame_reader reader;
    struct frame_reading reading;
    if (!frame_reader_init(&reader, NULL, NULL))
        return false;

    double own_us = now_us(CLOCK_PROCESS_CPUTIME_ID);
    for (size_t i = 0; i < bench->frames; i++) {
        frame_reader_read(&reader, &bench->pixels, READ_LIVE, &reading, bench->codes, NULL);
        bench->read[i] = (double)(reading.luma_us + reading.read_us);
    }
    own_us = now_us(CLOCK_PROCESS_CPUTIME_ID) - own_us;

    frame_reader_destroy(&reader);
    print("read in the program, us", bench->read, bench->frames);
    printf("processor a frame, us: %.0f\n", own_us / (double)bench->frames);
    return true;
}

// The same JPEG here and apart, in turn: the difference is the way there and back.
static bool convert_in_turn(struct bench *bench, struct frame_converter *here,
                            struct eye_converter *apart, const struct frame *coded)
{
    struct frame made;
    struct pixels pixels;
    bool damaged, well = true;
    frame_init(&made);
    for (size_t i = 0; well && i < bench->frames; i++) {
        double begin_us = now_us(CLOCK_MONOTONIC);
        well = frame_converter_convert(here, coded, NULL, 0, &pixels, &damaged, NULL);
        double between_us = now_us(CLOCK_MONOTONIC);
        well = well && eye_converter_convert(apart, coded, &made, NULL) == EYE_READ;
        bench->read[i] = between_us - begin_us;
        bench->crossing[i] = now_us(CLOCK_MONOTONIC) - between_us;
    }

    print("JPEG to luma in the program, us", bench->read, bench->frames);
    print("the same apart, way included, us", bench->crossing, bench->frames);
    frame_destroy(&made);
    return well;
}

static bool convert(struct bench *bench)
{
    struct frame_converter here;
    struct eye_converter apart;
    struct jpeg_data jpeg = {0};
    if (!frame_converter_init(&here, NULL))
        return false;

    bool well = eye_converter_init(&apart, NULL);
    if (well) {
        well = jpeg_encode(&jpeg, bench->pixels.data.p, WIDTH, HEIGHT, QUALITY, true, NULL);
        const struct frame coded = {
            .pixels = {PIXEL_MJPEG, WIDTH, HEIGHT, 0, span_of(jpeg.p, jpeg.size)}};
        well = well && convert_in_turn(bench, &here, &apart, &coded);
        eye_converter_destroy(&apart);
    }

    jpeg_data_destroy(&jpeg);
    frame_converter_destroy(&here);
    return well;
}

static bool start_often(struct bench *bench)
{
    bool well = true;
    for (size_t i = 0; well && i < bench->starts; i++) {
        struct eye eye;
        if (!eye_init(&eye, &(struct eye_settings){0}, NULL))
            return false;
        double begin_us = now_us(CLOCK_MONOTONIC);
        well = eye_await(&eye, NULL) == EYE_READ;
        bench->ready[i] = now_us(CLOCK_MONOTONIC) - begin_us;
        eye_destroy(&eye);
    }
    print("until it is ready, us", bench->ready, bench->starts);
    return well;
}

int main(int argc, char *argv[])
{
    if (eye_process_asked(argc, argv))
        return eye_process_run(argc, argv, NULL);

    struct bench bench = {
        .frames = argc > 1 ? strtoul(argv[1], NULL, 10) : FRAMES,
        .starts = argc > 2 ? strtoul(argv[2], NULL, 10) : STARTS,
        .codes = calloc(1, sizeof(struct qr_codes)),
    };
    if (bench.frames == 0 || bench.starts == 0) {
        fputs("usage: bench_eye [FRAMES] [STARTS]\n", stderr);
        return 2;
    }
    bench.crossing = calloc(bench.frames, sizeof(double));
    bench.read = calloc(bench.frames, sizeof(double));
    bench.ready = calloc(bench.starts, sizeof(double));

    printf("%zu frames of %ux%u; %22s %9s %9s\n", bench.frames, WIDTH, HEIGHT, "median", "p95",
           "worst");
    bool well = bench.codes && bench.crossing && bench.read && bench.ready &&
                draw(&bench.pixels) && read_here(&bench) && read_apart(&bench) &&
                convert(&bench) && start_often(&bench);
    free(bench.ready);
    free(bench.read);
    free(bench.crossing);
    free(bench.codes);
    free((void *)(uintptr_t)bench.pixels.data.p);
    return well ? 0 : 1;
}
