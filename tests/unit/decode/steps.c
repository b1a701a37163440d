// SPDX-License-Identifier: MIT
// Steps that the others could make up for, each on a picture that nothing else can read: blur
// for the equaliser, bent paper for the bend, and lost codewords for the margin of correction.

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "decode/codewords.h"
#include "decode/equalise.h"
#include "decode/qr.h"
#include "tests/unit/decode/repair.h"

enum { PAPER = 220, INK = 40, QUIET = 6, FINE = 3, REACH_MAX = 64 };

static const char text[] =
    "https://portal.example.com/Q/1/KGOK5E7JHLIBC/0123456789ABCDEFGHIJKLMN";

static struct qr_codes codes;

static QRcode *encode(unsigned version, unsigned level)
{
    const char *bytes = version < 4 ? "0123456" : text;
    QRcode *code = QRcode_encodeString8bit(bytes, (int)version, (QRecLevel)level);
    lay_out(code, version);
    return code;
}

// +1 for dark and -1 for light; the quiet zone is light.
static float colour(const QRcode *code, int row, int column)
{
    if (row < 0 || column < 0 || row >= code->width || column >= code->width)
        return -1.0f;
    return code->data[row * code->width + column] & 1 ? 1.0f : -1.0f;
}

// ---- the equaliser -----------------------------------------------------------------------

// Each module as seen by a lens that gives its neighbours a share, more to the right: a hand
// that moved.
static void blur(const QRcode *code, float share)
{
    const float across[3] = {0.5f * share, 1.0f - 2.0f * share, 1.5f * share};
    const float down[3] = {share, 1.0f - 2.0f * share, share};
    for (int row = 0; row < code->width; row++) {
        for (int column = 0; column < code->width; column++) {
            float sum = 0.0f;
            for (int i = 0; i < 9; i++)
                sum += down[i / 3] * across[i % 3] *
                       colour(code, row + i / 3 - 1, column + i % 3 - 1);
            soft.value[row * code->width + column] = sum;
        }
    }
}

static size_t count_wrong(const QRcode *code)
{
    size_t wrong = 0;
    for (int i = 0; i < code->width * code->width; i++)
        wrong += (soft.value[i] > 0.0f) != (code->data[i] & 1);
    return wrong;
}

static void the_equaliser_takes_the_neighbours_light_out(void **state)
{
    (void)state;
    static struct equaliser_room equaliser;
    QRcode *code = encode(6, QR_ECLEVEL_L);
    blur(code, 0.18f);
    assert_false(repairs(code));
    assert_true(count_wrong(code) > 50);
    assert_true(equalise_code(&soft, NULL, &equaliser, &work));
    assert_int_equal(count_wrong(code), 0);
    assert_true(repairs(code));
    QRcode_free(code);
}

// ---- the margin of correction ------------------------------------------------------------

// Turns the bits of the first codewords round and makes them the least certain: known to be
// lost. Each costs one codeword of redundancy, if it is taken for an erasure.
static void lose_words(const QRcode *code, size_t words)
{
    for (int i = 0; i < code->width * code->width; i++)
        soft.value[i] = code->data[i] & 1 ? 1.0f : -1.0f;
    assert_true(repairs(code)); // and `room` knows the places of the bits
    for (size_t bit = 0; bit < 8 * words; bit++)
        soft.value[room.place[bit]] *= -0.01f;
}

// A word that fits only because all redundancy was used to make it fit says nothing: random
// ones would pass too.
static void lost_codewords_leave_three_of_redundancy(void **state)
{
    (void)state;
    static const struct {
        unsigned version, level;
        size_t parity; // of its one block (ISO/IEC 18004, table 9)
    } cases[] = {{1, QR_ECLEVEL_L, 7},
                 {1, QR_ECLEVEL_Q, 13},
                 {1, QR_ECLEVEL_H, 17},
                 {2, QR_ECLEVEL_M, 16},
                 {2, QR_ECLEVEL_Q, 22}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        QRcode *code = encode(cases[i].version, cases[i].level);
        size_t most = (cases[i].parity - 3) / 2 * 2; // they are tried in twos

        lose_words(code, most);
        assert_true(repairs(code));

        for (size_t more = most + 1; more <= cases[i].parity; more++) {
            lose_words(code, more);
            assert_false(repairs(code));
        }

        QRcode_free(code);
    }
}

