// SPDX-License-Identifier: MIT
#include "decode/qr.h"

#include "decode/closeup.h"
#include "decode/evidence.h"
#include "decode/found.h"
#include "decode/measure.h"
#include "decode/micro.h"
#include "decode/recognise.h"
#include "decode/texture.h"
#include "decode/thicken.h"
#include "decode/torn.h"
#include "decode/track.h"
#include "decode/turned.h"
#include "decode/zbar_reader.h"

#include <math.h>
#include <stdlib.h>

#define LEVEL_SHARE  0.25f // of the work left that one level may take, but for the finest
#define MODULE_MAX   12.0f // pixels of a level above which there is a coarser one
#define POOR_SCORE   2.0f  // of a triple: hardly one in fifty codes has a worse one
#define CLOSE_LEVELS 2u    // of the frame, of which parts are looked at closer
#define CLOSE_PLACES 4u    // parts of a level, one after the other from frame to frame
#define CLOSE_SHARE  0.5f  // of the work left that one may take
#define FULL_SHARE   0.5f  // of the work left that a full list leaves to what it holds
#define OPEN_SHARE   0.5f  // of the work left that codes without a quiet zone may take
#define TORN_SHARE   0.5f  // of the work left that damaged patterns may take
#define THICKENINGS  3u    // one pass, one more, two more
#define TRACK_FRAMES 4u    // of which one looks everywhere and on all levels, whatever is read

// Levels in the order in which codes are likely: half size first, where the grid of a monitor
// has melted away.
static const size_t level_order[] = {1, 2, 0, 3};

#define LEVELS (sizeof(level_order) / sizeof(*level_order))

struct qr_reader {
    const struct qr_limits *limits;
    struct zbar_reader *zbar; // made when it is asked for the first time
    struct pyramid pyramid;
    struct binariser binariser;
    struct closeup closeup;
    struct thickener thickener;
    struct turned turned;
    struct texture_list textures[CLOSE_LEVELS]; // of this frame, of the levels searched so far
    struct finder_list finders;
    struct finder_list open; // without a quiet zone, not among them yet
    struct triple_list triples;
    struct work work;
    int64_t granted; // units still to be added when a code is located in this frame
    int64_t given;   // units in this frame, up to now
    int64_t box_us;
    struct locator locator;
    struct recogniser recogniser;
    struct evidence_box evidence;
    struct soft_code collected;
    struct located failed[QR_FAILED_MAX];
    size_t failures;
    struct code_track track;
    bool has_mark;
    uint64_t mark; // of the first payload of the last frame
    unsigned frame;
    unsigned looks; // closer ones, since the last code was read
    size_t resume;  // place in the order of levels where a frame's work ran out
    struct hint_measures measures;
};

struct qr_reader *qr_reader_new(void)
{
    struct qr_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL)
        return NULL;

    qr_reader_set_limits(reader, &qr_limits_live);
    pyramid_init(&reader->pyramid);
    binariser_init(&reader->binariser);
    closeup_init(&reader->closeup);
    thickener_init(&reader->thickener);
    turned_init(&reader->turned);
    reader->locator.pyramid = &reader->pyramid;
    reader->locator.work = &reader->work;
    reader->recogniser.locator = &reader->locator;
    reader->recogniser.work = &reader->work;

    return reader;
}

void qr_reader_free(struct qr_reader *reader)
{
    if (reader == NULL)
        return;
    zbar_reader_free(reader->zbar);
    pyramid_destroy(&reader->pyramid);
    binariser_destroy(&reader->binariser);
    closeup_destroy(&reader->closeup);
    thickener_destroy(&reader->thickener);
    turned_destroy(&reader->turned);
    free(reader);
}

void qr_reader_reset(struct qr_reader *reader)
{
    for (size_t i = 0; i < EVIDENCE_SLOTS; i++)
        evidence_forget(&reader->evidence.slot[i]);
    reader->track.has = reader->has_mark = false;
    reader->resume = 0;
    reader->frame = reader->looks = 0;
}

