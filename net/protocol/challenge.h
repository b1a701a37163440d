// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_CHALLENGE_H
#define QRCONFIRM_NET_PROTOCOL_CHALLENGE_H

// What a QR says: a sign-in challenge or pairing code of the protocol, the Bitrix24 code that
// both sides of this house know, a code that a dialect of the device reads for itself, or
// something else that the screen can name ("this is a Wi-Fi code"). Pure, total, and strict:
// every byte string gets exactly one kind. Source: docs/protocol (qr-login v1, section 3) and
// the Bitrix24 code as its login page shows it.

#include "base/span.h"
#include "net/protocol/origin.h"

#define CHALLENGE_TAG_SIZE   8u
#define CHALLENGE_ID_SIZE    16u
#define CHALLENGE_FRAME_SIZE 5u
#define PAIRING_FPR_SIZE     16u
#define PAIRING_TOKEN_SIZE   16u
#define BADGE_SIZE           PAIRING_TOKEN_SIZE // it stands where a token does
#define BITRIX24_SITE_ID_MAX 64u
#define BITRIX24_UNIQUE_MAX  64u
#define BITRIX24_CHANNEL_MAX 64u
#define BITRIX24_TEXT_MAX    511u // bytes of the whole code; a longer one is damaged
#define OWN_CODE_MAX         511u // bytes

enum payload_kind {
    PAYLOAD_LOGIN,         // qr-login challenge
    PAYLOAD_PAIRING,       // qr-login pairing code
    PAYLOAD_BADGE,         // of a person, for a kiosk (section 6.2)
    PAYLOAD_BITRIX24,      // Bitrix24 challenge
    PAYLOAD_OWN_SIGN_IN,   // challenge that only its dialect reads (net/dialect.h)
    PAYLOAD_OWN_PAIRING,   // pairing code that only its dialect reads
    PAYLOAD_NEWER_VERSION, // qr-login of a later version
    PAYLOAD_DAMAGED,       // nearly one of the above
    PAYLOAD_PART,          // one of several codes that make a message: told by the reader alone
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

struct badge {
    uint8_t tag[CHALLENGE_TAG_SIZE]; // of the portal that gave it
    uint8_t bytes[BADGE_SIZE];
};

struct bitrix24_challenge {
    char site_id[BITRIX24_SITE_ID_MAX + 1];
    char unique_id[BITRIX24_UNIQUE_MAX + 1];
    char channel_tag[BITRIX24_CHANNEL_MAX + 1];
    // The code as it was scanned: any bytes may follow the three parts.
    uint8_t text[BITRIX24_TEXT_MAX];
    size_t text_size;
};

// As its dialect gave it out; what the text means is the dialect's.
struct own_code {
    struct origin origin; // of the portal; empty: the code does not name it
    uint8_t text[OWN_CODE_MAX];
    size_t text_size;
};

struct challenge {
    enum payload_kind kind;
    bool by_address; // its portal gives no pairing code: who pairs with it types its address
    union {
        struct login_challenge login;
        struct pairing_code pairing;
        struct badge badge;
        struct bitrix24_challenge bitrix24;
        struct own_code own;
    };
};

// Says what `payload` is, but for codes that a dialect reads for itself. Only the kinds of a
// challenge, and a badge, fill the union.
void challenge_parse(struct span payload, struct challenge *out);

// The parts of it. False: it is something else; `out` is then as it was. A code that is nearly
// one is DAMAGED.
bool challenge_read_qr_login(struct span payload, struct challenge *out);
bool challenge_read_bitrix24(struct span payload, struct challenge *out);
// What is no challenge, DAMAGED aside.
enum payload_kind challenge_other_kind(struct span payload);

// Whether the kind is a sign-in challenge, and whether it is a pairing code, of any dialect.
bool payload_is_sign_in(enum payload_kind kind);
bool payload_is_pairing(enum payload_kind kind);

// The origin that a challenge or pairing code names; empty if it names none.
const char *challenge_origin(const struct challenge *challenge);

// Whether both are the same challenge or pairing code, however they are written.
bool challenge_is_same(const struct challenge *a, const struct challenge *b);

// The stable name of a kind: "login", "pairing", "badge", "bitrix24", "sign-in",
// "pairing-code", "newer-version", "damaged", "part", "wifi", "contact", "otp-seed", "link",
// "text", "bytes".
const char *payload_kind_name(enum payload_kind kind);

#endif
