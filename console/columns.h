// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_CONSOLE_COLUMNS_H
#define QRCONFIRM_CONSOLE_COLUMNS_H

// A list of two columns, as --help has it: names, and behind them texts that are broken between
// words so that a terminal of 80 columns holds them; and the paragraphs around it.
// `text` is UTF-8; each character takes one place.

#include <stdio.h>

#define COLUMNS_SECOND 24u // where the texts begin
#define COLUMNS_WIDTH  80u

// Prints the text of a row whose first column takes `used` places, and its end of line. A text
// that finds no room beside it begins a line.
void columns_print(FILE *out, unsigned used, const char *text);

void columns_print_paragraph(FILE *out, const char *text);

#endif
