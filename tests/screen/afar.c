// SPDX-License-Identifier: MIT
// The first screen of a kiosk is read by whoever comes by, from two metres. A letter is as high
// as a capital H is drawn, and is judged by the angle that it fills for the eye:
// - 16 minutes of arc at least where text is to be read (ISO 9241-3; NUREG-0700, 1.3.1-4),
// which
//   is 1/215 of the distance;
// - 10 minutes are made out where the contrast is good: 1/344.

#include "tests/screen/sample_scene.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/text/language.h"
#include "ui/window/stage.h"

#define READ_ARC    16.0 // minutes: what to do here, whose the kiosk is, where it belongs to
#define LONG_ARC    13.0 // ... of a line that is full
#define SEEN_ARC    10.0 // what is pressed; but for the administrator, who comes near
#define STEPS_NEAR  2.0  // the steps are to be read from half as far
#define TITLE_MM    2000.0
#define MM_AN_INCH  25.4
#define LETTER_ROOM 256 // pixels

static const struct panel {
    const char *name;
    int width, height; // pixels
    double inches;     // across its corners
    double from_mm;
} panels[] = {
    {"10.1 inches", 1280, 800, 10.1, 1350},  {"15 inches, 4:3", 1024, 768, 15, 2000},
    {"15.6 inches", 1366, 768, 15.6, 2000},  {"15.6 inches, fine", 1920, 1080, 15.6, 2000},
    {"21.5 inches", 1920, 1080, 21.5, 2000}, {"21.5 inches, upright", 1080, 1920, 21.5, 2000},
};

static size_t failures;

// Rows that a capital letter has ink in.
static int letter_height(struct fonts *fonts, enum weight weight, float size)
{
    struct canvas canvas;
    int rows = 0;
    if (!canvas_init(&canvas, LETTER_ROOM, LETTER_ROOM))
        return 0;
    canvas_clear(&canvas, (struct colour){255, 255, 255, 255});
    fonts_draw(fonts, &canvas, weight, size, "H", 0, 1, 8, 8, (struct colour){0, 0, 0, 255});

    for (int y = 0; y < canvas.height; y++) {
        int darkest = 255;
        for (int x = 0; x < canvas.width; x++) {
            int gray = (int)(canvas.pixels[y * canvas.width + x] & 0xff);
            darkest = gray < darkest ? gray : darkest;
        }
        rows += darkest < 128;
    }
    canvas_destroy(&canvas);
    return rows;
}

static double arc_of(const struct panel *panel, int rows, double from_mm)
{
    double mm = rows * panel->inches * MM_AN_INCH / hypot(panel->width, panel->height);
    return atan(mm / from_mm) * 180 * 60 / M_PI;
}

static bool is_full(const struct scene *scene, const struct node *node)
{
    return node->lines.count > 1 || node->lines.width > 0.8f * scene->room.w;
}

// What is asked of a text, and from how far.
static double least_of(const struct panel *panel, const struct view *view,
                       const struct scene *scene, const struct node *node, double *from_mm)
{
    *from_mm = panel->from_mm;
    if (strcmp(node->text, view->title) == 0) {
        *from_mm = TITLE_MM;
        return READ_ARC;
    }
    if (strcmp(node->text, view->text) == 0)
        return READ_ARC;
    if (strcmp(node->text, view->note) == 0)
        return is_full(scene, node) ? LONG_ARC : READ_ARC;
    if (node->action.kind != ACTION_NONE)
        return SEEN_ARC;
    *from_mm /= STEPS_NEAR;
    return READ_ARC;
}

static void judge(const struct panel *panel, const struct view *view, const struct scene *scene,
                  const struct node *node, struct fonts *fonts)
{
    double from_mm, least = least_of(panel, view, scene, node, &from_mm);
    int rows = letter_height(fonts, node->style.weight, node->text_size);
    double arc = arc_of(panel, rows, from_mm);
    if (arc >= least)
        return;
    failures++;
    printf("%s, %s: letters of %.1f minutes of arc from %.2f m, not %.0f: %s\n", panel->name,
           language_current()->code, arc, from_mm / 1000, least, node->text);
}

static void check(const struct sample *sample, const struct panel *panel, struct fonts *fonts)
{
    static struct view view;
    static struct scene scene;
    struct sample_size size = {
        .name = panel->name, .width = panel->width, .height = panel->height};
    size_t texts = 0;
    char why[256];

    size.scale = stage_scale(size.width, size.height, 1);
    sample_build(sample, &size, THEME_CHOICE_LIGHT, 1, fonts, &view, &scene);
    for (size_t i = 0; i < scene.count; i++) {
        const struct node *node = &scene.node[i];
        if (!node->text || !*node->text || node->action.kind == ACTION_MENU)
            continue;
        judge(panel, &view, &scene, node, fonts);
        texts++;
    }
    bool whole = scene_check(&scene, why, sizeof(why)) && scene.scroll_max <= 0;
    if (whole && texts >= 6)
        return;
    failures++;
    printf("%s, %s, %s: %zu texts, and %s\n", sample->name, panel->name,
           language_current()->code, texts, whole ? "whole" : "not seen whole");
}

int main(void)
{
    struct fault fault;
    size_t checked = 0;
    language_init("en");
    struct fonts *fonts = fonts_open(&fault);
    if (!fonts) {
        printf("%s\n", fault.detail);
        return 1;
    }

    for (size_t l = 0; l < languages_count(); l++) {
        language_switch(languages_at(l)->code);
        for (size_t i = 0; i < sample_count; i++) {
            const char *name = samples[i].name;
            if (strcmp(name, "kiosk") != 0 && strcmp(name, "badge-kiosk") != 0)
                continue;
            for (size_t p = 0; p < sizeof(panels) / sizeof(panels[0]); p++, checked++)
                check(&samples[i], &panels[p], fonts);
        }
    }

    fonts_close(fonts);
    printf("%zu first screens, %zu faults\n", checked, failures);
    return failures > 0 || checked == 0;
}
