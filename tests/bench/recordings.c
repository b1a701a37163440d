// SPDX-License-Identifier: MIT
#include "tests/bench/recordings.h"

#include "scanner/files/file_source.h"
#include "tests/bench/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct progress {
    bool done;
    size_t frames;
    double film_ms, work_ms;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void read_frame(const struct frame *frame, int64_t start_us, const struct luma *luma,
                       struct peer *peers, size_t count, struct qr_codes *codes,
                       struct progress *progress)
{
    for (size_t k = 0; k < count; k++) {
        if (progress[k].done)
            continue;
        double start = now_ms();
        progress[k].done = peers[k].read(peers[k].state, luma, codes);
        progress[k].work_ms += now_ms() - start;
        progress[k].frames++;
        progress[k].film_ms = (double)(frame->time_us - start_us) / 1e3;
    }
}

static bool play(struct source *source, struct peer *peers, size_t count,
                 struct progress *progress, struct fault *fault)
{
    struct frame frame;
    struct luma_buffer buffer;
    struct qr_codes *codes = calloc(1, sizeof(*codes));
    enum source_step step = SOURCE_FAILED;
    int64_t start_us = -1;

    frame_init(&frame);
    luma_buffer_init(&buffer);

    if (codes == NULL)
        fault_set(fault, FAILURE_MEMORY, "recording");
    else if (source->ops->open(source, fault)) {
        while ((step = source->ops->next(source, &frame, fault)) == SOURCE_FRAME) {
            struct luma luma;
            if (!luma_from_pixels(&frame.pixels, &buffer, &luma, NULL))
                continue;
            start_us = start_us < 0 ? frame.time_us : start_us;
            read_frame(&frame, start_us, &luma, peers, count, codes, progress);
        }
    }

    source->ops->close(source);
    luma_buffer_destroy(&buffer);
    frame_destroy(&frame);
    free(codes);
    return step == SOURCE_END;
}

static void print_line(const char *path, size_t count, const struct progress *progress)
{
    const char *name = strrchr(path, '/');
    printf("%-24s", name != NULL ? name + 1 : path);
    for (size_t k = 0; k < count; k++) {
        if (progress[k].done)
            printf("  %3zu fr %6.0f ms %7.2f ms", progress[k].frames, progress[k].film_ms,
                   progress[k].work_ms);
        else
            printf("  %3zu fr %9s %7.2f ms", progress[k].frames, "none", progress[k].work_ms);
    }
    printf("\n");
}

bool recordings_bench(char *const *paths, size_t recordings)
{
    struct peer peers[PEERS_MAX];
    size_t count = peers_new(&qr_limits_live, peers);
    bool ok = count > 0;

    printf("frames to the first payload, milliseconds of film, milliseconds of work:");
    for (size_t k = 0; k < count; k++)
        printf(" | %s", peers[k].name);
    printf("\n");

    for (size_t i = 0; ok && i < recordings; i++) {
        struct progress progress[PEERS_MAX] = {0};
        struct fault fault = {0};
        struct source *source = file_source_new(paths[i], FILE_ALL, &fault);

        for (size_t k = 0; k < count; k++)
            peer_reset(&peers[k]);

        ok = source != NULL && play(source, peers, count, progress, &fault);
        if (source != NULL)
            source->ops->destroy(source);

        if (ok)
            print_line(paths[i], count, progress);
        else
            fprintf(stderr, "bench: %s: %s\n", paths[i], fault.detail);
    }

    peers_free(peers, count);
    return ok;
}
