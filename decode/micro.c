// SPDX-License-Identifier: MIT
#include "decode/micro.h"

#include "decode/found.h"
#include "decode/micro_code.h"

#include <math.h>

#define ANGLES          12u // tried over a quarter of a turn
#define QUARTER         1.5707963f
#define FINDER_LIKELY   0.6f  // share of right contrast at its edges, before it is fitted
#define FINDER_RIGHT    0.85f // and after
#define TIMING_FIRST    0.5f  // of the first module, on a flat grid
#define TIMING_LIKELY   0.75f
#define TIMING_RIGHT    0.85f
#define FORMAT_LIKENESS 0.8f
#define SMALL_LIKENESS  0.95f // of M1, whose two codewords of redundancy tell little
#define FIT_ROUNDS      3u
#define SURE            0.3f // from this certainty on a data module helps to fit the grid

struct search {
    struct recogniser *recogniser;
    struct layout layout;
    uint8_t expect[(MICRO_SIZE_MIN + 6) * (MICRO_SIZE_MIN + 6)];
    struct located code;
};

static void prepare(struct search *search, unsigned version)
{
    struct layout *layout = &search->layout;
    micro_layout_build(layout, version);
    search->code.version = version;
    search->code.grid.size = (float)layout->size;
    for (size_t i = 0; i < layout->size * layout->size; i++)
        search->expect[i] = layout->kind[i] == MODULE_DARK    ? GRID_DARK
                            : layout->kind[i] == MODULE_LIGHT ? GRID_LIGHT
                                                              : GRID_UNKNOWN;
}

static struct grid_errors no_errors(const struct search *search)
{
    return (struct grid_errors){.capacity = LOCATE_ERRORS_MAX,
                                .error = search->recogniser->locator->error};
}

static float right_share(const struct grid_errors *errors)
{
    return errors->seen > 0.0f ? errors->right / errors->seen : 0.0f;
}

static float measure_finder(const struct search *search, struct grid_errors *errors)
{
    struct grid_view view = locate_view(search->recogniser->locator, &search->code);
    errors->seen = errors->right = 0.0f;
    grid_measure(&view, &search->code.grid, search->expect, 0, 0, 7, 7, errors);
    return right_share(errors);
}

// Adds the timing patterns up to a module; the share is that of the poorer one.
static float measure_timing(const struct search *search, size_t end, struct grid_errors *errors)
{
    struct grid_view view = locate_view(search->recogniser->locator, &search->code);
    const struct grid *grid = &search->code.grid;
    errors->seen = errors->right = 0.0f;
    grid_measure(&view, grid, search->expect, 8, 0, end, 1, errors);
    float across = right_share(errors);
    errors->seen = errors->right = 0.0f;
    grid_measure(&view, grid, search->expect, 0, 8, 1, end, errors);
    return fminf(across, right_share(errors));
}

// A square grid whose finder pattern has its middle at `at`. A row cuts a turned square longer
// than it is wide.
static void lay_square(struct grid *grid, const struct finder *finder, float angle)
{
    float off = fminf(angle, QUARTER - angle), size = grid->size;
    float u = finder->module * cosf(off) * cosf(angle),
          v = finder->module * cosf(off) * sinf(angle);
    *grid = (struct grid){.size = size, .h = {u, -v, 0.0f, v, u, 0.0f, 0.0f, 0.0f, 1.0f}};
    grid->h[2] = finder->at.x - 3.5f * (u - v);
    grid->h[5] = finder->at.y - 3.5f * (v + u);
}

// Seven modules say little of a perspective: what was fitted to them is also tried as flat.
static void flatten(struct grid *grid)
{
    struct point middle = grid_map(grid, 3.5f, 3.5f), left = grid_map(grid, 3.0f, 3.5f),
                 right = grid_map(grid, 4.0f, 3.5f), top = grid_map(grid, 3.5f, 3.0f),
                 bottom = grid_map(grid, 3.5f, 4.0f);
    float *h = grid->h;
    h[0] = right.x - left.x;
    h[1] = bottom.x - top.x;
    h[3] = right.y - left.y;
    h[4] = bottom.y - top.y;
    h[6] = h[7] = 0.0f;
    h[8] = 1.0f;
    h[2] = middle.x - 3.5f * (h[0] + h[1]);
    h[5] = middle.y - 3.5f * (h[3] + h[4]);
}

// The likeliest angle, fitted to the edges of the finder pattern.
static bool fit_finder(struct search *search, const struct finder *finder)
{
    struct grid best = {0};
    float most = FINDER_LIKELY;
    for (unsigned i = 0; i < ANGLES; i++) {
        lay_square(&search->code.grid, finder, QUARTER * (float)i / (float)ANGLES);
        struct grid_errors errors = no_errors(search);
        float right = measure_finder(search, &errors);
        if (right <= most)
            continue;
        most = right;
        best = search->code.grid;
    }
    if (most <= FINDER_LIKELY)
        return false;

    search->code.grid = best;
    for (unsigned round = 0; round < FIT_ROUNDS; round++) {
        flatten(&search->code.grid);
        struct grid_errors errors = no_errors(search);
        measure_finder(search, &errors);
        if (!grid_fit_projective(&search->code.grid, &errors))
            return false;
    }
    struct grid_errors errors = no_errors(search);
    search->code.finders = measure_finder(search, &errors);
    return search->code.finders >= FINDER_RIGHT;
}

