// SPDX-License-Identifier: MIT
#include "decode/locate.h"

#include "decode/codewords.h"

#include <math.h>

#define FINDERS_RIGHT    0.85f // least share of right contrast
#define TORN_RIGHT       0.72f // where a pattern is damaged
#define TIMING_RIGHT     0.75f
#define TIMING_HOPE      0.55f // after the first fit: chance gives about half
#define UNCLEAN_ERROR    1.6f  // of a cut
#define UNCLEAN_MAX      2u    // of the six cuts through three finder patterns
#define SMALL            3.0f  // pixels of the level: modules that blur into each other
#define SMALL_ERROR      0.8f
#define UPRIGHT          0.04f // widths that differ less are taken for equal
#define ALIGNMENT_WEIGHT 3.0f  // of its 16 edges against those of the larger finder patterns
#define CANDIDATES_MAX   6u

void locate_prepare(struct locator *locator, unsigned version)
{
    layout_build(&locator->layout, version);
    if (locator->expect_version == version)
        return;
    locator->expect_version = version;
    const struct layout *layout = &locator->layout;
    for (size_t i = 0; i < layout->size * layout->size; i++)
        locator->expect[i] = layout->kind[i] == MODULE_DARK    ? GRID_DARK
                             : layout->kind[i] == MODULE_LIGHT ? GRID_LIGHT
                                                               : GRID_UNKNOWN;
}

static struct grid_view view_of(const struct locator *locator, float module, bool inverted)
{
    size_t level = 0;
    while (level + 1 < locator->pyramid->levels && module >= 4.4f) {
        module /= 2.0f;
        level++;
    }
    return (struct grid_view){&locator->pyramid->level[level], 1.0f / (float)(1u << level),
                              inverted ? -1.0f : 1.0f, locator->work};
}

struct grid_view locate_view(const struct locator *locator, const struct located *code)
{
    float along_u, along_v, middle = code->grid.size / 2.0f;
    grid_module(&code->grid, middle, middle, &along_u, &along_v);
    return view_of(locator, fminf(along_u, along_v), code->inverted);
}

static struct point direction_to(struct point from, struct point to)
{
    float x = to.x - from.x, y = to.y - from.y, length = hypotf(x, y);
    return (struct point){x / length, y / length};
}

// Cuts through the middle; where the pattern is damaged, else beside it, still within the core.
static bool cut_cleanly(const struct locator *locator, const struct finder *finder,
                        struct cut_line line, struct cut *out)
{
    static const float beside[] = {0.0f, 0.9f, -0.9f}; // modules
    const struct point middle = line.from;
    size_t cuts = finder->torn ? sizeof(beside) / sizeof(beside[0]) : 1;

    for (size_t i = 0; i < cuts; i++) {
        float off = beside[i] * line.module;
        line.from = (struct point){middle.x - off * line.direction.y,
                                   middle.y + off * line.direction.x};
        if (cut_measure(&line, locator->work, out) && out->error <= UNCLEAN_ERROR)
            return true;
    }
    return false;
}

// The width of a module of `finder` along a direction, in pixels of the frame; its middle is
// moved to where the cut says. Without a clean cut, which is counted, it follows from how rows
// and columns cut it.
static float module_along(const struct locator *locator, const struct finder *finder,
                          struct point direction, struct point *middle, unsigned *unclean)
{
    struct grid_view view = view_of(locator, finder->module, finder->inverted);
    struct cut_line line = {.luma = view.luma,
                            .from = {middle->x * view.scale, middle->y * view.scale},
                            .direction = direction,
                            .module = finder->module * view.scale,
                            .dark = !finder->inverted,
                            .may_open = finder->open};

    float core = luma_at(view.luma, line.from), far = core;
    for (int i = -9; i <= 9; i++) {
        float distance = 0.5f * (float)i * line.module;
        float here = luma_at(view.luma, (struct point){line.from.x + distance * direction.x,
                                                       line.from.y + distance * direction.y});
        far = finder->inverted ? fminf(far, here) : fmaxf(far, here);
    }
    line.threshold = (core + far) / 2.0f;

    struct cut cut;
    work_spend(locator->work, 30);
    float guess = finder->module * fmaxf(fabsf(direction.x), fabsf(direction.y));
    if (!cut_cleanly(locator, finder, line, &cut)) {
        *unclean += finder->torn ? 0 : 1;
        return guess;
    }
    if (line.module < SMALL && cut.error > SMALL_ERROR)
        return guess; // blurred modules pass for runs, but not for a measure