void qr_reader_set_limits(struct qr_reader *reader, const struct qr_limits *limits)
{
    reader->limits = limits;
    reader->finders.limit = reader->open.limit = limits->finders;
    reader->triples.limit = limits->triples;
}

void qr_reader_set_known(struct qr_reader *reader, const struct known_codes *known)
{
    reader->recogniser.known = known;
}

int64_t qr_reader_spent(const struct qr_reader *reader)
{
    return reader->given - reader->work.left;
}

void qr_reader_set_box(struct qr_reader *reader, int64_t (*now_us)(void *user), void *user,
                       int64_t box_us)
{
    reader->work.now_us = now_us;
    reader->work.user = user;
    reader->box_us = box_us;
}

const struct hint_measures *qr_reader_measures(const struct qr_reader *reader)
{
    return &reader->measures;
}

// From the pixels looked at to those of the frame.
static struct point point_in_frame(const struct qr_reader *reader, struct point at)
{
    return turned_point(&reader->turned, closeup_point(&reader->closeup, at));
}

static void grid_in_frame(const struct qr_reader *reader, struct grid *grid)
{
    closeup_grid(&reader->closeup, grid);
    turned_grid(&reader->turned, grid);
}

// Samples the code in the frame itself: what was looked at closer was sharpened.
static float sharpness_in_frame(struct qr_reader *reader, const struct located *code,
                                struct sample_stats *stats)
{
    struct recogniser *recogniser = &reader->recogniser;
    reader->locator.pyramid = &reader->pyramid;
    struct grid_view view = locate_view(&reader->locator, code);
    reader->locator.pyramid = &reader->closeup.pyramid;
    reader->collected.layout = recogniser->soft.layout;
    sample_code(&view, &code->grid, &recogniser->sample, &reader->collected, stats);
    return soft_sharpness(reader->collected.layout, reader->collected.value);
}

// What a person could do better, of the code looked at last.
static void measure(struct qr_reader *reader, const struct located *code)
{
    const struct soft_code *soft = &reader->recogniser.soft;
    struct sample_stats stats = reader->recogniser.stats;
    float sharpness = reader->closeup.open ? sharpness_in_frame(reader, code, &stats)
                                           : soft_sharpness(soft->layout, soft->value);
    measure_code(code, &stats, sharpness, &reader->track, &reader->measures);
}

// Adds the modules of a code that could not be read to those of frames before, and reads the
// sum.
static bool read_collected(struct qr_reader *reader, const struct located *code)
{
    struct recogniser *recogniser = &reader->recogniser;
    struct evidence *slot =
        evidence_add(&reader->evidence, code, &recogniser->soft, recogniser->fidelity);
    if (slot == NULL || slot->frames < 2)
        return false;
    evidence_soft(slot, recogniser->soft.layout, &reader->collected);
    if (recognise_soft(recogniser, &reader->collected) != RECOGNISED ||
        !evidence_confirms(&recogniser->soft, recogniser->fidelity, recogniser->dark))
        return false;
    evidence_forget(slot);
    return true;
}

static void give_work(struct qr_reader *reader, int64_t units)
{
    reader->given += units;
    reader->work.left += units;
}

// Once in a frame a code that was located is given more work. What turns out to look like none
// gives back what it did not take.
static enum recognised recognise_granted(struct qr_reader *reader, struct located *code)
{
    int64_t granted = reader->granted;
    give_work(reader, granted);
    int64_t before = reader->work.left;
    enum recognised result = recognise(&reader->recogniser, code);
    int64_t left = granted - (before - reader->work.left);
    reader->granted = result == RECOGNISED_NO_CODE && left > 0 ? left : 0;
    give_work(reader, -reader->granted);
    return result;
}

// Reads a code; its grid, that of what is looked at, becomes one of the frame.
static bool read_located(struct qr_reader *reader, struct located *code)
{
    enum recognised result = recognise_granted(reader, code);
    grid_in_frame(reader, &code->grid);
    if (result == RECOGNISED || result == RECOGNISED_UNSURE || !reader->measures.located)
        measure(reader, code);
    return result == RECOGNISED ||
           (result != RECOGNISED_NO_CONTENT && read_collected(reader, code));
}

