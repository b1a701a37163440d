// SPDX-License-Identifier: MIT
#include "decode/finder.h"

#include <math.h>

#define ROW_WORDS (PICTURE_SIDE_MAX / 64u)

#define MODULE_MIN     1.2f // pixels of the level; smaller runs are noise
#define REACH          3.0f // how much longer than a row's runs a column's may be
#define OPEN_MIN       2.0f // pixels of the level, where a run has no end: smaller ones are text
#define CORE_MIN       5    // and their cores
#define OPEN_TWO       0.4f // modules that two runs may be off where the outer one has no end
#define OPEN_FOUR      0.6f // and four
#define OPEN_RING      2.2f // modules from which on a ring has no end: it is one with the page
#define SURE_HITS      3u   // rows
#define TRACKS         64u  // of hits whose outer run has no end, from row to row
#define TRACK_WIDE     8u   // pixels of a row that share one
#define ENTRIES_A_UNIT 16u  // of a list, passed by
#define APPENDED       16u  // patterns that there is room for beside a full list

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

// Four runs between five edges, where the outer run on one side has no end: are they 1:3:1:1,
// or 1:1:3:1?
static bool open_runs_fit(const uint16_t *edge, bool first_open)
{
    int near = first_open ? edge[4] - edge[2] : edge[2] - edge[0]; // the two closed runs
    int far = first_open ? edge[2] - edge[0] : edge[4] - edge[2];
    int middle = edge[3] - edge[1];
    float module = (float)(near + middle + far) / 10.0f;
    if (module < OPEN_MIN)
        return false;
    return fabsf((float)near - 2.0f * module) <= OPEN_TWO * module + 0.7f &&
           fabsf((float)middle - 4.0f * module) <= OPEN_FOUR * module + 0.7f &&
           fabsf((float)far - 4.0f * module) <= OPEN_FOUR * module + 0.7f;
}

// Walks a column from the core outwards and notes the three rows where its colour changes;
// `step` is 1 or -1. Returns how many there are within `limit` rows and the picture.
static size_t walk(const struct luma *luma, size_t x, size_t y, int step, size_t limit,
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
            break;
    }
    return found;
}

// A quick look at whole pixels: does the column through (x, y) run 1:1:3:1:1 too? `open` is set
// if its outer run on one side has no end.
static bool column_fits(const struct luma *luma, size_t x, size_t y, uint8_t threshold,
                        bool dark, float module, bool *open)
{
    uint16_t below[3] = {0}, above[3] = {0};
    size_t limit = (size_t)(3.5f * REACH * module) + 2;
    if ((luma->p[y * luma->stride + x] < threshold) != dark)
        return false;
    size_t least = module >= OPEN_MIN ? 2 : 3;
    size_t downwards = walk(luma, x, y, 1, limit, threshold, dark, below);
    if (downwards < least)
        return false;
    size_t upwards = walk(luma, x, y, -1, limit, threshold, dark, above);
    if (upwards < least || downwards + upwards < 5)
        return false;

    const uint16_t edge[6] = {above[2], above[1], above[0], below[0], below[1], below[2]};
    if (downwards + upwards == 6 && runs_fit(edge))
        return true;
    *open = true;
    return (downwards == 3 && open_runs_fit(edge + 1, true)) ||
           (upwards == 3 && open_runs_fit(edge, false));
}

struct row_hit {
    float middle, module; // pixels of the row
    bool inverted;
    bool open; // the outer run of one side has no end
};

// Is the run from edge `i` on, with those beside it, the core of a finder pattern? The edges of
// even places begin dark runs; the last one closes the row.
static bool row_fits(const uint16_t *edge, size_t edges, size_t i, struct row_hit *out)
{
    const uint16_t *e = edge + i;
    int core = e[1] - e[0];
    if (core < e[0] - e[-1] || core < e[2] - e[1])
        return false;
    out->middle = (float)(e[0] + e[1]) / 2.0f;
    out->inverted = i % 2 != 0;
    out->open = false;

    bool has_first = i >= 2, has_last = i + 3 < edges;
    if (has_first && has_last && runs_fit(e - 2)) {
        out->module = (float)(e[3] - e[-2]) / 7.0f;
        return true;
    }
    int first = has_first ? e[-1] - e[-2] : core, last = has_last ? e[3] - e[2] : 0;
    int widest = 3 * core / 5 + 1; // of the closed runs
    if (core < CORE_MIN || e[0] - e[-1] > widest || e[2] - e[1] > widest)
        return false;

    out->open = true;
    if (has_last && last <= widest && first > widest && open_runs_fit(e - 1, true)) {
        out->module = (float)(e[3] - e[-1]) / 6.0f;
        return (float)first > OPEN_RING * out->module;
    }
    if (has_first && first <= widest && last > widest && open_runs_fit(e - 2, false)) {
        out->module = (float)(e[2] - e[-2]) / 6.0f;
        return (float)last > OPEN_RING * out->module;
    }
    return false;
}

// Text has many such runs, but seldom the same in row after row.
struct track {
    struct row_hit hit;
    size_t y, rows;
};

struct tracks {
    struct track track[TRACKS]; // by their places in the row
};

// Did enough rows before this one have the same hit? True once for each.
static bool persists(struct tracks *tracks, const struct row_hit *hit, size_t y, size_t step)
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
                  const struct row_hit *hit)
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
    uint16_t edge[PICTURE_SIDE_MAX + 1];
    struct found found = {.closed = list, .open = open};

    for (size_t y = search->top + search->row_step / 2; y < search->bottom;
         y += search->row_step) {
        const uint8_t *threshold = binariser_line(search->binariser, y, luma->width);
        binarise_row(luma->p + y * luma->stride + left, threshold + left, width, bits);
        size_t edges = finder_transitions(bits, width, edge);
        if (!work_spend(search->work, (int64_t)(width / 64 + edges / 2)) ||
            (list->full && search->work->left < search->enough))
            return;
        for (size_t i = 1; i + 2 < edges; i++) {
            struct row_hit hit;
            if (!row_fits(edge, edges, i, &hit))
                continue;
            struct point at = {(float)left + hit.middle, (float)y + 0.5f};
            if (!hit.open ||
                (open != NULL && persists(&found.tracks, &hit, y, search->row_step)))
                check(search, &found, at, &hit);
        }
    }
}