    middle->x += cut.shift * direction.x / view.scale;
    middle->y += cut.shift * direction.y / view.scale;
    return cut.module / view.scale;
}

static struct grid_errors no_errors(struct locator *locator)
{
    return (struct grid_errors){.capacity = LOCATE_ERRORS_MAX, .error = locator->error};
}

static float right_share(const struct grid_errors *errors)
{
    return errors->seen > 0.0f ? errors->right / errors->seen : 0.0f;
}

static float measure_finders(struct locator *locator, const struct grid_view *view,
                             const struct grid *grid, struct grid_errors *errors)
{
    size_t size = locator->layout.size;
    struct grid_errors own = *errors;
    own.seen = own.right = 0.0f;
    grid_measure(view, grid, locator->expect, 0, 0, 7, 7, &own);
    grid_measure(view, grid, locator->expect, size - 7, 0, size, 7, &own);
    grid_measure(view, grid, locator->expect, 0, size - 7, 7, size, &own);
    errors->count = own.count;
    return right_share(&own);
}

static float measure_timing(struct locator *locator, const struct grid_view *view,
                            const struct grid *grid, struct grid_errors *errors)
{
    size_t size = locator->layout.size;
    struct grid_errors own = *errors;
    own.seen = own.right = 0.0f;
    grid_measure(view, grid, locator->expect, 8, 6, size - 8, 7, &own);
    grid_measure(view, grid, locator->expect, 6, 8, 7, size - 8, &own);
    errors->count = own.count;
    return right_share(&own);
}

static unsigned version_seen(const struct locator *locator, const struct grid_view *view,
                             const struct grid *grid)
{
    const struct layout *layout = &locator->layout;
    for (unsigned copy = 0; copy < 2; copy++) {
        float look[18], soft[18], low = 1e9f, high = -1e9f;
        for (unsigned bit = 0; bit < 18; bit++) {
            size_t module = layout_version_module(layout, copy, bit);
            look[bit] = grid_look(view, grid, (float)(module % layout->size) + 0.5f,
                                  (float)(module / layout->size) + 0.5f);
            low = fminf(low, look[bit]);
            high = fmaxf(high, look[bit]);
        }

        for (unsigned bit = 0; bit < 18; bit++)
            soft[bit] = (low + high) / 2.0f - look[bit];
        unsigned version = codewords_version(soft);
        if (version != 0)
            return version;
    }
    return 0;
}

struct measures {
    struct point middle[3];
    float along_u[2], along_v[2];
    float size; // modules a side, not rounded
};

static bool measure_triple(const struct locator *locator, const struct finder_list *finders,
                           const struct triple *triple, struct measures *out)
{
    const struct finder *corner = &finders->finder[triple->corner],
                        *right = &finders->finder[triple->right],
                        *below = &finders->finder[triple->below];
    struct point u = direction_to(corner->at, right->at),
                 v = direction_to(corner->at, below->at);
    out->middle[0] = corner->at;
    out->middle[1] = right->at;
    out->middle[2] = below->at;

    unsigned unclean = 0;
    out->along_u[0] = module_along(locator, corner, u, &out->middle[0], &unclean);
    out->along_u[1] = module_along(locator, right, u, &out->middle[1], &unclean);
    out->along_v[0] = module_along(locator, corner, v, &out->middle[0], &unclean);
    if (unclean > UNCLEAN_MAX + (corner->module < SMALL ? 2u : 0u))
        return false;

    out->along_v[1] = module_along(locator, below, v, &out->middle[2], &unclean);
    module_along(locator, right, v, &out->middle[1], &unclean);
    module_along(locator, below, u, &out->middle[2], &unclean);
    if (unclean > UNCLEAN_MAX + (corner->module < SMALL ? 2u : 0u))
        return false;

    // A leg over the geometric mean of the widths at its ends is its length in modules, under
    // any projection.
    float across = hypotf(right->at.x - corner->at.x, right->at.y - corner->at.y) /
                   sqrtf(out->along_u[0] * out->along_u[1]);
    float down = hypotf(below->at.x - corner->at.x, below->at.y - corner->at.y) /
                 sqrtf(out->along_v[0] * out->along_v[1]);
    out->size = (across + down) / 2.0f + 7.0f;

    return across < 1.4f * down && down < 1.4f * across && out->size > 17.0f &&
           out->size < 200.0f;
}

static float least_right(const struct located *code)
{
    return code->torn ? TORN_RIGHT : FINDERS_RIGHT;
}

