// SPDX-License-Identifier: MIT
#include "ui/drawing/canvas.h"

#include <math.h>
#include <stdlib.h>

#define TURN 6.2831853f // of a circle, radians

struct area area_meet(struct area a, struct area b)
{
    float left = fmaxf(a.x, b.x), right = fminf(a.x + a.w, b.x + b.w);
    float top = fmaxf(a.y, b.y), bottom = fminf(a.y + a.h, b.y + b.h);
    if (left >= right || top >= bottom)
        return (struct area){0};
    return (struct area){left, top, right - left, bottom - top};
}

struct area area_join(struct area a, struct area b)
{
    if (area_is_empty(a) || area_is_empty(b))
        return area_is_empty(a) ? b : a;
    float left = fminf(a.x, b.x), right = fmaxf(a.x + a.w, b.x + b.w);
    float top = fminf(a.y, b.y), bottom = fmaxf(a.y + a.h, b.y + b.h);
    return (struct area){left, top, right - left, bottom - top};
}

bool canvas_init(struct canvas *canvas, int width, int height)
{
    *canvas = (struct canvas){0};
    if (width <= 0 || height <= 0 || width > CANVAS_SIDE_MAX || height > CANVAS_SIDE_MAX)
        return false;
    uint32_t *pixels = calloc((size_t)width * (size_t)height, sizeof(*pixels));
    if (!pixels)
        return false;
    *canvas = (struct canvas){.pixels = pixels, .width = width, .height = height};
    canvas_limit_none(canvas);
    return true;
}

void canvas_destroy(struct canvas *canvas)
{
    free(canvas->pixels);
    *canvas = (struct canvas){0};
}

void canvas_limit(struct canvas *canvas, struct area limit)
{
    struct area whole = {0, 0, (float)canvas->width, (float)canvas->height};
    canvas->clip = canvas->limit = area_meet(limit, whole);
}

void canvas_limit_none(struct canvas *canvas)
{
    canvas_limit(canvas, (struct area){0, 0, (float)canvas->width, (float)canvas->height});
}

void canvas_clip(struct canvas *canvas, struct area clip)
{
    canvas->clip = area_meet(clip, canvas->limit);
}

void canvas_clip_none(struct canvas *canvas)
{
    canvas->clip = canvas->limit;
}

static uint32_t multiply(uint32_t a, uint32_t b)
{
    uint32_t t = a * b + 128;
    return (t + (t >> 8)) >> 8;
}

// `coverage` is 0 to 255.
static void blend(uint32_t *pixel, struct colour colour, uint32_t coverage)
{
    uint32_t alpha = multiply(colour.a, coverage), rest = 255 - alpha, old = *pixel;
    uint32_t a = alpha + multiply(old >> 24, rest);
    uint32_t r = multiply(colour.r, alpha) + multiply((old >> 16) & 0xff, rest);
    uint32_t g = multiply(colour.g, alpha) + multiply((old >> 8) & 0xff, rest);
    uint32_t b = multiply(colour.b, alpha) + multiply(old & 0xff, rest);
    *pixel = a << 24 | r << 16 | g << 8 | b;
}

// The pixels that a shape may touch, inside the clip.
struct reach {
    int left, top, right, bottom;
};

static float clamp(float value, float least, float most)
{
    return value < least ? least : value > most ? most : value;
}

static struct reach reach_of(const struct canvas *canvas, struct area area, float margin)
{
    const struct area *clip = &canvas->clip;
    float left = fmaxf(clip->x, 0), top = fmaxf(clip->y, 0);
    float right = fminf(clip->x + clip->w, (float)canvas->width);
    float bottom = fminf(clip->y + clip->h, (float)canvas->height);
    return (struct reach){
        .left = (int)floorf(clamp(area.x - margin, left, fmaxf(left, right))),
        .top = (int)floorf(clamp(area.y - margin, top, fmaxf(top, bottom))),
        .right = (int)ceilf(clamp(area.x + area.w + margin, left, fmaxf(left, right))),
        .bottom = (int)ceilf(clamp(area.y + area.h + margin, top, fmaxf(top, bottom))),
    };
}

static uint32_t *row_of(struct canvas *canvas, int y)
{
    return canvas->pixels + (size_t)y * (size_t)canvas->width;
}

static uint32_t coverage_of(float distance)
{
    return (uint32_t)(clamp(0.5f - distance, 0, 1) * 255.0f + 0.5f);
}

