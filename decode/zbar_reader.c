// SPDX-License-Identifier: MIT
#include "decode/zbar_reader.h"

#include <stdlib.h>
#include <zbar.h>

// Of the level that is looked at: it bounds the time, to about a second.
#define LEVEL_PIXELS_MAX 2097152u

// ZBar keeps about 190 bytes of every code until its scanner is destroyed.
#define CODES_A_SCANNER 1000u

struct zbar_reader {
    zbar_image_scanner_t *scanner;
    zbar_image_t *image;
    unsigned codes;       // that this scanner found
    struct buffer packed; // for luma whose rows are padded: ZBar knows no stride
};

static bool configure(zbar_image_scanner_t *scanner)
{
    static const struct {
        zbar_symbol_type_t symbology;
        zbar_config_t config;
        int value;
    } settings[] = {
        {ZBAR_NONE, ZBAR_CFG_ENABLE, 0}, // NONE: all of them
        {ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1},
        {ZBAR_QRCODE, ZBAR_CFG_BINARY, 1}, // else it guesses a character set, rewriting bytes
    };

    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        if (zbar_image_scanner_set_config(scanner, settings[i].symbology, settings[i].config,
                                          settings[i].value) != 0)
            return false;
    }
    return true;
}

static void close_scanner(struct zbar_reader *reader)
{
    if (reader->image)
        zbar_image_destroy(reader->image);
    if (reader->scanner)
        zbar_image_scanner_destroy(reader->scanner);
    reader->image = NULL;
    reader->scanner = NULL;
}

static bool open_scanner(struct zbar_reader *reader)
{
    reader->codes = 0;
    reader->scanner = zbar_image_scanner_create();
    reader->image = zbar_image_create();
    if (!reader->scanner || !reader->image || !configure(reader->scanner)) {
        close_scanner(reader);
        return false;
    }
    zbar_image_set_format(reader->image, zbar_fourcc('Y', '8', '0', '0'));
    return true;
}

struct zbar_reader *zbar_reader_new(void)
{
    struct zbar_reader *reader = calloc(1, sizeof(*reader));
    if (!reader || open_scanner(reader))
        return reader;
    free(reader);
    return NULL;
}

void zbar_reader_free(struct zbar_reader *reader)
{
    if (!reader)
        return;
    close_scanner(reader);
    buffer_destroy(&reader->packed);
    free(reader);
}

// The rows of `luma` one behind the other; NULL if memory is short.
static const uint8_t *rows_packed(struct zbar_reader *reader, const struct luma *luma)
{
    if (luma->stride == luma->width)
        return luma->p;
    if (!buffer_reserve(&reader->packed, luma->height, luma->width))
        return NULL;
    for (size_t y = 0; y < luma->height; y++)
        memcpy(reader->packed.p + y * luma->width, luma->p + y * luma->stride, luma->width);
    return reader->packed.p;
}

static bool add_symbol(const zbar_symbol_t *symbol, struct qr_codes *out)
{
    // ZBar goes round the code against the clock: top left, bottom left, bottom right, top
    // right.
    static const unsigned clockwise[4] = {0, 3, 2, 1};
    struct span payload =
        span_of(zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol));
    if (zbar_symbol_get_type(symbol) != ZBAR_QRCODE || zbar_symbol_get_loc_size(symbol) != 4 ||
        payload.n > QR_PAYLOAD_MAX || out->count == QR_CODES_MAX)
        return false;

    struct qr_code *code = &out->code[out->count++];
    if (payload.n > 0)
        memcpy(code->payload, payload.p, payload.n);
    code->size = payload.n;
    code->runs = 1;
    code->run[0] = (struct qr_run){(uint16_t)payload.n, CHARSET_UNSTATED};
    code->part = (struct qr_part){0};
    code->micro = false;

    for (size_t i = 0; i < 4; i++) {
        code->corners[i].x = (float)zbar_symbol_get_loc_x(symbol, clockwise[i]);
        code->corners[i].y = (float)zbar_symbol_get_loc_y(symbol, clockwise[i]);
    }
    return true;
}

bool zbar_reader_read(struct zbar_reader *reader, const struct luma *luma, struct qr_codes *out)
{
    if (luma->width == 0 || luma->height == 0 || luma->width > PICTURE_SIDE_MAX ||
        luma->height > PICTURE_SIDE_MAX)
        return false;

    const uint8_t *rows = rows_packed(reader, luma);
    if (reader->codes >= CODES_A_SCANNER)
        close_scanner(reader);
    if (!rows || (!reader->scanner && !open_scanner(reader))) {
        out->cut_short = true;
        return false;
    }

    zbar_image_set_size(reader->image, (unsigned)luma->width, (unsigned)luma->height);
    zbar_image_set_data(reader->image, rows, luma->width * luma->height, NULL);
    bool added = false;
    if (zbar_scan_image(reader->scanner, reader->image) > 0) {
        for (const zbar_symbol_t *symbol = zbar_image_first_symbol(reader->image); symbol;
             symbol = zbar_symbol_next(symbol)) {
            reader->codes++;
            added |= add_symbol(symbol, out);
        }
    }

    // The picture is the caller's and may be gone before the next one comes.
    zbar_image_set_data(reader->image, NULL, 0, NULL);
    return added;
}

bool zbar_reader_read_whole(struct zbar_reader *reader, const struct pyramid *pyramid,
                            struct qr_codes *out)
{
    size_t at = 0, first = out->count;
    while (at + 1 < pyramid->levels &&
           pyramid->level[at].width * pyramid->level[at].height > LEVEL_PIXELS_MAX)
        at++;
    bool added = zbar_reader_read(reader, &pyramid->level[at], out);

    float scale = (float)(1u << at);
    for (size_t i = first; i < out->count; i++) {
        for (size_t corner = 0; corner < 4; corner++) {
            out->code[i].corners[corner].x *= scale;
            out->code[i].corners[corner].y *= scale;
        }
    }
    return added;
}
