// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_JSON_TEXT_H
#define QRCONFIRM_NET_PROTOCOL_JSON_TEXT_H

// JSON is read and written by these and not by json_loadb() and json_dumps(). Where its buffer
// cannot grow, jansson (2.14) leaves out what had to go there, and goes on: a name is read
// without a letter, a number without a digit, behind a string without its end it writes where
// nothing is its own, and a member is written without its name.

#include <jansson.h>

#include "base/span.h"

// As json_loadb(). For want of memory NULL too, and `starved` is set, which stays as it was
// otherwise. `error` and `starved` may be NULL.
json_t *json_text_load(struct span text, size_t flags, json_error_t *error, bool *starved);

// As json_dumps(): to be released with free(); NULL for want of memory, and for NULL.
char *json_text_dump(const json_t *value, size_t flags);

#endif
