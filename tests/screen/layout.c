// SPDX-License-Identifier: MIT
// Every screen in every size, language, theme and text size: no text is cut, none lies over
// another or leaves the screen, and nothing that can be pressed is too small.

#include "tests/screen/samples.h"

#include <stdio.h>

#include "ui/language.h"

static size_t failures, checked;

static void check(const struct sample *sample, const struct sample_size *size,
                  enum theme_choice theme, float text_scale, struct fonts *fonts)
{
    static struct view view;
    static struct scene scene;
    char why[256];
    sample_build(sample, size, theme, text_scale, fonts, &view, &scene);
    checked++;
    if (scene_check(&scene, why, sizeof(why)))
        return;
    failures++;
    printf("%s, %s, %s, text %.0f %%: %s\n", sample->name, size->name, language_current(),
           (double)text_scale * 100, why);
}

// Whatever fails has a screen that can be read.
static void check_failures(struct fonts *fonts)
{
    static struct view view;
    static struct scene scene;
    for (enum failure failure = FAILURE_NONE + 1; failure < FAILURE_COUNT; failure++) {
        for (size_t s = 0; s < sample_size_count; s++) {
            for (float text_scale = 1; text_scale <= 2; text_scale++) {
                char why[256];
                sample_build_failure(failure, &sample_sizes[s], text_scale, fonts, &view,
                                     &scene);
                checked++;
                if (scene_check(&scene, why, sizeof(why)))
                    continue;
                failures++;
                printf("%s, %s, %s, text %.0f %%: %s\n", failure_code(failure),
                       sample_sizes[s].name, language_current(), (double)text_scale * 100, why);
            }
        }
    }
}

int main(void)
{
    struct fault fault;
    language_init("en");
    struct fonts *fonts = fonts_open(&fault);
    if (!fonts) {
        printf("%s\n", fault.detail);
        return 1;
    }
    static const float text_scales[] = {1, 1.5f, 2};
    for (size_t l = 0; l < language_count(); l++) {
        language_switch(language_code(l));
        bool translated = strcmp(_("Approve"), N_("Approve")) != 0;
        if (translated != (l > 0)) {
            printf("no texts in %s\n", language_code(l));
            failures++;
        }
        for (size_t i = 0; i < sample_count; i++) {
            for (size_t s = 0; s < sample_size_count; s++) {
                for (size_t t = 0; t < 3; t++)
                    check(&samples[i], &sample_sizes[s], THEME_CHOICE_LIGHT, text_scales[t],
                          fonts);
            }
        }
        check_failures(fonts);
    }
    fonts_close(fonts);
    printf("%zu screens, %zu faulty\n", checked, failures);
    return failures > 0;
}
