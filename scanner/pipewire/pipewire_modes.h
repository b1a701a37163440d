// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_MODES_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_MODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIPEWIRE_MODES_MAX 24u

// What a camera offers, as far as it can be read: a format and a size in pixels each. Pictures
// may be read although there is no mode: a camera need not tell its sizes.
struct pipewire_modes {
    bool offered;  // it has told its formats
    bool readable; // one of them at least can be read
    size_t count;
    struct {
        uint32_t fourcc;
        uint32_t width, height;
    } mode[PIPEWIRE_MODES_MAX];
};

#endif
