// SPDX-License-Identifier: MIT
#include "decode/text.h"

static const struct {
    uint32_t first, last;
} forbidden[] = {
    {0x0, 0x1f},        {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},
    {0x61c, 0x61c},     {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
    {0x200b, 0x200b},   {0x200e, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},
    {0x2800, 0x2800},   {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},   {0xfff9, 0xfffb},   {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe007f}, {0xe0100, 0xe01ef},
};

static bool is_forbidden(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
        if (code_point >= forbidden[i].first && code_point <= forbidden[i].last)
            return true;
    }
    return false;
}

// The number of bytes that a lead byte announces, 0 if it is none.
static size_t sequence_size(uint8_t lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead < 0xe0)
        return 2;
    if (lead >= 0xe0 && lead < 0xf0)
        return 3;
    if (lead >= 0xf0 && lead < 0xf5)
        return 4;
    return 0;
}

bool text_next(struct span text, size_t *at, uint32_t *code_point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    static const uint8_t lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};

    if (*at >= text.n)
        return false;
    uint8_t lead = text.p[*at];
    size_t size = sequence_size(lead);
    if (size == 0 || size > text.n - *at)
        return false;

    uint32_t value = lead & lead_bits[size];
    for (size_t i = 1; i < size; i++) {
        uint8_t byte = text.p[*at + i];
        if ((byte & 0xc0) != 0x80)
            return false;
        value = value << 6 | (byte & 0x3fu);
    }
    if (value < smallest[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return false;
    *at += size;
    *code_point = value;
    return true;
}

enum text_verdict text_check(struct span text)
{
    enum text_verdict verdict = TEXT_OK;
    size_t at = 0;
    while (at < text.n) {
        uint32_t code_point;
        if (!text_next(text, &at, &code_point))
            return TEXT_NOT_UTF8;
        if (is_forbidden(code_point))
            verdict = TEXT_FORBIDDEN;
    }
    return verdict;
}
