// SPDX-License-Identifier: MIT
#include "net/protocol/json_text.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/shortage.h"

// Memory that is laid by before a text is read, so that jansson's lexer is never refused any:
// its buffer at most doubles, and a string is copied once. Once the reserve was opened, the
// text ends, and what was read of it is thrown away.
struct reserve {
    unsigned char *bytes;
    size_t size, used;
    bool opened;
};

#define RESERVE_BESIDE 4096u // for the values, and what the reading of numbers needs

// Of the text that this thread reads, else NULL. jansson's functions for memory get no argument
// of the caller's.
static _Thread_local struct reserve *reserve;

static void *take(size_t size)
{
    void *given = shortage_malloc(size);
    if (given || !reserve)
        return given;
    reserve->opened = true;

    size_t step = alignof(max_align_t);
    if (size > reserve->size - reserve->used)
        return NULL;
    given = reserve->bytes + reserve->used;
    size_t rest = reserve->size - reserve->used, whole = (size + step - 1) / step * step;
    reserve->used += whole < rest ? whole : rest;
    return given;
}

static void give_back(void *given)
{
    uintptr_t at = (uintptr_t)given;
    if (!reserve || at < (uintptr_t)reserve->bytes ||
        at >= (uintptr_t)reserve->bytes + reserve->size)
        free(given);
}

// Before any thread is there, as jansson asks for.
__attribute__((constructor)) static void set_functions(void)
{
    json_set_alloc_funcs(take, give_back);
}

struct text {
    struct span rest;
    const struct reserve *reserve;
};

// One byte a call: behind the first want of memory there is no other.
static size_t next_byte(void *out, size_t room, void *userdata)
{
    struct text *text = userdata;
    if (room == 0 || text->rest.n == 0 || text->reserve->opened)
        return 0;
    memcpy(out, text->rest.p, 1);
    text->rest = span_of(text->rest.p + 1, text->rest.n - 1);
    return 1;
}

static void tell_starved(json_error_t *error, bool *starved)
{
    if (error)
        *error = (json_error_t){.line = -1, .column = -1, .text = "out of memory"};
    if (starved)
        *starved = true;
}

json_t *json_text_load(struct span text, size_t flags, json_error_t *error, bool *starved)
{
    struct reserve own = {.size = 3 * text.n + RESERVE_BESIDE};
    struct text reading = {text, &own};
    json_t *value = NULL;
    own.bytes = malloc(own.size);
    own.opened = !own.bytes;

    if (own.bytes) {
        reserve = &own;
        value = json_load_callback(next_byte, &reading, flags, error);
        if (own.opened) {
            json_decref(value);
            value = NULL;
        }
        reserve = NULL;
        free(own.bytes);
    }

    if (own.opened)
        tell_starved(error, starved);
    return value;
}

char *json_text_dump(const json_t *value, size_t flags)
{
    // Into bytes that are there nothing has to grow.
    size_t size = value ? json_dumpb(value, NULL, 0, flags) : 0;
    char *text = size > 0 ? malloc(size + 1) : NULL;
    if (!text)
        return NULL;

    if (json_dumpb(value, text, size, flags) != size) {
        free(text);
        return NULL;
    }
    text[size] = '\0';
    return text;
}
