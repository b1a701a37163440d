// SPDX-License-Identifier: MIT
#include "decode/reed_solomon.h"

#include <string.h>

#define FIELD 0x11du
#define ORDER 255u // of the multiplicative group

struct field {
    uint8_t power[2 * ORDER]; // of alpha; twice, to save a modulo
    uint8_t log[256];
};

static void field_build(struct field *field)
{
    unsigned x = 1;
    for (unsigned i = 0; i < ORDER; i++) {
        field->power[i] = field->power[i + ORDER] = (uint8_t)x;
        field->log[x] = (uint8_t)i;
        x <<= 1;
        x ^= (x >> 8) * FIELD;
    }
}

static uint8_t multiply(const struct field *field, uint8_t a, uint8_t b)
{
    return a == 0 || b == 0 ? 0 : field->power[field->log[a] + field->log[b]];
}

static uint8_t divide(const struct field *field, uint8_t a, uint8_t b)
{
    return a == 0 ? 0 : field->power[field->log[a] + ORDER - field->log[b]];
}

struct polynomial {
    uint8_t c[2 * RS_PARITY_MAX + 2]; // the constant first
    size_t degree;
};

static uint8_t value_at(const struct field *field, const struct polynomial *p, uint8_t x)
{
    uint8_t sum = 0;
    for (size_t i = p->degree + 1; i-- > 0;)
        sum = multiply(field, sum, x) ^ p->c[i];
    return sum;
}

// The i-th syndrome is the word, its first codeword the highest power, at alpha^i.
static bool syndromes(const struct field *field, const uint8_t *block, size_t size,
                      size_t parity, uint8_t *out)
{
    bool faultless = true;
    for (size_t i = 0; i < parity; i++) {
        uint8_t sum = 0;
        for (size_t j = 0; j < size; j++)
            sum = (uint8_t)((sum == 0 ? 0 : field->power[field->log[sum] + i]) ^ block[j]);
        out[i] = sum;
        faultless = faultless && sum == 0;
    }
    return faultless;
}

// The locator's roots are the inverses of alpha^position, positions counted from the last.
static void erasure_locator(const struct field *field, size_t size, const uint8_t *erasures,
                            size_t erased, struct polynomial *out)
{
    *out = (struct polynomial){.c = {1}, .degree = 0};
    for (size_t i = 0; i < erased; i++) {
        uint8_t root = field->power[size - 1 - erasures[i]];
        for (size_t j = ++out->degree; j > 0; j--)
            out->c[j] ^= multiply(field, out->c[j - 1], root);
    }
}

// Berlekamp-Massey: the shortest locator, containing that of the erasures, which explains the
// syndromes. Returns its length, erasures included.
static size_t locate(const struct field *field, const uint8_t *syndrome, size_t parity,
                     size_t erased, struct polynomial *locator)
{
    struct polynomial previous = *locator;
    size_t length = erased;

    for (size_t n = erased; n < parity; n++) {
        uint8_t discrepancy = 0;
        for (size_t i = 0; i <= n; i++)
            discrepancy ^= multiply(field, locator->c[i], syndrome[n - i]);
        memmove(previous.c + 1, previous.c, sizeof(previous.c) - 1);
        previous.c[0] = 0;
        if (discrepancy == 0)
            continue;

        struct polynomial next = *locator;
        for (size_t i = 0; i < sizeof(next.c); i++)
            next.c[i] ^= multiply(field, discrepancy, previous.c[i]);
        if (2 * length <= n + erased) {
            length = n + 1 + erased - length;
            for (size_t i = 0; i < sizeof(previous.c); i++)
                previous.c[i] = divide(field, locator->c[i], discrepancy);
        }
        *locator = next;
    }

    locator->degree = length;
    return length;
}

// Chien's search and Forney's formula, into a copy of the block.
static bool repair(const struct field *field, const uint8_t *syndrome, size_t parity,
                   const struct polynomial *locator, uint8_t *block, size_t size)
{
    struct polynomial evaluator = {.degree = parity - 1}, derivative = {.degree = parity};
    for (size_t i = 0; i < parity; i++)
        for (size_t j = 0; j <= i && j <= locator->degree; j++)
            evaluator.c[i] ^= multiply(field, locator->c[j], syndrome[i - j]);
    for (size_t i = 1; i <= locator->degree; i += 2)
        derivative.c[i - 1] = locator->c[i];

    size_t roots = 0;
    for (size_t position = 0; position < size; position++) {
        uint8_t x = field->power[position], inverse = field->power[(ORDER - position) % ORDER];
        if (value_at(field, locator, inverse) != 0)
            continue;
        uint8_t slope = value_at(field, &derivative, inverse);
        if (slope == 0)
            return false;
        uint8_t numerator = multiply(field, x, value_at(field, &evaluator, inverse));
        block[size - 1 - position] ^= divide(field, numerator, slope);
        roots++;
    }
    return roots == locator->degree;
}

// One attempt with the first `erased` places of `by_doubt` as erasures.
static bool attempt(const struct field *field, const uint8_t *syndrome, uint8_t *block,
                    size_t size, size_t parity, const uint8_t *by_doubt, size_t erased,
                    size_t margin, size_t *errors)
{
    struct polynomial locator;
    uint8_t fixed[RS_BLOCK_MAX], check[RS_PARITY_MAX];
    erasure_locator(field, size, by_doubt, erased, &locator);
    size_t length = locate(field, syndrome, parity, erased, &locator);
    if (length < erased || 2 * (length - erased) + erased + margin > parity)
        return false;
    memcpy(fixed, block, size);
    if (!repair(field, syndrome, parity, &locator, fixed, size) ||
        !syndromes(field, fixed, size, parity, check))
        return false;
    memcpy(block, fixed, size);
    *errors = length - erased;
    return true;
}

bool rs_correct(uint8_t *block, size_t size, size_t parity, const uint8_t *by_doubt,
                size_t margin, size_t erasure_margin, float *used)
{
    struct field field;
    uint8_t syndrome[RS_PARITY_MAX];
    size_t errors = 0;
    if (size > RS_BLOCK_MAX || parity > RS_PARITY_MAX || parity >= size)
        return false;

    field_build(&field);
    if (syndromes(&field, block, size, parity, syndrome)) {
        *used = 0.0f;
        return true;
    }

    if (attempt(&field, syndrome, block, size, parity, by_doubt, 0, margin, &errors)) {
        *used = 2.0f * (float)errors / (float)parity;
        return true;
    }

    *used = 1.0f;
    for (size_t erased = 2; erased + erasure_margin <= parity; erased += 2)
        if (attempt(&field, syndrome, block, size, parity, by_doubt, erased, erasure_margin,
                    &errors))
            return true;
    return false;
}

// The remainder behind division by the product of all (x - alpha^i), `parity` of them.
void rs_encode(uint8_t *block, size_t size, size_t parity)
{
    struct field field;
    uint8_t divisor[RS_PARITY_MAX + 1] = {1}, rest[RS_BLOCK_MAX] = {0};
    field_build(&field);
    for (size_t i = 0; i < parity; i++)
        for (size_t j = i + 1; j > 0; j--)
            divisor[j] ^= multiply(&field, divisor[j - 1], field.power[i]);

    memcpy(rest, block, size - parity);
    for (size_t i = 0; i < size - parity; i++) {
        uint8_t factor = rest[i];
        for (size_t j = 0; j <= parity; j++)
            rest[i + j] ^= multiply(&field, divisor[j], factor);
    }
    memcpy(block + size - parity, rest + size - parity, parity);
}
