// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_MEMORY_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_MEMORY_H

// The memory of one buffer, which another process shares with us and may change, or cut short,
// at any time. It is mapped only where it cannot shrink under us (a sealed memfd, a DMA-BUF);
// else it is read by pread, which tells an end instead of killing the reader.

#include <spa/buffer/buffer.h>

#include "base/span.h"
#include "decode/pixels.h"

#define PIPEWIRE_MEMORY_MAX ((size_t)PICTURE_SIDE_MAX * PICTURE_SIDE_MAX * 4 + 65536)

struct pipewire_memory {
    const struct spa_data *data; // outlives this
    int fd;                      // the buffer's own; -1: libpipewire has mapped it
    bool device;                 // a DMA-BUF, whose caches are to be told
    uint8_t *map;                // NULL: it is read into `room`
    size_t map_size;
    size_t begin; // of the buffer's bytes in `map`
    uint8_t *room;
};

// False where the memory is of no kind that can be read, or too small or too large.
bool pipewire_memory_init(struct pipewire_memory *memory, const struct spa_data *data);
void pipewire_memory_destroy(struct pipewire_memory *memory);

// What the writer says it has written, within the buffer's bounds, to be given back by
// pipewire_memory_leave before the buffer is. `stride`: 0 where it does not say. False: the
// writer marks it as damaged, or says what cannot be.
bool pipewire_memory_enter(struct pipewire_memory *memory, struct span *out, size_t *stride);
void pipewire_memory_leave(struct pipewire_memory *memory);

#endif
