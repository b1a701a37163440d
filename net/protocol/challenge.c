// SPDX-License-Identifier: MIT
#include "net/protocol/challenge.h"

#include "net/protocol/base32.h"
#include "net/protocol/text.h"

#define PARTS_MAX 4u // of a code, behind its host; one more is one too many

// ---- parts of a code -------------------------------------------------------------------

static struct span behind(struct span span, size_t skip)
{
    return (struct span){span.p + skip, span.n - skip};
}

static bool has_prefix(struct span span, const char *prefix)
{
    size_t n = strlen(prefix);
    return span.n >= n && memcmp(span.p, prefix, n) == 0;
}

static uint8_t to_upper(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
}

static uint8_t to_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
    return to_upper(c) >= 'A' && to_upper(c) <= 'Z';
}

// ASCII letters without case, nothing else loosely.
static bool has_prefix_nocase(struct span span, const char *prefix)
{
    size_t n = strlen(prefix);
    if (span.n < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (to_upper(span.p[i]) != to_upper((uint8_t)prefix[i]))
            return false;
    }
    return true;
}

static struct span first_part(struct span rest, uint8_t separator)
{
    const uint8_t *end = rest.n > 0 ? memchr(rest.p, separator, rest.n) : NULL;
    return (struct span){rest.p, end ? (size_t)(end - rest.p) : rest.n};
}

// Splits at every separator; `count` counts all parts, `parts` holds the first of them.
static size_t split(struct span rest, uint8_t separator, struct span parts[PARTS_MAX])
{
    size_t count = 0;
    for (;;) {
        struct span part = first_part(rest, separator);
        if (count < PARTS_MAX)
            parts[count] = part;
        count++;
        if (part.n == rest.n)
            return count;
        rest = behind(rest, part.n + 1);
    }
}

static bool copy_upper(struct span part, uint8_t *out, size_t room)
{
    if (part.n > room)
        return false;
    for (size_t i = 0; i < part.n; i++)
        out[i] = to_upper(part.p[i]);
    return true;
}

// Reads `size` bytes of base32, letters without case.
static bool read_base32(struct span part, uint8_t *out, size_t size)
{
    uint8_t upper[BASE32_LENGTH(CHALLENGE_ID_SIZE)];
    return copy_upper(part, upper, sizeof(upper)) &&
           base32_decode(span_of(upper, part.n), out, size);
}

// ---- qr-login --------------------------------------------------------------------------

// A code of qr-login, taken apart.
struct code {
    bool is_badge;   // QRB:
    bool has_origin; // false for the QRL: form, and for a badge
    bool https;
    struct span host;
    struct span parts[PARTS_MAX];
    size_t count;
};

// False if the payload is not of this family at all.
static bool split_code(struct span payload, struct code *out)
{
    *out = (struct code){0};
    out->is_badge = has_prefix_nocase(payload, "QRB:");
    if (out->is_badge || has_prefix_nocase(payload, "QRL:")) {
        out->count = split(behind(payload, strlen("QRL:")), ':', out->parts);
        return true;
    }

    out->https = has_prefix_nocase(payload, "HTTPS://");
    if (!out->https && !has_prefix_nocase(payload, "HTTP://"))
        return false;
    struct span rest = behind(payload, out->https ? strlen("HTTPS://") : strlen("HTTP://"));
    out->has_origin = true;
    out->host = first_part(rest, '/');
    rest = behind(rest, out->host.n);
    if (!has_prefix_nocase(rest, "/Q/"))
        return false;

    out->count = split(behind(rest, strlen("/Q/")), '/', out->parts);
    return true;
}

// A number from 2 up without leading zero.
static bool is_newer_version(struct span part)
{
    if (part.n == 0 || part.p[0] == '0' || span_equal(part, span_str("1")))
        return false;
    for (size_t i = 0; i < part.n; i++) {
        if (!is_digit(part.p[i]))
            return false;
    }
    return true;
}

static bool read_origin(const struct code *code, struct origin *out)
{
    uint8_t lower[ORIGIN_MAX];
    if (code->host.n > sizeof(lower))
        return false;
    for (size_t i = 0; i < code->host.n; i++)
        lower[i] = to_lower(code->host.p[i]);
    return origin_join(code->https, span_of(lower, code->host.n), out) == ORIGIN_OK;
}

static bool read_login(const struct code *code, struct login_challenge *out)
{
    if (code->is_badge || !span_equal(code->parts[0], span_str("1")) || code->count < 3 ||
        code->count > 4)
        return false;
    out->has_origin = code->has_origin;
    if (code->has_origin && !read_origin(code, &out->origin))
        return false;
    out->frame_size = code->count == 4 ? sizeof(out->frame) : 0;
    return read_base32(code->parts[1], out->tag, sizeof(out->tag)) &&
           read_base32(code->parts[2], out->id, sizeof(out->id)) &&
           (code->count == 3 || read_base32(code->parts[3], out->frame, sizeof(out->frame)));
}

