// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TEXT_JSON_LINE_H
#define QRCONFIRM_UI_TEXT_JSON_LINE_H

// An object a line, for programs. Nothing is left out of one for want of memory: an object that
// lacks something is given up, and a line stands in its place that says so.

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/span.h"

// Adds a member, or an element, and takes `value` over. Where `value` is NULL, or cannot be
// added, the whole is released and becomes NULL; adding to that does nothing.
void json_line_add(json_t **object, const char *name, json_t *value);
void json_line_append(json_t **array, json_t *value);

// A string of bytes that may be no UTF-8, as those of a path: U+FFFD stands for each that is
// none, which jansson would not take. NULL if memory is short.
json_t *json_line_text(struct span text);

// Prints the object as a line, by jansson's flags, and releases it. False if it is NULL or
// memory is short: then the line is {"event":"failed","code":"internal.memory"}.
bool json_line_print(FILE *out, json_t *object, size_t flags);

#endif
