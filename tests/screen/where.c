// SPDX-License-Identifier: MIT
// Says where on a screen of the gallery texts are, for who taps on the real one.
// usage: screen_where NAME TEXT...     (NAME: settings-1280x800-en-light)
// Prints, on a line for each, the middle of what carries that text, in pixels: "640 660".
// exit: 0 each is there, whole, and once; 1 one is not; 2 it could not be told

#include <stdio.h>
#include <string.h>

#include "tests/screen/shot.h"
#include "ui/text/language.h"

static struct view view;
static struct scene scene;

static bool lay_out(const char *name, struct fonts *fonts)
{
    const struct sample *sample;
    const struct sample_size *size;
    enum theme_choice theme;
    if (!shot_find(name, &sample, &size, &theme))
        return false;
    sample_build(sample, size, theme, 1.0f, fonts, &view, &scene);
    return true;
}

// What scrolls may be hidden behind the edges of the body.
static bool can_be_tapped(const struct node *node)
{
    struct area place = scene_place(&scene, node);
    return !node->scrolls ||
           (place.y >= scene.body.y && place.y + place.h <= scene.body.y + scene.body.h);
}

// The nodes with the text; `out` is the last of them.
static size_t find(const char *text, const struct node **out)
{
    size_t found = 0;
    for (size_t i = 0; i < scene.count; i++) {
        const struct node *node = &scene.node[i];
        if (node->text && strcmp(node->text, text) == 0 && can_be_tapped(node)) {
            *out = node;
            found++;
        }
    }
    return found;
}

static bool tell(const char *name, const char *text)
{
    const struct node *node;
    size_t found = find(text, &node);
    if (found != 1) {
        fprintf(stderr, "%s: \"%s\" is there %zu times\n", name, text, found);
        return false;
    }
    struct area place = scene_place(&scene, node);
    printf("%.0f %.0f\n", place.x + place.w / 2, place.y + place.h / 2);
    return true;
}

int main(int argc, char *argv[])
{
    if (argc < 3) {
        fprintf(stderr, "usage: screen_where NAME TEXT...\n");
        return 2;
    }

    struct fault fault;
    int result = 2;
    language_init("en");
    struct fonts *fonts = fonts_open(&fault);
    if (fonts && lay_out(argv[1], fonts)) {
        result = 0;
        for (int i = 2; i < argc; i++)
            result |= !tell(argv[1], argv[i]);
    }

    fonts_close(fonts);
    return result;
}
