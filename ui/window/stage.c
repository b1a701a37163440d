// SPDX-License-Identifier: MIT
#include "ui/window/stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/text/language.h"

#define FIRST_WIDTH  420
#define FIRST_HEIGHT 780
#define LEAST_SIDE   120  // points: a phone on its side, above the keyboard of its shell
#define LEAST_UNIT   0.6f // points: there a question is seen whole, and its buttons are pressed

float stage_scale(int width, int height, float density)
{
    float w = (float)width, h = (float)height;
    float fits = w > h ? h / 720 : fminf(w / 360, h / 600);
    return fmaxf(fmaxf(0.75f, LEAST_UNIT * density), fits);
}

// A phone's shell shows one window at a time, as large as there is room for.
static bool is_phone_shell(const char *desktop)
{
    return desktop && strstr(desktop, "Phosh");
}

static void set_hints(bool fullscreen)
{
    // A compositor that leaves frames to its clients, as cage and newer phoc do, makes SDL map
    // the window anew by libdecor; without libdecor's plugins it then stays unmapped, and the
    // screen black.
    if (fullscreen || is_phone_shell(getenv("XDG_CURRENT_DESKTOP")))
        SDL_SetHint(SDL_HINT_VIDEO_WAYLAND_ALLOW_LIBDECOR, "0");

    SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0"); // a tap must not count twice
    SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
    // The click that brings the window to the front is meant for what it hits.
    SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");

    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION,
                "0"); // the software renderer needs no OpenGL
    SDL_SetHint(SDL_HINT_APP_NAME, "qrconfirm");
}

// libwayland complains on standard error where its socket can be nowhere.
static void leave_wayland_out(void)
{
    const char *folder = getenv("XDG_RUNTIME_DIR"), *display = getenv("WAYLAND_DISPLAY");
    bool somewhere =
        (folder && *folder) || (display && *display == '/') || getenv("WAYLAND_SOCKET");
    if (!somewhere)
        SDL_SetHint(SDL_HINT_VIDEODRIVER, "x11,KMSDRM");
}

// X11 shows pictures without OpenGL. Where there is no graphics processor, OpenGL would be
// computed too, by a library that takes a fifth of a second to load. Wayland and KMS have no
// other way in SDL.
static bool wants_opengl(void)
{
    static const char *const nodes[] = {"/dev/dri/renderD128", "/dev/dri/renderD129",
                                        "/dev/nvidiactl", "/dev/mali0", "/dev/kgsl-3d0"};
    const char *driver = SDL_GetCurrentVideoDriver();
    if (!driver || strcmp(driver, "x11") != 0 || SDL_GetHint(SDL_HINT_RENDER_DRIVER))
        return true;
    for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
        if (access(nodes[i], R_OK | W_OK) == 0)
            return true;
    }
    return false;
}

static void open_renderer(struct stage *stage)
{
    if (wants_opengl())
        stage->renderer = SDL_CreateRenderer(stage->window, -1, 0);
    else
        SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    if (!stage->renderer)
        stage->renderer = SDL_CreateRenderer(stage->window, -1, SDL_RENDERER_SOFTWARE);
}

// The window is shown once its renderer is there: some renderers make it anew, and hiding it
// for that takes SDL a fifth of a second.
static bool open_window(struct stage *stage, bool fullscreen, struct fault *fault)
{
    bool swaps = turn_swaps(stage->turn.degrees);
    Uint32 flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI | SDL_WINDOW_HIDDEN;
    if (fullscreen)
        flags |= SDL_WINDOW_FULLSCREEN_DESKTOP;

    // On X11 without a window manager nobody makes a window fill the screen: it begins so.
    SDL_Rect place = {SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                      swaps ? FIRST_HEIGHT : FIRST_WIDTH, swaps ? FIRST_WIDTH : FIRST_HEIGHT};
    if (fullscreen)
        SDL_GetDisplayBounds(0, &place);

    stage->window =
        SDL_CreateWindow(_("QR Confirm"), place.x, place.y, place.w, place.h, flags);
    if (stage->window)
        open_renderer(stage);
    if (!stage->renderer)
        return fault_set(fault, FAILURE_NO_DISPLAY, "%s", SDL_GetError());

    SDL_SetWindowMinimumSize(stage->window, LEAST_SIDE, LEAST_SIDE);
    SDL_ShowWindow(stage->window);
    return true;
}