void canvas_clear(struct canvas *canvas, struct colour colour)
{
    uint32_t pixel = 0;
    blend(&pixel, colour, 255);
    struct reach reach = reach_of(canvas, canvas->limit, 0);
    for (int y = reach.top; y < reach.bottom; y++) {
        uint32_t *row = row_of(canvas, y);
        for (int x = reach.left; x < reach.right; x++)
            row[x] = pixel;
    }
}

// Signed distance of the middle of a pixel from the edge of a rectangle with round corners;
// negative inside.
static float distance_from(struct area area, float radius, int x, int y)
{
    float cx = area.x + area.w / 2, cy = area.y + area.h / 2;
    float dx = fabsf((float)x + 0.5f - cx) - area.w / 2 + radius;
    float dy = fabsf((float)y + 0.5f - cy) - area.h / 2 + radius;
    float outside = hypotf(fmaxf(dx, 0), fmaxf(dy, 0));
    return outside + fminf(fmaxf(dx, dy), 0) - radius;
}

// The columns of a row in which a rectangle is whole; nothing need be measured there.
struct columns {
    int from, to;
};

static struct columns whole_columns(struct area area, float radius, int y)
{
    float top = (float)y, bottom = (float)y + 1, inset = 1;
    if (top < area.y + 1 || bottom > area.y + area.h - 1)
        return (struct columns){0, 0};
    if (top < area.y + radius + 1 || bottom > area.y + area.h - radius - 1)
        inset += radius;
    return (struct columns){(int)ceilf(area.x + inset), (int)floorf(area.x + area.w - inset)};
}

static bool has_column(struct columns columns, int x)
{
    return x >= columns.from && x < columns.to;
}

static float limit_radius(struct area area, float radius)
{
    return fminf(radius, fminf(area.w, area.h) / 2);
}

static void blend_run(uint32_t *row, int from, int to, struct colour colour)
{
    uint32_t opaque = 0;
    blend(&opaque, colour, 255);
    for (int x = from; x < to; x++) {
        if (colour.a == 255)
            row[x] = opaque;
        else
            blend(&row[x], colour, 255);
    }
}

void canvas_fill(struct canvas *canvas, struct area area, float radius, struct colour colour)
{
    radius = limit_radius(area, radius);
    struct reach reach = reach_of(canvas, area, 1);

    for (int y = reach.top; y < reach.bottom; y++) {
        uint32_t *row = row_of(canvas, y);
        struct columns whole = whole_columns(area, radius, y);
        for (int x = reach.left; x < reach.right; x++) {
            if (has_column(whole, x)) {
                int end = whole.to < reach.right ? whole.to : reach.right;
                blend_run(row, x, end, colour);
                x = end - 1;
                continue;
            }
            uint32_t coverage = coverage_of(distance_from(area, radius, x, y));
            if (coverage)
                blend(&row[x], colour, coverage);
        }
    }
}

void canvas_border(struct canvas *canvas, struct area area, float radius, float width,
                   struct colour colour)
{
    radius = limit_radius(area, radius);
    struct area inner = {area.x + width, area.y + width, area.w - 2 * width,
                         area.h - 2 * width};
    float inner_radius = fmaxf(radius - width, 0);
    struct reach reach = reach_of(canvas, area, 1);

    for (int y = reach.top; y < reach.bottom; y++) {
        uint32_t *row = row_of(canvas, y);
        struct columns hollow = whole_columns(inner, inner_radius, y);
        for (int x = reach.left; x < reach.right; x++) {
            if (has_column(hollow, x)) {
                x = hollow.to - 1;
                continue;
            }
            float distance = fmaxf(distance_from(area, radius, x, y),
                                   -distance_from(inner, inner_radius, x, y));
            uint32_t coverage = coverage_of(distance);
            if (coverage)
                blend(&row[x], colour, coverage);
        }
    }
}

void canvas_clear_area(struct canvas *canvas, struct area area, float radius)
{
    radius = limit_radius(area, radius);
    struct reach reach = reach_of(canvas, area, 1);
    for (int y = reach.top; y < reach.bottom; y++) {
        uint32_t *row = row_of(canvas, y);
        for (int x = reach.left; x < reach.right; x++) {
            uint32_t keep = 255 - coverage_of(distance_from(area, radius, x, y));
            uint32_t old = row[x];
            row[x] = multiply(old >> 24, keep) << 24 |
                     multiply((old >> 16) & 0xff, keep) << 16 |
                     multiply((old >> 8) & 0xff, keep) << 8 | multiply(old & 0xff, keep);
        }
    }
}

