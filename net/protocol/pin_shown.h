// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PROTOCOL_PIN_SHOWN_H
#define QRCONFIRM_PROTOCOL_PIN_SHOWN_H

// The pin of a TLS key as people compare it, on a device and at a portal: in groups of four, as
// 44 characters in one piece cannot be held together by any eye. Without the spaces it is the
// pin. Pure.

#include <stdbool.h>
#include <stddef.h>

#define PIN_SHOWN_MAX 80u // bytes, with the NUL

struct pin_shown {
    char text[PIN_SHOWN_MAX];
};

// "sha256//YhKJKSzo...": "sha256// YhKJ KSzo ...". What is no such text stays as it is.
struct pin_shown pin_shown(const char *pin);

// `pin` without its spaces: a person may have copied it from where it was shown. False if it is
// longer than `room` then, with the NUL.
bool pin_typed(const char *pin, char *out, size_t room);

#endif
