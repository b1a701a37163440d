// SPDX-License-Identifier: MIT
#include "decode/finder.h"

#include <math.h>

#define ROW_WORDS (PICTURE_SIDE_MAX / 64u)

#define REACH          3.0f // how much longer than a row's runs a column's may be
#define RING_REACH     2u   // cores that a run of the ring may be wide
#define OPEN_MIN       2.0f // pixels of the level, where a run has no end: smaller ones are text
#define SURE_HITS      3u   // rows
#define TRACKS         64u  // of hits whose outer run has no end, from row to row
#define TRACK_WIDE     8u   // pixels of a row that share one
#define ENTRIES_A_UNIT 16u  // of a list, passed by
#define APPENDED       16u  // patterns that there is room for beside a full list

// A walk along a column, from the core of a pattern outwards.
struct walk {
    const uint8_t *at; // pixel
    ptrdiff_t step;    // bytes from one to the next
    size_t left;       // pixels of the picture
    size_t walked;
    bool dark; // what it is in
    size_t count;
    uint16_t edge[3]; // where the colour changed: pixels walked until then
};

// On to where the colour changes, but over `most` pixels at most.
static bool walk_on(struct walk *walk, uint8_t threshold, size_t most)
{
    const uint8_t *p = walk->at;
    size_t length = 0;
    most = most < walk->left ? most : walk->left;
    for (; length < most && (p[walk->step] < threshold) == walk->dark; length++)
        p += walk->step;

    walk->at = p;
    walk->left -= length;
    walk->walked += length;
    if (length == most)
        return false;
    walk->dark = !walk->dark;
    walk->edge[walk->count++] = (uint16_t)walk->walked;
    return true;
}

// A quick look at whole pixels: does the column through (x, y) run 1:1:3:1:1 too? `open` is set
// if its outer run on one side has no end. The core comes first: it says how far the runs
// around it may reach, and in text it mostly has no end.
static bool column_fits(const struct luma *luma, size_t x, size_t y, uint8_t threshold,
                        bool dark, float module, bool *open)
{
    const uint8_t *p = luma->p + y * luma->stride + x;
    ptrdiff_t row = (ptrdiff_t)luma->stride;
    struct walk up = {.at = p, .step = -row, .left = y, .dark = dark};
    struct walk down = {.at = p, .step = row, .left = luma->height - 1 - y, .dark = dark};
    if ((*p < threshold) != dark)
        return false;

    size_t most = (size_t)(3.0f * REACH * module) + 2;
    if (!walk_on(&down, threshold, most) || !walk_on(&up, threshold, most - down.walked))
        return false;
    most = RING_REACH * (up.walked + 1 + down.walked) + 4;
    if (!walk_on(&down, threshold, most) || !walk_on(&up, threshold, most))
        return false;
    bool has_first = walk_on(&up, threshold, most), has_last = walk_on(&down, threshold, most);
    if (!has_first && !has_last)
        return false;

    uint16_t edge[6];
    for (size_t i = 0; i < 3; i++) {
        edge[2 - i] = (uint16_t)(y - up.edge[i]);
        edge[3 + i] = (uint16_t)(y + 1 + down.edge[i]);
    }
    if (has_first && has_last && finder_runs_fit(edge))
        return true;
    *open = true;
    return module >= OPEN_MIN && ((has_last && finder_open_runs_fit(edge + 1, true)) ||
                                  (has_first && finder_open_runs_fit(edge, false)));
}

// Text has many such runs, but seldom the same in row after row.
struct track {
    struct finder_hit hit;
    size_t y, rows;
};

struct tracks {
    struct track track[TRACKS]; // by their places in the row
};

// Did enough rows before this one have the same hit? True once for each.
static bool persists(struct tracks *tracks, const struct finder_hit *hit, size_t y, size_t step)
{
    size_t enough = (size_t)(2.0f * hit->module / (float)step);
    enough = enough < 2 ? 2 : enough;

    size_t slot = (size_t)hit->middle / TRACK_WIDE;
    for (size_t i = 0; i < 3; i++) {
        struct track *track = &tracks->track[(slot + i + TRACKS - 1) % TRACKS];
        if (track->rows == 0 || track->y + step != y || track->hit.inverted != hit->inverted ||
            fabsf(track->hit.middle - hit->middle) > 0.5f * hit->module + 0.5f)
            continue;
        size_t rows = track->rows + 1;
        *track = (struct track){{0}, 0, 0};
        tracks->track[slot % TRACKS] = (struct track){*hit, y, rows};
        return rows == enough;
    }
    tracks->track[slot % TRACKS] = (struct track){*hit, y, 1};
    return false;
}

