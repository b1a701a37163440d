// SPDX-License-Identifier: MIT
#include "decode/triple.h"

#include <math.h>

#define LEG_MIN       8.0f // modules between middles: 14 in version 1, cut at 45 degrees and tilted
#define LEG_MAX       230.0f // 170 in version 40
#define SIZE_RATIO    2.4f   // between two patterns of one code
#define LEG_RATIO     2.6f
#define COSINE_MAX    0.8f // of the angle between the legs
#define OPEN_PATTERNS 2    // one alone is in many a text

// The best few of many, by ascending rank.
struct ranking {
    size_t count, capacity;
    size_t place[TRIPLE_NEIGHBOURS + TRIPLE_CHAMPIONS];
    float rank[TRIPLE_NEIGHBOURS + TRIPLE_CHAMPIONS];
};

static void keep(struct ranking *ranking, size_t place, float rank)
{
    size_t i = ranking->count;
    if (i == ranking->capacity) {
        if (rank >= ranking->rank[i - 1])
            return;
        i--;
    } else {
        ranking->count++;
    }
    for (; i > 0 && ranking->rank[i - 1] > rank; i--) {
        ranking->rank[i] = ranking->rank[i - 1];
        ranking->place[i] = ranking->place[i - 1];
    }
    ranking->rank[i] = rank;
    ranking->place[i] = place;
}

static bool holds(const struct ranking *ranking, size_t place)
{
    for (size_t i = 0; i < ranking->count; i++)
        if (ranking->place[i] == place)
            return true;
    return false;
}

// 0 for a pattern whose runs are exact and which every row through its core crossed. One whose
// ring has no end was seen in enough rows before it was looked at: those are not counted.
static float imperfection(const struct finder *finder)
{
    if (finder->open)
        return 0.08f * finder->error;
    float rows = 3.0f * finder->module / (float)(2u << finder->level); // every second row
    float seen = fminf(1.0f, ((float)finder->hits + 1.0f) / (rows + 1.0f));
    return 0.08f * finder->error + 0.5f * (1.0f - seen);
}

// How another pattern lies, seen from the one taken for the corner.
struct neighbour {
    size_t place;
    float x, y, leg; // pixels
    float flaw;
};

static bool may_belong(const struct finder *a, const struct finder *b, float distance)
{
    float module = (a->module + b->module) / 2.0f;
    return a->inverted == b->inverted && a->module <= SIZE_RATIO * b->module &&
           b->module <= SIZE_RATIO * a->module && distance >= LEG_MIN * module &&
           distance <= LEG_MAX * module;
}

static float distance_of(const struct finder *a, const struct finder *b)
{
    float x = b->at.x - a->at.x, y = b->at.y - a->at.y;
    return sqrtf(x * x + y * y);
}

// Returns how many; `out` holds TRIPLE_NEIGHBOURS + TRIPLE_CHAMPIONS.
static size_t neighbours_of(const struct finder_list *finders, size_t corner,
                            const struct ranking *champions, const float *flaw,
                            struct neighbour *out)
{
    const struct finder *a = &finders->finder[corner];
    struct ranking near = {.capacity = TRIPLE_NEIGHBOURS};
    for (size_t i = 0; i < finders->count; i++) {
        const struct finder *b = &finders->finder[i];
        float distance = distance_of(a, b);
        if (i != corner && may_belong(a, b, distance))
            keep(&near, i, distance);
    }

    near.capacity = TRIPLE_NEIGHBOURS + TRIPLE_CHAMPIONS;
    for (size_t i = 0; i < champions->count; i++) {
        size_t place = champions->place[i];
        const struct finder *b = &finders->finder[place];
        float distance = distance_of(a, b);
        if (place != corner && !holds(&near, place) && may_belong(a, b, distance))
            keep(&near, place, distance);
    }

    for (size_t i = 0; i < near.count; i++) {
        const struct finder *b = &finders->finder[near.place[i]];
        out[i] = (struct neighbour){near.place[i], b->at.x - a->at.x, b->at.y - a->at.y,
                                    near.rank[i], flaw[near.place[i]]};
    }
    return near.count;
}