enum tried {
    TRIED_BEFORE,  // read, or in vain
    TRIED_IN_VAIN, // no code was located
    TRIED_LOCATED,
};

static enum tried try_triple(struct qr_reader *reader, const struct triple *triple,
                             struct qr_codes *out)
{
    const struct finder *finder = reader->finders.finder;
    const size_t patterns[3] = {triple->corner, triple->right, triple->below};
    for (size_t i = 0; i < 3; i++)
        if (found_holds(out, point_in_frame(reader, finder[patterns[i]].at)))
            return TRIED_BEFORE;

    struct located code;
    work_spend(&reader->work, work_of_entries(out->count + 8 * reader->failures, 8));
    if (!locate_code(&reader->locator, &reader->finders, triple, &code))
        return TRIED_IN_VAIN;
    struct located found = code;
    grid_in_frame(reader, &found.grid);
    if (located_among(reader->failed, reader->failures, &found))
        return TRIED_BEFORE;

    bool read = read_located(reader, &code);
    if (read) {
        found_add(out, &reader->recogniser.read, &code.grid);
        give_work(reader, reader->limits->read_work);
    } else if (reader->failures < reader->limits->failed) {
        reader->failed[reader->failures++] = found;
    }
    track_note(&reader->track, &code, read, reader->closeup.open, reader->closeup.level);
    return TRIED_LOCATED;
}

// Groups the finders not tried yet with all others, and tries what may be codes, with at most a
// share of the work that is left.
static void try_triples(struct qr_reader *reader, float share, struct qr_codes *out)
{
    triples_rank(&reader->finders, &reader->triples, &reader->work);

    unsigned poor = 0, vain = 0;
    int64_t floor = (int64_t)((float)reader->work.left * (1.0f - share));
    for (size_t i = 0; i < reader->triples.count && out->count < QR_CODES_MAX; i++) {
        const struct triple *triple = &reader->triples.triple[i];
        if (!work_remains(&reader->work) || reader->work.left < floor ||
            vain == reader->limits->vain ||
            (triple->score > POOR_SCORE && poor++ == reader->limits->poor))
            return;

        enum tried tried = try_triple(reader, triple, out);
        vain = tried == TRIED_IN_VAIN ? vain + 1 : tried == TRIED_LOCATED ? 0 : vain;
    }
}

// What is larger is found on the next level, at half the size and for less.
static float widest_module(const struct pyramid *pyramid, size_t level)
{
    bool coarsest = level + 1 == LEVELS || level + 1 + BINARISE_LEVELS >= pyramid->levels;
    return coarsest ? INFINITY : MODULE_MAX;
}

// Computes the thresholds of a level. False also where it is too small to hold a code.
static bool prepare_level(struct qr_reader *reader, const struct pyramid *pyramid, size_t level,
                          struct qr_codes *out)
{
    bool prepared = binariser_prepare(&reader->binariser, pyramid, level);
    out->cut_short |= !prepared && binariser_fits(pyramid, level);
    return prepared;
}

