// SPDX-License-Identifier: MIT
#include "decode/torn.h"

#include <math.h>

#define ROW_WORDS  (PICTURE_SIDE_MAX / 64u)
#define CORE_LEAST 4u    // pixels of the level: smaller spots are noise
#define CORE_MOST  240u  // larger ones are met on a coarser level
#define SQUARE     0.6f  // of a spot's longer side, that the shorter one has at least
#define STRIP      0.12f // the same for what is left of a core beside a hole
#define RAYS       16u
#define CROSSINGS  5u   // with a hole
#define REACH      8.0f // modules that a ray goes: 7 cut at 45 degrees, and the guess is rough
#define ROUNDS     3u
#define LEAST      7u  // rays that must fit
#define HEART      10u // rays that must leave the core

struct spot {
    const struct luma *luma;
    struct point at;
    float module; // pixels of the level, a guess
    float threshold;
    bool dark;
};

// What a ray met, in pixels from the spot: edges out of the core, into the ring, out of it.
struct spoke {
    size_t edges; // 0: not even the core ends; 1: only that is known; 3: all fit
    float edge[3];
};

static struct point direction_of(size_t i)
{
    static const float cosine[RAYS / 4] = {1.0f, 0.92388f, 0.70711f, 0.38268f};
    size_t quarter = i / (RAYS / 4), step = i % (RAYS / 4);
    float c = cosine[step], s = step == 0 ? 0.0f : cosine[RAYS / 4 - step];
    const struct point turned[4] = {{c, s}, {-s, c}, {-c, -s}, {s, -c}};
    return turned[quarter];
}

// Edges along a ray, the first of them out of the core's colour; where the ray begins in a
// hole, what is before the core is passed over.
static size_t cross(const struct spot *spot, struct point direction, struct work *work,
                    float out[static CROSSINGS])
{
    float step = spot->module < 3.0f ? 0.5f : 1.0f, sign = spot->dark ? 1.0f : -1.0f;
    unsigned limit = (unsigned)(REACH * spot->module / step) + 2, walked = 0;
    float before = sign * (luma_at(spot->luma, spot->at) - spot->threshold);
    bool in_hole = before >= 0.0f;
    size_t count = 0;

    while (walked++ < limit && count < CROSSINGS) {
        float distance = step * (float)walked;
        struct point at = {spot->at.x + distance * direction.x,
                           spot->at.y + distance * direction.y};
        if (!luma_holds(spot->luma, at))
            break;
        float here = sign * (luma_at(spot->luma, at) - spot->threshold);
        bool crossed = (here < 0.0f) != (before < 0.0f);
        if (crossed && !in_hole)
            out[count++] = distance - step * here / (here - before);
        in_hole = in_hole && !crossed;
        before = here;
    }

    work_spend(work, walked * 3 / 2);
    return count;
}

// Are edges 3, 5 and 7 half modules away, with room for blur, and for light that has eaten the
// dark?
static bool ring_fits(const float *edge)
{
    float module = (edge[2] - edge[0]) / 2.0f, gap = edge[1] - edge[0];
    return edge[0] >= 0.7f * module && edge[0] <= 2.3f * module && gap >= 0.45f * module &&
           gap <= 1.75f * module;
}

static void cast(const struct spot *spot, struct point direction, struct work *work,
                 struct spoke *out)
{
    float edge[CROSSINGS];
    size_t count = cross(spot, direction, work, edge);
    *out = (struct spoke){.edges = count > 0 ? 1 : 0, .edge = {count > 0 ? edge[0] : 0.0f}};
    for (size_t first = 0; first + 3 <= count; first += 2) {
        if (!ring_fits(edge + first))
            continue;
        out->edges = 3;
        memcpy(out->edge, edge + first, sizeof(out->edge));
        return;
    }
}

// How far the middle is from the spot, from rays that go opposite ways.
static struct point off_middle(const struct spoke *spoke)
{
    struct point sum = {0.0f, 0.0f};
    float pairs = 0.0f;
    for (size_t i = 0; i < RAYS / 2; i++) {
        const struct spoke *one = &spoke[i], *other = &spoke[i + RAYS / 2];
        size_t edges = one->edges < other->edges ? one->edges : other->edges;
        float off = 0.0f;
        for (size_t k = 0; k < edges; k++)
            off += (one->edge[k] - other->edge[k]) / (float)(2 * edges);
        struct point direction = direction_of(i);
        sum.x += edges > 0 ? off * direction.x : 0.0f;
        sum.y += edges > 0 ? off * direction.y : 0.0f;
        pairs += edges > 0 ? 1.0f : 0.0f;
    }

    float weight = pairs > 0.0f ? 2.0f / pairs : 0.0f;
    return (struct point){weight * sum.x, weight * sum.y};
}

static float module_of(const struct spoke *spoke)
{
    return (spoke->edge[2] - spoke->edge[0]) / 2.0f;
}

