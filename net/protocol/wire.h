// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_WIRE_H
#define QRCONFIRM_NET_PROTOCOL_WIRE_H

// Bytes on the wire: unsigned big-endian integers, fixed bytes, and `lp` fields (u16 length,
// then that many bytes). Nothing is padded. A reader or writer that once ran out of room stays
// failed and touches nothing more, so one look at the end is enough.

#include "base/span.h"

struct wire_reader {
    struct span from;
    size_t at;
    bool failed;
};

struct wire_writer {
    uint8_t *to;
    size_t room, size;
    bool failed;
};

// An integer of 1 to 8 bytes; 0 once failed.
uint64_t wire_read_integer(struct wire_reader *reader, size_t size);
// The next `size` bytes, inside what is read from; empty once failed.
struct span wire_read_bytes(struct wire_reader *reader, size_t size);
struct span wire_read_lp(struct wire_reader *reader);

void wire_write_integer(struct wire_writer *writer, uint64_t value, size_t size);
void wire_write_bytes(struct wire_writer *writer, struct span bytes);
void wire_write_lp(struct wire_writer *writer, struct span bytes);

#endif
