// SPDX-License-Identifier: MIT
#include "ui/drawing/turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/frames/seen.h"
#include "ui/window/preview.h"

static const unsigned all_degrees[] = {0, 90, 180, 270};

static void assert_dot(struct dot got, float x, float y)
{
    assert_float_equal(got.x, x, 0.001);
    assert_float_equal(got.y, y, 0.001);
}

static void corners_go_clockwise(void **state)
{
    (void)state;
    // A panel of 800 by 480; the upper left and the upper right corner of what the person sees.
    static const struct {
        unsigned degrees;
        int width, height;
        struct dot left, right;
    } cases[] = {
        {0, 800, 480, {0, 0}, {800, 0}},
        {90, 480, 800, {800, 0}, {800, 480}},
        {180, 800, 480, {800, 480}, {0, 480}},
        {270, 480, 800, {0, 480}, {0, 0}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct turn turn = turn_of(cases[i].degrees, 800, 480);
        assert_int_equal(turn.width, cases[i].width);
        assert_int_equal(turn.height, cases[i].height);
        assert_dot(turn_to_panel(&turn, (struct dot){0, 0}), cases[i].left.x, cases[i].left.y);
        assert_dot(turn_to_panel(&turn, (struct dot){(float)turn.width, 0}), cases[i].right.x,
                   cases[i].right.y);
        assert_dot(turn_to_upright(&turn, cases[i].left), 0, 0);
        assert_dot(turn_to_upright(&turn, cases[i].right), (float)turn.width, 0);
    }
}

static void there_and_back_is_the_same_point(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct turn turn = turn_of(all_degrees[i], 801, 480);
        for (float x = 0.5f; x < (float)turn.width; x += 37) {
            for (float y = 0.5f; y < (float)turn.height; y += 41) {
                struct dot panel = turn_to_panel(&turn, (struct dot){x, y});
                assert_true(panel.x > 0 && panel.x < 801 && panel.y > 0 && panel.y < 480);
                assert_dot(turn_to_upright(&turn, panel), x, y);
            }
        }
    }
}

static void an_area_keeps_its_size(void **state)
{
    (void)state;
    struct turn turn = turn_of(90, 800, 480);
    struct area panel = turn_area_to_panel(&turn, (struct area){10, 20, 100, 50});
    assert_dot((struct dot){panel.x, panel.y}, 730, 10);
    assert_dot((struct dot){panel.w, panel.h}, 50, 100);
    turn = turn_of(180, 800, 480);
    panel = turn_area_to_panel(&turn, (struct area){10, 20, 100, 50});
    assert_dot((struct dot){panel.x, panel.y}, 690, 410);
    assert_dot((struct dot){panel.w, panel.h}, 100, 50);
}

// ---- what SDL makes of it ----

static SDL_Surface *make_panel(int width, int height, SDL_Renderer **renderer)
{
    SDL_Surface *panel =
        SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, SDL_PIXELFORMAT_ARGB8888);
    assert_non_null(panel);
    *renderer = SDL_CreateSoftwareRenderer(panel);
    assert_non_null(*renderer);
    SDL_SetRenderDrawColor(*renderer, 0, 0, 0, 255);
    SDL_RenderClear(*renderer);
    return panel;
}

static uint32_t pixel_at(const SDL_Surface *panel, struct dot at)
{
    const uint8_t *row = (const uint8_t *)panel->pixels + (int)at.y * panel->pitch;
    uint32_t pixel;
    memcpy(&pixel, row + (int)at.x * 4, sizeof(pixel));
    return pixel & 0xffffff;
}

