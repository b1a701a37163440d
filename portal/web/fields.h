// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_FIELDS_H
#define QRCONFIRM_PORTAL_WEB_FIELDS_H

// Names and their values, in the order in which they came: the headers of a message, or the
// parameters of a query. Bounded: what comes beyond the limit is left out.

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define HTTP_FIELDS_MAX 128u // of one message, or of one query

struct http_field {
    char *name, *value; // one allocation, that of the name
};

struct http_fields {
    struct http_field *at;
    size_t count, capacity;
};

// Copies. Values are C strings: who adds bytes from outside has looked for a NUL in them.
void http_fields_add(struct http_fields *fields, const char *name, const char *value);
void http_fields_free(struct http_fields *fields);

// The first of that name, whatever the case of its letters; NULL if there is none.
const char *http_fields_find(const struct http_fields *fields, const char *name);

// The first of that name, letter by letter, as queries are read.
const char *http_fields_find_exact(const struct http_fields *fields, const char *name);

// Decodes one value of application/x-www-form-urlencoded; false if it does not fit into `size`
// bytes with its NUL, is malformed, or holds a NUL.
bool http_form_decode(struct span from, char *out, size_t size);

#endif
