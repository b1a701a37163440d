// SPDX-License-Identifier: MIT
#include "net/protocol/wire.h"

#define LP_MAX 0xffffu

struct span wire_read_bytes(struct wire_reader *reader, size_t size)
{
    if (reader->failed || size > reader->from.n - reader->at) {
        reader->failed = true;
        return (struct span){0};
    }
    struct span bytes = {reader->from.p + reader->at, size};
    reader->at += size;
    return bytes;
}

uint64_t wire_read_integer(struct wire_reader *reader, size_t size)
{
    struct span bytes = wire_read_bytes(reader, size);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.n; i++)
        value = value << 8 | bytes.p[i];
    return value;
}

struct span wire_read_lp(struct wire_reader *reader)
{
    size_t size = (size_t)wire_read_integer(reader, 2);
    return wire_read_bytes(reader, size);
}

void wire_write_bytes(struct wire_writer *writer, struct span bytes)
{
    if (writer->failed || bytes.n > writer->room - writer->size) {
        writer->failed = true;
        return;
    }
    if (bytes.n > 0)
        memcpy(writer->to + writer->size, bytes.p, bytes.n);
    writer->size += bytes.n;
}

void wire_write_integer(struct wire_writer *writer, uint64_t value, size_t size)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * (size - 1 - i));
    wire_write_bytes(writer, (struct span){bytes, size});
}

void wire_write_lp(struct wire_writer *writer, struct span bytes)
{
    if (bytes.n > LP_MAX) {
        writer->failed = true;
        return;
    }
    wire_write_integer(writer, bytes.n, 2);
    wire_write_bytes(writer, bytes);
}
