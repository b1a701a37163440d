// SPDX-License-Identifier: MIT
#include "base/shortage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The functions that libraries take get no argument of the caller's.
static _Thread_local unsigned noted;

static void *note_if_none(void *given)
{
    noted += !given;
    return given;
}

void *shortage_malloc(size_t size)
{
    return note_if_none(malloc(size > 0 ? size : 1));
}

void *shortage_calloc(size_t count, size_t size)
{
    return note_if_none(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

void *shortage_realloc(void *old, size_t size)
{
    return note_if_none(realloc(old, size > 0 ? size : 1));
}

char *shortage_strdup(const char *text)
{
    return note_if_none(strdup(text));
}

void shortage_note(void)
{
    noted++;
}

unsigned shortage_count(void)
{
    return noted;
}

bool shortage_of_descriptors(void)
{
    int probe = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (probe < 0)
        return errno == EMFILE || errno == ENFILE;
    close(probe);
    return false;
}
