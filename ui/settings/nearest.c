// SPDX-License-Identifier: MIT
#include "ui/settings/nearest.h"

#include <string.h>

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

size_t nearest_distance(const char *word, const char *known)
{
    size_t rows = strlen(word), columns = strlen(known);
    size_t row[NEAREST_NAME_MAX + 1]; // distances of what was read of `word`
    if (rows > NEAREST_NAME_MAX || columns > NEAREST_NAME_MAX)
        return NEAREST_DISTANCE_MAX + 1;
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;

    for (size_t i = 1; i <= rows; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t replaced = diagonal + (word[i - 1] != known[j - 1]);
            diagonal = row[j];
            row[j] = least(replaced, row[j] + 1, row[j - 1] + 1);
        }
    }

    return row[columns] <= NEAREST_DISTANCE_MAX ? row[columns] : NEAREST_DISTANCE_MAX + 1;
}
