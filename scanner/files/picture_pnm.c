// SPDX-License-Identifier: MIT
#include "scanner/files/picture_pnm.h"

#define PNM_MAXVAL_MAX  65535u
#define PAM_ENTRIES_MAX 64u // of a header

struct pnm {
    struct span file;
    size_t at;
    bool plain;      // numbers instead of bytes
    size_t channels; // 1, or 3 for colours
    bool alpha;      // one more, behind them
    size_t maxval;
    bool bits; // PBM: one bit a pixel, 1 is black
    bool too_bright;
};

static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

bool picture_is_pnm(struct span head)
{
    return head.n >= 3 && head.p[0] == 'P' && head.p[1] >= '1' && head.p[1] <= '7' &&
           (is_space(head.p[2]) || head.p[2] == '#');
}

static void skip_space(struct pnm *pnm)
{
    bool comment = false;
    for (; pnm->at < pnm->file.n; pnm->at++) {
        uint8_t byte = pnm->file.p[pnm->at];
        if (byte == '#')
            comment = true;
        else if (comment)
            comment = byte != '\n';
        else if (!is_space(byte))
            return;
    }
}

// The next decimal number, at most `max`.
static bool number(struct pnm *pnm, size_t max, size_t *out)
{
    skip_space(pnm);
    size_t begin = pnm->at;
    size_t value = 0;
    for (; pnm->at < pnm->file.n; pnm->at++) {
        uint8_t byte = pnm->file.p[pnm->at];
        if (byte < '0' || byte > '9')
            break;
        value = value * 10 + (size_t)(byte - '0');
        if (value > max)
            return false;
    }
    *out = value;
    return pnm->at > begin;
}

// The next sample, as the file's kind has it.
static bool sample(struct pnm *pnm, size_t *out)
{
    if (pnm->plain) {
        if (!number(pnm, PNM_MAXVAL_MAX, out))
            return false;
    } else {
        size_t size = pnm->maxval > 255 ? 2 : 1;
        if (pnm->file.n - pnm->at < size)
            return false;
        const uint8_t *p = pnm->file.p + pnm->at;
        *out = size == 1 ? p[0] : (size_t)p[0] << 8 | p[1];
        pnm->at += size;
    }

    if (*out > pnm->maxval) {
        pnm->too_bright = true;
        *out = pnm->maxval;
    }
    return true;
}

// The next pixel of a PBM, at column `x`: plain ones are digits without spaces between.
static bool bit(struct pnm *pnm, size_t x, uint8_t *gray)
{
    if (pnm->plain)
        skip_space(pnm);
    if (pnm->at == pnm->file.n)
        return false;

    uint8_t byte = pnm->file.p[pnm->at];
    if (pnm->plain) {
        if (byte != '0' && byte != '1')
            return false;
        pnm->at++;
        *gray = byte == '1' ? 0 : 255;
    } else {
        *gray = byte >> (7 - x % 8) & 1 ? 0 : 255;
    }
    return true;
}

static bool pixel(struct pnm *pnm, size_t x, uint8_t *gray, uint8_t *alpha)
{
    *alpha = 255;
    if (pnm->bits)
        return bit(pnm, x, gray);

    static const size_t weights[3] = {299, 587, 114};
    size_t sum = 0;
    for (size_t i = 0; i < pnm->channels; i++) {
        size_t value;
        if (!sample(pnm, &value))
            return false;
        sum += pnm->channels == 1 ? 1000 * value : weights[i] * value;
    }
    *gray = (uint8_t)((sum * 255 / 1000 + pnm->maxval / 2) / pnm->maxval);

    size_t seen = pnm->maxval;
    if (pnm->alpha && !sample(pnm, &seen))
        return false;
    *alpha = (uint8_t)((seen * 255 + pnm->maxval / 2) / pnm->maxval);
    return true;
}

// Reads the pixels; false where one is missing, with what is before it on the sheet.
static bool read_pnm_pixels(struct pnm *pnm, struct sheet *sheet, size_t *read)
{
    for (size_t y = 0; y < sheet->height; y++) {
        for (size_t x = 0; x < sheet->width; x++) {
            uint8_t gray, alpha;
            if (!pixel(pnm, x, &gray, &alpha))
                return false;
            sheet_put(sheet, x, y, gray, alpha);
            ++*read;
            // The bits of a row begin a byte.
            if (pnm->bits && !pnm->plain && (x % 8 == 7 || x + 1 == sheet->width))
                pnm->at++;
        }
    }
    return true;
}

