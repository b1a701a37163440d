// SPDX-License-Identifier: MIT
#include "ui/text/code_parts.h"

#include <string.h>

const struct qr_code *code_part(const struct qr_codes *codes, const struct qr_part *part,
                                size_t number)
{
    for (size_t i = 0; i < codes->count; i++) {
        const struct qr_part *other = &codes->code[i].part;
        if (other->number == number && other->count == part->count &&
            other->parity == part->parity)
            return &codes->code[i];
    }
    return NULL;
}

// A set that a part ends in goes on in the next one if that begins in the same.
static void add_runs(struct qr_code *out, const struct qr_code *part)
{
    for (size_t i = 0; i < part->runs; i++) {
        uint16_t end = (uint16_t)(out->size + part->run[i].end);
        uint32_t charset = part->run[i].charset;
        struct qr_run *last = out->runs > 0 ? &out->run[out->runs - 1] : NULL;
        if (last && last->charset == charset)
            last->end = end;
        else if (out->runs < QR_RUNS_MAX)
            out->run[out->runs++] = (struct qr_run){end, charset};
        else
            *last = (struct qr_run){end, CHARSET_TOO_MANY};
    }
}

bool code_join(const struct qr_codes *codes, const struct qr_code *first, struct qr_code *out)
{
    uint8_t parity = 0;
    out->size = out->runs = 0;
    out->part = (struct qr_part){0};
    out->micro = false;
    memcpy(out->corners, first->corners, sizeof(out->corners));

    for (size_t number = 1; number <= first->part.count; number++) {
        const struct qr_code *part = code_part(codes, &first->part, number);
        if (!part || part->size > QR_PAYLOAD_MAX - out->size)
            return false;
        add_runs(out, part);
        for (size_t i = 0; i < part->size; i++) {
            parity ^= part->payload[i];
            out->payload[out->size++] = part->payload[i];
        }
    }
    return first->part.count > 0 && parity == first->part.parity;
}
