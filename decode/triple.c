// SPDX-License-Identifier: MIT
#include "decode/triple.h"

#include <math.h>

#define LEG_MIN    8.0f // modules between middles: 14 in version 1, cut at 45 degrees and tilted
#define LEG_MAX    230.0f // 170 in version 40
#define SIZE_RATIO 2.4f   // between two patterns of one code
#define LEG_RATIO  2.6f
#define COSINE_MAX 0.8f // of the angle between the legs

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

// 0 for a pattern whose runs are exact and which every row through its core crossed.
static float imperfection(const struct finder *finder)
{
    float rows = 3.0f * finder->module / (float)(2u << finder->level); // every second row
    float seen = fminf(1.0f, ((float)finder->hits + 1.0f) / (rows + 1.0f));
    return 0.08f * finder->error + 0.5f * (1.0f - seen);
}

static bool may_belong(const struct finder *a, const struct finder *b, float distance)
{
    float module = (a->module + b->module) / 2.0f;
    return a->inverted == b->inverted && a->module <= SIZE_RATIO * b->module &&
           b->module <= SIZE_RATIO * a->module && distance >= LEG_MIN * module &&
           distance <= LEG_MAX * module;
}

static void neighbours_of(const struct finder_list *finders, size_t corner,
                          const struct ranking *champions, struct ranking *out)
{
    const struct finder *a = &finders->finder[corner];
    *out = (struct ranking){.capacity = TRIPLE_NEIGHBOURS};
    for (size_t i = 0; i < finders->count; i++) {
        const struct finder *b = &finders->finder[i];
        float distance = hypotf(a->at.x - b->at.x, a->at.y - b->at.y);
        if (i != corner && may_belong(a, b, distance))
            keep(out, i, distance);
    }
    out->capacity = TRIPLE_NEIGHBOURS + TRIPLE_CHAMPIONS;
    for (size_t i = 0; i < champions->count; i++) {
        size_t place = champions->place[i];
        const struct finder *b = &finders->finder[place];
        float distance = hypotf(a->at.x - b->at.x, a->at.y - b->at.y);
        if (place != corner && !holds(out, place) && may_belong(a, b, distance))
            keep(out, place, distance);
    }
}

static void keep_best(struct triple_list *list, const struct triple *triple)
{
    size_t i = list->count;
    if (i == TRIPLES_MAX) {
        if (triple->score >= list->triple[i - 1].score)
            return;
        i--;
    } else {
        list->count++;
    }
    for (; i > 0 && list->triple[i - 1].score > triple->score; i--)
        list->triple[i] = list->triple[i - 1];
    list->triple[i] = *triple;
}

static void consider(const struct finder_list *finders, size_t corner, size_t first,
                     size_t second, struct triple_list *out)
{
    const struct finder *a = &finders->finder[corner], *b = &finders->finder[first],
                        *c = &finders->finder[second];
    if (a->tried && b->tried && c->tried)
        return;
    float bx = b->at.x - a->at.x, by = b->at.y - a->at.y;
    float cx = c->at.x - a->at.x, cy = c->at.y - a->at.y;
    float b_leg = hypotf(bx, by), c_leg = hypotf(cx, cy);
    float cosine = fabsf(bx * cx + by * cy) / (b_leg * c_leg);
    float ratio = b_leg > c_leg ? b_leg / c_leg : c_leg / b_leg;
    if (cosine > COSINE_MAX || ratio > LEG_RATIO)
        return;
    float small = fminf(a->module, fminf(b->module, c->module));
    float large = fmaxf(a->module, fmaxf(b->module, c->module));
    if (large > SIZE_RATIO * small)
        return;
    float score = 1.5f * cosine + logf(ratio) + logf(large / small) + imperfection(a) +
                  imperfection(b) + imperfection(c) +
                  0.003f * (b_leg + c_leg) / (small + large);
    bool clockwise = bx * cy - by * cx > 0.0f;
    struct triple triple = {corner, clockwise ? first : second, clockwise ? second : first,
                            score};
    keep_best(out, &triple);
}

void triples_rank(struct finder_list *finders, struct triple_list *out, struct work *work)
{
    struct ranking champions = {.capacity = TRIPLE_CHAMPIONS};
    for (size_t i = 0; i < finders->count; i++)
        keep(&champions, i, imperfection(&finders->finder[i]));
    out->count = 0;
    for (size_t corner = 0; corner < finders->count; corner++) {
        struct ranking near;
        neighbours_of(finders, corner, &champions, &near);
        for (size_t i = 0; i < near.count; i++)
            for (size_t j = i + 1; j < near.count; j++)
                consider(finders, corner, near.place[i], near.place[j], out);
        work_spend(work, (int64_t)(finders->count + near.count * near.count / 2));
    }
    for (size_t i = 0; i < finders->count; i++)
        finders->finder[i].tried = true;
}
