// SPDX-License-Identifier: MIT
#include "decode/recognise.h"

#include <math.h>

#define FORMAT_LIKENESS 0.7f  // below, the modules are no code's
#define SURE            0.3f  // from this certainty on a data module helps to fit the grid
#define MIRRORED        0.1f  // by which the format must be likelier, seen from behind
#define STILL           0.07f // modules: a grid that moved less is the same

// Repairs the modules and, if that went well, reads what they hold.
static enum recognised read_once(struct recogniser *recogniser, const struct soft_code *code,
                                 const struct known_words *known)
{
    struct code_format format = codewords_format(code, false);
    if (format.likeness < FORMAT_LIKENESS)
        return RECOGNISED_NO_CODE;

    float wrong;
    if (!codewords_repair(code, &format, known, &recogniser->codewords, recogniser->work,
                          recogniser->dark, &wrong))
        return RECOGNISED_UNSURE;

    const struct codewords_room *room = &recogniser->codewords;
    work_spend(recogniser->work, (int64_t)room->data_size);
    bool read = content_read(span_of(room->data, room->data_size), room->data_size * 8,
                             (struct content_form){.version = code->layout->version},
                             &recogniser->read);
    return read ? RECOGNISED : RECOGNISED_NO_CONTENT;
}

static void copy_soft(const struct soft_code *from, struct soft_code *to)
{
    to->layout = from->layout;
    if (to != from)
        memcpy(to->value, from->value,
               from->layout->size * from->layout->size * sizeof(*from->value));
}

// As they are, and equalised.
static enum recognised read_soft(struct recogniser *recogniser, const struct soft_code *soft)
{
    enum recognised result = read_once(recogniser, soft, NULL);
    if (result != RECOGNISED_UNSURE)
        return result;
    struct soft_code *equal = &recogniser->tried;
    copy_soft(soft, equal);
    if (!equalise_code(equal, NULL, &recogniser->equaliser, recogniser->work))
        return result;
    enum recognised again = read_once(recogniser, equal, NULL);
    return again == RECOGNISED_NO_CODE ? result : again;
}

// The known code whose bits are in these modules, the best of them; NULL if chance would do as
// well.
static const struct known_words *find_known(struct recogniser *recogniser,
                                            const struct soft_code *soft,
                                            const struct code_format *format)
{
    size_t size = codewords_of_data(soft->layout, format->level), best = 0;
    const struct known_words *found = NULL;
    for (size_t i = 0; i < recogniser->known->count && work_remains(recogniser->work); i++) {
        struct known_words *words = &recogniser->words[found == &recogniser->words[0]];
        work_spend(recogniser->work, (int64_t)size);
        if (!known_words_of(&recogniser->known->code[i], soft->layout->version, size, words))
            continue;

        size_t right = codewords_agree(soft, format, words, &recogniser->codewords);
        bool better = found == NULL || right * found->bits > best * words->bits;
        if (!better || !known_convinces(words->bits, right))
            continue;
        best = right;
        found = words;
    }
    return found;
}

// Reads the modules of a code that is one of those known: as they are, and equalised by all
// that is known then.
static enum recognised read_known(struct recogniser *recogniser, const struct soft_code *soft)
{
    if (recogniser->known == NULL || !work_remains(recogniser->work))
        return RECOGNISED_UNSURE;
    struct code_format format = codewords_format(soft, false);
    if (format.likeness < FORMAT_LIKENESS)
        return RECOGNISED_UNSURE;
    const struct known_words *known = find_known(recogniser, soft, &format);
    if (known == NULL)
        return RECOGNISED_UNSURE;

    if (read_once(recogniser, soft, known) == RECOGNISED)
        return RECOGNISED;
    struct soft_code *equal = &recogniser->tried;
    copy_soft(soft, equal);
    memset(recogniser->expect, GRID_UNKNOWN, soft->layout->size * soft->layout->size);
    codewords_expect(soft->layout, &format, known, &recogniser->codewords, recogniser->expect);
    if (!equalise_code(equal, recogniser->expect, &recogniser->equaliser, recogniser->work) ||
        read_once(recogniser, equal, known) != RECOGNISED)
        return RECOGNISED_UNSURE;
    return RECOGNISED;
}

enum recognised recognise_soft(struct recogniser *recogniser, const struct soft_code *soft)
{
    enum recognised result = read_soft(recogniser, soft);
    return result == RECOGNISED_UNSURE ? read_known(recogniser, soft) : result;
}

