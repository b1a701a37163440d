// SPDX-License-Identifier: MIT
#include "decode/finder_row.h"

#include <math.h>
#include <string.h>

#define MODULE_MIN 1.2f // pixels of the level; smaller runs are noise
#define OPEN_MIN   2.0f // where a run has no end: smaller ones are text
#define CORE_MIN   5    // pixels, and their cores
#define OPEN_TWO   0.4f // modules that two runs may be off where the outer one has no end
#define OPEN_FOUR  0.6f // and four
#define OPEN_RING  2.2f // modules from which on a ring has no end: it is one with the page
#define CHUNK      8u   // edges looked at together, in a vector

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

bool finder_runs_fit(const uint16_t *edge)
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

bool finder_open_runs_fit(const uint16_t *edge, bool first_open)
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

// What follows asks whether edges may belong to a pattern, for eight of them at once: whole
// numbers of 16 bits, which hold seven times a row's width, and bounds rounded outwards. All
// bits set, or none.

#define ALL(condition) ((int16_t) - (condition))

static inline int16_t near(int16_t is, int16_t should, int16_t bound)
{
    int16_t off = (int16_t)(is - should), back = (int16_t)(should - is);
    return ALL((off > back ? off : back) <= bound);
}

// The bounds of finder_runs_fit, in sevenths of a pixel.
static inline int16_t may_be_closed(const uint16_t *e)
{
    int16_t all = (int16_t)(e[3] - e[-2]), two = (int16_t)(2 * all), four = (int16_t)(4 * all);
    int16_t most = (int16_t)((all >> 1) + (all >> 3) + 7);
    int16_t most_of_four = (int16_t)(all - (all >> 4) + 5);

    return (int16_t)(ALL(all > 8) & near((int16_t)(7 * (e[1] - e[-1])), four, most_of_four) &
                     near((int16_t)(7 * (e[2] - e[0])), four, most_of_four) &
                     near((int16_t)(7 * (e[0] - e[-2])), two, most) &
                     near((int16_t)(7 * (e[3] - e[1])), two, most));
}

// What finder_row_fits asks of a ring without an end, but for the fit itself.
static inline int16_t may_be_open(const uint16_t *e)
{
    int16_t core = (int16_t)(e[1] - e[0]), widest = (int16_t)(3 * core + 5);
    int16_t before = (int16_t)(5 * (e[0] - e[-1])), after = (int16_t)(5 * (e[2] - e[1]));
    int16_t first = (int16_t)(5 * (e[-1] - e[-2])), last = (int16_t)(5 * (e[3] - e[2]));

    return (int16_t)(ALL(core >= CORE_MIN) & ALL(before <= widest) & ALL(after <= widest) &
                     (ALL(first <= widest) ^ ALL(last <= widest)));
}

// Of the edges from `e` on, which are likely. Returns whether any is.
static bool look_at_chunk(const uint16_t *e, int16_t with_open, int16_t likely[static CHUNK])
{
    for (size_t i = 0; i < CHUNK; i++, e++) {
        int16_t core = (int16_t)(e[1] - e[0]);
        int16_t before = (int16_t)(e[0] - e[-1]), after = (int16_t)(e[2] - e[1]);
        int16_t widest = ALL(core >= before) & ALL(core >= after);
        likely[i] = (int16_t)(widest & (may_be_closed(e) | (may_be_open(e) & with_open)));
    }

    uint64_t half[2];
    memcpy(half, likely, sizeof(half));
    return (half[0] | half[1]) != 0;
}

// The first core and the last have not all edges: they can only be those of an open ring.
static bool end_is_likely(const uint16_t *edge, size_t edges, size_t i)
{
    const uint16_t *e = edge + i;
    int core = e[1] - e[0], before = e[0] - e[-1], after = e[2] - e[1];
    return i + 2 < edges && core >= CORE_MIN && core >= before && core >= after;
}

size_t finder_row_likely(uint16_t *edge, size_t edges, bool open, uint16_t *out)
{
    size_t count = 0;
    int16_t likely[CHUNK], with_open = ALL(open);
    for (size_t i = 0; i < FINDER_EDGES_MORE; i++)
        edge[edges + i] = edge[edges - 1];

    if (open && end_is_likely(edge, edges, 1))
        out[count++] = 1;
    for (size_t first = 2; first + 3 < edges; first += CHUNK) {
        if (!look_at_chunk(edge + first, with_open, likely))
            continue;
        for (size_t i = 0; i < CHUNK && first + i + 3 < edges; i++)
            if (likely[i] != 0)
                out[count++] = (uint16_t)(first + i);
    }
    if (open && edges > 4 && end_is_likely(edge, edges, edges - 3))
        out[count++] = (uint16_t)(edges - 3);
    return count;
}

bool finder_row_fits(const uint16_t *edge, size_t edges, size_t i, struct finder_hit *out)
{
    const uint16_t *e = edge + i;
    int core = e[1] - e[0];
    if (core < e[0] - e[-1] || core < e[2] - e[1])
        return false;
    out->middle = (float)(e[0] + e[1]) / 2.0f;
    out->inverted = i % 2 != 0;
    out->open = false;

    bool has_first = i >= 2, has_last = i + 3 < edges;
    if (has_first && has_last && finder_runs_fit(e - 2)) {
        out->module = (float)(e[3] - e[-2]) / 7.0f;
        return true;
    }
    int first = has_first ? e[-1] - e[-2] : core, last = has_last ? e[3] - e[2] : 0;
    int widest = 3 * core / 5 + 1; // of the closed runs
    if (core < CORE_MIN || e[0] - e[-1] > widest || e[2] - e[1] > widest)
        return false;

    out->open = true;
    if (has_last && last <= widest && first > widest && finder_open_runs_fit(e - 1, true)) {
        out->module = (float)(e[3] - e[-1]) / 6.0f;
        return (float)first > OPEN_RING * out->module;
    }
    if (has_first && first <= widest && last > widest && finder_open_runs_fit(e - 2, false)) {
        out->module = (float)(e[2] - e[-2]) / 6.0f;
        return (float)last > OPEN_RING * out->module;
    }
    return false;
}
