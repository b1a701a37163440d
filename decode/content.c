// SPDX-License-Identifier: MIT
#include "decode/content.h"

#define SEPARATOR     0x1du // GS, which FNC1 stands for
#define ECI_MAX       999999u
#define ASCII_SET     27u
#define KANJI_ROW     0xc0u // characters a first byte, in Kanji mode
#define HANZI_ROW     0x60u
#define HANZI_GB_2312 1u // the only subset

enum mode {
    MODE_END,
    MODE_NUMERIC,
    MODE_ALPHANUMERIC,
    MODE_APPEND,
    MODE_BYTES,
    MODE_FNC1_FIRST,
    MODE_ECI = 7,
    MODE_KANJI = 8,
    MODE_FNC1_SECOND,
    MODE_HANZI = 13,
};

struct stream {
    const uint8_t *p;
    size_t bits, at;
    struct content_form form;
    uint32_t charset; // that bytes are declared to be in
    bool fnc1, begun;
    struct qr_code *out;
};

static size_t left(const struct stream *stream)
{
    return stream->bits - stream->at;
}

static bool take(struct stream *stream, size_t count, uint32_t *value)
{
    if (left(stream) < count)
        return false;
    *value = 0;
    for (size_t end = stream->at + count; stream->at < end; stream->at++) {
        uint32_t byte = stream->p[stream->at / 8];
        *value = *value << 1 | (byte >> (7 - stream->at % 8) & 1u);
    }
    return true;
}

// ---- what comes out ----

// What has been put since the last run ended is of `charset`.
static void end_run(struct qr_code *out, uint32_t charset)
{
    size_t begin = out->runs > 0 ? out->run[out->runs - 1].end : 0;
    if (out->size == begin)
        return;
    if (out->runs > 0 && out->run[out->runs - 1].charset == charset) {
        out->run[out->runs - 1].end = (uint16_t)out->size;
    } else if (out->runs < QR_RUNS_MAX) {
        out->run[out->runs++] = (struct qr_run){(uint16_t)out->size, charset};
    } else {
        out->run[QR_RUNS_MAX - 1] = (struct qr_run){(uint16_t)out->size, CHARSET_TOO_MANY};
    }
}

static bool put(struct stream *stream, uint32_t byte)
{
    struct qr_code *out = stream->out;
    if (out->size == QR_PAYLOAD_MAX)
        return false;
    out->payload[out->size++] = (uint8_t)byte;
    return true;
}

static bool put_pair(struct stream *stream, uint32_t pair)
{
    return put(stream, pair >> 8) && put(stream, pair & 0xff);
}

// Digits and letters are what they are in nearly all sets; where a set has more bytes a
// character, they are in ASCII.
static uint32_t charset_of_letters(const struct stream *stream)
{
    return charset_is_wide(stream->charset) ? ASCII_SET : stream->charset;
}

// ---- segments ----

static bool read_digits(struct stream *stream, uint32_t count)
{
    static const uint8_t bits[4] = {0, 4, 7, 10};
    static const uint16_t limit[4] = {0, 10, 100, 1000};

    while (count > 0) {
        size_t group = count < 3 ? count : 3;
        uint32_t value;
        if (!take(stream, bits[group], &value) || value >= limit[group])
            return false;
        for (uint32_t unit = limit[group] / 10u; unit > 0; unit /= 10)
            if (!put(stream, '0' + value / unit % 10))
                return false;
        count -= (uint32_t)group;
    }
    end_run(stream->out, charset_of_letters(stream));
    return true;
}

// Where FNC1 stands, "%" is the separator and "%%" a percent sign (7.4.8.2).
static void separate(struct qr_code *out, size_t from)
{
    size_t to = from;
    for (size_t i = from; i < out->size; i++) {
        bool percent = out->payload[i] == '%', twice = i + 1 < out->size;
        twice = percent && twice && out->payload[i + 1] == '%';
        out->payload[to++] = percent && !twice ? SEPARATOR : out->payload[i];
        i += twice;
    }
    out->size = to;
}

static bool read_letters(struct stream *stream, uint32_t count)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    size_t from = stream->out->size;

    for (; count >= 2; count -= 2) {
        uint32_t value;
        if (!take(stream, 11, &value) || value >= 45 * 45 ||
            !put(stream, (uint8_t)letters[value / 45]) ||
            !put(stream, (uint8_t)letters[value % 45]))
            return false;
    }
    uint32_t last;
    if (count == 1 &&
        (!take(stream, 6, &last) || last >= 45 || !put(stream, (uint8_t)letters[last])))
        return false;

    if (stream->fnc1)
        separate(stream->out, from);
    end_run(stream->out, charset_of_letters(stream));
    return true;
}

static bool read_bytes(struct stream *stream, uint32_t count)
{
    for (; count > 0; count--) {
        uint32_t byte;
        if (!take(stream, 8, &byte) || !put(stream, byte))
            return false;
    }
    end_run(stream->out, stream->charset);
    return true;
}

// 7.4.6: two bytes of Shift JIS in 13 bits.
static bool read_kanji(struct stream *stream, uint32_t count)
{
    for (; count > 0; count--) {
        uint32_t value;
        if (!take(stream, 13, &value))
            return false;
        uint32_t pair = value / KANJI_ROW << 8 | value % KANJI_ROW;
        if (!put_pair(stream, pair + (pair < 0x1f00 ? 0x8140 : 0xc140)))
            return false;
    }
    end_run(stream->out, CHARSET_KANJI);
    return true;
}

