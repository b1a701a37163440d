// SPDX-License-Identifier: MIT
#include "ui/text/code_text.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "net/dialects/dialects.h"
#include "net/protocol/text.h"

#define UTF8_A_BYTE 4u // bytes of UTF-8 that a byte of any set becomes, at most

#define SHIFT_JIS "CP932"

static const uint8_t replacement[3] = {0xef, 0xbf, 0xbd}; // U+FFFD

// The register of ECIs (AIM ITS/04-023), by names that glibc and musl know. Where a set has a
// larger one of the same codes, that one is named.
static const char *charset_name(uint32_t charset)
{
    static const char *const names[] = {
        [0] = "CP437",         [1] = "ISO-8859-1",    [2] = "CP437",
        [3] = "ISO-8859-1",    [4] = "ISO-8859-2",    [5] = "ISO-8859-3",
        [6] = "ISO-8859-4",    [7] = "ISO-8859-5",    [8] = "ISO-8859-6",
        [9] = "ISO-8859-7",    [10] = "ISO-8859-8",   [11] = "ISO-8859-9",
        [12] = "ISO-8859-10",  [13] = "ISO-8859-11",  [15] = "ISO-8859-13",
        [16] = "ISO-8859-14",  [17] = "ISO-8859-15",  [18] = "ISO-8859-16",
        [20] = SHIFT_JIS,      [21] = "WINDOWS-1250", [22] = "WINDOWS-1251",
        [23] = "WINDOWS-1252", [24] = "WINDOWS-1256", [25] = "UTF-16BE",
        [26] = "UTF-8",        [27] = "ASCII",        [28] = "BIG5",
        [29] = "GB18030",      [30] = "CP949",        [31] = "GB18030",
        [32] = "GB18030",      [33] = "UTF-16LE",     [34] = "UTF-32BE",
        [35] = "UTF-32LE",     [170] = "ASCII",
    };

    if (charset == CHARSET_KANJI)
        return SHIFT_JIS;
    if (charset == CHARSET_HANZI)
        return "GB18030";
    return charset < sizeof(names) / sizeof(names[0]) ? names[charset] : NULL;
}

// ---- converting ----

static bool is_utf8(struct span bytes)
{
    size_t at = 0;
    uint32_t code_point;
    while (at < bytes.n) {
        if (!text_next(bytes, &at, &code_point))
            return false;
    }
    return true;
}

static bool is_ascii(struct span bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        if (bytes.p[i] >= 0x80)
            return false;
    }
    return true;
}

static struct span run_bytes(const struct qr_code *code, size_t i)
{
    size_t begin = i > 0 ? code->run[i - 1].end : 0;
    return span_of(code->payload + begin, code->run[i].end - begin);
}

static bool has_wide_mode(const struct qr_code *code)
{
    for (size_t i = 0; i < code->runs; i++) {
        if (code->run[i].charset == CHARSET_KANJI || code->run[i].charset == CHARSET_HANZI)
            return true;
    }
    return false;
}

// Some encoders put whatever bytes look like Shift JIS into Kanji mode, those of UTF-8 too. The
// bytes around them give that away.
static bool is_utf8_in_kanji_mode(const struct qr_code *code)
{
    bool letters = false;
    for (size_t i = 0; i < code->runs; i++)
        letters |= code->run[i].charset == CHARSET_UNSTATED && !is_ascii(run_bytes(code, i));
    return letters && is_utf8(qr_payload(code));
}

static uint32_t charset_of_run(const struct qr_code *code, size_t i)
{
    uint32_t charset = code->run[i].charset;
    bool guess = charset == CHARSET_UNSTATED && !is_utf8(run_bytes(code, i));
    return guess && has_wide_mode(code) ? CHARSET_KANJI : charset;
}

// Does a run stand in the text as it is? What is in ASCII does in nearly every set.
static bool stays(const struct qr_code *code, size_t i)
{
    uint32_t charset = charset_of_run(code, i);
    return charset >= CHARSET_TOO_MANY || charset == CHARSET_UNSTATED ||
           (charset_name(charset) && !charset_is_wide(charset) && is_ascii(run_bytes(code, i)));
}

static void append(struct code_text *text, const void *bytes, size_t size)
{
    memcpy(text->converted + text->text.n, bytes, size);
    text->text.n += size;
}

// Room for UTF8_A_BYTE times the run is left.
static void convert(struct code_text *text, struct span run, iconv_t set)
{
    char *in = (char *)(uintptr_t)run.p, *out = text->converted + text->text.n;
    size_t in_left = run.n, out_left = UTF8_A_BYTE * run.n;

    while (in_left > 0) {
        if (iconv(set, &in, &in_left, &out, &out_left) != (size_t)-1 || errno == E2BIG ||
            out_left < sizeof(replacement))
            break;
        memcpy(out, replacement, sizeof(replacement)); // one byte is wrong, or the last ones
        out += sizeof(replacement);
        out_left -= sizeof(replacement);
        in++;
        in_left--;
    }
    text->text.n = (size_t)(out - text->converted);
}

static void add_run(struct code_text *text, const struct qr_code *code, size_t i)
{
    struct span run = run_bytes(code, i);
    uint32_t charset = charset_of_run(code, i);
    const char *name = charset_name(charset);
    if (stays(code, i)) {
        append(text, run.p, run.n);
        return;
    }

    iconv_t set = name ? iconv_open("UTF-8", name) : (iconv_t)-1;
    if (set != (iconv_t)-1) {
        convert(text, run, set);
        iconv_close(set);
        return;
    }
    if (!text->as_bytes)
        text->charset = charset;
    text->as_bytes = true;
    append(text, run.p, run.n);
}

bool code_text_init(struct code_text *text, const struct qr_code *code)
{
    *text = (struct code_text){.text = qr_payload(code)};
    bool all_stay = is_utf8_in_kanji_mode(code);
    for (size_t i = 0; !all_stay && i < code->runs && stays(code, i); i++)
        all_stay = i + 1 == code->runs;
    if (all_stay || code->runs == 0)
        return true;

    text->converted = malloc(UTF8_A_BYTE * code->size + 1);
    if (!text->converted)
        return false;
    text->text = span_of(text->converted, 0);
    for (size_t i = 0; i < code->runs; i++)
        add_run(text, code, i);
    return true;
}

void code_text_destroy(struct code_text *text)
{
    free(text->converted);
    *text = (struct code_text){0};
}

// ---- what it is ----

static bool is_secret(const struct qr_code *code, const struct code_text *text)
{
    return challenge_other_kind(qr_payload(code)) == PAYLOAD_OTP_SEED ||
           challenge_other_kind(text->text) == PAYLOAD_OTP_SEED;
}

void code_kind(const struct qr_code *code, const struct code_text *text, struct challenge *out)
{
    memset(out, 0, sizeof(*out));
    if (code->part.count > 0) {
        out->kind = is_secret(code, text) ? PAYLOAD_OTP_SEED : PAYLOAD_PART;
        return;
    }

    dialect_read_code(dialects, qr_payload(code), out);
    if (out->kind > PAYLOAD_PART && text->converted)
        out->kind = is_secret(code, text) ? PAYLOAD_OTP_SEED : challenge_other_kind(text->text);
}

void code_read(const struct qr_code *code, struct challenge *out)
{
    struct code_text text;
    if (!code_text_init(&text, code))
        text = (struct code_text){.text = qr_payload(code)};
    code_kind(code, &text, out);
    code_text_destroy(&text);
}