// What is known or fairly sure of each module by now.
static void expect_modules(struct recogniser *recogniser, const float *value)
{
    const struct layout *layout = &recogniser->locator->layout;
    const uint8_t *known = recogniser->locator->expect;
    for (size_t i = 0; i < layout->size * layout->size; i++)
        recogniser->expect[i] = known[i] != GRID_UNKNOWN ? known[i]
                                : fabsf(value[i]) < SURE ? GRID_UNKNOWN
                                : value[i] > 0.0f        ? GRID_DARK
                                                         : GRID_LIGHT;
}

// Fits the grid to the expected modules, the homography first, then bends of rising order,
// until it moves. False if it does not.
static bool fit_to_modules(struct recogniser *recogniser, const struct grid_view *view,
                           struct grid *grid, unsigned *order)
{
    size_t size = recogniser->locator->layout.size;
    struct grid before = *grid;
    while (*order < GRID_BEND_ORDER_MAX) {
        struct grid_errors errors = {.capacity = LOCATE_ERRORS_MAX,
                                     .error = recogniser->locator->error};
        grid_measure(view, grid, recogniser->expect, 0, 0, size, size, &errors);
        if (++*order == 1)
            grid_fit_projective(grid, &errors);
        else
            grid_fit_bend(grid, &errors, *order);
        if (grid_distance(&before, grid) > STILL)
            return true;
    }
    return false;
}

// Samples into `soft` if this grid fits better than those before, and always into `tried`.
static void sample(struct recogniser *recogniser, const struct grid_view *view,
                   const struct grid *grid, bool first)
{
    struct soft_code *tried = &recogniser->tried, *soft = &recogniser->soft;
    struct sample_stats stats;
    tried->layout = &recogniser->locator->layout;
    sample_code(view, grid, &recogniser->sample, tried, &stats);
    float fidelity = soft_fidelity(tried->layout, tried->value);
    if (!first && fidelity <= recogniser->fidelity)
        return;
    recogniser->fidelity = fidelity;
    recogniser->stats = stats;
    soft->layout = tried->layout;
    memcpy(soft->value, tried->value,
           tried->layout->size * tried->layout->size * sizeof(float));
}

static void transpose(struct soft_code *code)
{
    size_t size = code->layout->size;
    for (size_t row = 1; row < size; row++) {
        for (size_t column = 0; column < row; column++) {
            float *a = &code->value[row * size + column],
                  *b = &code->value[column * size + row];
            float value = *a;
            *a = *b;
            *b = value;
        }
    }
}

// A code seen in a mirror or from behind: its patterns lie as they should, for they are
// symmetric, and only what its format says tells. Grid and modules become the code's own.
static void unmirror(struct recogniser *recogniser, struct grid *grid)
{
    float as_seen = codewords_format(&recogniser->tried, false).likeness;
    float mirrored = codewords_format(&recogniser->tried, true).likeness;
    if (mirrored < FORMAT_LIKENESS || mirrored < as_seen + MIRRORED)
        return;
    grid_transpose(grid);
    transpose(&recogniser->tried);
    transpose(&recogniser->soft);
}

// Reads the code from the grid that it has now on; `first`: nothing of it was sampled before.
static enum recognised read_from(struct recogniser *recogniser, struct located *code,
                                 bool first)
{
    struct grid_view view = locate_view(recogniser->locator, code);
    unsigned order = 0;
    locate_prepare(recogniser->locator, code->version);
    for (;; first = false) {
        sample(recogniser, &view, &code->grid, first);
        unmirror(recogniser, &code->grid);
        expect_modules(recogniser, recogniser->tried.value);
        enum recognised result = read_soft(recogniser, &recogniser->tried);
        if (result != RECOGNISED_UNSURE || !work_remains(recogniser->work) ||
            !fit_to_modules(recogniser, &view, &code->grid, &order))
            return result;
    }
}

// Nothing tells where the far corner of a code of version 1 is, and a small error of the three
// others puts it a module off. Where that fails it is looked for without perspective.
static enum recognised read_flat(struct recogniser *recogniser, struct located *code,
                                 struct located *flat)
{
    grid_flatten(&flat->grid);
    enum recognised again = read_from(recogniser, flat, false);
    if (again == RECOGNISED_UNSURE || again == RECOGNISED_NO_CODE)
        return RECOGNISED_UNSURE;
    *code = *flat;
    return again;
}

enum recognised recognise(struct recogniser *recogniser, struct located *code)
{
    struct located flat = *code;
    enum recognised result = read_from(recogniser, code, true);
    if (result == RECOGNISED_UNSURE && code->version == 1 && work_remains(recogniser->work))
        result = read_flat(recogniser, code, &flat);
    if (result == RECOGNISED_UNSURE)
        result = read_known(recogniser, &recogniser->soft);
    return result;
}
