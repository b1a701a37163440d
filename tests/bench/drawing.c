// SPDX-License-Identifier: MIT
// What a moving screen costs: the whole of it drawn anew, and only what has changed.
// usage: bench_drawing [ROUNDS]

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/screen/sample_scene.h"
#include "ui/screens/damage.h"
#include "ui/text/language.h"

#define ROUNDS 50

struct bench {
    struct fonts *fonts;
    int rounds;
    struct canvas canvas;
    struct damage damage;
    struct scene scene;
    struct view view;
};

// What moves from one drawing to the next.
static void move_spinner(struct scene *scene, int round)
{
    scene->turn = (float)(round % 10) / 10;
}

static void move_ripeness(struct scene *scene, int round)
{
    for (size_t i = 0; i < scene->count; i++) {
        if (scene->node[i].action.kind == ACTION_APPROVE)
            scene->node[i].part = 0.1f + (float)(round % 8) / 10;
    }
}

static void move_finger(struct scene *scene, int round)
{
    int first = scene_next_focus(scene, -1, true);
    scene->pressed = round % 2 ? first : -1;
}

static const struct {
    const char *sample, *what;
    void (*move)(struct scene *scene, int round);
} motions[] = {
    {"resolving", "a spinner turns", move_spinner},
    {"asking-warned", "Approve ripens", move_ripeness},
    {"pin", "a digit is typed", move_finger},
    {"settings", "a finger presses", move_finger},
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

// Milliseconds of processor time for one drawing.
static double measure(struct bench *bench, void (*move)(struct scene *scene, int round),
                      bool whole)
{
    damage_forget(&bench->damage);
    double begin = 0;
    for (int round = -1; round < bench->rounds; round++) {
        if (round == 0) // the first one is whole in any case
            begin = now_ms();
        move(&bench->scene, round + 1);
        struct area area = damage_take(&bench->damage, &bench->scene);
        if (!whole)
            canvas_limit(&bench->canvas, area);
        canvas_clear(&bench->canvas, (struct colour){0});
        scene_draw(&bench->scene, &bench->canvas);
        canvas_limit_none(&bench->canvas);
    }
    return (now_ms() - begin) / bench->rounds;
}

static const struct sample *find_sample(const char *name)
{
    for (size_t i = 0; i < sample_count; i++) {
        if (strcmp(samples[i].name, name) == 0)
            return &samples[i];
    }
    return NULL;
}

static bool run(struct bench *bench, const struct sample_size *size)
{
    if (!canvas_init(&bench->canvas, size->width, size->height))
        return false;

    for (size_t i = 0; i < sizeof(motions) / sizeof(motions[0]); i++) {
        const struct sample *sample = find_sample(motions[i].sample);
        if (!sample)
            break;

        sample_build(sample, size, THEME_CHOICE_LIGHT, 1, bench->fonts, &bench->view,
                     &bench->scene);

        double whole = measure(bench, motions[i].move, true);
        double part = measure(bench, motions[i].move, false);
        printf("%-9s %-17s whole %6.2f ms, what changed %6.2f ms: 1/%.0f\n", size->name,
               motions[i].what, whole, part, whole / part);
    }

    canvas_destroy(&bench->canvas);
    return true;
}

int main(int argc, char *argv[])
{
    static struct bench bench;
    struct fault fault;
    bench.rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
    language_init("en");
    bench.fonts = fonts_open(&fault);
    if (!bench.fonts || bench.rounds < 1) {
        fprintf(stderr, "%s\n", bench.fonts ? "usage: bench_drawing [ROUNDS]" : fault.detail);
        return 1;
    }
    bool ok = true;
    for (size_t s = 0; s < sample_size_count && ok; s++)
        ok = run(&bench, &sample_sizes[s]);
    fonts_close(bench.fonts);
    return ok ? 0 : 1;
}