// Each pixel of a picture in another colour.
static void check_every_pixel(unsigned degrees, int panel_width, int panel_height,
                              SDL_BlendMode blend)
{
    SDL_Renderer *renderer;
    SDL_Surface *panel = make_panel(panel_width, panel_height, &renderer);
    struct turn turn = turn_of(degrees, panel_width, panel_height);
    size_t count = (size_t)turn.width * (size_t)turn.height;
    uint32_t *pixels = malloc(count * sizeof(*pixels));
    assert_non_null(pixels);
    for (size_t i = 0; i < count; i++)
        pixels[i] = 0xff000000 | (uint32_t)(i * 40503 + 1);

    SDL_Texture *texture =
        SDL_CreateTexture(renderer, SDL_PIXELFORMAT_ARGB8888, SDL_TEXTUREACCESS_STREAMING,
                          turn.width, turn.height);
    assert_non_null(texture);
    SDL_SetTextureBlendMode(texture, blend);
    SDL_UpdateTexture(texture, NULL, pixels, turn.width * 4);
    turn_show(&turn, renderer, texture, 0);
    SDL_RenderPresent(renderer);

    for (size_t i = 0; i < count; i++) {
        struct dot at = {(float)(i % (size_t)turn.width) + 0.5f,
                         (float)(i / (size_t)turn.width) + 0.5f};
        uint32_t got = pixel_at(panel, turn_to_panel(&turn, at));
        if (got != (pixels[i] & 0xffffff))
            fail_msg("%u degrees on %dx%d: pixel %g,%g is %06x", degrees, panel_width,
                     panel_height, (double)at.x, (double)at.y, got);
    }

    SDL_DestroyTexture(texture);
    SDL_DestroyRenderer(renderer);
    SDL_FreeSurface(panel);
    free(pixels);
}

// A picture below its place is so for the person, however the panel is mounted.
static void below_is_below_for_the_person(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        SDL_Renderer *renderer;
        SDL_Surface *panel = make_panel(40, 24, &renderer);
        struct turn turn = turn_of(all_degrees[i], 40, 24);
        SDL_Texture *texture =
            SDL_CreateTexture(renderer, SDL_PIXELFORMAT_ARGB8888, SDL_TEXTUREACCESS_TARGET,
                              turn.width, turn.height);
        assert_non_null(texture);

        SDL_SetRenderTarget(renderer, texture);
        SDL_SetRenderDrawColor(renderer, 255, 255, 255, 255);
        SDL_RenderClear(renderer);
        SDL_SetRenderTarget(renderer, NULL);
        SDL_SetRenderDrawColor(renderer, 0, 0, 0, 255);
        SDL_RenderClear(renderer);
        turn_show(&turn, renderer, texture, 5);
        SDL_RenderPresent(renderer);

        float middle = (float)(turn.width / 2) + 0.5f;
        assert_int_equal(pixel_at(panel, turn_to_panel(&turn, (struct dot){middle, 4.5f})), 0);
        assert_int_equal(pixel_at(panel, turn_to_panel(&turn, (struct dot){middle, 5.5f})),
                         0xffffff);

        SDL_DestroyTexture(texture);
        SDL_DestroyRenderer(renderer);
        SDL_FreeSurface(panel);
    }
}

static void every_pixel_is_where_a_touch_on_it_is_mapped_from(void **state)
{
    (void)state;
    static const int sizes[][2] = {{40, 24}, {24, 40}, {41, 24}, {40, 23}, {41, 23}, {23, 41}};
    for (size_t i = 0; i < 4; i++) {
        for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
            check_every_pixel(all_degrees[i], sizes[s][0], sizes[s][1], SDL_BLENDMODE_NONE);
            check_every_pixel(all_degrees[i], sizes[s][0], sizes[s][1], SDL_BLENDMODE_BLEND);
        }
    }
}

// What shows nothing over the picture.
static struct canvas make_empty(const struct turn *turn)
{
    struct canvas canvas;
    assert_true(canvas_init(&canvas, turn->width, turn->height));
    return canvas;
}

static void show(struct preview *preview, SDL_Renderer *renderer, const struct turn *turn)
{
    struct canvas screen = make_empty(turn);
    if (!preview_compose(preview, renderer, turn, &screen))
        preview_draw(preview, renderer, turn);
    SDL_RenderPresent(renderer);
    canvas_destroy(&screen);
}

