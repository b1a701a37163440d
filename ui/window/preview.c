// SPDX-License-Identifier: MIT
#include "ui/window/preview.h"

#include <math.h>
#include <stdlib.h>

struct frame_view preview_view(struct frame_view view, enum mirror_choice mirror)
{
    if (mirror != MIRROR_CHOICE_AUTO)
        view.mirrored = mirror == MIRROR_CHOICE_YES;
    return view;
}

void preview_init(struct preview *preview)
{
    *preview = (struct preview){0};
    compose_init(&preview->compose);
}

void preview_destroy(struct preview *preview)
{
    if (preview->texture)
        SDL_DestroyTexture(preview->texture);
    if (preview->composed)
        SDL_DestroyTexture(preview->composed);
    compose_destroy(&preview->compose);
    free(preview->neutral);
}

void preview_clear(struct preview *preview)
{
    preview->has_picture = false;
}

static Uint32 texture_format(enum pixel_format format)
{
    switch (format) {
    case PIXEL_YUYV:
        return SDL_PIXELFORMAT_YUY2;
    case PIXEL_UYVY:
        return SDL_PIXELFORMAT_UYVY;
    case PIXEL_NV12:
        return SDL_PIXELFORMAT_NV12;
    case PIXEL_NV21:
        return SDL_PIXELFORMAT_NV21;
    case PIXEL_YV12:
        return SDL_PIXELFORMAT_YV12;
    case PIXEL_I420:
    case PIXEL_GREY:
    case PIXEL_MJPEG:
    case PIXEL_V4L2:
        break;
    }
    return SDL_PIXELFORMAT_IYUV;
}

static bool make_texture(struct preview *preview, SDL_Renderer *renderer, Uint32 format,
                         size_t width, size_t height)
{
    if (preview->texture && preview->format == format && preview->width == width &&
        preview->height == height)
        return true;

    if (preview->texture)
        SDL_DestroyTexture(preview->texture);
    preview->has_picture = false;

    preview->texture = SDL_CreateTexture(renderer, format, SDL_TEXTUREACCESS_STREAMING,
                                         (int)width, (int)height);
    preview->format = format;
    preview->width = width;
    preview->height = height;
    if (preview->texture)
        SDL_SetTextureScaleMode(preview->texture, SDL_ScaleModeLinear);
    return preview->texture != NULL;
}

// How much larger a picture becomes when it covers the window.
static float cover_scale(size_t picture_width, size_t picture_height, unsigned rotation,
                         int width, int height)
{
    bool on_its_side = turn_swaps(rotation);
    float w = (float)(on_its_side ? picture_height : picture_width);
    float h = (float)(on_its_side ? picture_width : picture_height);
    return fmaxf((float)width / w, (float)height / h);
}

static bool upload_luma(struct preview *preview, const struct pixels *pixels)
{
    size_t half_width = (pixels->width + 1) / 2, half_height = (pixels->height + 1) / 2;
    size_t size = half_width * half_height;

    if (preview->neutral_size < size) {
        uint8_t *bytes = realloc(preview->neutral, size);
        if (!bytes)
            return false;
        memset(bytes, 128, size);
        preview->neutral = bytes;
        preview->neutral_size = size;
    }

    return SDL_UpdateYUVTexture(preview->texture, NULL, pixels->data.p, (int)pixels->stride,
                                preview->neutral, (int)half_width, preview->neutral,
                                (int)half_width) == 0;
}

// The planes of 4:2:0; false if the data is too short for them.
static bool upload_planes(struct preview *preview, const struct pixels *pixels)
{
    size_t luma = pixels->stride * pixels->height, half_height = (pixels->height + 1) / 2;
    bool interleaved = pixels->format == PIXEL_NV12 || pixels->format == PIXEL_NV21;
    size_t chroma_stride = interleaved ? pixels->stride : (pixels->stride + 1) / 2;
    size_t chroma = chroma_stride * half_height;
    if (pixels->data.n < luma + chroma * (interleaved ? 1 : 2))
        return false;

    const uint8_t *y = pixels->data.p, *u = y + luma, *v = u + chroma;
    if (interleaved)
        return SDL_UpdateNVTexture(preview->texture, NULL, y, (int)pixels->stride, u,
                                   (int)chroma_stride) == 0;

    if (pixels->format == PIXEL_YV12) {
        v = u;
        u = v + chroma;
    }
    return SDL_UpdateYUVTexture(preview->texture, NULL, y, (int)pixels->stride, u,
                                (int)chroma_stride, v, (int)chroma_stride) == 0;
}

static bool upload_packed(struct preview *preview, const struct pixels *pixels)
{
    if (pixels->data.n < pixels->stride * pixels->height || pixels->stride < pixels->width * 2)
        return false;
    return SDL_UpdateTexture(preview->texture, NULL, pixels->data.p, (int)pixels->stride) == 0;
}