// Are there timing patterns where a first fit says? Between the patterns of a sheet, or with
// the wrong version, there are none, and the fits to come would be in vain.
static bool may_fit(struct locator *locator, const struct grid_view *view,
                    const struct grid *grid)
{
    struct grid_errors errors = no_errors(locator);
    return measure_timing(locator, view, grid, &errors) >= TIMING_HOPE;
}

static bool fit(struct locator *locator, const struct measures *measures, unsigned version,
                struct located *out)
{
    locate_prepare(locator, version);
    *out = (struct located){.version = version, .inverted = out->inverted, .torn = out->torn};
    grid_from_finders(&out->grid, locator->layout.size, measures->middle, measures->along_u,
                      measures->along_v);
    struct grid_view view = locate_view(locator, out);

    for (int round = 0; round < 3; round++) {
        struct grid_errors errors = no_errors(locator);
        out->finders = measure_finders(locator, &view, &out->grid, &errors);
        if (out->finders < least_right(out) - 0.2f)
            return false;
        if (!grid_fit_projective(&out->grid, &errors) ||
            (round == 0 && !may_fit(locator, &view, &out->grid)))
            return false;
    }

    struct grid_errors errors = no_errors(locator);
    out->timing = measure_timing(locator, &view, &out->grid, &errors);
    return out->finders >= least_right(out);
}

static void add_candidate(unsigned *candidates, size_t *count, long version)
{
    if (version < 1 || version > (long)QR_VERSION_MAX || *count == CANDIDATES_MAX)
        return;
    for (size_t i = 0; i < *count; i++)
        if (candidates[i] == (unsigned)version)
            return;
    candidates[(*count)++] = (unsigned)version;
}

static bool is_tilted(const struct measures *measures)
{
    return fabsf(measures->along_u[0] / measures->along_u[1] - 1.0f) > UPRIGHT ||
           fabsf(measures->along_v[0] / measures->along_v[1] - 1.0f) > UPRIGHT;
}

static bool choose_version(struct locator *locator, const struct measures *measures,
                           struct located *out)
{
    unsigned candidates[CANDIDATES_MAX];
    size_t count = 0;
    float estimate = (measures->size - 17.0f) / 4.0f;
    long nearest = lroundf(estimate);
    long step = estimate > (float)nearest ? 1 : -1;

    add_candidate(candidates, &count, nearest);
    add_candidate(candidates, &count, nearest + step);
    if (nearest >= 5) {
        add_candidate(candidates, &count, nearest - step);
        add_candidate(candidates, &count, nearest + 2 * step);
    }

    // Widths measured on small modules may tell of a tilt that is not there.
    struct measures upright = *measures;
    upright.along_u[1] = upright.along_u[0];
    upright.along_v[1] = upright.along_v[0];

    bool found = false;
    float best = 0.0f;
    for (size_t i = 0; i < count && work_remains(locator->work); i++) {
        struct located candidate = {.inverted = out->inverted, .torn = out->torn};
        if (!fit(locator, measures, candidates[i], &candidate) &&
            (!is_tilted(measures) || !fit(locator, &upright, candidates[i], &candidate)))
            continue;

        struct grid_view view = locate_view(locator, &candidate);
        unsigned said =
            candidate.version >= 6 ? version_seen(locator, &view, &candidate.grid) : 0;
        if (said == candidate.version) {
            *out = candidate;
            return true;
        }
        if (said != 0)
            add_candidate(candidates, &count, (long)said);

        float score = candidate.timing + candidate.finders;
        if (score > best) {
            best = score;
            *out = candidate;
            found = true;
        }
    }

    return found && out->timing >= TIMING_RIGHT;
}

// All that is known and found: finder and timing patterns, and the alignment patterns marked.
static void measure_all(struct locator *locator, const struct grid_view *view,
                        const struct located *code, bool (*found)[QR_ALIGNMENT_MAX],
                        struct grid_errors *errors)
{
    const struct layout *layout = &locator->layout;
    measure_finders(locator, view, &code->grid, errors);
    measure_timing(locator, view, &code->grid, errors);

    for (size_t i = 0; i < layout->alignments; i++) {
        for (size_t j = 0; j < layout->alignments; j++) {
            if (!found[i][j])
                continue;
            size_t row = layout->alignment[i], column = layout->alignment[j];
            size_t before = errors->count;
            grid_measure(view, &code->grid, locator->expect, column - 1, row - 1, column + 2,
                         row + 2, errors);
            for (size_t k = before; k < errors->count; k++)
                errors->error[k].weight *= ALIGNMENT_WEIGHT;
        }
    }
}

