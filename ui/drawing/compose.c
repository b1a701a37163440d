// SPDX-License-Identifier: MIT
#include "ui/drawing/compose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- the picture ----

bool compose_picture_of(const struct pixels *pixels, struct compose_picture *out)
{
    const uint8_t *p = pixels->data.p;
    size_t stride = pixels->stride, luma = stride * pixels->height;
    size_t half = (stride + 1) / 2, chroma = half * ((pixels->height + 1) / 2);
    if (pixels_are_coded(pixels) || !pixels_are_whole(pixels))
        return false;

    struct compose_picture picture = {
        .luma = {p, 1, stride}, .width = pixels->width, .height = pixels->height};
    switch (pixels->format) {
    case PIXEL_YUYV:
    case PIXEL_UYVY:
        picture.luma = (struct compose_plane){p + (pixels->format == PIXEL_UYVY), 2, stride};
        // Every second row of chroma, as the other formats have: nobody sees more.
        p += pixels->format == PIXEL_YUYV;
        picture.u = (struct compose_plane){p, 4, 2 * stride};
        picture.v = (struct compose_plane){p + 2, 4, 2 * stride};
        break;
    case PIXEL_NV12:
    case PIXEL_NV21:
        picture.u =
            (struct compose_plane){p + luma + (pixels->format == PIXEL_NV21), 2, stride};
        picture.v =
            (struct compose_plane){p + luma + (pixels->format == PIXEL_NV12), 2, stride};
        break;
    case PIXEL_I420:
    case PIXEL_YV12:
        picture.u = picture.v = (struct compose_plane){p + luma, 1, half};
        *(pixels->format == PIXEL_I420 ? &picture.v.p : &picture.u.p) += chroma;
        break;
    case PIXEL_GREY:
    case PIXEL_MJPEG:
    case PIXEL_V4L2:
        break;
    }

    *out = picture;
    return true;
}

// ---- where it lies ----

#define TOGETHER 8 // pixels of the panel that are drawn at once

void compose_init(struct compose *compose)
{
    *compose = (struct compose){0};
}

void compose_destroy(struct compose *compose)
{
    free(compose->column.first);
    free(compose->column.weight);
    free(compose->column.chroma);
    free(compose->row);
    free(compose->luma);
    free(compose->u);
    free(compose->v);
    free(compose->red);
    free(compose->green);
    free(compose->blue);
    compose_init(compose);
}

static bool is_on_its_side(const struct compose_picture *picture)
{
    return picture->rotation == 90 || picture->rotation == 270;
}

// One side of the panel on a side of the picture, which may lie backwards.
struct side {
    int count;
    size_t samples;
    double scale;
    bool backwards;
};

static struct compose_row place_on(const struct side *side, int i)
{
    double at = (i + 0.5 - (double)side->count / 2) / side->scale;
    at = (double)side->samples / 2 + (side->backwards ? -at : at) - 0.5;
    at = fmin(fmax(at, 0), (double)side->samples - 1);
    uint32_t first = (uint32_t)at;
    if (first > 0 && first + 1 == side->samples)
        first--;
    return (struct compose_row){first, (uint32_t)lround((at - first) * 256)};
}

static uint32_t nearest(struct compose_row place)
{
    return place.weight > 128 ? place.first + 1 : place.first;
}

static void lay_columns(struct compose *compose, const struct side *side)
{
    struct compose_columns *column = &compose->column;
    compose->begin = side->samples;
    compose->end = 0;
    for (int x = 0; x < side->count; x++) {
        struct compose_row place = place_on(side, x);
        column->first[x] = (uint16_t)place.first;
        column->weight[x] = (uint16_t)(256 - place.weight);
        if (x % 2 == 0)
            column->chroma[x / 2] = (uint16_t)(nearest(place) / 2);
        if (place.first < compose->begin)
            compose->begin = place.first;
        if (place.first + 2 > compose->end)
            compose->end = place.first + 2;
    }
    if (compose->end > side->samples)
        compose->end = side->samples;
}

static bool is_laid(const struct compose *compose, const struct compose_picture *picture,
                    const struct canvas *over)
{
    const struct compose_picture *laid = &compose->laid;
    return compose->row && compose->width == over->width && compose->height == over->height &&
           laid->width == picture->width && laid->height == picture->height &&
           laid->rotation == picture->rotation && laid->mirrored == picture->mirrored;
}

static bool reserve(struct compose *compose, size_t picture_width)
{
    size_t room = (size_t)compose->width + TOGETHER; // the last ones may be fewer
    struct compose_columns *column = &compose->column;
    column->first = calloc(room, sizeof(*column->first));
    column->weight = calloc(room, sizeof(*column->weight));
    column->chroma = calloc(room, sizeof(*column->chroma));
    compose->row = calloc((size_t)compose->height, sizeof(*compose->row));
    compose->luma = calloc(picture_width + 1, 1); // one pixel has no second one beside it
    compose->u = calloc(room, sizeof(*compose->u));
    compose->v = calloc(room, sizeof(*compose->v));
    compose->red = calloc(room, sizeof(*compose->red));
    compose->green = calloc(room, sizeof(*compose->green));
    compose->blue = calloc(room, sizeof(*compose->blue));
    return column->first && column->weight && column->chroma && compose->row && compose->luma &&
           compose->u && compose->v && compose->red && compose->green && compose->blue;
}

