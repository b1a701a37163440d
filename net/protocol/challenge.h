// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_CHALLENGE_H
#define QRCONFIRM_NET_PROTOCOL_CHALLENGE_H

// What a QR says: a sign-in challenge of one of the two dialects, a pairing code, or something
// else that the screen can name ("this is a Wi-Fi code"). Pure, total, and strict: every byte
// string gets exactly one kind. Source: docs/protocol (qr-login v1, section 3) and the Bitrix24
// code as its login page shows it.

#include "base/span.h"
#include "net/protocol/origin.h"

#define CHALLENGE_TAG_SIZE   8u
#define CHALLENGE_ID_SIZE    16u
#define CHALLENGE_FRAME_SIZE 5u
#define PAIRING_FPR_SIZE     16u
#define PAIRING_TOKEN_SIZE   16u
#define BITRIX24_SITE_ID_MAX 64u
#define BITRIX24_UNIQUE_MAX  64u
#define BITRIX24_CHANNEL_MAX 64u
#define BITRIX24_TEXT_MAX    511u // bytes of the whole code; a longer one is damaged

enum payload_kind {
    PAYLOAD_LOGIN,         // qr-login challenge
    PAYLOAD_PAIRING,       // qr-login pairing code
    PAYLOAD_BITRIX24,      // Bitrix24 challenge
    PAYLOAD_NEWER_VERSION, // qr-login of a later version
    PAYLOAD_DAMAGED,       // nearly one of the above
    PAYLOAD_WIFI,
    PAYLOAD_CONTACT,
    PAYLOAD_OTP_SEED, // the seed of one-time codes: never shown, never logged
    PAYLOAD_LINK,
    PAYLOAD_TEXT,
    PAYLOAD_BYTES // not printable text
};

struct login_challenge {
    bool has_origin; // false for the QRL: form
    struct origin origin;
    uint8_t tag[CHALLENGE_TAG_SIZE];
    uint8_t id[CHALLENGE_ID_SIZE];
    uint8_t frame[CHALLENGE_FRAME_SIZE];
    size_t frame_size; // 0 or CHALLENGE_FRAME_SIZE
};

struct pairing_code {
    struct origin origin;
    uint8_t fingerprint[PAIRING_FPR_SIZE];
    uint8_t token[PAIRING_TOKEN_SIZE];
};

struct bitrix24_challenge {
    char site_id[BITRIX24_SITE_ID_MAX + 1];
    char unique_id[BITRIX24_UNIQUE_MAX + 1];
    char channel_tag[BITRIX24_CHANNEL_MAX + 1];
    // The code as it was scanned: any bytes may follow the three parts.
    uint8_t text[BITRIX24_TEXT_MAX];
    size_t text_size;
};

struct challenge {
    enum payload_kind kind;
    union {
        struct login_challenge login;
        struct pairing_code pairing;
        struct bitrix24_challenge bitrix24;
    };
};

// Says what `payload` is. Only the three kinds of a challenge fill the union.
void challenge_parse(struct span payload, struct challenge *out);

// The stable name of a kind: "login", "pairing", "bitrix24", "newer-version", "damaged",
// "wifi", "contact", "otp-seed", "link", "text", "bytes".
const char *payload_kind_name(enum payload_kind kind);

#endif
