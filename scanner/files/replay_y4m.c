// SPDX-License-Identifier: MIT
#include "scanner/files/replay_y4m.h"

#define RATE_DEFAULT    30u
#define BITS_MAX        16u
#define FORMAT_NAME_MAX 16u // bytes of the name of a colour format

// What may stand behind 'C': how the planes after luma are cut down, 0 where there are none.
static const struct chroma {
    const char *name;
    enum pixel_format format;
    size_t across, down, planes;
} chromas[] = {
    {"mono", PIXEL_GREY, 0, 0, 0},     {"420", PIXEL_I420, 2, 2, 2},
    {"420jpeg", PIXEL_I420, 2, 2, 2},  {"420mpeg2", PIXEL_I420, 2, 2, 2},
    {"420paldv", PIXEL_I420, 2, 2, 2}, {"422", PIXEL_GREY, 2, 1, 2},
    {"444", PIXEL_GREY, 1, 1, 2},      {"444alpha", PIXEL_GREY, 1, 1, 3},
    {"440", PIXEL_GREY, 1, 2, 2},      {"411", PIXEL_GREY, 4, 1, 2},
};

static const struct chroma *find_chroma(struct span name)
{
    for (size_t i = 0; i < sizeof(chromas) / sizeof(chromas[0]); i++) {
        if (span_equal(span_str(chromas[i].name), name))
            return &chromas[i];
    }
    return NULL;
}

// A decimal number without sign, at most `max`.
static bool parse_number(struct span digits, uint32_t max, uint32_t *out)
{
    if (digits.n == 0)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(digits.p[i] - '0');
        if (value > max)
            return false;
    }
    *out = (uint32_t)value;
    return true;
}

static bool parse_side(struct span digits, const char *what, size_t *out, struct fault *fault)
{
    uint32_t side;
    if (!parse_number(digits, UINT32_MAX, &side) || side == 0)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "Y4M: the %s is no number of pixels",
                         what);
    if (side > PICTURE_SIDE_MAX)
        return fault_set(fault, FAILURE_SOURCE_TOO_LARGE, "Y4M: a %s of %u pixels", what,
                         (unsigned)side);
    *out = side;
    return true;
}

// "30000:1001"; "0:0" means unknown.
static bool parse_rate(struct span text, struct y4m_header *out, struct fault *fault)
{
    const uint8_t *colon = memchr(text.p, ':', text.n);
    uint32_t num, den;
    if (!colon)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "Y4M: the frame rate is no ratio");
    size_t before = (size_t)(colon - text.p);
    if (!parse_number(span_of(text.p, before), Y4M_RATE_MAX, &num) ||
        !parse_number(span_of(colon + 1, text.n - before - 1), Y4M_RATE_MAX, &den))
        return fault_set(fault, FAILURE_SOURCE_DAMAGED,
                         "Y4M: the frame rate is no ratio of numbers up to %u", Y4M_RATE_MAX);
    if (num > 0 && den > 0) {
        out->rate_num = num;
        out->rate_den = den;
    }
    return true;
}

struct parameters {
    struct y4m_header header;
    const struct chroma *chroma; // NULL: not told yet
    bool has_width, has_height;
};

// "420jpeg", or with the number of bits behind it, "420p10" and "mono16".
static bool parse_colours(struct span value, struct parameters *to, struct fault *fault)
{
    size_t n = value.n;
    while (n > 0 && value.p[n - 1] >= '0' && value.p[n - 1] <= '9')
        n--;
    struct span name = span_of(value.p, n);
    struct span digits = span_of(value.p + n, value.n - n);
    if (n > 1 && value.p[n - 1] == 'p')
        name.n--;

    uint32_t bits = 8;
    to->chroma = find_chroma(value);
    if (!to->chroma && n > 0 && parse_number(digits, BITS_MAX, &bits) && bits >= 8)
        to->chroma = find_chroma(name);
    if (!to->chroma)
        return fault_set(fault, FAILURE_SOURCE_FORMAT,
                         "Y4M: the colour format is none of mono, 420, 422, 444, 440, 411 of "
                         "up to %u bits",
                         BITS_MAX);

    to->header.bits = bits;
    return true;
}

