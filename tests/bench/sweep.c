// SPDX-License-Identifier: MIT
// Sweeps of simulated frames: the same kind of shot while one thing gets worse. Prints, for
// each value and reader, how many of the repeats were read, and the milliseconds a frame.

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "fixtures/sweep.h"
#include "tests/bench/curve.h"
#include "tests/bench/peers.h"

#define REPEATS_MAX SWEEP_REPEATS_MAX

struct settings {
    const char *svg; // folder for curves, or NULL
    const char *only;
    size_t repeats, width, height, peers;
    const struct qr_limits *limits; // of our own reader
};

struct tally {
    size_t read, wrong, frames; // frames: until read, of those that were
    double ms[REPEATS_MAX * SWEEP_VIDEO_FRAMES];
    size_t count;
};

static struct subject subject;
static struct sweep_shot shot;
static struct qr_codes codes;
static struct tally tally[PEERS_MAX];

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool is_payload(const struct qr_code *code)
{
    for (size_t i = 0; i < subject.codes; i++)
        if (span_equal(qr_payload(code),
                       span_of(subject.code[i].payload, subject.code[i].size)))
            return true;
    return false;
}

// One frame through all readers that have not read yet.
static void read_frame(struct peer *peers, size_t count, const struct luma *luma, size_t frame,
                       bool *done)
{
    for (size_t k = 0; k < count; k++) {
        if (done[k])
            continue;
        if (frame == 0)
            peer_reset(&peers[k]);

        double start = now_ms();
        peers[k].read(peers[k].state, luma, &codes);
        tally[k].ms[tally[k].count++] = now_ms() - start;

        for (size_t i = 0; i < codes.count; i++) {
            bool right = is_payload(&codes.code[i]);
            tally[k].wrong += !right;
            done[k] = done[k] || right;
        }

        if (done[k]) {
            tally[k].read++;
            tally[k].frames += frame + 1;
        }
    }
}

static bool run_value(const struct settings *settings, const struct sweep_set *set,
                      double value, struct peer *peers, size_t count, uint8_t *grey)
{
    struct luma luma = {grey, settings->width, settings->height, settings->width};
    for (size_t k = 0; k < count; k++)
        tally[k].read = tally[k].wrong = tally[k].frames = tally[k].count = 0;

    for (size_t repeat = 0; repeat < settings->repeats; repeat++) {
        struct camsim camera;
        struct fault fault;
        bool done[PEERS_MAX] = {false};

        sweep_shot_init(&shot, set, value, repeat, settings->width, settings->height, 1);
        if (!subject_draw(&subject, &shot.plan, &fault) ||
            !camsim_init(&camera, &shot.camera, &subject, &fault)) {
            fprintf(stderr, "bench: %s\n", fault.detail);
            return false;
        }

        size_t frames = set->video ? SWEEP_VIDEO_FRAMES : 1;
        for (size_t i = 0; i < frames; i++)
            if (camsim_take(&camera, i, grey, NULL, &fault))
                read_frame(peers, count, &luma, i, done);

        camsim_destroy(&camera);
        subject_destroy(&subject);
    }
    return true;
}

static void print_value(const struct settings *settings, const struct sweep_set *set,
                        double value, size_t count)
{
    printf("  %-8g", value);
    for (size_t k = 0; k < count; k++) {
        struct tally *own = &tally[k];
        qsort(own->ms, own->count, sizeof(*own->ms), compare);
        printf("  %3zu/%zu%s", own->read, settings->repeats, own->wrong > 0 ? "!" : " ");
        if (set->video)
            printf(" %4.1f fr", own->read > 0 ? (double)own->frames / (double)own->read : 0.0);
        printf(" %6.2f ms (most %6.2f)", own->ms[own->count / 2], own->ms[own->count - 1]);
    }
    printf("\n");
}

static bool run_set(const struct settings *settings, const struct sweep_set *set,
                    struct peer *peers, size_t count, uint8_t *grey)
{
    struct curve curve = {.title = set->name,
                          .axis = set->help,
                          .values = set->values,
                          .count = set->count,
                          .lines = count,
                          .codes = settings->repeats};

    printf("%s: %s\n", set->name, set->help);
    for (size_t i = 0; i < set->count; i++) {
        if (!run_value(settings, set, set->values[i], peers, count, grey))
            return false;

        print_value(settings, set, set->values[i], count);
        for (size_t k = 0; k < count; k++) {
            curve.name[k] = peers[k].name;
            curve.share[k][i] = (double)tally[k].read / (double)settings->repeats;
        }

        fflush(stdout);
    }
    return settings->svg == NULL || curve_write(&curve, settings->svg);
}

static bool parse(int argc, char **argv, struct settings *out)
{
    for (int i = 1; i < argc; i += 2) { // every option has a value
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (value == NULL)
            return false;

        if (strcmp(argv[i], "--svg") == 0)
            out->svg = value;
        else if (strcmp(argv[i], "--set") == 0)
            out->only = value;
        else if (strcmp(argv[i], "--repeats") == 0)
            out->repeats = strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--peers") == 0)
            out->peers = strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--limits") == 0 && strcmp(value, "patient") == 0)
            out->limits = &qr_limits_patient;
        else if (strcmp(argv[i], "--limits") == 0 && strcmp(value, "still") == 0)
            out->limits = &qr_limits_still;
        else if (strcmp(argv[i], "--size") != 0 ||
                 sscanf(value, "%zux%zu", &out->width, &out->height) != 2)
            return false;
    }

    return out->repeats > 0 && out->repeats <= REPEATS_MAX && out->width >= CAMSIM_SIDE_MIN &&
           out->height >= CAMSIM_SIDE_MIN && out->width <= CAMSIM_SIDE_MAX &&
           out->height <= CAMSIM_SIDE_MAX;
}

int main(int argc, char **argv)
{
    struct settings settings = {.repeats = 20,
                                .width = 640,
                                .height = 480,
                                .peers = PEERS_MAX,
                                .limits = &qr_limits_live};
    if (!parse(argc, argv, &settings)) {
        fprintf(stderr, "usage: bench_sweep [--set NAME] [--repeats N] [--size WIDTHxHEIGHT]\n"
                        "                   [--peers N] [--svg FOLDER]\n"
                        "                   [--limits patient | still]\n");
        return 2;
    }

    struct peer peers[PEERS_MAX];
    size_t count = peers_new(settings.limits, peers);
    uint8_t *grey = malloc(settings.width * settings.height);
    bool ok = count > 0 && grey != NULL;

    size_t used = count < settings.peers ? count : settings.peers;
    printf("read of %zu, frames until read, median and most ms a frame:", settings.repeats);
    for (size_t k = 0; k < used; k++)
        printf(" | %s", peers[k].name);
    printf("\n");

    for (size_t i = 0; ok && sweep_set_at(i) != NULL; i++)
        if (settings.only == NULL || strcmp(settings.only, sweep_set_at(i)->name) == 0)
            ok = run_set(&settings, sweep_set_at(i), peers, used, grey);

    free(grey);
    peers_free(peers, count);
    return ok ? 0 : 1;
}
