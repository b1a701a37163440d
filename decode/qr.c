// SPDX-License-Identifier: MIT
#include "decode/qr.h"

#include "decode/codewords.h"
#include "decode/equalise.h"
#include "decode/locate.h"
#include "decode/straighten.h"
#include "decode/zbar_reader.h"

#include <math.h>
#include <stdlib.h>

#define FRAME_WORK      600000 // units a frame; about 4 ms
#define FORMAT_LIKENESS 0.7f   // below, the three patterns are no code's
#define SURE            0.3f   // from this certainty on a data module helps to fit the grid
#define STILL           0.07f  // modules: a grid that moved less is the same
#define FAILED_MAX      16u    // located codes that could not be read, remembered in a frame

struct qr_reader {
    struct zbar_reader *zbar;
    struct pyramid pyramid;
    struct binariser binariser;
    struct finder_list finders;
    struct triple_list triples;
    struct work work;
    struct locator locator;
    struct located failed[FAILED_MAX];
    size_t failures;
    struct sample_room sample;
    struct soft_code soft;
    struct soft_code equal;
    struct equaliser_room equaliser;
    struct codewords_room codewords;
    uint8_t dark[QR_MODULES_MAX];
    uint8_t expect[QR_MODULES_MAX];
    uint8_t clean[STRAIGHTEN_BYTES];
    struct qr_codes read; // what ZBar reads from one clean picture
};

struct qr_reader *qr_reader_new(void)
{
    struct qr_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL)
        return NULL;
    reader->zbar = zbar_reader_new();
    if (reader->zbar == NULL) {
        free(reader);
        return NULL;
    }
    pyramid_init(&reader->pyramid);
    binariser_init(&reader->binariser);
    reader->locator.pyramid = &reader->pyramid;
    reader->locator.work = &reader->work;
    return reader;
}

void qr_reader_free(struct qr_reader *reader)
{
    if (reader == NULL)
        return;
    zbar_reader_free(reader->zbar);
    pyramid_destroy(&reader->pyramid);
    binariser_destroy(&reader->binariser);
    free(reader);
}

// Repairs the modules and, if that went well, hands the clean picture to ZBar.
static bool read_soft(struct qr_reader *reader, const struct soft_code *code)
{
    struct code_format format = codewords_format(code);
    float wrong;
    if (!codewords_repair(code, &format, &reader->codewords, &reader->work, reader->dark,
                          &wrong))
        return false;
    // Two pixels a module are enough for ZBar, and a quarter of the time of four.
    for (size_t scale = 2; scale <= STRAIGHTEN_SCALE_MAX; scale += 2) {
        struct luma clean;
        straighten_draw(reader->dark, code->layout->size, scale, reader->clean, &clean);
        work_spend(&reader->work, (int64_t)(clean.width * clean.height / 2));
        reader->read.count = 0;
        if (zbar_reader_read(reader->zbar, &clean, &reader->read))
            return true;
    }
    return false;
}

static void add_code(struct qr_reader *reader, const struct located *code, struct qr_codes *out)
{
    struct qr_code *to = &out->code[out->count++];
    *to = reader->read.code[0];
    float size = code->grid.size;
    const float corner[4][2] = {{0, 0}, {size, 0}, {size, size}, {0, size}};
    for (size_t i = 0; i < 4; i++) {
        struct point at = grid_map(&code->grid, corner[i][0], corner[i][1]);
        to->corners[i] = (struct qr_point){at.x, at.y};
    }
}

// What is known or fairly sure of each module by now.
static void expect_modules(struct qr_reader *reader)
{
    const struct layout *layout = reader->soft.layout;
    for (size_t i = 0; i < layout->size * layout->size; i++) {
        float value = reader->soft.value[i];
        reader->expect[i] = reader->locator.expect[i] != GRID_UNKNOWN
                                ? reader->locator.expect[i]
                            : fabsf(value) < SURE ? GRID_UNKNOWN
                            : value > 0.0f        ? GRID_DARK
                                                  : GRID_LIGHT;
    }
}

// How far two grids of one code are apart, in modules, where they differ most of nine places.
static float grid_distance(const struct grid *a, const struct grid *b)
{
    float most = 0.0f, along_u, along_v;
    for (int i = 0; i < 9; i++) {
        float u = a->size * (0.1f + 0.4f * (float)(i % 3));
        float v = a->size * (0.1f + 0.4f * (float)(i / 3));
        struct point at = grid_map(a, u, v), there = grid_map(b, u, v);
        grid_module(a, u, v, &along_u, &along_v);
        most = fmaxf(most, hypotf(at.x - there.x, at.y - there.y) / fminf(along_u, along_v));
    }
    return most;
}