static bool upload(struct preview *preview, SDL_Renderer *renderer, const struct pixels *pixels)
{
    // A row of chroma of an odd width is a byte longer than the stride may be. What is coded is
    // for the eye.
    if (pixels_are_coded(pixels) || !pixels_are_whole(pixels))
        return false;
    if (pixels->format == PIXEL_GREY)
        return make_texture(preview, renderer, SDL_PIXELFORMAT_IYUV, pixels->width,
                            pixels->height) &&
               upload_luma(preview, pixels);

    // An odd row of 4:2:2 has no place in a texture; cameras do not give any.
    bool packed = pixels->format == PIXEL_YUYV || pixels->format == PIXEL_UYVY;
    size_t width = packed ? pixels->width & ~(size_t)1 : pixels->width;
    return make_texture(preview, renderer, texture_format(pixels->format), width,
                        pixels->height) &&
           (packed ? upload_packed(preview, pixels) : upload_planes(preview, pixels));
}

// ---- where the processor composes ----

bool preview_is_by_processor(SDL_Renderer *renderer)
{
    SDL_RendererInfo info;
    return SDL_GetRendererInfo(renderer, &info) == 0 && (info.flags & SDL_RENDERER_SOFTWARE);
}

// The frame before is gone when there is a next one.
static bool point_at(struct preview *preview, const struct frame *frame)
{
    preview->has_picture = false;
    return compose_picture_of(&frame->pixels, &preview->picture);
}

static bool make_composed(struct preview *preview, SDL_Renderer *renderer,
                          const struct turn *turn)
{
    if (preview->composed && preview->panel_width == turn->width &&
        preview->panel_height == turn->height)
        return true;
    if (preview->composed)
        SDL_DestroyTexture(preview->composed);

    preview->composed =
        SDL_CreateTexture(renderer, SDL_PIXELFORMAT_RGB888, SDL_TEXTUREACCESS_STREAMING,
                          turn->width, turn->height);
    preview->panel_width = turn->width;
    preview->panel_height = turn->height;
    if (preview->composed)
        SDL_SetTextureBlendMode(preview->composed, SDL_BLENDMODE_NONE);
    return preview->composed != NULL;
}

bool preview_compose(struct preview *preview, SDL_Renderer *renderer, const struct turn *turn,
                     const struct canvas *screen)
{
    void *pixels;
    int pitch;
    if (!preview->composes || !preview->has_picture || screen->width != turn->width ||
        screen->height != turn->height || !make_composed(preview, renderer, turn) ||
        SDL_LockTexture(preview->composed, NULL, &pixels, &pitch) != 0)
        return false;

    preview->picture.rotation = preview->view.rotation;
    preview->picture.mirrored = preview->view.mirrored;
    bool composed =
        compose_draw(&preview->compose, &preview->picture, screen, pixels, (size_t)pitch / 4);
    SDL_UnlockTexture(preview->composed);
    return composed && turn_show(turn, renderer, preview->composed, 0);
}

// ---- both ways ----

bool preview_upload(struct preview *preview, SDL_Renderer *renderer, const struct frame *frame)
{
    bool shown = preview->composes ? point_at(preview, frame)
                                   : upload(preview, renderer, &frame->pixels);
    if (shown) {
        preview->view = frame->view;
        preview->has_picture = true;
    }
    return shown;
}

void preview_draw(const struct preview *preview, SDL_Renderer *renderer,
                  const struct turn *turn)
{
    if (!preview->has_picture || !preview->texture)
        return;
    unsigned rotation = preview->view.rotation;
    float scale =
        cover_scale(preview->width, preview->height, rotation, turn->width, turn->height);
    // SDL flips before it turns; the mirror is meant after the camera's turn, and before the
    // panel's.
    SDL_RendererFlip flip = !preview->view.mirrored ? SDL_FLIP_NONE
                            : turn_swaps(rotation)  ? SDL_FLIP_VERTICAL
                                                    : SDL_FLIP_HORIZONTAL;
    turn_show_centred(turn, renderer, preview->texture, (float)preview->width * scale,
                      (float)preview->height * scale, rotation, flip);
}

struct area preview_place(const struct scan_note *note, int width, int height)
{
    unsigned rotation = note->view.rotation;
    float scale = cover_scale(note->width, note->height, rotation, width, height);
    float left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;

    for (size_t i = 0; i < 4; i++) {
        float x = note->corners[i].x - (float)note->width / 2;
        float y = note->corners[i].y - (float)note->height / 2;
        for (unsigned turned = 0; turned < rotation; turned += 90) {
            float was = x;
            x = -y;
            y = was;
        }
        x = (float)width / 2 + (note->view.mirrored ? -x : x) * scale;
        y = (float)height / 2 + y * scale;
        left = fminf(left, x);
        right = fmaxf(right, x);
        top = fminf(top, y);
        bottom = fmaxf(bottom, y);
    }

    float margin = fmaxf(right - left, bottom - top) * 0.12f;
    return (struct area){left - margin, top - margin, right - left + 2 * margin,
                         bottom - top + 2 * margin};
}
