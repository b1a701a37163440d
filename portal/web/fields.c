// SPDX-License-Identifier: MIT
#include "portal/web/fields.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/shortage.h"

#define FIRST_CAPACITY 16u

static bool reserve(struct http_fields *fields)
{
    if (fields->count < fields->capacity)
        return true;
    size_t capacity = fields->capacity ? fields->capacity * 2 : FIRST_CAPACITY;
    struct http_field *grown = shortage_realloc(fields->at, capacity * sizeof(*grown));
    if (!grown)
        return false;
    fields->at = grown;
    fields->capacity = capacity;
    return true;
}

void http_fields_add(struct http_fields *fields, const char *name, const char *value)
{
    if (fields->count == HTTP_FIELDS_MAX || !reserve(fields))
        return;

    size_t name_size = strlen(name) + 1, value_size = strlen(value) + 1;
    char *both = shortage_malloc(name_size + value_size);
    if (!both)
        return;
    memcpy(both, name, name_size);
    memcpy(both + name_size, value, value_size);
    struct http_field *field = &fields->at[fields->count++];
    field->name = both;
    field->value = both + name_size;
}

void http_fields_free(struct http_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        free(fields->at[i].name);
    free(fields->at);
    *fields = (struct http_fields){0};
}

static const char *find(const struct http_fields *fields, const char *name,
                        int (*compare)(const char *, const char *))
{
    for (size_t i = 0; i < fields->count; i++) {
        if (compare(fields->at[i].name, name) == 0)
            return fields->at[i].value;
    }
    return NULL;
}

const char *http_fields_find(const struct http_fields *fields, const char *name)
{
    return find(fields, name, strcasecmp);
}

const char *http_fields_find_exact(const struct http_fields *fields, const char *name)
{
    return find(fields, name, strcmp);
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (uint8_t)tolower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool http_form_decode(struct span from, char *out, size_t size)
{
    size_t n = 0;

    for (size_t i = 0; i < from.n; i++) {
        int c = from.p[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            if (from.n - i < 3 || hex_digit(from.p[i + 1]) < 0 || hex_digit(from.p[i + 2]) < 0)
                return false;
            c = hex_digit(from.p[i + 1]) * 16 + hex_digit(from.p[i + 2]);
            i += 2;
        }

        if (c == 0 || n + 1 >= size)
            return false;
        out[n++] = (char)c;
    }

    out[n] = '\0';
    return true;
}
