// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_PROPERTY_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_PROPERTY_H

// Properties of PipeWire's objects: texts by their names, as the daemon tells them. Nothing in
// them is trusted.

#include <spa/utils/dict.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// As printable text of at most `size` bytes with its end; "" where it is missing.
void pipewire_property_copy(char *to, size_t size, const struct spa_dict *properties,
                            const char *key);
bool pipewire_property_is(const struct spa_dict *properties, const char *key,
                          const char *value);
// False where it is missing, no number, or no id. `out` is written on success only.
bool pipewire_property_number(const struct spa_dict *properties, const char *key,
                              uint32_t *out);

#endif
