// SPDX-License-Identifier: MIT
#include "ui/drawing/theme.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define AA  4.5
#define AAA 7.0

static const struct {
    enum role ink, ground;
    double least;
} pairs[] = {
    {ROLE_TEXT, ROLE_GROUND, AAA},      {ROLE_TEXT, ROLE_CARD, AAA},
    {ROLE_QUIET, ROLE_GROUND, AAA},     {ROLE_QUIET, ROLE_CARD, AAA},
    {ROLE_TEXT, ROLE_LOOK_GROUND, AAA}, {ROLE_LOOK, ROLE_LOOK_GROUND, AA},
    {ROLE_ON_ACCENT, ROLE_ACCENT, AAA}, {ROLE_TEXT, ROLE_OFF, AAA},
    {ROLE_ACCENT, ROLE_GROUND, AAA},    {ROLE_ACCENT, ROLE_CARD, AAA},
    {ROLE_DONE, ROLE_GROUND, AA},       {ROLE_LOOK, ROLE_GROUND, AA},
    {ROLE_STOP, ROLE_GROUND, AA},       {ROLE_STOP, ROLE_CARD, AA},
    {ROLE_ON_ACCENT, ROLE_STOP, AA},
};

static void contrast_is_enough(void **state)
{
    (void)state;
    for (size_t theme = 0; theme <= THEME_CHOICE_CONTRAST; theme++) {
        for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
            double ratio =
                theme_contrast(theme_colour((enum theme_choice)theme, pairs[i].ink),
                               theme_colour((enum theme_choice)theme, pairs[i].ground));
            if (ratio < pairs[i].least)
                fail_msg("theme %zu, pair %zu: %.2f", theme, i, ratio);
        }
    }
}

// Over the camera's picture: white behind the scrim is the worst case.
static void texts_over_a_picture_can_be_read(void **state)
{
    (void)state;
    for (size_t theme = 0; theme <= THEME_CHOICE_CONTRAST; theme++) {
        struct colour scrim = theme_colour((enum theme_choice)theme, ROLE_SCRIM);
        uint8_t rest = (uint8_t)(255 - scrim.a);
        struct colour over_white = {(uint8_t)(scrim.r * scrim.a / 255 + rest),
                                    (uint8_t)(scrim.g * scrim.a / 255 + rest),
                                    (uint8_t)(scrim.b * scrim.a / 255 + rest), 255};
        double ratio =
            theme_contrast(theme_colour((enum theme_choice)theme, ROLE_ON_SCRIM), over_white);
        assert_true(ratio >= AAA);
    }
}

static void the_desktop_is_followed_only_where_that_was_chosen(void **state)
{
    (void)state;
    for (int desktop = COLOUR_SCHEME_UNTOLD; desktop <= COLOUR_SCHEME_LIGHT; desktop++) {
        enum colour_scheme scheme = (enum colour_scheme)desktop;
        bool dark = scheme == COLOUR_SCHEME_DARK;
        assert_int_equal(theme_drawn(THEME_CHOICE_SYSTEM, scheme),
                         dark ? THEME_CHOICE_DARK : THEME_CHOICE_LIGHT);
        for (size_t theme = 0; theme <= THEME_CHOICE_CONTRAST; theme++)
            assert_int_equal(theme_drawn((enum theme_choice)theme, scheme), theme);
    }
}

static void ratio_is_that_of_the_standard(void **state)
{
    (void)state;
    struct colour black = {0, 0, 0, 255}, white = {255, 255, 255, 255};
    assert_true(theme_contrast(black, white) > 20.99 && theme_contrast(black, white) < 21.01);
    assert_true(theme_contrast(white, white) < 1.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_is_enough),
        cmocka_unit_test(texts_over_a_picture_can_be_read),
        cmocka_unit_test(the_desktop_is_followed_only_where_that_was_chosen),
        cmocka_unit_test(ratio_is_that_of_the_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
