// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_IJSON_H
#define QRCONFIRM_NET_PROTOCOL_IJSON_H

// JSON from outside, read as I-JSON (RFC 7493): anywhere in the text, bytes that are not UTF-8,
// a member twice, a lone surrogate, U+0000, NaN, Infinity, an integer outside 64 bits signed
// and another number outside a double are refused.

#include <jansson.h>

#include "base/span.h"
#include "net/protocol/verdict.h"

// Returns the value, to be released with json_decref, or NULL; `verdict` says why.
json_t *ijson_read(struct span text, enum verdict *verdict);

// The text of a string member: empty span and false if it is absent or no string.
bool ijson_string(const json_t *object, const char *member, struct span *out);

#endif
