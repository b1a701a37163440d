// SPDX-License-Identifier: MIT
#include "decode/least_squares.h"

#include <math.h>
#include <string.h>

void least_squares_init(struct least_squares *system, size_t unknowns)
{
    system->unknowns = unknowns;
    system->weight = 0.0;
    memset(system->product, 0, sizeof(system->product));
    memset(system->target, 0, sizeof(system->target));
}

void least_squares_add(struct least_squares *system, const float *row, float target,
                       float weight)
{
    system->weight += (double)weight;
    for (size_t i = 0; i < system->unknowns; i++) {
        if (row[i] == 0.0f)
            continue;
        double weighted = (double)weight * (double)row[i];
        for (size_t j = 0; j <= i; j++)
            system->product[i][j] += weighted * (double)row[j];
        system->target[i] += weighted * (double)target;
    }
}

void least_squares_prefer(struct least_squares *system, size_t unknown, float target,
                          float weight)
{
    system->product[unknown][unknown] += (double)weight;
    system->target[unknown] += (double)weight * (double)target;
}

bool least_squares_solve(struct least_squares *system, float *out)
{
    size_t n = system->unknowns;
    double(*a)[LEAST_SQUARES_MAX] = system->product;
    double x[LEAST_SQUARES_MAX];

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = a[i][j];
            for (size_t k = 0; k < j; k++)
                sum -= a[i][k] * a[j][k];
            if (i != j)
                a[i][j] = sum / a[j][j];
            else if (sum > 1e-9)
                a[i][i] = sqrt(sum);
            else
                return false;
        }
    }

    for (size_t i = 0; i < n; i++) {
        x[i] = system->target[i];
        for (size_t k = 0; k < i; k++)
            x[i] -= a[i][k] * x[k];
        x[i] /= a[i][i];
    }

    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            x[i] -= a[k][i] * x[k];
        x[i] /= a[i][i];
    }

    for (size_t i = 0; i < n; i++)
        out[i] = (float)x[i];
    return true;
}
