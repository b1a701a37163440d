// SPDX-License-Identifier: MIT
// Draws every screen to PNG files.
// usage: qrconfirm-gallery FOLDER [NAME]     (NAME: only files whose name begins so)

#include <stdio.h>

#include "tests/screen/shot.h"
#include "ui/text/language.h"

static bool draw(const struct sample *sample, const struct sample_size *size,
                 enum theme_choice theme, struct fonts *fonts, const char *path)
{
    struct shot shot = {0};
    bool written = shot_take(sample, size, theme, fonts, &shot) && shot_write(&shot, path);
    shot_destroy(&shot);
    return written;
}

int main(int argc, char *argv[])
{
    if (argc < 2) {
        fprintf(stderr, "usage: qrconfirm-gallery FOLDER [NAME]\n");
        return 2;
    }

    struct fault fault;
    language_init("en");
    struct fonts *fonts = fonts_open(&fault);
    if (!fonts) {
        fprintf(stderr, "qrconfirm-gallery: %s\n", fault.detail);
        return 1;
    }

    int failed = 0;
    for (size_t l = 0; l < languages_count(); l++) {
        language_switch(languages_at(l)->code);
        for (size_t i = 0; i < sample_count * sample_size_count * 3; i++) {
            const struct sample *sample = &samples[i / 3 / sample_size_count];
            const struct sample_size *size = &sample_sizes[i / 3 % sample_size_count];
            char name[128], path[1024];
            shot_name(sample, size, (enum theme_choice)(i % 3), name, sizeof(name));
            if (sample->longest || (argc > 2 && strncmp(name, argv[2], strlen(argv[2])) != 0))
                continue;
            snprintf(path, sizeof(path), "%s/%s.png", argv[1], name);
            if (!draw(sample, size, (enum theme_choice)(i % 3), fonts, path)) {
                fprintf(stderr, "qrconfirm-gallery: cannot write %s\n", path);
                failed = 1;
            }
        }
    }

    fonts_close(fonts);
    return failed;
}