// Where there is no screen SDL would draw into memory, and nobody would see the question. Who
// names such a driver wants it.
static bool is_unseen(void)
{
    const char *driver = SDL_GetCurrentVideoDriver();
    return driver && (strcmp(driver, "offscreen") == 0 || strcmp(driver, "dummy") == 0);
}

bool stage_open(struct stage *stage, const struct options *options, struct fault *fault)
{
    *stage =
        (struct stage){.safe_area = options->safe_area, .turn = {.degrees = options->rotate}};
    preview_init(&stage->preview);
    set_hints(options->fullscreen);
    bool named = SDL_GetHint(SDL_HINT_VIDEODRIVER) != NULL;
    if (!named)
        leave_wayland_out();

    bool opened = SDL_Init(SDL_INIT_VIDEO) == 0;
    if (!opened || (!named && is_unseen())) {
        fault_set(fault, FAILURE_NO_DISPLAY, "%s",
                  named ? SDL_GetError() : _("neither Wayland, X11 nor KMS"));
        goto failed;
    }

    press_source_begin(&stage->presses);
    stage->fonts = fonts_open(fault);
    if (!stage->fonts || !open_window(stage, options->fullscreen, fault))
        goto failed;
    if (!stage_resize(stage)) {
        fault_set(fault, FAILURE_MEMORY, "window");
        goto failed;
    }
    press_source_attach(&stage->presses, stage->window);
    stage->preview.composes = preview_is_by_processor(stage->renderer);
    return true;

failed:
    stage_close(stage);
    return false;
}

void stage_close(struct stage *stage)
{
    preview_destroy(&stage->preview);
    fonts_close(stage->fonts);
    canvas_destroy(&stage->canvas);
    free(stage->straight);
    if (stage->overlay)
        SDL_DestroyTexture(stage->overlay);
    if (stage->renderer)
        SDL_DestroyRenderer(stage->renderer);
    if (stage->window)
        SDL_DestroyWindow(stage->window);
    press_source_end(&stage->presses);
    SDL_Quit();
}

// Pixels a point of the desktop.
static float density_of(SDL_Window *window, int pixels)
{
    int points = 0;
    SDL_GetWindowSize(window, &points, NULL);
    return points > 0 ? (float)pixels / (float)points : 1;
}

bool stage_resize(struct stage *stage)
{
    int width, height;
    if (SDL_GetRendererOutputSize(stage->renderer, &width, &height) != 0 || width <= 0 ||
        height <= 0)
        return stage->overlay != NULL; // minimised: nothing to draw on
    if (stage->overlay && width == stage->turn.panel_width &&
        height == stage->turn.panel_height)
        return true;

    struct turn turn = turn_of(stage->turn.degrees, width, height);
    struct canvas canvas;
    uint32_t *straight = malloc((size_t)width * (size_t)height * sizeof(*straight));
    SDL_Texture *overlay =
        SDL_CreateTexture(stage->renderer, SDL_PIXELFORMAT_ARGB8888,
                          SDL_TEXTUREACCESS_STREAMING, turn.width, turn.height);
    if (!straight || !overlay || !canvas_init(&canvas, turn.width, turn.height)) {
        free(straight);
        if (overlay)
            SDL_DestroyTexture(overlay);
        return false;
    }

    if (stage->overlay)
        SDL_DestroyTexture(stage->overlay);
    canvas_destroy(&stage->canvas);
    free(stage->straight);
    stage->canvas = canvas;
    damage_forget(&stage->damage);
    stage->straight = straight;
    stage->overlay = overlay;
    stage->turn = turn;
    stage->scale = stage_scale(turn.width, turn.height, density_of(stage->window, width));
    return true;
}

void stage_begin(const struct stage *stage, struct scene *scene, enum theme_choice theme,
                 float text_scale)
{
    const char *name = _("QR Confirm"); // in the language of the moment
    if (strcmp(SDL_GetWindowTitle(stage->window), name) != 0)
        SDL_SetWindowTitle(stage->window, name);
    scene_begin(scene, stage->fonts, theme, stage->turn.width, stage->turn.height, stage->scale,
                text_scale);
    scene_keep_clear(scene, &stage->safe_area);
}

void stage_raise(struct stage *stage)
{
    if (SDL_GetWindowFlags(stage->window) & SDL_WINDOW_MINIMIZED)
        SDL_RestoreWindow(stage->window);
    SDL_RaiseWindow(stage->window);
}

