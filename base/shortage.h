// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BASE_SHORTAGE_H
#define QRCONFIRM_BASE_SHORTAGE_H

// How often this thread was refused memory. Libraries do not always say so: they leave out what
// they had no memory for, or name what came of it, and a person would read that a portal is not
// safe. So they are handed these to ask by, and whoever called them compares the count.

#include <stdbool.h>
#include <stddef.h>

// As those of the C library; a refusal is noted. What they give is released with free().
void *shortage_malloc(size_t size);
void *shortage_calloc(size_t count, size_t size);
void *shortage_realloc(void *old, size_t size);
char *shortage_strdup(const char *text);

// For a library that takes no functions to ask by: it was refused memory just now.
void shortage_note(void);

// Refusals to this thread so far.
unsigned shortage_count(void);

// Whether no file can be opened now. Name service, connection and certificates of authority
// each need one of their own, and libcurl tells none of their reasons.
bool shortage_of_descriptors(void);

#endif