static bool read_pairing(const struct code *code, struct pairing_code *out)
{
    bool is_pairing = code->parts[0].n == 1 && to_upper(code->parts[0].p[0]) == 'P';
    return is_pairing && code->has_origin && code->count == 3 &&
           read_origin(code, &out->origin) &&
           read_base32(code->parts[1], out->fingerprint, sizeof(out->fingerprint)) &&
           read_base32(code->parts[2], out->token, sizeof(out->token));
}

static bool read_badge(const struct code *code, struct badge *out)
{
    return code->is_badge && code->count == 3 && span_equal(code->parts[0], span_str("1")) &&
           read_base32(code->parts[1], out->tag, sizeof(out->tag)) &&
           read_base32(code->parts[2], out->bytes, sizeof(out->bytes));
}

// Whether the second part has the size of a tag or fingerprint: then somebody meant a code.
static bool is_shaped_like_code(const struct code *code)
{
    if (code->count < 2)
        return false;
    struct span part = code->parts[1];
    if (part.n != BASE32_LENGTH(CHALLENGE_TAG_SIZE) &&
        part.n != BASE32_LENGTH(PAIRING_FPR_SIZE))
        return false;
    for (size_t i = 0; i < part.n; i++) {
        if (!base32_is_digit(to_upper(part.p[i])))
            return false;
    }
    return true;
}

bool challenge_read_qr_login(struct span payload, struct challenge *out)
{
    struct code code;
    if (!split_code(payload, &code))
        return false;
    if (is_newer_version(code.parts[0])) {
        out->kind = PAYLOAD_NEWER_VERSION;
        return true;
    }

    // No part lets a longer text than 512 bytes or a byte outside 0x21-0x7E through.
    struct challenge read = {0};
    if (read_login(&code, &read.login)) {
        read.kind = PAYLOAD_LOGIN;
        *out = read;
        return true;
    }
    memset(&read, 0, sizeof(read));
    if (read_pairing(&code, &read.pairing)) {
        read.kind = PAYLOAD_PAIRING;
        *out = read;
        return true;
    }
    memset(&read, 0, sizeof(read));
    if (read_badge(&code, &read.badge)) {
        read.kind = PAYLOAD_BADGE;
        *out = read;
        return true;
    }
    if (code.has_origin && !is_shaped_like_code(&code))
        return false;

    out->kind = PAYLOAD_DAMAGED;
    return true;
}

// ---- Bitrix24 --------------------------------------------------------------------------

static bool read_segment(struct span part, char *out, size_t max)
{
    if (part.n == 0 || part.n > max)
        return false;
    for (size_t i = 0; i < part.n; i++) {
        uint8_t c = part.p[i];
        if (!is_digit(c) && !is_letter(c) && c != '_' && c != '-')
            return false;
    }
    memcpy(out, part.p, part.n);
    out[part.n] = '\0';
    return true;
}

// Upper and lower case matter, and whatever follows the three segments does not.
bool challenge_read_bitrix24(struct span payload, struct challenge *out)
{
    static const char prefix[] = "https://b24.to/a/";
    if (!has_prefix(payload, prefix))
        return false;

    struct span parts[PARTS_MAX];
    size_t count = split(behind(payload, sizeof(prefix) - 1), '/', parts);
    struct challenge read = {.kind = PAYLOAD_BITRIX24, .by_address = true};
    struct bitrix24_challenge *b = &read.bitrix24;
    if (payload.n <= sizeof(b->text)) {
        memcpy(b->text, payload.p, payload.n);
        b->text_size = payload.n;
    }

    if (b->text_size > 0 && count >= 3 &&
        read_segment(parts[0], b->site_id, BITRIX24_SITE_ID_MAX) &&
        read_segment(parts[1], b->unique_id, BITRIX24_UNIQUE_MAX) &&
        read_segment(parts[2], b->channel_tag, BITRIX24_CHANNEL_MAX))
        *out = read;
    else
        out->kind = PAYLOAD_DAMAGED;

    return true;
}

// ---- everything else -------------------------------------------------------------------

// scheme://something without white space (RFC 3986, section 3.1).
static bool is_link(struct span payload)
{
    struct span scheme = first_part(payload, ':');
    if (scheme.n == 0 || !is_letter(scheme.p[0]))
        return false;
    for (size_t i = 1; i < scheme.n; i++) {
        uint8_t c = scheme.p[i];
        if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.')
            return false;
    }

    struct span rest = behind(payload, scheme.n);
    if (rest.n <= strlen("://") || !has_prefix(rest, "://"))
        return false;
    for (size_t i = 0; i < rest.n; i++) {
        if (rest.p[i] <= 0x20 || rest.p[i] == 0x7f)
            return false;
    }
    return true;
}