static float distance_from_line(struct dot a, struct dot b, float x, float y)
{
    float dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
    float t = length2 > 0 ? clamp(((x - a.x) * dx + (y - a.y) * dy) / length2, 0, 1) : 0;
    return hypotf(x - a.x - t * dx, y - a.y - t * dy);
}

static struct area box_of(const struct dot *dots, size_t count)
{
    float left = dots[0].x, right = left, top = dots[0].y, bottom = top;
    for (size_t i = 1; i < count; i++) {
        left = fminf(left, dots[i].x);
        right = fmaxf(right, dots[i].x);
        top = fminf(top, dots[i].y);
        bottom = fmaxf(bottom, dots[i].y);
    }
    return (struct area){left, top, right - left, bottom - top};
}

void canvas_stroke(struct canvas *canvas, const struct dot *dots, size_t count, float width,
                   struct colour colour)
{
    if (count == 0)
        return;

    struct reach reach = reach_of(canvas, box_of(dots, count), width / 2 + 1);
    for (int y = reach.top; y < reach.bottom; y++) {
        uint32_t *row = row_of(canvas, y);
        for (int x = reach.left; x < reach.right; x++) {
            float px = (float)x + 0.5f, py = (float)y + 0.5f;
            float nearest = distance_from_line(dots[0], dots[count > 1], px, py);
            for (size_t i = 1; i + 1 < count; i++)
                nearest = fminf(nearest, distance_from_line(dots[i], dots[i + 1], px, py));
            uint32_t coverage = coverage_of(nearest - width / 2);
            if (coverage)
                blend(&row[x], colour, coverage);
        }
    }
}

// The middle line of an arc; angles clockwise from the top.
struct arc {
    struct dot centre, begin, end;
    float radius, from, span;
};

static struct dot dot_at(struct dot centre, float radius, float angle)
{
    return (struct dot){centre.x + radius * sinf(angle), centre.y - radius * cosf(angle)};
}

static float distance_from_arc(const struct arc *arc, float x, float y)
{
    float dx = x - arc->centre.x, dy = y - arc->centre.y;
    float from_ring = fabsf(hypotf(dx, dy) - arc->radius);
    float angle = fmodf(atan2f(dx, -dy) - arc->from, TURN);
    if (angle < 0)
        angle += TURN;
    if (angle <= arc->span)
        return from_ring;
    return fminf(hypotf(x - arc->begin.x, y - arc->begin.y),
                 hypotf(x - arc->end.x, y - arc->end.y));
}

void canvas_arc(struct canvas *canvas, struct dot centre, float radius, float width, float from,
                float part, struct colour colour)
{
    struct arc arc = {
        .centre = centre, .radius = radius, .from = TURN * from, .span = TURN * part};
    arc.begin = dot_at(centre, radius, arc.from);
    arc.end = dot_at(centre, radius, arc.from + arc.span);

    struct area box = {centre.x - radius, centre.y - radius, 2 * radius, 2 * radius};
    struct reach reach = reach_of(canvas, box, width / 2 + 1);

    for (int y = reach.top; y < reach.bottom; y++) {
        uint32_t *row = row_of(canvas, y);
        for (int x = reach.left; x < reach.right; x++) {
            float px = (float)x + 0.5f, py = (float)y + 0.5f;
            float from_ring = fabsf(hypotf(px - centre.x, py - centre.y) - radius);
            if (from_ring > width / 2 + 1)
                continue;
            uint32_t coverage = coverage_of(distance_from_arc(&arc, px, py) - width / 2);
            if (coverage)
                blend(&row[x], colour, coverage);
        }
    }
}

void canvas_mask(struct canvas *canvas, int x, int y, const uint8_t *coverage, int width,
                 int height, size_t stride, struct colour colour)
{
    struct area area = {(float)x, (float)y, (float)width, (float)height};
    struct reach reach = reach_of(canvas, area, 0);

    // A clip that ends inside a pixel reaches that pixel even where the mask does not.
    reach.left = reach.left > x ? reach.left : x;
    reach.top = reach.top > y ? reach.top : y;
    reach.right = reach.right < x + width ? reach.right : x + width;
    reach.bottom = reach.bottom < y + height ? reach.bottom : y + height;

    for (int py = reach.top; py < reach.bottom; py++) {
        uint32_t *row = row_of(canvas, py);
        const uint8_t *from = coverage + (size_t)(py - y) * stride;
        for (int px = reach.left; px < reach.right; px++) {
            if (from[px - x])
                blend(&row[px], colour, from[px - x]);
        }
    }
}