// Searches a region of a level and tries what may be codes there, with at most a share of the
// work that is left after the search.
static void read_region(struct qr_reader *reader, size_t level, size_t row_step,
                        const struct region *region, float share, struct qr_codes *out)
{
    const struct pyramid *pyramid = reader->locator.pyramid;
    if (!prepare_level(reader, pyramid, level, out))
        return;
    if (pyramid == &reader->pyramid && level < CLOSE_LEVELS)
        texture_find(&reader->binariser, &reader->textures[level]);

    const struct luma *luma = &pyramid->level[level];
    float scale = 1.0f / (float)(1u << level);
    float right = fminf(region->right * scale, (float)luma->width);
    float bottom = fminf(region->bottom * scale, (float)luma->height);
    struct finder_search search = {.pyramid = pyramid,
                                   .binariser = &reader->binariser,
                                   .level = level,
                                   .row_step = row_step,
                                   .left = (size_t)fmaxf(region->left * scale, 0.0f),
                                   .top = (size_t)fmaxf(region->top * scale, 0.0f),
                                   .right = (size_t)fmaxf(right, 0.0f),
                                   .bottom = (size_t)fmaxf(bottom, 0.0f),
                                   .module_max = widest_module(pyramid, level),
                                   .open_looks = reader->limits->open_looks,
                                   .enough = (int64_t)((float)reader->work.left * FULL_SHARE),
                                   .work = &reader->work};
    if (search.left >= search.right || search.top >= search.bottom)
        return;

    bool closer = reader->closeup.open; // magnified text costs more than it gives
    finder_search(&search, &reader->finders, closer ? NULL : &reader->open);
    try_triples(reader, share, out);
}

// Begins a search of something else: what was found before are patterns of another picture. A
// list that was full left some out.
static void forget_finders(struct qr_reader *reader, struct qr_codes *out)
{
    out->cut_short |= reader->finders.full;
    reader->finders.count = reader->open.count = 0;
    reader->finders.full = reader->open.full = false;
}

// Looks closer at what is around a point of the frame.
static void read_closer(struct qr_reader *reader, size_t level, struct point at,
                        struct qr_codes *out)
{
    struct closeup *closeup = &reader->closeup;
    if (!closeup_open(closeup, &reader->pyramid, level, at, &reader->work)) {
        out->cut_short |= closeup_fits(&reader->pyramid, level, at);
        return;
    }

    const struct luma *luma = &closeup->pyramid.level[0];
    const struct region all = {0.0f, 0.0f, (float)luma->width, (float)luma->height};
    reader->locator.pyramid = &closeup->pyramid;
    forget_finders(reader, out);
    read_region(reader, 0, 2, &all, CLOSE_SHARE, out);
    closeup_close(closeup);
    reader->locator.pyramid = &reader->pyramid;
}

// Looks closer at the likeliest places in turn: a few in each frame.
static void read_textures(struct qr_reader *reader, struct qr_codes *out)
{
    bool all = reader->limits->all_levels;
    for (size_t i = 0; i < reader->limits->looks && (all || out->count == 0); i++) {
        size_t level = reader->looks % CLOSE_LEVELS;
        size_t place = reader->looks / CLOSE_LEVELS % CLOSE_PLACES;
        if (!work_remains(&reader->work))
            return;
        reader->looks++;

        const struct texture_list *textures = &reader->textures[level];
        if (place >= textures->count)
            continue;

        float scale = (float)(1u << level);
        struct point at = {(float)textures->place[place].x * scale,
                           (float)textures->place[place].y * scale};
        if (!found_holds(out, at))
            read_closer(reader, level, at, out);
    }

    if (out->count > 0)
        reader->looks = 0;
}

// Notes that a code seems to be there whose patterns are one with a dark page.
static void note_borderless(struct qr_reader *reader)
{
    const struct triple *triple = triples_borderless(&reader->triples, &reader->finders);
    struct hint_measures *measures = &reader->measures;
    if (triple == NULL)
        return;
    measures->borderless = true;
    if (!measures->located)
        measures->module = reader->finders.finder[triple->corner].module;
}

// Tries the patterns whose ring has no end, together with the others: where there is no quiet
// zone, and nothing else was read.
static void read_open(struct qr_reader *reader, struct qr_codes *out)
{
    struct finder_list *finders = &reader->finders;
    finder_append(finders, &reader->open);
    if (reader->open.count > 0) {
        try_triples(reader, OPEN_SHARE, out);
        if (out->count == 0)
            note_borderless(reader);
    }
    reader->open.count = 0;
}

