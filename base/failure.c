// SPDX-License-Identifier: MIT
#include "base/failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// Marks a text for xgettext; the faces translate it.
#define N_(text) text

static const struct {
    const char *code;
    enum exit_code exit;
    const char *text;
    const char *next;
} rows[FAILURE_COUNT] = {
    [FAILURE_NONE] = {"none", EXIT_CODE_OK, "", ""},
#define X(name, code, exit, text, next) [FAILURE_##name] = {code, EXIT_CODE_##exit, text, next},
#include "base/failure.def"
#undef X
};

const char *failure_code(enum failure failure)
{
    return rows[failure].code;
}

enum exit_code failure_exit(enum failure failure)
{
    return rows[failure].exit;
}

const char *failure_text(enum failure failure)
{
    return rows[failure].text;
}

const char *failure_next(enum failure failure)
{
    return rows[failure].next;
}

enum failure failure_of_errno(int error, enum failure otherwise)
{
    switch (error) {
    case EMFILE:
    case ENFILE:
        return FAILURE_DESCRIPTORS;
    case ENOMEM:
    case ENOBUFS:
        return FAILURE_MEMORY;
    default:
        return otherwise;
    }
}

bool failure_from_code(const char *code, enum failure *out)
{
    for (size_t i = FAILURE_NONE + 1; i < FAILURE_COUNT; i++) {
        if (strcmp(rows[i].code, code) == 0) {
            *out = (enum failure)i;
            return true;
        }
    }
    return false;
}

// A text that was cut ends with a whole character.
static void drop_last_character(char *text)
{
    size_t size = strlen(text);
    while (size > 0 && ((unsigned char)text[size - 1] & 0xc0) == 0x80)
        size--;
    if (size > 0 && (unsigned char)text[size - 1] >= 0x80)
        size--;
    text[size] = '\0';
}

bool fault_set(struct fault *fault, enum failure failure, const char *format, ...)
{
    if (!fault)
        return false;
    fault->failure = failure;
    va_list args;
    va_start(args, format);
    if (vsnprintf(fault->detail, sizeof(fault->detail), format, args) >= FAULT_DETAIL_MAX)
        drop_last_character(fault->detail);
    va_end(args);
    return false;
}
