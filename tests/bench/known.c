// SPDX-License-Identifier: MIT
// What it helps to know most of a code beforehand: the same frames, read without and with what
// a paired device knows. And what it must not do: pictures of chance and codes of other
// portals, of which whatever is read must be what was encoded.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode/qr.h"
#include "decode/recognise.h"
#include "fixtures/sweep_sets.h"
#include "tests/bench/known_codes.h"

enum { WIDTH = 640, HEIGHT = 480, VALUES = 10, REPEATS = 200 };

static struct qr_reader *reader[2]; // without, with
static struct qr_codes codes;
static struct known_codes known;

struct tally {
    unsigned long frames, read, wrong;
    double ms;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void look(size_t which, const struct luma *luma, const char *text, struct tally *tally)
{
    bool right = false;
    double from = now_ms();
    qr_reader_reset(reader[which]);
    qr_reader_read(reader[which], luma, &codes);
    tally->ms += now_ms() - from;
    for (size_t i = 0; i < codes.count; i++) {
        bool same = span_equal(qr_payload(&codes.code[i]), span_of(text, strlen(text)));
        right = right || same;
        tally->wrong += !same;
    }
    tally->read += right;
    tally->frames++;
}

static void print_tally(const struct tally *tally)
{
    double frames = (double)(tally->frames ? tally->frames : 1);
    printf("  %5.1f %% %6.2f ms%s", 100.0 * (double)tally->read / frames, tally->ms / frames,
           tally->wrong ? " WRONG" : "");
}

// ---- what it helps ----

struct series {
    const char *name;
    void (*set)(double value, struct sweep_shot *shot, struct known_damage *damage);
    bool camera;
    double values[KNOWN_KINDS][VALUES];
};

static void set_module(double value, struct sweep_shot *shot, struct known_damage *damage)
{
    (void)damage;
    shot->camera.module = value;
}

static void set_blur(double value, struct sweep_shot *shot, struct known_damage *damage)
{
    (void)damage;
    shot->camera.module = 2;
    shot->camera.blur = value;
}

static void set_flipped(double value, struct sweep_shot *shot, struct known_damage *damage)
{
    (void)shot;
    damage->flipped = value / 100;
}

static void set_covered(double value, struct sweep_shot *shot, struct known_damage *damage)
{
    (void)shot;
    damage->covered = value / 100;
}

static const struct series all[] = {
    {"data modules flipped, %",
     set_flipped,
     false,
     {{2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7}, {4, 5, 5.5, 6, 6.5, 7, 7.5, 8, 9, 10}}},
    {"area covered, %",
     set_covered,
     false,
     {{6, 8, 10, 12, 14, 16, 18, 20, 22, 24}, {8, 12, 16, 20, 24, 28, 30, 32, 34, 36}}},
    {"blur, camera pixels, modules of 2",
     set_blur,
     true,
     {{0.9, 1, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.35, 1.4},
      {0.9, 1, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.35, 1.4}}},
    {"camera pixels a module, blur 0.7",
     set_module,
     true,
     {{1.4, 1.3, 1.25, 1.2, 1.175, 1.15, 1.125, 1.1, 1.05, 1},
      {1.35, 1.3, 1.275, 1.25, 1.225, 1.2, 1.175, 1.15, 1.1, 1.05}}},
};

static void apply_nothing(struct sweep_shot *shot, double value)
{
    (void)shot;
    (void)value;
}

static bool take(enum known_kind kind, const struct series *series, double value,
                 unsigned repeat, struct tally tally[static 2])
{
    static const struct sweep_set set = {.name = "known", .apply = apply_nothing};
    static struct sweep_shot shot;
    static struct subject subject;
    static uint8_t frame[WIDTH * HEIGHT];
    char text[KNOWN_TEXT];
    struct known_damage damage = {0};
    struct prng prng = prng_stream(repeat, (uint64_t)kind);
    known_text(kind, 0, &prng, text);
    sweep_shot_init(&shot, &set, value, repeat, WIDTH, HEIGHT, 1);
    series->set(value, &shot, &damage);

    struct luma luma = {frame, KNOWN_SIDE, KNOWN_SIDE, KNOWN_SIDE};
    if (series->camera) {
        struct subject_order *order = &shot.plan.order[0];
        struct camsim camera;
        struct fault fault;
        order->size = strlen(text);
        memcpy(order->payload, text, order->size);
        order->bytes_only = kind == KNOWN_BITRIX24;
        shot.plan.correction = (enum subject_correction)known_kinds[kind].level;
        shot.plan.version = known_kinds[kind].version;
        shot.plan.canvas = kind == KNOWN_BITRIX24 ? SUBJECT_CANVAS : 0;
        if (!subject_draw(&subject, &shot.plan, &fault))
            return false;
        bool taken = camsim_init(&camera, &shot.camera, &subject, &fault);
        if (taken) {
            taken = camsim_take(&camera, 0, frame, NULL, &fault);
            camsim_destroy(&camera);
        }
        subject_destroy(&subject);
        if (!taken)
            return false;
        luma = (struct luma){frame, WIDTH, HEIGHT, WIDTH};
    } else if (!known_draw(kind, text, &damage, &prng, frame)) {
        return false;
    }

    look(0, &luma, text, &tally[0]);
    look(1, &luma, text, &tally[1]);
    return true;
}

static bool measure(enum known_kind kind, const struct series *series, unsigned repeats)
{
    printf("%s: %s; read without, and with what is known, of %u\n", known_kinds[kind].name,
           series->name, repeats);
    for (size_t i = 0; i < VALUES; i++) {
        struct tally tally[2] = {0};
        double value = series->values[kind][i];
        for (unsigned repeat = 0; repeat < repeats; repeat++)
            if (!take(kind, series, value, repeat, tally))
                return false;
        printf("  %-6g", value);
        print_tally(&tally[0]);
        print_tally(&tally[1]);
        printf("\n");
        fflush(stdout);
    }
    return true;
}

// ---- what it must not do ----

enum foreign {
    FOREIGN_SHELL,
    FOREIGN_KNOWN,
    FOREIGN_LETTER,
    FOREIGN_NAME,
    FOREIGN_OWN,
    FOREIGNS
};
static const char *const foreign_names[FOREIGNS] = {
    "chance for all data", "known bits, else chance", "another's, by a letter",
    "another's code", "own code, damaged"};

// Reads the modules alone, without the search for the code.
static bool read_modules(enum known_kind kind, const char *text,
                         const struct known_damage *damage, struct prng *prng,
                         struct tally *tally)
{
    static struct recogniser recogniser;
    static struct layout layout;
    static struct soft_code soft;
    if (!known_sample(kind, text, damage, prng, &layout, &soft))
        return false;

