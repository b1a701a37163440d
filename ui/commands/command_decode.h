// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_DECODE_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_DECODE_H

// qrconfirm decode FILE...: reads every frame of recordings and pictures ("-": standard input)
// and prints the payloads in them. A payload is told once a file, at the first frame that has
// it; with --every-frame, at each.
//
// Text: one line a payload on `out`, made harmless for a terminal (ui/text/safe_text.h), with
// the file's name before it if there are several. JSON Lines (docs/commands.md): one object a
// payload and one a file at its end. What goes wrong is one line on `err` and does not keep
// the other files from being read.
//
// The seed of one-time codes is not printed, only that it is one, unless --show-secrets.

#include <stdio.h>

#include "ui/settings/options.h"

// Exit codes: 0 every file had a payload; 4 one had none; 3 one could not be read to its end,
// whatever else; 130 interrupted.
enum exit_code command_decode(const struct options *options, FILE *out, FILE *err);

#endif
