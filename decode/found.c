// SPDX-License-Identifier: MIT
#include "decode/found.h"

#include <math.h>

static float area(const struct qr_code *code)
{
    float sum = 0.0f;
    for (size_t i = 0; i < 4; i++) {
        struct qr_point a = code->corners[i], b = code->corners[(i + 1) % 4];
        sum += a.x * b.y - b.x * a.y;
    }
    return fabsf(sum) / 2.0f;
}

// Few codes are as long as one may be.
static void copy_code(struct qr_code *to, const struct qr_code *from)
{
    const size_t rest = offsetof(struct qr_code, size);
    memcpy(to->payload, from->payload, from->size);
    memcpy((uint8_t *)to + rest, (const uint8_t *)from + rest, sizeof(*to) - rest);
}

// Is a point on one hand of all four sides? The left one, if the code is mirrored.
static bool inside(const struct qr_code *code, struct point at)
{
    size_t right = 0;
    for (size_t i = 0; i < 4; i++) {
        struct qr_point a = code->corners[i], b = code->corners[(i + 1) % 4];
        right += (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x) >= 0.0f;
    }
    return right == 0 || right == 4;
}

bool found_holds(const struct qr_codes *codes, struct point at)
{
    for (size_t i = 0; i < codes->count; i++)
        if (inside(&codes->code[i], at))
            return true;
    return false;
}

void found_add(struct qr_codes *codes, struct qr_code *read, const struct grid *grid)
{
    float size = grid->size;
    const float corner[4][2] = {{0, 0}, {size, 0}, {size, size}, {0, size}};
    for (size_t i = 0; i < 4; i++) {
        struct point at = grid_map(grid, corner[i][0], corner[i][1]);
        read->corners[i] = (struct qr_point){at.x, at.y};
    }

    if (found_holds(codes, grid_map(grid, size / 2.0f, size / 2.0f)))
        return;
    size_t place = codes->count++;
    for (; place > 0 && area(read) > area(&codes->code[place - 1]); place--)
        copy_code(&codes->code[place], &codes->code[place - 1]);
    copy_code(&codes->code[place], read);
}

// Fowler, Noll and Vo's hash; nothing depends on it but how much of a frame is searched.
uint64_t found_mark(const struct qr_codes *codes)
{
    const struct span payload = qr_payload(&codes->code[0]);
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < payload.n; i++)
        hash = (hash ^ payload.p[i]) * 0x100000001b3u;
    return hash;
}