// Two bytes of GB 2312 in 13 bits.
static bool read_hanzi(struct stream *stream, uint32_t count)
{
    for (; count > 0; count--) {
        uint32_t value;
        if (!take(stream, 13, &value))
            return false;
        uint32_t pair = value / HANZI_ROW << 8 | value % HANZI_ROW;
        if (!put_pair(stream, pair + (pair < 0x0a00 ? 0xa1a1 : 0xa6a1)))
            return false;
    }
    end_run(stream->out, CHARSET_HANZI);
    return true;
}

// ---- what stands between them ----

static bool read_eci(struct stream *stream)
{
    uint32_t first, rest = 0;
    if (!take(stream, 8, &first))
        return false;
    if ((first & 0x80) == 0)
        stream->charset = first;
    else if ((first & 0xc0) == 0x80 && take(stream, 8, &rest))
        stream->charset = (first & 0x3f) << 8 | rest;
    else if ((first & 0xe0) == 0xc0 && take(stream, 16, &rest))
        stream->charset = (first & 0x1f) << 16 | rest;
    else
        return false;
    return stream->charset <= ECI_MAX;
}

// 8.2: the part of a message that this is. One of one is a whole.
static bool read_append(struct stream *stream)
{
    uint32_t place, last, parity;
    if (stream->begun || !take(stream, 4, &place) || !take(stream, 4, &last) ||
        !take(stream, 8, &parity) || place > last)
        return false;
    if (last > 0)
        stream->out->part =
            (struct qr_part){(uint8_t)(place + 1), (uint8_t)(last + 1), (uint8_t)parity};
    return true;
}

// 7.4.8.3: what the data is for, a letter or two digits, stands before it.
static bool read_application(struct stream *stream)
{
    uint32_t value;
    if (stream->begun || !take(stream, 8, &value))
        return false;
    stream->fnc1 = true;
    bool letter = (value >= 165 && value <= 190) || (value >= 197 && value <= 222);
    bool told = letter        ? put(stream, value - 100)
                : value < 100 ? put(stream, '0' + value / 10) && put(stream, '0' + value % 10)
                              : false;
    end_run(stream->out, CHARSET_UNSTATED);
    return told;
}

// The bits of the character count (table 3); 0 where the code has no such mode.
static size_t count_bits(struct content_form form, enum mode mode)
{
    static const uint8_t micro[][5] = {[MODE_NUMERIC] = {0, 3, 4, 5, 6},
                                       [MODE_ALPHANUMERIC] = {0, 0, 3, 4, 5},
                                       [MODE_BYTES] = {0, 0, 0, 4, 5},
                                       [MODE_KANJI] = {0, 0, 0, 3, 4}};
    static const uint8_t full[][3] = {[MODE_NUMERIC] = {10, 12, 14},
                                      [MODE_ALPHANUMERIC] = {9, 11, 13},
                                      [MODE_BYTES] = {8, 16, 16},
                                      [MODE_KANJI] = {8, 10, 12},
                                      [MODE_HANZI] = {8, 10, 12}};
    if (form.micro)
        return micro[mode][form.version];
    return full[mode][form.version < 10 ? 0 : form.version < 27 ? 1 : 2];
}

static bool read_segment(struct stream *stream, enum mode mode)
{
    uint32_t count, subset;
    if (mode == MODE_HANZI && (!take(stream, 4, &subset) || subset != HANZI_GB_2312))
        return false;
    size_t bits = count_bits(stream->form, mode);
    if (bits == 0 || !take(stream, bits, &count))
        return false;
    stream->begun = true;

    switch (mode) {
    case MODE_NUMERIC:
        return read_digits(stream, count);
    case MODE_ALPHANUMERIC:
        return read_letters(stream, count);
    case MODE_BYTES:
        return read_bytes(stream, count);
    case MODE_KANJI:
        return read_kanji(stream, count);
    default:
        return read_hanzi(stream, count);
    }
}

static bool read_mode(struct stream *stream, uint32_t mode)
{
    switch (mode) {
    case MODE_APPEND:
        return read_append(stream);
    case MODE_ECI:
        return read_eci(stream);
    case MODE_FNC1_FIRST:
        stream->fnc1 = true;
        return !stream->begun;
    case MODE_FNC1_SECOND:
        return read_application(stream);

    case MODE_NUMERIC:
    case MODE_ALPHANUMERIC:
    case MODE_BYTES:
    case MODE_KANJI:
    case MODE_HANZI:
        return read_segment(stream, (enum mode)mode);
    default:
        return false;
    }
}

static bool read_full(struct stream *stream)
{
    uint32_t mode;
    while (take(stream, 4, &mode) && mode != MODE_END)
        if (!read_mode(stream, mode))
            return false;
    return true;
}

// The end of a Micro QR code's content reads as a segment of no digits (table 2), and may be
// cut short.
static bool read_micro(struct stream *stream)
{
    static const enum mode modes[] = {MODE_NUMERIC, MODE_ALPHANUMERIC, MODE_BYTES, MODE_KANJI};
    size_t version = stream->form.version;

    while (left(stream) >= 2 * version + 1) {
        uint32_t mode = 0;
        size_t before = stream->out->size;
        take(stream, version - 1, &mode);
        if (mode >= sizeof(modes) / sizeof(modes[0]) || !read_segment(stream, modes[mode]))
            return false;
        if (stream->out->size == before)
            return modes[mode] == MODE_NUMERIC;
    }
    return true;
}

bool content_read(struct span data, size_t bits, struct content_form form, struct qr_code *out)
{
    if (bits > data.n * 8 || form.version == 0 || form.version > (form.micro ? 4u : 40u))
        return false;
    out->size = out->runs = 0;
    out->part = (struct qr_part){0};
    out->micro = form.micro;

    struct stream stream = {
        .p = data.p, .bits = bits, .form = form, .charset = CHARSET_UNSTATED, .out = out};
    bool read = form.micro ? read_micro(&stream) : read_full(&stream);
    return read && out->size > 0;
}