// mjpegtools' own extension tells the colours too, in capitals; where there is a 'C', that
// counts.
static bool parse_extension(struct span value, struct parameters *to, struct fault *fault)
{
    struct span key = span_str("YSCSS=");
    if (value.n <= key.n || memcmp(value.p, key.p, key.n) != 0 || to->chroma)
        return true;

    uint8_t name[FORMAT_NAME_MAX];
    size_t n = value.n - key.n;
    if (n > sizeof(name))
        n = sizeof(name);
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = value.p[key.n + i];
        name[i] = byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 'a' - 'A') : byte;
    }
    return parse_colours(span_of(name, n), to, fault);
}

static bool parse_parameter(struct span word, struct parameters *to, struct fault *fault)
{
    struct span value = span_of(word.p + 1, word.n - 1);

    switch (word.p[0]) {
    case 'W':
        to->has_width = true;
        return parse_side(value, "width", &to->header.width, fault);
    case 'H':
        to->has_height = true;
        return parse_side(value, "height", &to->header.height, fault);
    case 'F':
        return parse_rate(value, &to->header, fault);
    case 'C':
        return parse_colours(value, to, fault);
    case 'X':
        return parse_extension(value, to, fault);
    case 'I': // interlacing and pixel aspect do not matter to a reader of codes
    case 'A':
        return true;
    default:
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "Y4M: unknown parameter 0x%02x",
                         (unsigned)word.p[0]);
    }
}

// The next word of `text` at `at`, empty where words are separated by more than one space.
static struct span next_word(struct span text, size_t *at)
{
    size_t begin = *at;
    const uint8_t *space = memchr(text.p + begin, ' ', text.n - begin);
    size_t end = space ? (size_t)(space - text.p) : text.n;
    *at = space ? end + 1 : end;
    return span_of(text.p + begin, end - begin);
}

static size_t frame_size(const struct y4m_header *header, const struct chroma *chroma)
{
    size_t samples = header->width * header->height;
    if (chroma->planes > 0) {
        size_t across = (header->width + chroma->across - 1) / chroma->across;
        size_t down = (header->height + chroma->down - 1) / chroma->down;
        samples += chroma->planes * across * down;
    }
    return samples * (header->bits > 8 ? 2 : 1);
}

bool y4m_parse_header(struct span line, struct y4m_header *out, struct fault *fault)
{
    size_t at = 0;
    if (line.n == 0 || !span_equal(next_word(line, &at), span_str(Y4M_MAGIC)))
        return fault_set(fault, FAILURE_SOURCE_FORMAT, "not a Y4M recording");

    struct parameters found = {.header = {.rate_num = RATE_DEFAULT, .rate_den = 1, .bits = 8}};
    while (at < line.n) {
        struct span word = next_word(line, &at);
        if (word.n > 0 && !parse_parameter(word, &found, fault))
            return false;
    }

    if (!found.has_width || !found.has_height)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "Y4M: no %s is told",
                         found.has_width ? "height" : "width");

    if (!found.chroma)
        found.chroma = find_chroma(span_str("420"));

    *out = found.header;
    out->format = out->bits > 8 ? PIXEL_GREY : found.chroma->format;
    out->frame_size = frame_size(out, found.chroma);
    return true;
}

enum source_step y4m_begin(struct y4m *y4m, struct stream *stream, struct fault *fault)
{
    *y4m = (struct y4m){0};
    uint8_t line[Y4M_LINE_MAX];
    size_t size;
    enum stream_step step = stream_line(stream, line, sizeof(line), &size, fault);
    if (step == STREAM_END) {
        fault_set(fault, FAILURE_SOURCE_DAMAGED, "Y4M: the recording breaks off in its header");
        return SOURCE_FAILED;
    }
    if (step != STREAM_OK)
        return source_step_of(step);
    return y4m_parse_header(span_of(line, size), &y4m->header, fault) ? SOURCE_FRAME
                                                                      : SOURCE_FAILED;
}