#define ENTRIES_A_UNIT 16u // moved up in a list
#define PAIRS_A_UNIT   3u  // looked at

static void keep_best(struct triple_list *list, const struct triple *triple, struct work *work)
{
    size_t i = list->count;
    if (i == list->limit) {
        if (triple->score >= list->triple[i - 1].score)
            return;
        i--;
    } else {
        list->count++;
    }
    size_t last = i;
    for (; i > 0 && list->triple[i - 1].score > triple->score; i--)
        list->triple[i] = list->triple[i - 1];
    list->triple[i] = *triple;
    work_spend(work, work_of_entries(last - i, ENTRIES_A_UNIT));
}

static void consider(const struct finder_list *finders, size_t corner, float flaw,
                     const struct neighbour *b, const struct neighbour *c,
                     struct triple_list *out, struct work *work)
{
    const struct finder *finder = finders->finder;
    if (finder[corner].tried && finder[b->place].tried && finder[c->place].tried)
        return;

    float ratio = b->leg > c->leg ? b->leg / c->leg : c->leg / b->leg;
    if (ratio > LEG_RATIO)
        return;
    float cosine = fabsf(b->x * c->x + b->y * c->y) / (b->leg * c->leg);
    float flaws = 1.5f * cosine + flaw + b->flaw + c->flaw;
    if (cosine > COSINE_MAX ||
        (out->count == out->limit && flaws >= out->triple[out->limit - 1].score))
        return; // the rest of the score only adds to it

    float own = finder[corner].module, one = finder[b->place].module,
          other = finder[c->place].module;
    float small = fminf(own, fminf(one, other)), large = fmaxf(own, fmaxf(one, other));
    if (large > SIZE_RATIO * small)
        return;

    float score =
        flaws + logf(ratio * large / small) + 0.003f * (b->leg + c->leg) / (small + large);
    bool clockwise = b->x * c->y - b->y * c->x > 0.0f;
    struct triple triple = {(uint16_t)corner, (uint16_t)(clockwise ? b->place : c->place),
                            (uint16_t)(clockwise ? c->place : b->place), score};
    keep_best(out, &triple, work);
}

void triples_rank(struct finder_list *finders, struct triple_list *out, struct work *work)
{
    struct ranking champions = {.capacity = TRIPLE_CHAMPIONS};
    float flaw[FINDERS_MAX];
    bool any = false;

    out->count = 0;
    for (size_t i = 0; i < finders->count; i++)
        any = any || !finders->finder[i].tried;
    if (!any)
        return;

    for (size_t i = 0; i < finders->count; i++) {
        flaw[i] = imperfection(&finders->finder[i]);
        keep(&champions, i, flaw[i]);
    }

    for (size_t corner = 0; corner < finders->count; corner++) {
        struct neighbour near[TRIPLE_NEIGHBOURS + TRIPLE_CHAMPIONS];
        size_t count = neighbours_of(finders, corner, &champions, flaw, near);
        for (size_t i = 0; i < count; i++)
            for (size_t j = i + 1; j < count; j++)
                consider(finders, corner, flaw[corner], &near[i], &near[j], out, work);
        if (!work_spend(work, (int64_t)((finders->count + count * count / 2) / PAIRS_A_UNIT)))
            break;
    }

    for (size_t i = 0; i < finders->count; i++)
        finders->finder[i].tried = true;
}

const struct triple *triples_borderless(const struct triple_list *triples,
                                        const struct finder_list *finders)
{
    for (size_t i = 0; i < triples->count; i++) {
        const struct triple *triple = &triples->triple[i];
        const struct finder *corner = &finders->finder[triple->corner];
        const struct finder *right = &finders->finder[triple->right];
        const struct finder *below = &finders->finder[triple->below];
        if (!corner->inverted && corner->open + right->open + below->open >= OPEN_PATTERNS)
            return triple;
    }
    return NULL;
}
