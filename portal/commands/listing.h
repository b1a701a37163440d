// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_COMMANDS_LISTING_H
#define QRCONFIRM_PORTAL_COMMANDS_LISTING_H

// What a command prints of the store. Whoever reads it may take his time, and nobody else can
// use the store in a transaction: so it is written down in one, and printed after it.

#include <stdio.h>

#include "base/failure.h"

struct listing {
    FILE *out; // to write to, until it is printed
    char *text;
    size_t size;
};

// Fails with MEMORY.
bool listing_begin(struct listing *listing, struct fault *fault);

// To standard output; it is over then.
void listing_print(struct listing *listing);

#endif
