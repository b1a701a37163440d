// SPDX-License-Identifier: MIT
#include "decode/buffer.h"

#include <stdlib.h>

void buffer_init(struct buffer *buffer)
{
    *buffer = (struct buffer){0};
}

void buffer_destroy(struct buffer *buffer)
{
    free(buffer->p);
    buffer_init(buffer);
}

bool buffer_reserve(struct buffer *buffer, size_t rows, size_t row_bytes)
{
    if (row_bytes > 0 && rows > BUFFER_MAX / row_bytes)
        return false;
    size_t size = rows * row_bytes;
    if (size <= buffer->capacity)
        return true;

    uint8_t *p = malloc(size);
    if (p == NULL)
        return false;
    free(buffer->p);
    buffer->p = p;
    buffer->capacity = size;
    return true;
}