// Text that can be shown: UTF-8, no control characters but line ends and tabs.
static bool is_text(struct span payload)
{
    size_t at = 0;
    while (at < payload.n) {
        uint32_t c;
        if (!text_next(payload, &at, &c))
            return false;
        bool layout = c == '\t' || c == '\n' || c == '\r';
        if ((c < 0x20 && !layout) || (c >= 0x7f && c < 0xa0))
            return false;
    }
    return true;
}

enum payload_kind challenge_other_kind(struct span payload)
{
    static const struct {
        const char *prefix;
        enum payload_kind kind;
    } prefixes[] = {
        {"WIFI:", PAYLOAD_WIFI},          {"BEGIN:VCARD", PAYLOAD_CONTACT},
        {"MECARD:", PAYLOAD_CONTACT},     {"BIZCARD:", PAYLOAD_CONTACT},
        {"otpauth://", PAYLOAD_OTP_SEED}, {"otpauth-migration://", PAYLOAD_OTP_SEED},
    };

    // Before the question whether it is text: a damaged seed is still a secret.
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if (has_prefix_nocase(payload, prefixes[i].prefix))
            return prefixes[i].kind;
    }

    if (!is_text(payload))
        return PAYLOAD_BYTES;
    return is_link(payload) ? PAYLOAD_LINK : PAYLOAD_TEXT;
}

void challenge_parse(struct span payload, struct challenge *out)
{
    memset(out, 0, sizeof(*out));
    if (!challenge_read_bitrix24(payload, out) && !challenge_read_qr_login(payload, out))
        out->kind = challenge_other_kind(payload);
}

bool payload_is_sign_in(enum payload_kind kind)
{
    return kind == PAYLOAD_LOGIN || kind == PAYLOAD_BITRIX24 || kind == PAYLOAD_OWN_SIGN_IN;
}

bool payload_is_pairing(enum payload_kind kind)
{
    return kind == PAYLOAD_PAIRING || kind == PAYLOAD_OWN_PAIRING;
}

const char *challenge_origin(const struct challenge *challenge)
{
    switch (challenge->kind) {
    case PAYLOAD_LOGIN:
        return challenge->login.origin.text;
    case PAYLOAD_PAIRING:
        return challenge->pairing.origin.text;
    case PAYLOAD_OWN_SIGN_IN:
    case PAYLOAD_OWN_PAIRING:
        return challenge->own.origin.text;
    default:
        return "";
    }
}

bool challenge_is_same(const struct challenge *a, const struct challenge *b)
{
    if (a->kind != b->kind)
        return false;

    switch (a->kind) {
    case PAYLOAD_LOGIN:
        return memcmp(a->login.tag, b->login.tag, sizeof(a->login.tag)) == 0 &&
               memcmp(a->login.id, b->login.id, sizeof(a->login.id)) == 0 &&
               a->login.frame_size == b->login.frame_size &&
               memcmp(a->login.frame, b->login.frame, a->login.frame_size) == 0;
    case PAYLOAD_PAIRING:
        return memcmp(a->pairing.token, b->pairing.token, sizeof(a->pairing.token)) == 0;
    case PAYLOAD_BADGE:
        return memcmp(&a->badge, &b->badge, sizeof(a->badge)) == 0;
    case PAYLOAD_BITRIX24:
        return strcmp(a->bitrix24.unique_id, b->bitrix24.unique_id) == 0 &&
               strcmp(a->bitrix24.channel_tag, b->bitrix24.channel_tag) == 0;
    case PAYLOAD_OWN_SIGN_IN:
    case PAYLOAD_OWN_PAIRING:
        return a->own.text_size == b->own.text_size &&
               memcmp(a->own.text, b->own.text, a->own.text_size) == 0;
    default:
        return false;
    }
}

const char *payload_kind_name(enum payload_kind kind)
{
    static const char *const names[] = {
        [PAYLOAD_LOGIN] = "login",
        [PAYLOAD_PAIRING] = "pairing",
        [PAYLOAD_BADGE] = "badge",
        [PAYLOAD_BITRIX24] = "bitrix24",
        [PAYLOAD_OWN_SIGN_IN] = "sign-in",
        [PAYLOAD_OWN_PAIRING] = "pairing-code",
        [PAYLOAD_NEWER_VERSION] = "newer-version",
        [PAYLOAD_DAMAGED] = "damaged",
        [PAYLOAD_PART] = "part",
        [PAYLOAD_WIFI] = "wifi",
        [PAYLOAD_CONTACT] = "contact",
        [PAYLOAD_OTP_SEED] = "otp-seed",
        [PAYLOAD_LINK] = "link",
        [PAYLOAD_TEXT] = "text",
        [PAYLOAD_BYTES] = "bytes",
    };

    return names[kind];
}
