// SPDX-License-Identifier: MIT
// Pictures that hold no code, many of them: whatever is read in one is a payload that nobody
// encoded. Noise; coarse noise; and what is hardest, all that surrounds the data of a code,
// right to the last module, around data that chance made.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode/code_layout.h"
#include "decode/micro_code.h"
#include "decode/qr.h"
#include "fixtures/prng.h"
#include "tests/bench/known_codes.h"

enum { SIDE = 120, MODULE = 3, QUIET = 4, SCENE_FRAMES = 4, STILL_EVERY = 2503 };
enum { PAPER = 220, INK = 30, GRAIN = 12 };

enum kind { KIND_NOISE, KIND_COARSE, KIND_CODE, KIND_MICRO, KINDS };
static const char *const kind_names[KINDS] = {"noise", "coarse noise", "code of chance",
                                              "Micro QR code of chance"};

struct tally {
    unsigned long frames, payloads;
    double ms;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static uint8_t chance(struct prng *prng)
{
    return prng_next(prng) & 1 ? INK : PAPER;
}

static void fill(uint8_t *picture, size_t column, size_t row, size_t side, uint8_t value)
{
    for (size_t y = 0; y < side; y++)
        memset(picture + (row * side + y) * SIDE + column * side, value, side);
}

static void draw_coarse(uint8_t *picture, struct prng *prng)
{
    size_t side = 2 + prng_next(prng) % 5;
    for (size_t row = 0; row < SIDE / side; row++)
        for (size_t column = 0; column < SIDE / side; column++)
            fill(picture, column, row, side, chance(prng));
}

// Both copies of the format, as they must be.
static void set_format(const struct layout *layout, struct prng *prng, uint8_t *dark)
{
    uint32_t bits = layout_format_bits((unsigned)(prng_next(prng) % 32));
    for (unsigned copy = 0; copy < 2; copy++)
        for (unsigned bit = 0; bit < 15; bit++)
            dark[layout_format_module(layout, copy, bit)] = bits >> bit & 1;
}

static void draw_shell(uint8_t *picture, struct prng *prng, bool micro)
{
    static struct layout layout;
    static uint8_t dark[QR_MODULES_MAX];
    if (micro)
        micro_layout_build(&layout, 1 + (unsigned)(prng_next(prng) % MICRO_VERSION_MAX));
    else
        layout_build(&layout, 1 + (unsigned)(prng_next(prng) % 3));

    size_t modules = layout.size * layout.size;
    for (size_t i = 0; i < modules; i++) {
        bool is_chance = layout.kind[i] != MODULE_DARK && layout.kind[i] != MODULE_LIGHT;
        dark[i] = is_chance ? (prng_next(prng) & 1) != 0 : layout.kind[i] == MODULE_DARK;
    }
    if (!micro)
        set_format(&layout, prng, dark);

    memset(picture, PAPER, (size_t)SIDE * SIDE);
    for (size_t i = 0; i < modules; i++)
        fill(picture, QUIET + i % layout.size - 1, QUIET + i / layout.size - 1, MODULE,
             dark[i] ? INK : PAPER);
}

static void draw(uint8_t *picture, enum kind kind, struct prng *prng)
{
    switch (kind) {
    case KIND_NOISE:
        break;
    case KIND_COARSE:
        draw_coarse(picture, prng);
        break;
    case KIND_CODE:
    case KIND_MICRO:
        draw_shell(picture, prng, kind == KIND_MICRO);
        break;
    case KINDS:
        break;
    }
}

// The same scene as a camera sees it the next time.
static void add_grain(const uint8_t *scene, enum kind kind, struct prng *prng, uint8_t *out)
{
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        unsigned bits = (unsigned)(prng_next(prng) >> 32);
        out[i] = kind == KIND_NOISE ? (uint8_t)bits
                                    : (uint8_t)(scene[i] - GRAIN + bits % (2 * GRAIN));
    }
}

static void look(struct qr_reader *reader, const uint8_t *frame, struct qr_codes *codes,
                 struct tally *tally)
{
    struct luma luma = {frame, SIDE, SIDE, SIDE};
    double from = now_ms();
    qr_reader_read(reader, &luma, codes);
    tally->ms += now_ms() - from;
    tally->frames++;
    tally->payloads += codes->count;
}

static unsigned long report(const struct tally tally[static KINDS])
{
    unsigned long wrong = 0;
    printf("%-24s %10s %10s %10s\n", "kind", "frames", "payloads", "mean ms");
    for (size_t i = 0; i < KINDS; i++) {
        printf("%-24s %10lu %10lu %10.3f\n", kind_names[i], tally[i].frames, tally[i].payloads,
               tally[i].ms / (double)(tally[i].frames ? tally[i].frames : 1));
        wrong += tally[i].payloads;
    }
    return wrong;
}

int main(int argc, char **argv)
{
    unsigned long frames = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    struct prng prng = prng_stream(argc > 2 ? strtoul(argv[2], NULL, 10) : 1, 0);
    struct qr_reader *reader = qr_reader_new();
    struct qr_codes *codes = calloc(1, sizeof(*codes));
    struct tally tally[KINDS] = {0};
    static struct known_codes known;
    static uint8_t scene[SIDE * SIDE], frame[SIDE * SIDE];

    if (reader && argc > 3 && strcmp(argv[3], "known") == 0) {
        known_codes_of_both(&known);
        qr_reader_set_known(reader, &known);
    }

    for (unsigned long i = 0; reader && codes && i < frames; i++) {
        enum kind kind = (enum kind)(i / SCENE_FRAMES % KINDS);
        if (i % SCENE_FRAMES == 0) {
            qr_reader_reset(reader);
            qr_reader_set_limits(reader, i / SCENE_FRAMES % STILL_EVERY ? &qr_limits_live
                                                                        : &qr_limits_still);
            draw(scene, kind, &prng);
        }
        add_grain(scene, kind, &prng, frame);
        look(reader, frame, codes, &tally[kind]);
    }

    unsigned long wrong = report(tally);
    bool ready = reader && codes;
    qr_reader_free(reader);
    free(codes);
    return ready && wrong == 0 ? 0 : 1;
}