// The grid a quarter further round the middle of its finder pattern.
static void turn(struct grid *grid)
{
    for (size_t row = 0; row < 3; row++) {
        float *h = &grid->h[3 * row], u = h[0], v = h[1];
        h[0] = v;
        h[1] = -u;
        h[2] += 7.0f * u;
    }
}

// Fits the grid to both patterns, as far as the present version goes. Under a perspective the
// timing patterns leave a flat grid soon, so their first module counts first.
static bool fit_timing(struct search *search)
{
    size_t size = search->layout.size;
    for (size_t round = 0; round < 2 * (size - 8); round++) {
        struct grid_errors errors = no_errors(search);
        size_t end = 9 + round / 2;
        measure_finder(search, &errors);
        float least = round == 0 ? TIMING_FIRST : TIMING_LIKELY;
        if (measure_timing(search, end, &errors) < least ||
            !grid_fit_projective(&search->code.grid, &errors))
            return false;
    }
    struct grid_errors errors = no_errors(search);
    search->code.finders = measure_finder(search, &errors);
    search->code.timing = measure_timing(search, size, &errors);
    return search->code.finders >= FINDER_RIGHT && search->code.timing >= TIMING_RIGHT;
}

static void sample(struct search *search)
{
    struct recogniser *recogniser = search->recogniser;
    struct grid_view view = locate_view(recogniser->locator, &search->code);
    struct sample_stats stats;
    recogniser->tried.layout = &search->layout;
    sample_code(&view, &search->code.grid, &recogniser->sample, &recogniser->tried, &stats);
}

static bool read_content(struct search *search, const struct micro_format *format)
{
    struct recogniser *recogniser = search->recogniser;
    struct micro_data data;
    if (!micro_repair(&recogniser->tried, format, &data))
        return false;
    return content_read(span_of(data.word, sizeof(data.word)), data.bits,
                        (struct content_form){.micro = true, .version = format->version},
                        &recogniser->read);
}

// Two sides say little of the corner between the others: modules that are fairly sure help.
static bool fit_modules(struct search *search)
{
    const struct layout *layout = &search->layout;
    const float *value = search->recogniser->tried.value;
    uint8_t expect[sizeof(search->expect)];
    for (size_t i = 0; i < layout->size * layout->size; i++)
        expect[i] = search->expect[i] != GRID_UNKNOWN ? search->expect[i]
                    : fabsf(value[i]) < SURE          ? GRID_UNKNOWN
                    : value[i] > 0.0f                 ? GRID_DARK
                                                      : GRID_LIGHT;

    struct grid_view view = locate_view(search->recogniser->locator, &search->code);
    struct grid_errors errors = no_errors(search);
    grid_measure(&view, &search->code.grid, expect, 0, 0, layout->size, layout->size, &errors);
    return grid_fit_projective(&search->code.grid, &errors);
}

// Reads the code one way round. The format lies where every version has it.
static bool read_turned(struct search *search)
{
    struct recogniser *recogniser = search->recogniser;
    prepare(search, 1);
    if (!fit_timing(search))
        return false;
    sample(search);
    struct micro_format format = micro_format_of(&recogniser->tried, false),
                        mirrored = micro_format_of(&recogniser->tried, true);
    if (mirrored.likeness > format.likeness) {
        format = mirrored;
        grid_transpose(&search->code.grid);
    }
    if (format.likeness < (format.version == 1 ? SMALL_LIKENESS : FORMAT_LIKENESS))
        return false;

    for (unsigned version = 2; version <= format.version; version++) {
        prepare(search, version);
        if (!fit_timing(search))
            return false;
    }
    for (unsigned round = 0; round < FIT_ROUNDS; round++) {
        sample(search);
        if (read_content(search, &format))
            return true;
        if (!fit_modules(search))
            return false;
    }
    return false;
}

static bool read_any_way(struct search *search, struct grid grid)
{
    for (unsigned quarter = 0; quarter < 4; quarter++) {
        search->code.grid = grid;
        if (!work_remains(search->recogniser->work))
            return false;
        if (read_turned(search))
            return true;
        turn(&grid);
    }
    return false;
}

size_t micro_candidate(const struct finder_list *finders, const struct qr_codes *read,
                       size_t before)
{
    float least = before < finders->count ? finders->finder[before].error : -1.0f;
    size_t best = finders->count;
    for (size_t i = 0; i < finders->count; i++) {
        const struct finder *finder = &finders->finder[i];
        bool later = finder->error > least || (finder->error == least && i > before);
        if (later && !finder->open && !found_holds(read, finder->at) &&
            (best == finders->count || finder->error < finders->finder[best].error))
            best = i;
    }
    return best;
}

bool micro_read(struct recogniser *recogniser, const struct finder *finder,
                struct located *code)
{
    struct search search = {.recogniser = recogniser, .code = {.inverted = finder->inverted}};
    prepare(&search, 1);
    if (!fit_finder(&search, finder))
        return false;

    struct grid fitted = search.code.grid, flat = fitted;
    flatten(&flat);
    bool read = read_any_way(&search, flat) || read_any_way(&search, fitted);
    if (read)
        *code = search.code;
    recogniser->tried.layout = &recogniser->locator->layout; // what it held is gone
    return read;
}