static enum source_step damaged(const struct y4m *y4m, const char *how, struct fault *fault)
{
    fault_set(fault, FAILURE_SOURCE_DAMAGED, "Y4M: %s frame %llu", how,
              (unsigned long long)y4m->index);
    return SOURCE_FAILED;
}

// Reads "FRAME" and its parameters, which tell nothing that is needed.
static enum source_step frame_header(struct y4m *y4m, struct stream *stream,
                                     struct fault *fault)
{
    struct span begin = span_str("FRAME");
    struct span head;
    enum stream_step step = stream_peek(stream, begin.n, &head, fault);
    if (step == STREAM_END && head.n == 0)
        return y4m->index > 0 ? SOURCE_END : damaged(y4m, "the recording ends before", fault);
    // Some writers pad rows, against the format: frames are then longer than their header says.
    if (step == STREAM_OK && !span_equal(head, begin))
        return damaged(y4m, "a frame is not as long as the header says, before", fault);
    if (step != STREAM_OK && step != STREAM_END)
        return source_step_of(step);

    uint8_t line[Y4M_LINE_MAX];
    size_t size;
    step = stream_line(stream, line, sizeof(line), &size, fault);
    if (step == STREAM_END)
        return damaged(y4m, "the recording breaks off in the header of", fault);
    if (step != STREAM_OK)
        return source_step_of(step);
    size_t at = 0;
    if (size == 0 || !span_equal(next_word(span_of(line, size), &at), span_str("FRAME")))
        return damaged(y4m, "there is no header before", fault);
    return SOURCE_FRAME;
}

// Takes the upper 8 bits of deep luma, in its place.
static void make_shallow(uint8_t *luma, size_t count, unsigned bits)
{
    unsigned max = (1u << bits) - 1;

    for (size_t i = 0; i < count; i++) {
        unsigned value = (unsigned)(luma[2 * i] | luma[2 * i + 1] << 8);
        luma[i] = (uint8_t)((value < max ? value : max) >> (bits - 8));
    }
}

static void advance(struct y4m *y4m)
{
    y4m->index++;
    if (y4m->time_us > INT64_MAX / 2) // a slow rate and a great many tiny frames
        return;
    uint64_t numerator = UINT64_C(1000000) * y4m->header.rate_den + y4m->time_rest;
    y4m->time_us += (int64_t)(numerator / y4m->header.rate_num);
    y4m->time_rest = numerator % y4m->header.rate_num;
}

enum source_step y4m_next(struct y4m *y4m, struct stream *stream, struct frame *out,
                          struct fault *fault)
{
    enum source_step step = frame_header(y4m, stream, fault);
    if (step != SOURCE_FRAME)
        return step;

    const struct y4m_header *header = &y4m->header;
    if (!frame_reserve(out, header->frame_size)) {
        fault_set(fault, FAILURE_MEMORY, "a frame of %zu bytes", header->frame_size);
        return SOURCE_FAILED;
    }

    size_t got;
    enum stream_step read = stream_read(stream, out->storage, header->frame_size, &got, fault);
    if (read == STREAM_END)
        return damaged(y4m, "the recording breaks off in", fault);
    if (read != STREAM_OK)
        return source_step_of(read);
    if (header->bits > 8)
        make_shallow(out->storage, header->width * header->height, header->bits);

    out->pixels = (struct pixels){
        .format = header->format,
        .width = header->width,
        .height = header->height,
        .stride = header->width,
        .data = span_of(out->storage, header->frame_size),
    };

    out->index = y4m->index;
    out->time_us = y4m->time_us;
    advance(y4m);
    return SOURCE_FRAME;
}