// A white square on black, off the middle both ways, as a code that the camera has found.
static void check_code(unsigned camera, bool mirrored, unsigned degrees, bool composes)
{
    static uint8_t luma[64 * 48];
    for (size_t i = 0; i < sizeof(luma); i++)
        luma[i] = i % 64 >= 12 && i % 64 < 24 && i / 64 >= 12 && i / 64 < 24 ? 235 : 16;

    struct frame frame = {.pixels = {.format = PIXEL_GREY,
                                     .width = 64,
                                     .height = 48,
                                     .stride = 64,
                                     .data = {luma, sizeof(luma)}},
                          .view = {camera, mirrored, false}};
    struct scan_note note = {.width = 64,
                             .height = 48,
                             .view = frame.view,
                             .corners = {{12, 12}, {24, 12}, {24, 24}, {12, 24}}};

    SDL_Renderer *renderer;
    SDL_Surface *panel = make_panel(200, 150, &renderer);
    struct turn turn = turn_of(degrees, 200, 150);

    struct preview preview;
    preview_init(&preview);
    preview.composes = composes;
    assert_true(preview_upload(&preview, renderer, &frame));
    show(&preview, renderer, &turn);

    struct area place = preview_place(&note, turn.width, turn.height);
    struct dot middle = {place.x + place.w / 2, place.y + place.h / 2};
    float mirror_x = (float)turn.width - middle.x, mirror_y = (float)turn.height - middle.y;
    struct dot others[] = {{mirror_x, middle.y}, {middle.x, mirror_y}, {mirror_x, mirror_y}};

    if ((pixel_at(panel, turn_to_panel(&turn, middle)) & 0xff) < 128)
        fail_msg("camera %u%s, panel %u: the code is elsewhere", camera,
                 mirrored ? " mirrored" : "", degrees);
    for (size_t i = 0; i < 3; i++)
        assert_true((pixel_at(panel, turn_to_panel(&turn, others[i])) & 0xff) < 128);

    preview_destroy(&preview);
    SDL_DestroyRenderer(renderer);
    SDL_FreeSurface(panel);
}

static void the_frame_is_on_the_code_however_camera_and_panel_are_mounted(void **state)
{
    (void)state;
    for (size_t camera = 0; camera < 4; camera++) {
        for (size_t panel = 0; panel < 4; panel++) {
            for (unsigned way = 0; way < 4; way++)
                check_code(all_degrees[camera], way & 1, all_degrees[panel], way & 2);
        }
    }
}

// A setting says it in the camera's place: of the picture and of the frame around a code in it.
static void a_setting_mirrors_what_the_camera_does_not(void **state)
{
    (void)state;
    struct frame_view front = {90, true, true}, unsaid = {270, false, false};
    assert_true(preview_view(front, MIRROR_CHOICE_AUTO).mirrored);
    assert_false(preview_view(unsaid, MIRROR_CHOICE_AUTO).mirrored);
    assert_true(preview_view(unsaid, MIRROR_CHOICE_YES).mirrored);
    assert_true(preview_view(front, MIRROR_CHOICE_YES).mirrored);
    assert_false(preview_view(front, MIRROR_CHOICE_NO).mirrored);

    assert_int_equal(preview_view(unsaid, MIRROR_CHOICE_YES).rotation, 270);
    assert_true(preview_view(front, MIRROR_CHOICE_NO).built_in);
}

// Of a picture that is wider than the panel only the middle comes, in whichever format, and it
// stands where the whole one would, uploaded or composed.
static void what_is_not_seen_is_not_missed(void **state)
{
    enum { W = 1280, H = 720, EDGE = 640 }; // black on the left, white on the right
    static uint8_t bytes[W * H * 2];
    static const enum pixel_format formats[] = {PIXEL_GREY, PIXEL_NV12, PIXEL_I420, PIXEL_YV12,
                                                PIXEL_YUYV};
    (void)state;

    for (size_t i = 0; i < 2 * sizeof(formats) / sizeof(formats[0]); i++) {
        size_t f = i / 2, step = formats[f] == PIXEL_YUYV ? 2 : 1;
        memset(bytes, 128, sizeof(bytes));
        for (size_t at = 0; at < (size_t)W * H; at++)
            bytes[at * step] = at % W < EDGE ? 16 : 235;
        struct frame frame = {.pixels = {.format = formats[f],
                                         .width = W,
                                         .height = H,
                                         .stride = W * step,
                                         .data = {bytes, sizeof(bytes)}}};

        SDL_Renderer *renderer;
        SDL_Surface *panel = make_panel(210, 390, &renderer);
        struct turn turn = turn_of(0, 210, 390);
        struct frame seen;
        frame_init(&seen);
        assert_true(frame_copy_seen(&seen, &frame, (struct panel){turn.width, turn.height}));
        // 210/390 of 720 are 388; a few more, for their neighbours.
        assert_in_range(seen.pixels.width, 388, 394);
        assert_int_equal(seen.pixels.height, H);

        struct preview preview;
        preview_init(&preview);
        preview.composes = i % 2;
        assert_true(preview_upload(&preview, renderer, &seen));
        show(&preview, renderer, &turn);
        assert_in_range(pixel_at(panel, (struct dot){102, 5}) & 0xff, 0, 60);
        assert_in_range(pixel_at(panel, (struct dot){108, 380}) & 0xff, 195, 255);

        preview_destroy(&preview);
        frame_destroy(&seen);
        SDL_DestroyRenderer(renderer);
        SDL_FreeSurface(panel);
    }
}