// ---- pictures ----------------------------------------------------------------------------

struct picture {
    uint8_t *p;
    size_t width; // and height
};

// One pass of a Gaussian of `sigma` pixels along x, written with x and y changed: two passes
// are a blur.
static void blur_across(const float *from, size_t side, float sigma, float *to)
{
    float weight[2 * REACH_MAX + 1], sum = 0.0f;
    int reach = (int)ceilf(3.0f * sigma);
    assert_true(reach <= REACH_MAX);

    for (int k = -reach; k <= reach; k++)
        sum += weight[k + reach] = expf(-(float)(k * k) / (2.0f * sigma * sigma));

    for (int y = 0; y < (int)side; y++) {
        for (int x = 0; x < (int)side; x++) {
            float light = 0.0f;
            for (int k = -reach; k <= reach; k++) {
                bool paper = x + k < 0 || x + k >= (int)side;
                light += weight[k + reach] * (paper ? -1.0f : from[y * (int)side + x + k]);
            }
            to[x * (int)side + y] = light / sum;
        }
    }
}

// Draws the code with `module` pixels a module, blurred by a Gaussian of `sigma` modules, on
// paper whose middle is pushed to the right and down by `bend` modules.
static struct picture draw(const QRcode *code, float module, float sigma, float bend)
{
    float size = (float)code->width, scale = module * FINE;
    struct picture out = {.width = (size_t)((size + 2 * QUIET) * module)};
    size_t side = out.width * FINE;

    float *fine = calloc(side * side, sizeof(float));
    float *turned = calloc(side * side, sizeof(float));
    out.p = malloc(out.width * out.width);
    assert_true(fine && turned && out.p);

    for (size_t i = 0; i < side * side; i++) {
        float u = ((float)(i % side) + 0.5f) / scale - QUIET;
        float v = ((float)(i / side) + 0.5f) / scale - QUIET;
        float s = 2.0f * u / size - 1.0f, t = 2.0f * v / size - 1.0f;
        fine[i] = colour(code, (int)floorf(v - bend * (1.0f - s * s)),
                         (int)floorf(u - bend * (1.0f - t * t)));
    }

    blur_across(fine, side, sigma * scale, turned);
    blur_across(turned, side, sigma * scale, fine);

    for (size_t i = 0; i < out.width * out.width; i++) {
        const float *at = fine + i / out.width * FINE * side + i % out.width * FINE;
        float sum = 0.0f;
        for (size_t k = 0; k < FINE * FINE; k++)
            sum += at[k / FINE * side + k % FINE];

        out.p[i] =
            (uint8_t)lrintf((PAPER + INK) / 2.0f - sum / (FINE * FINE) * (PAPER - INK) / 2.0f);
    }

    free(fine);
    free(turned);
    return out;
}

static void assert_reads(float module, float sigma, float bend)
{
    QRcode *code = encode(6, QR_ECLEVEL_L);
    struct picture picture = draw(code, module, sigma, bend);
    struct luma luma = {picture.p, picture.width, picture.width, picture.width};
    struct qr_reader *reader = qr_reader_new();
    assert_non_null(reader);
    assert_true(qr_reader_read(reader, &luma, &codes));
    assert_true(span_equal(qr_payload(&codes.code[0]), span_str(text)));
    qr_reader_free(reader);
    free(picture.p);
    QRcode_free(code);
}

static void a_blurred_code_is_read(void **state)
{
    (void)state;
    assert_reads(4.0f, 0.6f, 0.0f);
    assert_reads(5.5f, 0.55f, 0.0f);
}

static void a_code_on_bent_paper_is_read(void **state)
{
    (void)state;
    assert_reads(5.0f, 0.2f, 0.8f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_equaliser_takes_the_neighbours_light_out),
        cmocka_unit_test(lost_codewords_leave_three_of_redundancy),
        cmocka_unit_test(a_blurred_code_is_read),
        cmocka_unit_test(a_code_on_bent_paper_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
