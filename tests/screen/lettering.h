// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SCREEN_LETTERING_H
#define QRCONFIRM_TESTS_SCREEN_LETTERING_H

// What the letters of a picture come from: typefaces and the libraries that draw them. Another
// version of one of them draws other letters, so that pictures only compare where all are the
// same.

#include "ui/drawing/fonts.h"

#define LETTERING_MAX 1024u // bytes

// One line for each typeface ("Inter-Regular.otf, revision 4.000, checksum 1f00a2b3") and
// library ("FreeType 2.12.1"). False where a typeface cannot be read.
bool lettering_of(const struct fonts *fonts, char *out, size_t size);

#endif