static void add_error(struct grid_errors *errors, float u, float v, const struct alignment *off)
{
    if (errors->count + 2 > errors->capacity)
        return;
    float weight = 16.0f * ALIGNMENT_WEIGHT * off->likeness;
    errors->error[errors->count++] = (struct grid_error){u, v, off->off_u, weight, false};
    errors->error[errors->count++] = (struct grid_error){u, v, off->off_v, weight, true};
}

// The pattern of the far corner turns three fitted corners into four.
static void fit_far_corner(struct locator *locator, const struct grid_view *view,
                           struct located *code, bool (*found)[QR_ALIGNMENT_MAX])
{
    const struct layout *layout = &locator->layout;
    size_t last = layout->alignments - 1;
    float middle = (float)layout->alignment[last] + 0.5f;
    struct alignment off;
    unsigned reach = 2 + (unsigned)layout->size / 14;
    if (reach > ALIGNMENT_REACH_MAX)
        reach = ALIGNMENT_REACH_MAX;
    if (!alignment_find(view, &code->grid, middle, middle, reach, &off))
        return;
    struct grid_errors errors = no_errors(locator);
    measure_all(locator, view, code, found, &errors);
    add_error(&errors, middle, middle, &off);
    if (grid_fit_projective(&code->grid, &errors))
        found[last][last] = true;
}

static void fit_alignments(struct locator *locator, const struct grid_view *view,
                           struct located *code, bool (*found)[QR_ALIGNMENT_MAX])
{
    const struct layout *layout = &locator->layout;
    struct grid_errors errors = no_errors(locator);
    size_t count = 0;

    measure_all(locator, view, code, found, &errors);
    for (size_t i = 0; i < layout->alignments; i++) {
        for (size_t j = 0; j < layout->alignments; j++) {
            if (!layout_has_alignment(layout, i, j) || found[i][j])
                continue;
            float u = (float)layout->alignment[j] + 0.5f,
                  v = (float)layout->alignment[i] + 0.5f;
            struct alignment off;
            if (!alignment_find(view, &code->grid, u, v, 2, &off))
                continue;
            add_error(&errors, u, v, &off);
            found[i][j] = true;
            count++;
        }
    }

    if (count == 0)
        return;
    grid_fit_projective(&code->grid, &errors);
    errors = no_errors(locator);
    measure_all(locator, view, code, found, &errors);
    grid_fit_bend(&code->grid, &errors, count < 8 ? 2 : 3);
}

bool located_among(const struct located *codes, size_t count, const struct located *code)
{
    for (size_t i = 0; i < count; i++)
        if (codes[i].version == code->version &&
            grid_distance(&codes[i].grid, &code->grid) < 0.5f)
            return true;
    return false;
}

bool locate_again(struct locator *locator, struct located *code)
{
    locate_prepare(locator, code->version);
    const struct layout *layout = &locator->layout;
    struct grid_view view = locate_view(locator, code);
    bool found[QR_ALIGNMENT_MAX][QR_ALIGNMENT_MAX] = {{false}};

    for (int round = 0; round < 2; round++) {
        struct grid_errors errors = no_errors(locator);
        measure_all(locator, &view, code, found, &errors);
        if (!grid_fit_projective(&code->grid, &errors))
            return false;
    }

    if (layout->alignments > 0)
        fit_far_corner(locator, &view, code, found);
    if (layout->alignments > 2)
        fit_alignments(locator, &view, code, found);

    struct grid_errors errors = no_errors(locator);
    measure_all(locator, &view, code, found, &errors);
    grid_fit_projective(&code->grid, &errors);
    errors = no_errors(locator);
    code->finders = measure_finders(locator, &view, &code->grid, &errors);
    code->timing = measure_timing(locator, &view, &code->grid, &errors);
    return code->finders >= least_right(code) && code->timing >= TIMING_RIGHT;
}

bool locate_code(struct locator *locator, const struct finder_list *finders,
                 const struct triple *triple, struct located *out)
{
    struct measures measures;
    const struct finder *corner = &finders->finder[triple->corner],
                        *right = &finders->finder[triple->right],
                        *below = &finders->finder[triple->below];
    struct located found = {.inverted = corner->inverted,
                            .torn = corner->torn || right->torn || below->torn};
    if (!measure_triple(locator, finders, triple, &measures) ||
        !choose_version(locator, &measures, &found) || !locate_again(locator, &found))
        return false;
    *out = found;
    return true;
}
