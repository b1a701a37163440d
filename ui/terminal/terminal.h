// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TERMINAL_TERMINAL_H
#define QRCONFIRM_UI_TERMINAL_TERMINAL_H

// The faces without a window: text, or JSON Lines on standard output. Both take the person's
// answer as a line on standard input, read only while a question stands: "deny", "report" or,
// to approve, the word of the question (ui/terminal/approve_word.h), and "yes" or "no" where a
// pairing is to be kept. What was typed at a terminal before its question came is dropped. With
// `--source -` standard input is the picture, so the answers come from the terminal itself.

#include "ui/settings/options.h"
#include "ui/settings/paths.h"

// Runs a scan or a pairing to its end.
enum exit_code terminal_run(const struct options *options, const struct paths *paths);

// Tells a failure on standard error, in one line, and with JSON as an event too.
enum exit_code terminal_tell_fault(const struct options *options, const struct fault *fault);

#endif