void canvas_cover_luma(struct canvas *canvas, const struct luma *luma)
{
    float scale = fmaxf((float)canvas->width / (float)luma->width,
                        (float)canvas->height / (float)luma->height);
    float left = ((float)luma->width - (float)canvas->width / scale) / 2;
    float top = ((float)luma->height - (float)canvas->height / scale) / 2;

    for (int y = 0; y < canvas->height; y++) {
        uint32_t *row = row_of(canvas, y);
        size_t from_y =
            (size_t)clamp(top + ((float)y + 0.5f) / scale, 0, (float)luma->height - 1);
        for (int x = 0; x < canvas->width; x++) {
            size_t from_x =
                (size_t)clamp(left + ((float)x + 0.5f) / scale, 0, (float)luma->width - 1);
            uint32_t v = luma->p[from_y * luma->stride + from_x];
            row[x] = 0xff000000u | v << 16 | v << 8 | v;
        }
    }
}

// The gray level between four pixels.
static uint32_t sample(const struct luma *luma, float x, float y)
{
    x = clamp(x, 0, (float)luma->width - 1);
    y = clamp(y, 0, (float)luma->height - 1);
    size_t x0 = (size_t)x, y0 = (size_t)y;
    size_t x1 = x0 + 1 < luma->width ? x0 + 1 : x0, y1 = y0 + 1 < luma->height ? y0 + 1 : y0;
    float fx = x - (float)x0, fy = y - (float)y0;
    const uint8_t *upper = luma->p + y0 * luma->stride, *lower = luma->p + y1 * luma->stride;
    float above = (float)upper[x0] * (1 - fx) + (float)upper[x1] * fx;
    float below = (float)lower[x0] * (1 - fx) + (float)lower[x1] * fx;
    return (uint32_t)(above * (1 - fy) + below * fy + 0.5f);
}

void canvas_luma(struct canvas *canvas, const struct luma *luma, struct area area)
{
    float scale_x = (float)luma->width / area.w, scale_y = (float)luma->height / area.h;
    const struct area *clip = &canvas->clip;
    int top = (int)fmaxf(area.y, clip->y),
        bottom = (int)fminf(area.y + area.h, clip->y + clip->h);
    int left = (int)fmaxf(area.x, clip->x),
        right = (int)fminf(area.x + area.w, clip->x + clip->w);

    for (int y = top < 0 ? 0 : top; y < bottom && y < canvas->height; y++) {
        uint32_t *row = row_of(canvas, y);
        for (int x = left < 0 ? 0 : left; x < right && x < canvas->width; x++) {
            uint32_t v = sample(luma, ((float)x + 0.5f - area.x) * scale_x - 0.5f,
                                ((float)y + 0.5f - area.y) * scale_y - 0.5f);
            row[x] = 0xff000000u | v << 16 | v << 8 | v;
        }
    }
}

static uint32_t straight_of(uint32_t pixel)
{
    uint32_t a = pixel >> 24;
    if (a == 255 || a == 0)
        return pixel;
    uint32_t r = ((pixel >> 16) & 0xff) * 255 / a, g = ((pixel >> 8) & 0xff) * 255 / a;
    uint32_t b = (pixel & 0xff) * 255 / a;
    return a << 24 | (r > 255 ? 255 : r) << 16 | (g > 255 ? 255 : g) << 8 | (b > 255 ? 255 : b);
}

void canvas_copy_straight(const struct canvas *canvas, uint32_t *out)
{
    const struct area *limit = &canvas->limit;
    size_t left = (size_t)limit->x, right = (size_t)(limit->x + limit->w);
    size_t top = (size_t)limit->y, bottom = (size_t)(limit->y + limit->h);
    for (size_t y = top; y < bottom; y++) {
        size_t row = y * (size_t)canvas->width;
        for (size_t x = left; x < right; x++)
            out[row + x] = straight_of(canvas->pixels[row + x]);
    }
}
