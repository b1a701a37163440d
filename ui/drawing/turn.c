// SPDX-License-Identifier: MIT
#include "ui/drawing/turn.h"

#include <math.h>

struct turn turn_of(unsigned degrees, int panel_width, int panel_height)
{
    bool swaps = turn_swaps(degrees);
    return (struct turn){
        .degrees = degrees,
        .panel_width = panel_width,
        .panel_height = panel_height,
        .width = swaps ? panel_height : panel_width,
        .height = swaps ? panel_width : panel_height,
    };
}

struct dot turn_to_panel(const struct turn *turn, struct dot upright)
{
    float width = (float)turn->panel_width, height = (float)turn->panel_height;
    switch (turn->degrees) {
    case 90:
        return (struct dot){width - upright.y, upright.x};
    case 180:
        return (struct dot){width - upright.x, height - upright.y};
    case 270:
        return (struct dot){upright.y, height - upright.x};
    default:
        return upright;
    }
}

struct dot turn_to_upright(const struct turn *turn, struct dot panel)
{
    float width = (float)turn->width, height = (float)turn->height;
    switch (turn->degrees) {
    case 90:
        return (struct dot){panel.y, height - panel.x};
    case 180:
        return (struct dot){width - panel.x, height - panel.y};
    case 270:
        return (struct dot){width - panel.y, panel.x};
    default:
        return panel;
    }
}

struct area turn_area_to_panel(const struct turn *turn, struct area upright)
{
    struct dot a = turn_to_panel(turn, (struct dot){upright.x, upright.y});
    struct dot b =
        turn_to_panel(turn, (struct dot){upright.x + upright.w, upright.y + upright.h});
    return (struct area){fminf(a.x, b.x), fminf(a.y, b.y), fabsf(a.x - b.x), fabsf(a.y - b.y)};
}

bool turn_show(const struct turn *turn, SDL_Renderer *renderer, SDL_Texture *texture,
               float below)
{
    struct dot corner = turn_to_panel(turn, (struct dot){0, 0});
    struct dot lower = turn_to_panel(turn, (struct dot){0, below});
    SDL_FRect place = {lower.x - corner.x, lower.y - corner.y, (float)turn->width,
                       (float)turn->height};

    // The point that the corner of the panel comes from when all is turned about it. In the
    // middle of the panel the place would begin between two pixels, which blurs.
    SDL_FPoint about = {(float)turn->panel_width / 2, (float)turn->panel_height / 2};
    if (turn->degrees == 90)
        about.y = about.x;
    if (turn->degrees == 270)
        about.x = about.y;

    return SDL_RenderCopyExF(renderer, texture, NULL, &place, (double)turn->degrees, &about,
                             SDL_FLIP_NONE) == 0;
}

void turn_show_centred(const struct turn *turn, SDL_Renderer *renderer, SDL_Texture *texture,
                       float width, float height, unsigned degrees, SDL_RendererFlip flip)
{
    // SDL turns about the middle of this place, which is the middle of the panel.
    SDL_FRect place = {((float)turn->panel_width - width) / 2,
                       ((float)turn->panel_height - height) / 2, width, height};
    SDL_RenderCopyExF(renderer, texture, NULL, &place,
                      (double)((degrees + turn->degrees) % 360), NULL, flip);
}
