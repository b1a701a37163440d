// SPDX-License-Identifier: MIT
#include "portal/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"

static char nothing[1];

static bool text_reserve(struct text *text, size_t more)
{
    size_t need = text->n + more + 1;
    if (need <= text->capacity)
        return true;
    size_t capacity = text->capacity ? text->capacity : 256;
    while (capacity < need)
        capacity *= 2;
    char *grown = shortage_realloc(text->capacity ? text->p : NULL, capacity);
    if (!grown) {
        text->p = text->p ? text->p : nothing;
        return false;
    }
    text->p = grown;
    text->capacity = capacity;
    return true;
}

void text_add(struct text *text, const char *bytes, size_t size)
{
    if (!text_reserve(text, size))
        return;
    if (size > 0)
        memcpy(text->p + text->n, bytes, size);
    text->n += size;
    text->p[text->n] = '\0';
}

void text_add_string(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size > 0 && text_reserve(text, (size_t)size)) {
        vsnprintf(text->p + text->n, (size_t)size + 1, format, again);
        text->n += (size_t)size;
    }
    va_end(again);
}

static const char *escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void text_add_escaped(struct text *text, const char *string)
{
    for (; *string; string++) {
        const char *escape = escape_of(*string);
        if (escape)
            text_add_string(text, escape);
        else
            text_add(text, string, 1);
    }
}

void text_free(struct text *text)
{
    if (text->capacity > 0)
        free(text->p);
    *text = (struct text){0};
}