static bool read_pnm_header(struct pnm *pnm, size_t *width, size_t *height, struct fault *fault)
{
    uint8_t kind = pnm->file.p[1];
    pnm->plain = kind <= '3';
    pnm->bits = kind == '1' || kind == '4';
    pnm->channels = kind == '3' || kind == '6' ? 3 : 1;
    pnm->maxval = 1;

    // Any 32-bit size is told as too large rather than as damage.
    if (!number(pnm, UINT32_MAX, width) || !number(pnm, UINT32_MAX, height) ||
        (!pnm->bits && !number(pnm, PNM_MAXVAL_MAX, &pnm->maxval)) || pnm->maxval == 0)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PNM: the header is not right");
    if (pnm->at == pnm->file.n || !is_space(pnm->file.p[pnm->at]))
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PNM: the picture breaks off");
    pnm->at++;
    return true;
}

static struct span word(struct pnm *pnm)
{
    skip_space(pnm);
    size_t begin = pnm->at;
    while (pnm->at < pnm->file.n && !is_space(pnm->file.p[pnm->at]))
        pnm->at++;
    return span_of(pnm->file.p + begin, pnm->at - begin);
}

static void skip_line(struct pnm *pnm)
{
    while (pnm->at < pnm->file.n && pnm->file.p[pnm->at] != '\n')
        pnm->at++;
}

// Entries of a name and a number, in any order, up to ENDHDR and the end of its line.
static bool read_pam_entries(struct pnm *pnm, size_t *width, size_t *height, size_t *depth)
{
    const struct {
        const char *name;
        size_t max, *out;
    } entries[] = {{"WIDTH", UINT32_MAX, width},
                   {"HEIGHT", UINT32_MAX, height},
                   {"DEPTH", UINT32_MAX, depth},
                   {"MAXVAL", PNM_MAXVAL_MAX, &pnm->maxval}};
    const size_t kinds = sizeof(entries) / sizeof(entries[0]);

    for (size_t count = 0; count < PAM_ENTRIES_MAX; count++) {
        struct span name = word(pnm);
        if (span_equal(name, span_str("ENDHDR"))) {
            skip_line(pnm);
            return pnm->at < pnm->file.n;
        }
        if (span_equal(name, span_str("TUPLTYPE"))) { // only says in words what DEPTH says
            skip_line(pnm);
            continue;
        }

        size_t i = 0;
        while (i < kinds && !span_equal(name, span_str(entries[i].name)))
            i++;
        if (i == kinds || !number(pnm, entries[i].max, entries[i].out))
            return false;
    }
    return false;
}

// The header of a PAM, http://netpbm.sourceforge.net/doc/pam.html.
static bool read_pam_header(struct pnm *pnm, size_t *width, size_t *height, struct fault *fault)
{
    size_t depth = 0;
    if (!read_pam_entries(pnm, width, height, &depth) || pnm->maxval == 0 || depth == 0)
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PAM: the header is not right");
    if (depth > 4)
        return fault_set(fault, FAILURE_SOURCE_FORMAT, "PAM: %zu channels", depth);

    pnm->at++;
    pnm->channels = depth < 3 ? 1 : 3;
    pnm->alpha = depth % 2 == 0;
    return true;
}

bool picture_from_pnm(struct span file, struct sheet *out, struct fault *fault)
{
    if (!picture_is_pnm(file))
        return fault_set(fault, FAILURE_SOURCE_FORMAT, "not a PBM, PGM, PPM or PAM picture");

    struct pnm pnm = {.file = file, .at = 2};
    size_t width = 0, height = 0;
    struct sheet sheet;
    bool pam = file.p[1] == '7';
    if (!(pam ? read_pam_header : read_pnm_header)(&pnm, &width, &height, fault) ||
        !sheet_init(&sheet, width, height, fault))
        return false;

    size_t read = 0;
    bool whole = read_pnm_pixels(&pnm, &sheet, &read);
    if (read == 0) {
        sheet_destroy(&sheet);
        return fault_set(fault, FAILURE_SOURCE_DAMAGED, "PNM: there is no pixel");
    }

    sheet.damaged = !whole || pnm.too_bright;
    *out = sheet;
    return true;
}
