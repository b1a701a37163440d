// SPDX-License-Identifier: MIT
#include "net/protocol/text.h"

struct range {
    uint32_t first, last;
};

// Unicode 15.1: Cc; Default_Ignorable_Code_Point (with it all of Bidi_Control and the fillers)
// but for ZWNJ and ZWJ, with the code points kept for more of the kind; line and paragraph
// separator; Noncharacter_Code_Point, which I-JSON does not carry either; and what has a name
// and no ink: Braille blank, interlinear annotation, object replacement, Egyptian joiners and
// blanks, Khitan filler, musical null notehead. Fixed for good: all parties judge alike.
static const struct range forbidden[] = {
    {0x0, 0x1f},        {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},
    {0x61c, 0x61c},     {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
    {0x200b, 0x200b},   {0x200e, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},
    {0x2800, 0x2800},   {0x3164, 0x3164},   {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffc},   {0x13430, 0x13442},
    {0x16fe4, 0x16fe4}, {0x1bca0, 0x1bca3}, {0x1d159, 0x1d159}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff},
};

// White_Space that is not forbidden, ZWNJ and ZWJ: they part or join what is to be seen.
static const struct range unseen[] = {
    {0x20, 0x20},     {0xa0, 0xa0},     {0x1680, 0x1680}, {0x2000, 0x200a},
    {0x200c, 0x200d}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
};

static bool is_in(uint32_t code_point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    }
    return false;
}

static bool is_forbidden(uint32_t code_point)
{
    return (code_point & 0xfffe) == 0xfffe || // the last two of each plane are noncharacters
           is_in(code_point, forbidden, sizeof(forbidden) / sizeof(forbidden[0]));
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

bool text_is_blank(struct span text)
{
    size_t at = 0;
    uint32_t code_point;
    while (text_next(text, &at, &code_point)) {
        if (!is_in(code_point, unseen, sizeof(unseen) / sizeof(unseen[0])))
            return false;
    }
    return at == text.n;
}

enum text_verdict text_check_whole(struct span text)
{
    enum text_verdict verdict = text_check(text);
    return verdict == TEXT_OK && text.n > 0 && text_is_blank(text) ? TEXT_BLANK : verdict;
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
