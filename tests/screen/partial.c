// SPDX-License-Identifier: MIT
// Drawing what has changed looks as drawing the whole screen does: from any screen to any
// other, and from a screen to itself in another moment.

#include "tests/screen/sample_scene.h"

#include <stdio.h>
#include <string.h>

#include "ui/screens/damage.h"
#include "ui/text/language.h"

#define SMALL_SHARE 0.1f // of the screen: what one thing that moves may cost

// A phone and a kiosk in half their size: it is about where things are, not how they look.
static const struct sample_size sizes[] = {
    {.name = "phone", .width = 180, .height = 360, .scale = 0.5f},
    {.name = "kiosk", .width = 640, .height = 400, .scale = 400 / 720.0f},
};

struct trial {
    struct fonts *fonts;
    const struct sample_size *size;
    struct canvas part, whole;
    struct damage damage;
    struct scene scene;
    struct view view;
    size_t checked, failed;
};

// Draws the scene in both ways; returns the share of the screen that was drawn anew.
static float draw(struct trial *trial, const char *what)
{
    struct area area = damage_take(&trial->damage, &trial->scene);
    canvas_limit(&trial->part, area);
    canvas_clear(&trial->part, (struct colour){0});
    scene_draw(&trial->scene, &trial->part);
    canvas_limit_none(&trial->part);
    canvas_clear(&trial->whole, (struct colour){0});
    scene_draw(&trial->scene, &trial->whole);

    size_t count = (size_t)trial->part.width * (size_t)trial->part.height;
    trial->checked++;
    if (memcmp(trial->part.pixels, trial->whole.pixels, count * sizeof(uint32_t)) != 0) {
        printf("%s, %s: what was drawn is not the whole change\n", trial->size->name, what);
        trial->failed++;
    }

    return area.w * area.h / (float)count;
}

static void expect(struct trial *trial, bool ok, const char *what, const char *why)
{
    if (ok)
        return;
    printf("%s, %s: %s\n", trial->size->name, what, why);
    trial->failed++;
}

static bool has_fields(const struct scene *scene)
{
    for (size_t i = 0; i < scene->count; i++) {
        if (scene->node[i].kind == NODE_FIELD || scene->node[i].kind == NODE_IMAGE)
            return true;
    }
    return false;
}

// The same screen a moment later.
static void draw_moments(struct trial *trial, const char *name)
{
    struct scene *scene = &trial->scene;
    expect(trial, draw(trial, name) == 0 || has_fields(scene), name,
           "the same screen was drawn anew");

    scene->turn = 0.6f;
    expect(trial, draw(trial, name) < SMALL_SHARE || has_fields(scene), name,
           "a spinner costs too much");

    scene->show_focus = true;
    for (int focus = scene_next_focus(scene, -1, true), i = 0; focus >= 0 && i < 2; i++) {
        scene->focus = scene->pressed = focus;
        draw(trial, name);
        focus = scene_next_focus(scene, focus, true);
    }

    scene->pressed = -1;
    scene->scroll = scene->scroll_max / 2;
    draw(trial, name);
    for (size_t i = 0; i < scene->count; i++)
        scene->node[i].part *= 0.5f;
    draw(trial, name);
}

static void run(struct trial *trial, enum theme_choice theme, float text_scale)
{
    for (size_t i = 0; i < sample_count; i++) {
        sample_build(&samples[i], trial->size, theme, text_scale, trial->fonts, &trial->view,
                     &trial->scene);
        draw(trial, samples[i].name);
        draw_moments(trial, samples[i].name);
    }
}

int main(void)
{
    static struct trial trial;
    struct fault fault;
    language_init("en");
    trial.fonts = fonts_open(&fault);
    if (!trial.fonts) {
        printf("%s\n", fault.detail);
        return 1;
    }

    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        trial.size = &sizes[s];
        if (!canvas_init(&trial.part, trial.size->width, trial.size->height) ||
            !canvas_init(&trial.whole, trial.size->width, trial.size->height))
            return 1;
        run(&trial, s ? THEME_CHOICE_CONTRAST : THEME_CHOICE_LIGHT, s ? 1 : 1.5f);
        damage_forget(&trial.damage);
        canvas_destroy(&trial.part);
        canvas_destroy(&trial.whole);
    }

    fonts_close(trial.fonts);
    printf("%zu drawings, %zu faulty\n", trial.checked, trial.failed);
    return trial.failed > 0;
}
