// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_COMMANDS_HELP_H
#define QRCONFIRM_PORTAL_COMMANDS_HELP_H

// What qrportal says of itself: of all commands, or of one. Names are in no language, what they
// mean is in the one that is given.

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "po/languages.h"

#define HELP_WORDS_MAX 2u // that name a command: "user add"

void help_of_all(const struct language *language, FILE *out);

// Of the commands that begin with these words, and of their options. Where the second word is
// none of a command's, of all that begin with the first. False: there is none.
bool help_of(const struct language *language, const char *const words[], size_t count,
             FILE *out);

#endif