void stage_forget(struct stage *stage)
{
    damage_forget(&stage->damage);
}

// Draws the part of a scene that has changed, and hands it to SDL. False if SDL took it not.
static bool redraw(struct stage *stage, const struct scene *scene, struct area area)
{
    struct canvas *canvas = &stage->canvas;
    canvas_limit(canvas, area);
    canvas_clear(canvas, (struct colour){0, 0, 0, 0});
    scene_draw(scene, canvas);

    const uint32_t *pixels = canvas->pixels;
    if (scene->over_picture) {
        canvas_copy_straight(canvas, stage->straight);
        pixels = stage->straight;
    }
    canvas_limit_none(canvas);
    SDL_SetTextureBlendMode(stage->overlay,
                            scene->over_picture ? SDL_BLENDMODE_BLEND : SDL_BLENDMODE_NONE);

    SDL_Rect place = {(int)area.x, (int)area.y, (int)area.w, (int)area.h};
    const uint32_t *first = pixels + place.y * canvas->width + place.x;
    return SDL_UpdateTexture(stage->overlay, &place, first, canvas->width * 4) == 0;
}

bool stage_draw(struct stage *stage, const struct scene *scene)
{
    struct area area = damage_take(&stage->damage, scene);
    bool drawn = area_is_empty(area) || redraw(stage, scene, area);

    // A text that is missing, or that stands where it was measured wrongly to be, is not shown.
    if (fonts_take_missed(stage->fonts)) {
        SDL_OutOfMemory();
        drawn = false;
    }

    if (!drawn)
        damage_forget(&stage->damage); // all of it is drawn again the next time
    return drawn;
}

static void clear(struct stage *stage, struct colour colour)
{
    SDL_SetRenderDrawColor(stage->renderer, colour.r, colour.g, colour.b, 255);
    SDL_RenderClear(stage->renderer);
}

// A cursor that stands still for hours is burnt into the screen as well.
static void set_dark(struct stage *stage, bool dark)
{
    if (stage->dark != dark)
        SDL_ShowCursor(dark ? SDL_DISABLE : SDL_ENABLE);
    stage->dark = dark;
}

bool stage_darken(struct stage *stage)
{
    set_dark(stage, true);
    SDL_SetRenderDrawColor(stage->renderer, 0, 0, 0, 255);
    bool cleared = SDL_RenderClear(stage->renderer) == 0;
    SDL_RenderPresent(stage->renderer);
    return cleared;
}

bool stage_present(struct stage *stage, const struct scene *scene)
{
    set_dark(stage, false);
    float below = roundf(stage->rise * stage->scale);
    if (scene->over_picture &&
        preview_compose(&stage->preview, stage->renderer, &stage->turn, &stage->canvas)) {
        SDL_RenderPresent(stage->renderer);
        return true;
    }

    if (scene->over_picture) {
        clear(stage, (struct colour){16, 18, 20, 255});
        preview_draw(&stage->preview, stage->renderer, &stage->turn);
    } else if (below > 0) {
        clear(stage, theme_colour(scene->theme, ROLE_GROUND));
    }
    bool shown = turn_show(&stage->turn, stage->renderer, stage->overlay, below);
    SDL_RenderPresent(stage->renderer);
    return shown;
}

struct dot stage_point(const struct stage *stage, int x, int y)
{
    int width = 1, height = 1;
    SDL_GetWindowSize(stage->window, &width, &height);
    // The middle of what the mouse points at: turned, its corner would be another one.
    return stage_finger(stage, ((float)x + 0.5f) / (float)width,
                        ((float)y + 0.5f) / (float)height);
}

struct dot stage_finger(const struct stage *stage, float x, float y)
{
    struct dot panel = {x * (float)stage->turn.panel_width,
                        y * (float)stage->turn.panel_height};
    return turn_to_upright(&stage->turn, panel);
}

SDL_Rect stage_window_place(const struct stage *stage, struct area area)
{
    int width = 1, height = 1;
    SDL_GetWindowSize(stage->window, &width, &height);
    struct area panel = turn_area_to_panel(&stage->turn, area);
    float points = (float)width / (float)stage->turn.panel_width;
    return (SDL_Rect){(int)(panel.x * points), (int)(panel.y * points), (int)(panel.w * points),
                      (int)(panel.h * points)};
}
