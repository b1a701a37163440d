// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_COMMANDS_VALUES_H
#define QRCONFIRM_PORTAL_COMMANDS_VALUES_H

// What commands read from their arguments and print in their tables.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VALUE_TIME_SIZE sizeof("2026-01-01T00:00:00Z")

// A number from 1 to `most`, in digits; `end`, where it is not NULL, is what stands behind
// them, else there is to be nothing.
bool value_number(const char *text, int64_t most, int64_t *out, const char **end);
// "30m", "12h", "7d", of so many seconds at least and at most.
bool value_life(const char *text, int64_t least_s, int64_t most_s, int64_t *out_s);
// 1 to `most` bytes that can be seen.
bool value_label(const char *text, size_t most);

void value_time(int64_t seconds, char out[static VALUE_TIME_SIZE]);

// A field of a table to standard output, and what stands behind it. RFC 4180: in quotes where
// it must be.
void value_print_field(const char *text, char behind);

#endif