static bool lay(struct compose *compose, const struct compose_picture *picture,
                const struct canvas *over)
{
    if (is_laid(compose, picture, over))
        return true;
    bool lies = is_on_its_side(picture);
    size_t width = lies ? picture->height : picture->width; // as the person sees it
    size_t height = lies ? picture->width : picture->height;

    compose_destroy(compose);
    compose->width = over->width;
    compose->height = over->height;
    if (!reserve(compose, width)) {
        compose_destroy(compose);
        return false;
    }

    double scale =
        fmax((double)over->width / (double)width, (double)over->height / (double)height);
    bool backwards = picture->rotation == 90 || picture->rotation == 180;
    bool upside_down = picture->rotation == 180 || picture->rotation == 270;
    struct side across = {over->width, width, scale, backwards != picture->mirrored};
    struct side down = {over->height, height, scale, upside_down};
    lay_columns(compose, &across);
    for (int y = 0; y < over->height; y++)
        compose->row[y] = place_on(&down, y);

    compose->laid = *picture;
    return true;
}

// ---- a row of the picture ----

// How one goes through a plane as the person sees it.
struct path {
    const uint8_t *p;
    size_t along, down;
};

static struct path path_through(const struct compose_plane *plane, bool on_its_side)
{
    return on_its_side ? (struct path){plane->p, plane->stride, plane->step}
                       : (struct path){plane->p, plane->step, plane->stride};
}

static inline void mix(const uint8_t *restrict first, const uint8_t *restrict second,
                       size_t step, size_t count, uint16_t weight, uint8_t *restrict out)
{
    uint16_t rest = (uint16_t)(256 - weight);
    for (size_t i = 0; i < count; i++) {
        uint16_t sum = (uint16_t)(first[i * step] * rest + second[i * step] * weight + 128);
        out[i] = (uint8_t)(sum >> 8);
    }
}

static void mix_luma(struct compose *compose, const struct compose_picture *picture,
                     struct compose_row row)
{
    struct path path = path_through(&picture->luma, is_on_its_side(picture));
    const uint8_t *first = path.p + row.first * path.down + compose->begin * path.along;
    const uint8_t *second = row.weight > 0 ? first + path.down : first;

    uint8_t *out = compose->luma + compose->begin;
    size_t count = compose->end - compose->begin;
    uint16_t weight = (uint16_t)row.weight;
    if (path.along == 1) // what lies close together the compiler takes together
        mix(first, second, 1, count, weight, out);
    else if (path.along == 2)
        mix(first, second, 2, count, weight, out);
    else
        mix(first, second, path.along, count, weight, out);
}

// By itself, as the compiler takes eight together here.
static void add_colour(struct compose *compose, size_t count)
{
    const int16_t *restrict u = compose->u, *restrict v = compose->v;
    int16_t *restrict red = compose->red, *restrict green = compose->green;
    int16_t *restrict blue = compose->blue;
    for (size_t i = 0; i < count; i++) {
        red[i] = (int16_t)(102 * v[i] / 64);
        green[i] = (int16_t)((-25 * u[i] - 52 * v[i]) / 64);
        blue[i] = (int16_t)(129 * u[i] / 64);
    }
}

static void take_chroma(struct compose *compose, const struct compose_picture *picture,
                        struct compose_row row)
{
    bool lies = is_on_its_side(picture);
    struct path u = path_through(&picture->u, lies), v = path_through(&picture->v, lies);
    size_t at = nearest(row) / 2;
    if (at == compose->chroma)
        return; // rows share it
    compose->chroma = at;
    u.p += at * u.down;
    v.p += at * v.down;

    size_t count = ((size_t)compose->width + 1) / 2;
    for (size_t i = 0; i < count; i++) {
        size_t column = compose->column.chroma[i];
        compose->u[i] = (int16_t)(u.p[column * u.along] - 128);
        compose->v[i] = (int16_t)(v.p[column * v.along] - 128);
    }
    add_colour(compose, count);
}

// ---- a row of the panel ----

typedef uint16_t words __attribute__((vector_size(2 * TOGETHER)));
typedef int16_t numbers __attribute__((vector_size(2 * TOGETHER)));
typedef int16_t numbers4 __attribute__((vector_size(TOGETHER)));
typedef uint32_t pixels4 __attribute__((vector_size(2 * TOGETHER)));

static inline words words_at(const uint16_t *p)
{
    words out;
    memcpy(&out, p, sizeof(out));
    return out;
}

// Four of them, each for two pixels.
static inline numbers twice_at(const int16_t *p)
{
    numbers4 four;
    memcpy(&four, p, sizeof(four));
    return __builtin_shufflevector(four, four, 0, 0, 1, 1, 2, 2, 3, 3);
}

