// SPDX-License-Identifier: MIT
#include "decode/finder.h"

#include <math.h>

#define ROW_WORDS (PICTURE_SIDE_MAX / 64u)

#define MODULE_MIN 1.2f // pixels of the level; smaller runs are noise
#define REACH      3.0f // how much longer than a row's runs a column's may be

size_t finder_transitions(const uint64_t *bits, size_t width, uint16_t *out)
{
    size_t count = 0;
    uint64_t carry = 0;
    for (size_t word = 0; word * 64 < width; word++) {
        uint64_t changes = bits[word] ^ (bits[word] << 1 | carry);
        carry = bits[word] >> 63;
        for (; changes != 0; changes &= changes - 1)
            out[count++] = (uint16_t)(word * 64 + (size_t)__builtin_ctzll(changes));
    }
    if (count == 0 || out[count - 1] < width)
        out[count++] = (uint16_t)width;
    return count;
}

// Five runs between six edges: are they 1:1:3:1:1?
static bool runs_fit(const uint16_t *edge)
{
    int core = edge[3] - edge[2];
    if (core < edge[2] - edge[1] || core < edge[4] - edge[3])
        return false;
    float module = (float)(edge[5] - edge[0]) / 7.0f;
    if (module < MODULE_MIN)
        return false;
    float two = 0.6f * module + 0.7f, four = 0.9f * module + 0.7f;
    return fabsf((float)(edge[3] - edge[1]) - 4.0f * module) <= four &&
           fabsf((float)(edge[4] - edge[2]) - 4.0f * module) <= four &&
           fabsf((float)(edge[2] - edge[0]) - 2.0f * module) <= two &&
           fabsf((float)(edge[5] - edge[3]) - 2.0f * module) <= two;
}

// Walks a column from the core outwards and notes the three rows where its colour changes;
// `step` is 1 or -1. False if they are not within `limit` rows.
static bool walk(const struct luma *luma, size_t x, size_t y, int step, size_t limit,
                 uint8_t threshold, bool dark, uint16_t out[static 3])
{
    size_t rows = step > 0 ? luma->height - 1 - y : y;
    rows = rows < limit ? rows : limit;
    const uint8_t *p = luma->p + y * luma->stride + x;
    size_t found = 0;
    bool inside = dark;

    for (size_t i = 1; i <= rows; i++) {
        p = step > 0 ? p + luma->stride : p - luma->stride;
        if ((*p < threshold) == inside)
            continue;
        inside = !inside;
        out[found++] = (uint16_t)(step > 0 ? y + i : y - i + 1);
        if (found == 3)
            return true;
    }
    return false;
}

// A quick look at whole pixels: does the column through (x, y) run 1:1:3:1:1 too?
static bool column_fits(const struct luma *luma, size_t x, size_t y, uint8_t threshold,
                        bool dark, float module)
{
    uint16_t below[3], above[3];
    size_t limit = (size_t)(3.5f * REACH * module) + 2;
    if ((luma->p[y * luma->stride + x] < threshold) != dark ||
        !walk(luma, x, y, 1, limit, threshold, dark, below) ||
        !walk(luma, x, y, -1, limit, threshold, dark, above))
        return false;
    const uint16_t edge[6] = {above[2], above[1], above[0], below[0], below[1], below[2]};
    return runs_fit(edge);
}

static struct finder *known_near(struct finder_list *list, struct point at, float module,
                                 bool inverted)
{
    for (size_t i = 0; i < list->count; i++) {
        struct finder *known = &list->finder[i];
        float reach = 1.5f * (known->module < module ? known->module : module);
        if (known->inverted == inverted && fabsf(known->at.x - at.x) <= reach &&
            fabsf(known->at.y - at.y) <= reach && known->module < 2.5f * module &&
            module < 2.5f * known->module)
            return known;
    }
    return NULL;
}

static void add(struct finder_list *list, const struct finder *finder)
{
    if (list->count < FINDERS_MAX) {
        list->finder[list->count++] = *finder;
        return;
    }
    struct finder *weakest = &list->finder[0];
    for (size_t i = 1; i < list->count; i++) {
        const struct finder *other = &list->finder[i];
        if (other->hits < weakest->hits ||
            (other->hits == weakest->hits && other->error > weakest->error))
            weakest = &list->finder[i];
    }
    if (weakest->hits <= finder->hits)
        *weakest = *finder;
}

// A row's hit, in pixels of the level, is looked at from all sides.
static void check(const struct finder_search *search, struct finder_list *list, struct point at,
                  float module, bool inverted)
{
    const struct luma *luma = &search->pyramid->level[search->level];
    uint8_t threshold = binariser_threshold(search->binariser, (size_t)at.x, (size_t)at.y);
    work_spend(search->work, 6);
    if (!column_fits(luma, (size_t)at.x, (size_t)at.y, threshold, !inverted, module))
        return;

    float scale = (float)(1u << search->level);
    struct point in_frame = {at.x * scale, at.y * scale};
    struct finder *known = known_near(list, in_frame, module * scale, inverted);
    if (known != NULL && known->looked == search->level) {
        known->hits++;
        return;
    }
    if (known != NULL)
        known->looked = (uint8_t)search->level;

    struct cut_line line = {luma, at, {0, 1}, module, (float)threshold, !inverted};
    struct cut down, across, diagonal;
    if (!cut_measure(&line, search->work, &down))
        return;
    line.from.y += down.shift;
    line.direction = (struct point){1, 0};
    if (!cut_measure(&line, search->work, &across))
        return;
    line.from.x += across.shift;
    float error = down.error + across.error;
    const float half = 0.70710678f;
    for (int i = 0; i < 2; i++) {
        line.direction = (struct point){half, i == 0 ? half : -half};
        error += cut_measure(&line, search->work, &diagonal) ? diagonal.error : 3.0f;
    }

    at = line.from;
    float size = sqrtf(down.module * across.module) * scale;
    in_frame = (struct point){at.x * scale, at.y * scale};
    struct finder found = {.at = in_frame,
                           .module = size,
                           .error = error,
                           .hits = 1,
                           .level = (uint8_t)search->level,
                           .looked = (uint8_t)search->level,
                           .inverted = inverted};

    known = known_near(list, in_frame, size, inverted);
    if (known == NULL) {
        add(list, &found);
    } else {
        known->hits++;
        if (error < known->error) {
            found.hits = known->hits;
            *known = found;
        }
    }
}

void finder_search(const struct finder_search *search, struct finder_list *list)
{
    const struct luma *luma = &search->pyramid->level[search->level];
    size_t left = search->left & ~(size_t)63, width = search->right - left;
    uint64_t bits[ROW_WORDS];
    uint16_t edge[PICTURE_SIDE_MAX + 1];

    for (size_t y = search->top + search->row_step / 2; y < search->bottom;
         y += search->row_step) {
        const uint8_t *threshold = binariser_line(search->binariser, y, luma->width);
        binarise_row(luma->p + y * luma->stride + left, threshold + left, width, bits);
        size_t edges = finder_transitions(bits, width, edge);
        if (!work_spend(search->work, (int64_t)(width / 64 + edges / 2)))
            return;
        for (size_t i = 0; i + 5 < edges; i++) {
            if (!runs_fit(edge + i))
                continue;
            struct point at = {(float)left + (float)(edge[i + 2] + edge[i + 3]) / 2.0f,
                               (float)y + 0.5f};
            float module = (float)(edge[i + 5] - edge[i]) / 7.0f;
            check(search, list, at, module, i % 2 != 0);
        }
    }
}