// Tries patterns alone, each as that of a Micro QR code.
static void read_micro(struct qr_reader *reader, struct qr_codes *out)
{
    size_t at = reader->finders.count;
    for (unsigned look = 0; look < reader->limits->micro; look++) {
        at = micro_candidate(&reader->finders, out, at);
        if (at == reader->finders.count || out->count == QR_CODES_MAX ||
            !work_remains(&reader->work))
            return;
        struct located code;
        if (micro_read(&reader->recogniser, &reader->finders.finder[at], &code))
            found_add(out, &reader->recogniser.read, &code.grid);
    }
}

// Tries patterns that are damaged, together with the others.
static void read_torn(struct qr_reader *reader, struct qr_codes *out)
{
    for (size_t i = 0; i < LEVELS && out->count == 0; i++) {
        size_t level = level_order[i];
        if (!work_remains(&reader->work) ||
            !prepare_level(reader, &reader->pyramid, level, out))
            continue;

        struct finder_search search = {.pyramid = &reader->pyramid,
                                       .binariser = &reader->binariser,
                                       .level = level,
                                       .row_step = 2,
                                       .right = reader->pyramid.level[level].width,
                                       .bottom = reader->pyramid.level[level].height,
                                       .work = &reader->work};
        torn_search(&search, &reader->finders);
        try_triples(reader, TORN_SHARE, out);
    }
}

// Searches the frame with its dark parts grown by one, two and four pixels on each side.
static void read_thickened(struct qr_reader *reader, const struct luma *luma,
                           struct qr_codes *out)
{
    const struct region all = {0.0f, 0.0f, (float)luma->width, (float)luma->height};
    bool made = thicken(&reader->thickener, luma, &reader->work);
    out->cut_short |= !made;
    reader->locator.pyramid = &reader->thickener.pyramid;
    for (unsigned more = 1; made; more++) {
        forget_finders(reader, out);
        reader->failures = 0;
        for (size_t i = 0; i < LEVELS && out->count == 0 && work_remains(&reader->work); i++)
            read_region(reader, level_order[i], 2, &all, TORN_SHARE, out);
        made = out->count == 0 && more < THICKENINGS && work_remains(&reader->work) &&
               thicken_more(&reader->thickener, more, &reader->work);
    }
    reader->locator.pyramid = &reader->pyramid;
}

// Takes more work where nothing was read. What only looked like a code there is no reason for a
// hint.
static void read_damaged(struct qr_reader *reader, const struct luma *luma,
                         struct qr_codes *out)
{
    const struct hint_measures measures = reader->measures;
    give_work(reader, reader->limits->torn_work);
    read_torn(reader, out);
    if (out->count == 0 && work_remains(&reader->work))
        read_thickened(reader, luma, out);
    if (out->count == 0)
        reader->measures = measures;
}

// Searches the frame turned by 45 degrees. What only looked like a code there is no reason for
// a hint.
static void read_turned(struct qr_reader *reader, struct qr_codes *out)
{
    const struct hint_measures measures = reader->measures;
    out->cut_short |= !work_remains(&reader->work);
    give_work(reader, reader->limits->turned_work);
    if (!work_remains(&reader->work) || !turned_fits(&reader->pyramid))
        return;
    if (!turned_open(&reader->turned, &reader->pyramid, &reader->work)) {
        out->cut_short = true;
        return;
    }

    const struct luma *luma = &reader->turned.pyramid.level[0];
    const struct region all = {0.0f, 0.0f, (float)luma->width, (float)luma->height};
    reader->locator.pyramid = &reader->turned.pyramid;
    forget_finders(reader, out);
    reader->failures = 0;
    for (size_t i = 0; i < LEVELS && work_remains(&reader->work); i++)
        read_region(reader, level_order[i], 2, &all, LEVEL_SHARE, out);
    read_open(reader, out);

    turned_close(&reader->turned);
    reader->locator.pyramid = &reader->pyramid;
    if (out->count == 0)
        reader->measures = measures;
}