    struct work work = {.left = INT64_MAX};
    recogniser.work = &work;
    recogniser.known = &known;
    double from = now_ms();
    bool read = recognise_soft(&recogniser, &soft) == RECOGNISED;
    tally->ms += now_ms() - from;
    bool right = read && !damage->chance &&
                 span_equal(qr_payload(&recogniser.read), span_of(text, strlen(text)));
    tally->read += right;
    tally->wrong += read && !right;
    tally->frames++;
    return true;
}

static bool try_foreign(unsigned long frames, uint64_t seed, bool modules)
{
    static uint8_t frame[KNOWN_SIDE * KNOWN_SIDE];
    const struct luma luma = {frame, KNOWN_SIDE, KNOWN_SIDE, KNOWN_SIDE};
    struct tally tally[FOREIGNS] = {0};
    struct prng prng = prng_stream(seed, 0);
    char text[KNOWN_TEXT];
    unsigned long wrong = 0;

    for (unsigned long i = 0; i < frames; i++) {
        enum foreign what = (enum foreign)(i % FOREIGNS);
        enum known_kind kind = (enum known_kind)(i / FOREIGNS % KNOWN_KINDS);
        struct known_damage damage = {.flipped = prng_range(&prng, 0.02, 0.15),
                                      .chance = what <= FOREIGN_KNOWN,
                                      .shell = what == FOREIGN_SHELL};
        known_text(kind,
                   what == FOREIGN_LETTER ? 1
                   : what == FOREIGN_NAME ? 2
                                          : 0,
                   &prng, text);
        if (damage.chance)
            damage.flipped = 0;
        if (modules) {
            if (!read_modules(kind, text, &damage, &prng, &tally[what]))
                return false;
            continue;
        }
        if (!known_draw(kind, text, &damage, &prng, frame))
            return false;
        look(1, &luma, damage.chance ? "" : text, &tally[what]);
    }

    printf("%-26s %9s %9s %9s %9s\n", "kind", "frames", "read", "wrong", "mean ms");
    for (size_t i = 0; i < FOREIGNS; i++) {
        const struct tally *own = &tally[i];
        printf("%-26s %9lu %9lu %9lu %9.3f\n", foreign_names[i], own->frames, own->read,
               own->wrong, own->ms / (double)(own->frames ? own->frames : 1));
        wrong += own->wrong;
    }
    return wrong == 0;
}

int main(int argc, char **argv)
{
    bool modules = argc > 1 && strcmp(argv[1], "--modules") == 0, ok = true;
    bool foreign = modules || (argc > 1 && strcmp(argv[1], "--foreign") == 0);
    unsigned repeats = argc > 1 && !foreign ? (unsigned)strtoul(argv[1], NULL, 10) : REPEATS;
    reader[0] = qr_reader_new();
    reader[1] = qr_reader_new();
    if (reader[0] == NULL || reader[1] == NULL)
        ok = false;
    known_codes_of_both(&known);
    if (ok)
        qr_reader_set_known(reader[1], &known);

    if (ok && foreign)
        ok = try_foreign(argc > 2 ? strtoul(argv[2], NULL, 10) : 100000,
                         argc > 3 ? strtoul(argv[3], NULL, 10) : 1, modules);
    for (size_t i = 0; ok && !foreign && i < sizeof(all) / sizeof(all[0]); i++)
        for (size_t kind = 0; ok && kind < KNOWN_KINDS; kind++)
            ok = measure((enum known_kind)kind, &all[i], repeats);

    qr_reader_free(reader[0]);
    qr_reader_free(reader[1]);
    return ok ? 0 : 1;
}
