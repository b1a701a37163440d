// SPDX-License-Identifier: MIT
#include "ui/drawing/theme.h"

#include <math.h>

#define RGB(hex)                                                                               \
    {                                                                                          \
        (uint8_t)((hex) >> 16), (uint8_t)(((hex) >> 8) & 0xff), (uint8_t)((hex)&0xff), 255     \
    }

static const struct colour table[][ROLES] =
    {
        [THEME_CHOICE_LIGHT] =
            {
                [ROLE_GROUND] = RGB(0xF7F7F5),
                [ROLE_CARD] = RGB(0xFFFFFF),
                [ROLE_LINE] = RGB(0xD5D9DE),
                [ROLE_TEXT] = RGB(0x14171A),
                [ROLE_QUIET] = RGB(0x4B545F),
                [ROLE_ACCENT] = RGB(0x0A4FB4),
                [ROLE_ON_ACCENT] = RGB(0xFFFFFF),
                [ROLE_DONE] = RGB(0x0B7A43),
                [ROLE_LOOK] = RGB(0x8A4B00),
                [ROLE_STOP] = RGB(0xB3261E),
                [ROLE_LOOK_GROUND] = RGB(0xFFF1DB),
                [ROLE_OFF] = RGB(0xE3E6EA),
                [ROLE_DIM] = {8, 10, 12, 130},
                [ROLE_SCRIM] = {8, 10, 12, 228},
                [ROLE_ON_SCRIM] = RGB(0xFFFFFF),
                [ROLE_FOUND] = RGB(0x5DE39B),
            },
        [THEME_CHOICE_DARK] =
            {
                [ROLE_GROUND] = RGB(0x121417),
                [ROLE_CARD] = RGB(0x1C2025),
                [ROLE_LINE] = RGB(0x3A424C),
                [ROLE_TEXT] = RGB(0xF1F3F5),
                [ROLE_QUIET] = RGB(0xB4BDC8),
                [ROLE_ACCENT] = RGB(0x78B4FF),
                [ROLE_ON_ACCENT] = RGB(0x0A0D10),
                [ROLE_DONE] = RGB(0x4CCB86),
                [ROLE_LOOK] = RGB(0xFFB74D),
                [ROLE_STOP] = RGB(0xFF8A80),
                [ROLE_LOOK_GROUND] = RGB(0x33270F),
                [ROLE_OFF] = RGB(0x2A3038),
                [ROLE_DIM] = {8, 10, 12, 130},
                [ROLE_SCRIM] = {8, 10, 12, 228},
                [ROLE_ON_SCRIM] = RGB(0xFFFFFF),
                [ROLE_FOUND] = RGB(0x5DE39B),
            },
        [THEME_CHOICE_CONTRAST] =
            {
                [ROLE_GROUND] = RGB(0x000000),
                [ROLE_CARD] = RGB(0x000000),
                [ROLE_LINE] = RGB(0xFFFFFF),
                [ROLE_TEXT] = RGB(0xFFFFFF),
                [ROLE_QUIET] = RGB(0xFFFFFF),
                [ROLE_ACCENT] = RGB(0xFFD400),
                [ROLE_ON_ACCENT] = RGB(0x000000),
                [ROLE_DONE] = RGB(0x4CCB86),
                [ROLE_LOOK] = RGB(0xFFB74D),
                [ROLE_STOP] = RGB(0xFF8A80),
                [ROLE_LOOK_GROUND] = RGB(0x000000),
                [ROLE_OFF] = RGB(0x000000),
                [ROLE_DIM] = {0, 0, 0, 160},
                [ROLE_SCRIM] = {0, 0, 0, 255},
                [ROLE_ON_SCRIM] = RGB(0xFFFFFF),
                [ROLE_FOUND] = RGB(0x5DE39B),
            },
};

enum theme_choice theme_drawn(enum theme_choice chosen, enum colour_scheme desktop)
{
    if (chosen != THEME_CHOICE_SYSTEM)
        return chosen;
    return desktop == COLOUR_SCHEME_DARK ? THEME_CHOICE_DARK : THEME_CHOICE_LIGHT;
}

struct colour theme_colour(enum theme_choice theme, enum role role)
{
    return table[theme][role];
}

static double linear(uint8_t channel)
{
    double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour c)
{
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

double theme_contrast(struct colour a, struct colour b)
{
    double la = luminance(a), lb = luminance(b);
    double lighter = la > lb ? la : lb, darker = la > lb ? lb : la;
    return (lighter + 0.05) / (darker + 0.05);
}
