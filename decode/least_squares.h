// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_LEAST_SQUARES_H
#define QRCONFIRM_DECODE_LEAST_SQUARES_H

// Weighted linear least squares by the normal equations and Cholesky's factorisation: enough
// for a few dozen well-scaled unknowns.

#include <stdbool.h>
#include <stddef.h>

#define LEAST_SQUARES_MAX 26u // unknowns

struct least_squares {
    size_t unknowns;
    double weight;                                        // sum of all
    double product[LEAST_SQUARES_MAX][LEAST_SQUARES_MAX]; // lower triangle
    double target[LEAST_SQUARES_MAX];
};

void least_squares_init(struct least_squares *system, size_t unknowns);

// Adds the equation: row * unknowns = target.
void least_squares_add(struct least_squares *system, const float *row, float target,
                       float weight);

// Adds the wish that one unknown be `target`, as strong as `weight` equations.
void least_squares_prefer(struct least_squares *system, size_t unknown, float target,
                          float weight);

// False if the equations do not determine the unknowns. Spoils the system.
bool least_squares_solve(struct least_squares *system, float *out);

#endif