// Luma is a slope both ways, so that neither what is between two samples nor a shift goes
// unseen.
static void fill(enum pixel_format format, size_t width, size_t height, uint8_t *bytes)
{
    bool luma_first = format == PIXEL_YUYV;
    size_t luma = width * height;
    for (size_t i = 0; i < 2 * luma; i++) {
        size_t pixel = i, second = i % 2;
        if (format == PIXEL_YUYV || format == PIXEL_UYVY) {
            second = i / 2 % 2;
            pixel = i % 2 == luma_first ? 2 * luma : i / 2;
        } else if (format == PIXEL_I420 || format == PIXEL_YV12) {
            second = i >= luma + luma / 4;
        }
        size_t chroma = second ? 150 : 100;
        bytes[i] = (uint8_t)(pixel < luma ? 60 + pixel % width + 2 * (pixel / width) : chroma);
    }
}

// Picture and screen, put together by the processor, look as SDL's renderer shows them.
static void composed_looks_as_drawn(void **state)
{
    enum { W = 64, H = 48 };
    static uint8_t bytes[W * H * 2];
    static const enum pixel_format formats[] = {PIXEL_GREY, PIXEL_NV12, PIXEL_NV21, PIXEL_I420,
                                                PIXEL_YV12, PIXEL_YUYV, PIXEL_UYVY};
    (void)state;
    for (size_t f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
        bool packed = formats[f] == PIXEL_YUYV || formats[f] == PIXEL_UYVY;
        fill(formats[f], W, H, bytes);
        struct frame frame = {.pixels = {.format = formats[f],
                                         .width = W,
                                         .height = H,
                                         .stride = packed ? 2 * W : W,
                                         .data = {bytes, sizeof(bytes)}}};
        SDL_Renderer *renderer[2];
        SDL_Surface *panel[2];
        struct turn turn = turn_of(0, 90, 90);
        for (int way = 0; way < 2; way++) {
            struct preview preview;
            panel[way] = make_panel(90, 90, &renderer[way]);
            preview_init(&preview);
            preview.composes = way == 1;
            assert_true(preview_upload(&preview, renderer[way], &frame));
            show(&preview, renderer[way], &turn);
            preview_destroy(&preview);
        }

        for (int i = 0; i < 90 * 90; i++) {
            struct dot at = {(float)(i % 90) + 0.5f, (float)(i / 90) + 0.5f}; // NOLINT
            uint32_t drawn = pixel_at(panel[0], at), composed = pixel_at(panel[1], at);
            for (unsigned shift = 0; shift < 24; shift += 8) {
                int difference = (int)(drawn >> shift & 0xff) - (int)(composed >> shift & 0xff);
                if (difference < -12 || difference > 12)
                    fail_msg("format %d, pixel %g,%g: %06x drawn, %06x composed",
                             (int)formats[f], (double)at.x, (double)at.y, drawn, composed);
            }
        }

        for (int way = 0; way < 2; way++) {
            SDL_DestroyRenderer(renderer[way]);
            SDL_FreeSurface(panel[way]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corners_go_clockwise),
        cmocka_unit_test(there_and_back_is_the_same_point),
        cmocka_unit_test(an_area_keeps_its_size),
        cmocka_unit_test(below_is_below_for_the_person),
        cmocka_unit_test(every_pixel_is_where_a_touch_on_it_is_mapped_from),
        cmocka_unit_test(a_setting_mirrors_what_the_camera_does_not),
        cmocka_unit_test(the_frame_is_on_the_code_however_camera_and_panel_are_mounted),
        cmocka_unit_test(what_is_not_seen_is_not_missed),
        cmocka_unit_test(composed_looks_as_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
