// SPDX-License-Identifier: MIT
// Says whether a picture of a real screen shows what the gallery has under a name.
// usage: screen_shows PICTURE NAME     (NAME: welcome-1280x800-en-light)
// exit: 0 it does, 1 it does not, 2 it could not be told

#include <stdio.h>

#include "tests/screen/shot.h"
#include "ui/text/language.h"

#define SMALLER    4  // both pictures are compared so many times smaller, as approved ones are
#define DIFFER_MAX 16 // small pixels: another machine, not another screen

static bool take(const char *wanted, struct fonts *fonts, struct shot *out)
{
    const struct sample *sample;
    const struct sample_size *size;
    enum theme_choice theme;
    return shot_find(wanted, &sample, &size, &theme) &&
           shot_take(sample, size, theme, fonts, out);
}

static size_t differ(const struct shot *expected, const struct shot *seen)
{
    struct shot small_expected = {0}, small_seen = {0};
    size_t result = SIZE_MAX;
    if (expected->width == seen->width && expected->height == seen->height &&
        shot_init(&small_expected, seen->width / SMALLER, seen->height / SMALLER) &&
        shot_init(&small_seen, seen->width / SMALLER, seen->height / SMALLER)) {
        shot_put_smaller(&small_expected, 0, 0, expected, SMALLER);
        shot_put_smaller(&small_seen, 0, 0, seen, SMALLER);
        result = shot_compare(&small_expected, &small_seen, NULL);
    }
    shot_destroy(&small_expected);
    shot_destroy(&small_seen);
    return result;
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fprintf(stderr, "usage: screen_shows PICTURE NAME\n");
        return 2;
    }

    struct fault fault;
    struct shot expected = {0}, seen = {0};
    int result = 2;
    language_init("en");
    struct fonts *fonts = fonts_open(&fault);

    if (fonts && take(argv[2], fonts, &expected) && shot_read(argv[1], &seen)) {
        size_t count = differ(&expected, &seen);
        result = count > DIFFER_MAX;
        if (count == SIZE_MAX)
            printf("%s has %dx%d pixels, %s has %dx%d\n", argv[1], seen.width, seen.height,
                   argv[2], expected.width, expected.height);
        else
            printf("%s: %zu small pixels differ from %s\n", argv[1], count, argv[2]);
    }

    shot_destroy(&seen);
    shot_destroy(&expected);
    fonts_close(fonts);
    return result;
}
