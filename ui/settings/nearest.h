// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SETTINGS_NEAREST_H
#define QRCONFIRM_UI_SETTINGS_NEAREST_H

// How far a name with a slip in it is from one that is known.

#include <stddef.h>

#define NEAREST_DISTANCE_MAX 2u  // slips; what is farther was hardly meant
#define NEAREST_NAME_MAX     31u // bytes of a name

// The fewest bytes to be put in, taken out or replaced to make `known` of `word` (Levenshtein,
// by Wagner and Fischer); NEAREST_DISTANCE_MAX + 1 where it is more, or a name is longer.
size_t nearest_distance(const char *word, const char *known);

#endif