// Fits the grid to the modules, the homography first, then bends of rising order, until it
// moves. False if it does not.
static bool fit_to_modules(struct qr_reader *reader, const struct grid_view *view,
                           struct located *code, unsigned *order)
{
    size_t size = reader->soft.layout->size;
    struct grid before = code->grid;
    expect_modules(reader);
    while (*order < GRID_BEND_ORDER_MAX) {
        struct grid_errors errors = {.capacity = LOCATE_ERRORS_MAX,
                                     .error = reader->locator.error};
        grid_measure(view, &code->grid, reader->expect, 0, 0, size, size, &errors);
        if (++*order == 1)
            grid_fit_projective(&code->grid, &errors);
        else
            grid_fit_bend(&code->grid, &errors, *order);
        if (grid_distance(&before, &code->grid) > STILL)
            return true;
    }
    return false;
}

static bool read_located(struct qr_reader *reader, struct located *code)
{
    struct grid_view view = locate_view(&reader->locator, code);
    struct sample_stats stats;
    size_t modules = reader->locator.layout.size * reader->locator.layout.size;
    unsigned order = 0;
    reader->soft.layout = reader->equal.layout = &reader->locator.layout;
    do {
        sample_code(&view, &code->grid, &reader->sample, &reader->soft, &stats);
        struct code_format format = codewords_format(&reader->soft);
        if (format.likeness < FORMAT_LIKENESS)
            return false;
        if (read_soft(reader, &reader->soft))
            return true;
        memcpy(reader->equal.value, reader->soft.value, modules * sizeof(float));
        if (equalise_code(&reader->equal, &reader->equaliser, &reader->work) &&
            read_soft(reader, &reader->equal))
            return true;
    } while (work_remains(&reader->work) && fit_to_modules(reader, &view, code, &order));
    return false;
}

// The same three patterns are met again on other levels: has this code been tried in vain?
static bool failed_before(const struct qr_reader *reader, const struct located *code)
{
    for (size_t i = 0; i < reader->failures; i++) {
        const struct located *other = &reader->failed[i];
        if (other->version == code->version && grid_distance(&other->grid, &code->grid) < 0.5f)
            return true;
    }
    return false;
}

static bool inside(const struct qr_code *code, struct point at)
{
    for (size_t i = 0; i < 4; i++) {
        struct qr_point a = code->corners[i], b = code->corners[(i + 1) % 4];
        if ((b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x) < 0.0f)
            return false;
    }
    return true;
}

static bool already_read(const struct qr_codes *out, struct point at)
{
    for (size_t i = 0; i < out->count; i++)
        if (inside(&out->code[i], at))
            return true;
    return false;
}

static void read_triples(struct qr_reader *reader, struct qr_codes *out)
{
    triples_rank(&reader->finders, &reader->triples, &reader->work);
    for (size_t i = 0; i < reader->triples.count && out->count < QR_CODES_MAX; i++) {
        const struct triple *triple = &reader->triples.triple[i];
        const struct finder *finder = reader->finders.finder;
        if (!work_remains(&reader->work))
            return;
        if (already_read(out, finder[triple->corner].at) ||
            already_read(out, finder[triple->right].at) ||
            already_read(out, finder[triple->below].at))
            continue;
        struct located code;
        if (!locate_code(&reader->locator, &reader->finders, triple, &code) ||
            failed_before(reader, &code))
            continue;
        struct located tried = code;
        if (read_located(reader, &code))
            add_code(reader, &code, out);
        else if (reader->failures < FAILED_MAX)
            reader->failed[reader->failures++] = tried;
    }
}

static void search_level(struct qr_reader *reader, size_t level, size_t row_step)
{
    if (!binariser_prepare(&reader->binariser, &reader->pyramid, level))
        return;
    const struct luma *luma = &reader->pyramid.level[level];
    struct finder_search search = {.pyramid = &reader->pyramid,
                                   .binariser = &reader->binariser,
                                   .level = level,
                                   .row_step = row_step,
                                   .right = luma->width,
                                   .bottom = luma->height,
                                   .work = &reader->work};
    finder_search(&search, &reader->finders);
}

bool qr_reader_read(struct qr_reader *reader, const struct luma *luma, struct qr_codes *out)
{
    static const struct {
        size_t level, row_step;
    } order[] = {{1, 2}, {2, 2}, {0, 2}, {3, 2}};
    out->count = 0;
    reader->finders.count = 0;
    reader->failures = 0;
    reader->work = (struct work){.left = FRAME_WORK};
    if (!pyramid_build(&reader->pyramid, luma))
        return false;
    for (size_t i = 0; i < sizeof(order) / sizeof(*order) && out->count == 0; i++) {
        search_level(reader, order[i].level, order[i].row_step);
        read_triples(reader, out);
    }
    return out->count > 0;
}
