// SPDX-License-Identifier: MIT
#include "decode/equalise.h"

#include "decode/least_squares.h"

#include <math.h>

#define TAPS     9u
#define OUTSIDE  (-1.0f) // the quiet zone is light
#define SURE     0.35f   // from this certainty on a data module is used for training
#define SOFT_MAX 1.5f

static void neighbourhood(const struct soft_code *code, size_t row, size_t column,
                          float out[static TAPS + 1])
{
    size_t size = code->layout->size, count = 0;
    for (size_t y = row; y < row + 3; y++) {
        for (size_t x = column; x < column + 3; x++) {
            bool outside = y == 0 || x == 0 || y > size || x > size;
            out[count++] = outside ? OUTSIDE : code->value[(y - 1) * size + x - 1];
        }
    }
    out[count] = 1.0f;
}

// What a module is taken for in training; 0 if that is not known.
static float wanted(const struct soft_code *code, const uint8_t *expect, const float *decided,
                    size_t module)
{
    if (expect != NULL && expect[module] != GRID_UNKNOWN)
        return expect[module] == GRID_DARK ? 1.0f : -1.0f;
    switch (code->layout->kind[module]) {
    case MODULE_DARK:
        return 1.0f;
    case MODULE_LIGHT:
        return -1.0f;
    default:
        if (decided == NULL || fabsf(decided[module]) < SURE)
            return 0.0f;
        return decided[module] > 0.0f ? 1.0f : -1.0f;
    }
}

static bool train(const struct soft_code *code, const uint8_t *expect, const float *decided,
                  float weight[static TAPS + 1])
{
    struct least_squares system;
    float row[TAPS + 1];
    size_t size = code->layout->size;

    least_squares_init(&system, TAPS + 1);
    for (size_t module = 0; module < size * size; module++) {
        float target = wanted(code, expect, decided, module);
        if (target == 0.0f)
            continue;
        neighbourhood(code, module / size, module % size, row);
        least_squares_add(&system, row, target, 1.0f);
    }

    for (size_t i = 0; i <= TAPS; i++)
        least_squares_prefer(&system, i, i == TAPS / 2 ? 1.0f : 0.0f,
                             0.02f * (float)system.weight);
    return least_squares_solve(&system, weight);
}

static void apply(const struct soft_code *code, const float weight[static TAPS + 1], float *out)
{
    float row[TAPS + 1];
    size_t size = code->layout->size;
    for (size_t module = 0; module < size * size; module++) {
        neighbourhood(code, module / size, module % size, row);
        float sum = 0.0f;
        for (size_t i = 0; i <= TAPS; i++)
            sum += weight[i] * row[i];
        out[module] = fmaxf(-SOFT_MAX, fminf(SOFT_MAX, sum));
    }
}

bool equalise_code(struct soft_code *code, const uint8_t *expect, struct equaliser_room *room,
                   struct work *work)
{
    size_t modules = code->layout->size * code->layout->size;
    float weight[TAPS + 1];
    work_spend(work, (int64_t)(modules * 20));
    if (!train(code, expect, NULL, weight))
        return false;
    apply(code, weight, room->value);
    if (train(code, expect, room->value, weight))
        apply(code, weight, room->value);
    memcpy(code->value, room->value, modules * sizeof(float));
    return true;
}
