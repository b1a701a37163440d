// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TEXT_FAULT_LINE_H
#define QRCONFIRM_UI_TEXT_FAULT_LINE_H

// A failure as one line for a person at a terminal and for a log: the stable code, what
// happened, the detail (made harmless, ui/text/safe_text.h: it may quote a file's name), and
// what to do next.

#include <stdio.h>

#include "base/failure.h"

void fault_line_print(FILE *err, const struct fault *fault);

// The same on standard error, for whoever is given a function to tell by; `nothing` is NULL.
void fault_line_tell(void *nothing, const struct fault *fault);

#endif