struct finder *finder_known(struct finder_list *list, struct point at, float module,
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
    if (list->count < list->limit) {
        list->finder[list->count++] = *finder;
        return;
    }
    list->full = true;
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

// Cuts a pattern down, across and along both diagonals; `line` starts in its core and ends in
// its middle.
static bool measure_around(struct cut_line *line, struct work *work, struct finder *out)
{
    struct cut down, across, diagonal;
    line->direction = (struct point){0, 1};
    if (!cut_measure(line, work, &down))
        return false;
    line->from.y += down.shift;
    line->direction = (struct point){1, 0};
    if (!cut_measure(line, work, &across))
        return false;
    line->from.x += across.shift;

    out->module = sqrtf(down.module * across.module);
    out->error = down.error + across.error;
    const float half = 0.70710678f;
    unsigned diagonals = 0;
    for (int i = 0; i < 2; i++) {
        line->direction = (struct point){half, i == 0 ? half : -half};
        bool fits = cut_measure(line, work, &diagonal);
        out->error += fits ? diagonal.error : 3.0f;
        diagonals += fits;
    }
    return !line->may_open || diagonals > 0;
}

void finder_join(struct finder_list *list, const struct finder *found)
{
    struct finder *known = finder_known(list, found->at, found->module, found->inverted);
    if (known == NULL) {
        add(list, found);
        return;
    }
    unsigned hits = ++known->hits;
    if (found->error < known->error) {
        *known = *found;
        known->hits = hits;
    }
}

void finder_append(struct finder_list *list, const struct finder_list *more)
{
    size_t most = list->limit + APPENDED < FINDERS_MAX ? list->limit + APPENDED : FINDERS_MAX;
    for (size_t i = 0; i < more->count && list->count < most; i++)
        list->finder[list->count++] = more->finder[i];
}

size_t finders_sure(const struct finder_list *list)
{
    size_t sure = 0;
    for (size_t i = 0; i < list->count; i++)
        sure += list->finder[i].hits >= SURE_HITS;
    return sure;
}

// Where hits go.
struct found {
    struct finder_list *closed, *open; // the second may be NULL
    struct tracks tracks;
    size_t looks; // at patterns whose ring has no end
};

// A row's hit, in pixels of the level, is looked at from all sides.
static void check(const struct finder_search *search, struct found *to, struct point at,
                  const struct finder_hit *hit)
{
    const struct luma *luma = &search->pyramid->level[search->level];
    uint8_t threshold = binariser_threshold(search->binariser, (size_t)at.x, (size_t)at.y);
    bool inverted = hit->inverted, open = hit->open;
    work_spend(search->work, 6);
    if (!column_fits(luma, (size_t)at.x, (size_t)at.y, threshold, !inverted, hit->module,
                     &open))
        return;
    if (open && !hit->open &&
        (to->open == NULL || !persists(&to->tracks, hit, (size_t)at.y, search->row_step)))
        return;

    if (open && to->looks++ >= search->open_looks)
        return;

    struct finder_list *list = open ? to->open : to->closed;
    work_spend(search->work, work_of_entries(list->count, ENTRIES_A_UNIT));
    float scale = (float)(1u << search->level);
    struct point in_frame = {at.x * scale, at.y * scale};
    struct finder *known = finder_known(list, in_frame, hit->module * scale, inverted);
    if (known != NULL && known->looked == search->level) {
        known->hits++;
        return;
    }
    if (known != NULL)
        known->looked = (uint8_t)search->level;

    struct cut_line line = {.luma = luma,
                            .from = at,
                            .module = hit->module,
                            .threshold = (float)threshold,
                            .dark = !inverted,
                            .may_open = open};
    struct finder found = {.hits = 1,
                           .level = (uint8_t)search->level,
                           .looked = (uint8_t)search->level,
                           .inverted = inverted,
                           .open = open};
    if (!measure_around(&line, search->work, &found))
        return;
    found.module *= scale;
    found.at = (struct point){line.from.x * scale, line.from.y * scale};
    finder_join(list, &found);
}

void finder_search(const struct finder_search *search, struct finder_list *list,
                   struct finder_list *open)
{
    const struct luma *luma = &search->pyramid->level[search->level];
    size_t left = search->left & ~(size_t)63, width = search->right - left;
    uint64_t bits[ROW_WORDS];
    uint16_t edge[PICTURE_SIDE_MAX + 1 + FINDER_EDGES_MORE], likely[PICTURE_SIDE_MAX + 1];
    struct found found = {.closed = list, .open = open};

    for (size_t y = search->top + search->row_step / 2; y < search->bottom;
         y += search->row_step) {
        const uint8_t *threshold = binariser_line(search->binariser, y, luma->width);
        binarise_row(luma->p + y * luma->stride + left, threshold + left, width, bits);
        size_t edges = finder_transitions(bits, width, edge);
        if (!work_spend(search->work, (int64_t)(width / 64 + edges / 2)) ||
            (list->full && search->work->left < search->enough))
            return;
        size_t likelies = finder_row_likely(edge, edges, open != NULL, likely);
        for (size_t i = 0; i < likelies; i++) {
            struct finder_hit hit;
            if (!finder_row_fits(edge, edges, likely[i], &hit) ||
                hit.module > search->module_max)
                continue;
            struct point at = {(float)left + hit.middle, (float)y + 0.5f};
            if (!hit.open ||
                (open != NULL && persists(&found.tracks, &hit, y, search->row_step)))
                check(search, &found, at, &hit);
        }
    }
}