// The rays that fit and agree on the size, and the width of a module as rows and columns cut
// it.
static unsigned agreeing(const struct spoke *spoke, float *module)
{
    float sum = 0.0f, straight = 0.0f;
    unsigned fit = 0, straights = 0, agree = 0;
    for (size_t i = 0; i < RAYS; i++) {
        if (spoke[i].edges < 3)
            continue;
        sum += module_of(&spoke[i]);
        fit++;
        if (i % (RAYS / 4) == 0) {
            straight += module_of(&spoke[i]);
            straights++;
        }
    }

    float mean = fit > 0 ? sum / (float)fit : 0.0f;
    for (size_t i = 0; i < RAYS; i++) {
        float own = spoke[i].edges < 3 ? 0.0f : module_of(&spoke[i]);
        agree += own >= 0.6f * mean && own <= 1.7f * mean && own > 0.0f;
    }

    // Rays in all directions through an upright square are an eighth longer on average.
    *module = straights > 0 ? straight / (float)straights : mean / 1.12f;
    return agree;
}

// Looks around a spot and moves it to the middle. True if enough of a finder pattern is there.
static bool look_around(struct spot *spot, struct work *work, unsigned *agree)
{
    struct spoke spoke[RAYS];
    float module = 0.0f;

    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned leave = 0;
        for (size_t i = 0; i < RAYS; i++) {
            cast(spot, direction_of(i), work, &spoke[i]);
            leave += spoke[i].edges > 0;
        }

        *agree = agreeing(spoke, &module);
        if (leave < HEART || *agree < (round == 0 ? 3 : LEAST - 1))
            return false;
        struct point off = off_middle(spoke);
        if (hypotf(off.x, off.y) > 1.5f * module)
            return false;
        spot->at.x += off.x;
        spot->at.y += off.y;
        spot->module = module;
    }

    return *agree >= LEAST;
}

static void try_spot(const struct finder_search *search, struct spot spot,
                     struct finder_list *list)
{
    float scale = (float)(1u << search->level);
    struct point at = {spot.at.x * scale, spot.at.y * scale};
    unsigned agree;
    if (!luma_holds(spot.luma, spot.at) ||
        finder_known(list, at, spot.module * scale, !spot.dark) ||
        !look_around(&spot, search->work, &agree))
        return;

    float rows = 3.0f * spot.module / (float)search->row_step;
    struct finder found = {.at = {spot.at.x * scale, spot.at.y * scale},
                           .module = spot.module * scale,
                           .error = 1.0f + 0.2f * (float)(RAYS - agree),
                           .hits = 1 + (unsigned)(rows * (float)agree / (float)RAYS),
                           .level = (uint8_t)search->level,
                           .looked = (uint8_t)search->level,
                           .inverted = !spot.dark,
                           .torn = true};
    finder_join(list, &found);
}

// Pixels of a column, from the one beside (x, y) on, that have its colour; `step` is 1 or -1.
static size_t like(const struct luma *luma, size_t x, size_t y, int step, size_t limit,
                   uint8_t threshold, bool dark)
{
    size_t rows = step > 0 ? luma->height - 1 - y : y, count = 0;
    const uint8_t *p = luma->p + y * luma->stride + x;
    rows = rows < limit ? rows : limit;
    while (count < rows) {
        p = step > 0 ? p + luma->stride : p - luma->stride;
        if ((*p < threshold) != dark)
            break;
        count++;
    }
    return count;
}

// A run of a row is the middle of a spot if what is above and below it is about as high as it
// is wide, or it lies a third beside the middle, which may be joined with something else. What
// is much lower, or much narrower, may lie beside a hole.
static void try_run(const struct finder_search *search, size_t left, size_t right, size_t y,
                    bool dark, struct finder_list *list)
{
    const struct luma *luma = &search->pyramid->level[search->level];
    size_t wide = right - left, x = left + wide / 2;
    uint8_t threshold = binariser_threshold(search->binariser, x, y);
    if ((luma->p[y * luma->stride + x] < threshold) != dark)
        return;

    size_t limit = (size_t)((float)wide / STRIP) + 1;
    size_t below = like(luma, x, y, 1, limit, threshold, dark);
    size_t above = like(luma, x, y, -1, limit, threshold, dark), high = above + 1 + below;
    work_spend(search->work, (int64_t)(2 + high / 4));
    size_t middle = y + 1 + below - (high + 1) / 2, off = middle > y ? middle - y : y - middle;
    float shape = (float)(high < wide ? high : wide) / (float)(high < wide ? wide : high);
    float side = (float)(high < wide ? wide : high);
    if (shape < STRIP || off > search->row_step)
        return;

    struct spot spot = {.luma = luma,
                        .at = {(float)left + (float)wide / 2.0f, (float)middle + 0.5f},
                        .module = side / 3.0f,
                        .threshold = (float)threshold,
                        .dark = dark};
    try_spot(search, spot, list);
    if (shape >= SQUARE)
        return;

    for (int i = -1; i <= 1; i += 2) {
        struct spot beside = spot;
        if (high < wide)
            beside.at.y += (float)i * side / 3.0f;
        else
            beside.at.x += (float)i * side / 3.0f;
        try_spot(search, beside, list);
    }
}

void torn_search(const struct finder_search *search, struct finder_list *list)
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
        if (!work_spend(search->work, (int64_t)(width / 64 + edges)))
            return;

        for (size_t i = 0; i + 1 < edges && search->work->left > 0; i++) {
            size_t wide = (size_t)(edge[i + 1] - edge[i]);
            if (wide >= CORE_LEAST && wide <= CORE_MOST)
                try_run(search, left + edge[i], left + edge[i + 1], y, i % 2 == 0, list);
        }
    }
}