static inline uint16_t pair_at(const uint8_t *luma, uint16_t first)
{
    return (uint16_t)(luma[first] | luma[first + 1] << 8);
}

static inline numbers scaled_luma(const struct compose *compose, int x)
{
    const uint16_t *first = compose->column.first + x;
    const uint8_t *luma = compose->luma;
    words weight = words_at(compose->column.weight + x);
    words pairs = {pair_at(luma, first[0]), pair_at(luma, first[1]), pair_at(luma, first[2]),
                   pair_at(luma, first[3]), pair_at(luma, first[4]), pair_at(luma, first[5]),
                   pair_at(luma, first[6]), pair_at(luma, first[7])};
    return (numbers)(((pairs & 255) * weight + (pairs >> 8) * (256 - weight) + 128) >> 8);
}

// Luma of 16 to 235 becomes 0 to 255, and may go beyond.
static inline numbers spread(numbers luma)
{
    numbers above = luma - 16;
    return (numbers)((words)(above & (above > 0)) * 149 >> 7);
}

static inline words limit(numbers value)
{
    numbers over = value > 255;
    return (words)(((value & (value > 0)) & ~over) | (over & 255));
}

// What is left of a colour where so much of it shows, of 255.
static inline words behind(words colour, words shows)
{
    words product = colour * shows + 128;
    return (product + (product >> 8)) >> 8;
}

// How much shows behind eight pixels of the screen.
static inline words open_at(pixels4 left, pixels4 right)
{
    left >>= 24;
    right >>= 24;
    words alpha = {(uint16_t)left[0],  (uint16_t)left[1],  (uint16_t)left[2],
                   (uint16_t)left[3],  (uint16_t)right[0], (uint16_t)right[1],
                   (uint16_t)right[2], (uint16_t)right[3]};
    return 255 - alpha;
}

static inline void draw_eight(const struct compose *compose, bool coloured, int x,
                              const uint32_t *over, uint32_t *out)
{
    pixels4 left, right;
    memcpy(&left, over, sizeof(left));
    memcpy(&right, over + 4, sizeof(right));

    words open = open_at(left, right), red, green, blue;
    numbers light = spread(scaled_luma(compose, x));
    if (coloured) {
        red = behind(limit(light + twice_at(compose->red + x / 2)), open);
        green = behind(limit(light + twice_at(compose->green + x / 2)), open);
        blue = behind(limit(light + twice_at(compose->blue + x / 2)), open);
    } else {
        red = green = blue = behind(limit(light), open);
    }

    words low = blue | green << 8;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    left += (pixels4)__builtin_shufflevector(low, red, 0, 8, 1, 9, 2, 10, 3, 11);
    right += (pixels4)__builtin_shufflevector(low, red, 4, 12, 5, 13, 6, 14, 7, 15);
#else
    left += (pixels4)__builtin_shufflevector(red, low, 0, 8, 1, 9, 2, 10, 3, 11);
    right += (pixels4)__builtin_shufflevector(red, low, 4, 12, 5, 13, 6, 14, 7, 15);
#endif
    memcpy(out, &left, sizeof(left));
    memcpy(out + 4, &right, sizeof(right));
}

static inline void draw_row(const struct compose *compose, bool coloured, const uint32_t *over,
                            uint32_t *out)
{
    int x = 0;
    for (; x + TOGETHER <= compose->width; x += TOGETHER)
        draw_eight(compose, coloured, x, over + x, out + x);
    if (x == compose->width)
        return;

    uint32_t last[TOGETHER] = {0};
    size_t size = (size_t)(compose->width - x) * sizeof(*last);
    memcpy(last, over + x, size);
    draw_eight(compose, coloured, x, last, last);
    memcpy(out + x, last, size);
}

// Whether nothing of the picture shows in a row.
static bool is_covered(const uint32_t *over, int width)
{
    if (over[0] >> 24 < 255)
        return false;
    uint32_t all = UINT32_MAX;
    for (int x = 0; x < width; x++)
        all &= over[x];
    return all >> 24 == 255;
}

bool compose_draw(struct compose *compose, const struct compose_picture *picture,
                  const struct canvas *over, uint32_t *out, size_t stride)
{
    if (!lay(compose, picture, over))
        return false;

    compose->chroma = SIZE_MAX;
    for (int y = 0; y < over->height; y++) {
        const uint32_t *over_row = over->pixels + (size_t)y * (size_t)over->width;
        uint32_t *out_row = out + (size_t)y * stride;

        if (is_covered(over_row, over->width)) {
            memcpy(out_row, over_row, (size_t)over->width * sizeof(*out_row));
            continue;
        }
        mix_luma(compose, picture, compose->row[y]);
        if (picture->u.p) {
            take_chroma(compose, picture, compose->row[y & ~1]);
            draw_row(compose, true, over_row, out_row);
        } else {
            draw_row(compose, false, over_row, out_row);
        }
    }
    return true;
}