// A second reader, with other rules of what a code is.
static void read_by_zbar(struct qr_reader *reader, struct qr_codes *out)
{
    if (reader->zbar == NULL)
        reader->zbar = zbar_reader_new();
    if (reader->zbar == NULL)
        out->cut_short = true;
    else
        zbar_reader_read_whole(reader->zbar, &reader->pyramid, out);
}

// Looks around the place where the last frame had a code, at its level.
static void read_last(struct qr_reader *reader, struct qr_codes *out)
{
    const struct code_track track = reader->track; // what is read there changes it

    if (track.close) {
        read_closer(reader, track.level, track_middle(&track), out);
        forget_finders(reader, out);
        return;
    }

    size_t row_step, level = track_level(&track, &row_step);
    const struct region region = track_region(&track);
    read_region(reader, level, row_step, &region, LEVEL_SHARE, out);
    if (out->count == 0)
        read_open(reader, out);
}

// Looks everywhere, level after level, from where the frame before ran out of work; unless it
// is thorough, up to the first that has a code.
static void read_levels(struct qr_reader *reader, const struct luma *luma, bool thorough,
                        struct qr_codes *out)
{
    const struct region all = {0.0f, 0.0f, (float)luma->width, (float)luma->height};
    size_t first = reader->resume, found = out->count;
    reader->resume = 0;

    for (size_t i = 0; i < LEVELS && (thorough || out->count == found); i++) {
        size_t at = (first + i) % LEVELS;
        read_region(reader, level_order[at], 2, &all, level_order[at] == 0 ? 1.0f : LEVEL_SHARE,
                    out);
        if (!work_remains(&reader->work)) {
            reader->resume = out->count == 0 ? (at + 1) % LEVELS : 0;
            return;
        }
    }
}

static void begin_frame(struct qr_reader *reader)
{
    reader->finders.count = reader->open.count = 0;
    reader->finders.full = reader->open.full = false;
    reader->failures = 0;
    for (size_t i = 0; i < CLOSE_LEVELS; i++)
        reader->textures[i].count = 0;
    reader->given = reader->work.left = reader->limits->frame_work;
    reader->granted = reader->limits->found_work;
    if (reader->work.now_us != NULL)
        reader->work.deadline_us = reader->work.now_us(reader->work.user) + reader->box_us;
    evidence_age(&reader->evidence);
    reader->measures = (struct hint_measures){.light = pyramid_brightest(&reader->pyramid)};
}

bool qr_reader_read(struct qr_reader *reader, const struct luma *luma, struct qr_codes *out)
{
    out->count = 0;
    out->cut_short = true;
    reader->measures = (struct hint_measures){0};
    if (!pyramid_build(&reader->pyramid, luma))
        return false;

    out->cut_short = false;
    begin_frame(reader);
    track_next_frame(&reader->track);
    if (reader->track.has)
        read_last(reader, out);

    bool thorough = reader->frame++ % TRACK_FRAMES == 1 || reader->limits->all_levels;
    bool same = out->count > 0 && reader->has_mark && found_mark(out) == reader->mark;
    if (same && !thorough)
        return true;

    read_levels(reader, luma, thorough, out);
    if (out->count == 0 || reader->limits->all_levels)
        read_open(reader, out);

    bool alone = out->count == 0 && !reader->measures.located;
    if (thorough && (alone || reader->limits->all_levels))
        read_micro(reader, out);

    bool crowded = finders_sure(&reader->finders) >= reader->limits->crowd;
    if ((out->count == 0 && !crowded) || reader->limits->all_levels)
        read_textures(reader, out);
    if (out->count == 0 && reader->limits->torn_work > 0)
        read_damaged(reader, luma, out);
    if (out->count == 0 && reader->limits->turned_work > 0)
        read_turned(reader, out);
    if (out->count == 0 && reader->limits->second_reader)
        read_by_zbar(reader, out);

    out->cut_short = out->cut_short || !work_remains(&reader->work) ||
                     out->count == QR_CODES_MAX || reader->finders.full;

    reader->has_mark = out->count > 0;
    if (out->count > 0)
        reader->mark = found_mark(out);
    return out->count > 0;
}
