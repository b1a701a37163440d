// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_MESSAGE_H
#define QRCONFIRM_NET_PROTOCOL_MESSAGE_H

// The messages of qr-login v1 (docs/protocol, section 5) as plain values. How they become bytes
// and are judged is in statement.h.
//
// Texts are UTF-8 with a NUL behind them; the wire allows no NUL in them. Times are seconds
// since 1970. Version, type byte and lengths exist on the wire only.

#include "net/protocol/challenge.h"
#include "net/protocol/identity.h"

#define STATEMENT_TARGET_MAX  512u // bytes, as the next
#define STATEMENT_LABEL_MAX   64u
#define STATEMENT_ACCOUNT_MAX 128u
#define STATEMENT_IP_MAX      45u
#define STATEMENT_LAST_MAX    96u
#define STATEMENT_PINS_MAX    4u
#define STATEMENT_CODE_SIZE   6u   // digits of a pairing or pickup code
#define STATEMENT_LIFE_MAX_S  300u // a challenge's longest life

#define DEVICE_ID_SIZE       16u
#define LOGIN_ID_SIZE        16u
#define NONCE_SIZE           16u
#define CHALLENGE_NONCE_SIZE 32u
#define ENROL_TOKEN_SIZE     16u

enum message {
    MESSAGE_ENROL,
    MESSAGE_RESOLVE,
    MESSAGE_DECISION,
    MESSAGE_ROTATE,
    MESSAGE_UNPAIR,
    MESSAGE_ENDSESSION,
    MESSAGE_BITRIX24, // struct statement_decision, under a key of its own
    MESSAGE_JOURNAL,  // goes along in the envelope of another statement
    MESSAGE_METADATA, // this and the following are the portal's
    MESSAGE_ENROLLED,
    MESSAGE_CONTEXT,
    MESSAGE_RECEIPT,
    MESSAGE_REVOKED,
    MESSAGE_COUNT
};

// The portal's base URL as device messages carry it.
struct statement_where {
    char origin[ORIGIN_MAX + 1];
    char target[STATEMENT_TARGET_MAX + 1]; // "POST /path/qr-login/v1/decision"
};

struct statement_pins {
    size_t count;
    uint8_t hash[STATEMENT_PINS_MAX][HASH_SIZE]; // SHA-256 of TLS SubjectPublicKeyInfo
};

struct statement_metadata {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t portal_key[PUBLIC_KEY_SIZE];
    uint8_t next_key[PUBLIC_KEY_SIZE]; // all zero: none
    uint64_t serial;
    struct statement_pins pins;
    char base_url[BASE_URL_MAX + 1];
    char display_name[STATEMENT_LABEL_MAX + 1];
};

enum { PROTECTION_FILE = 0, PROTECTION_KEYRING = 1, PROTECTION_HARDWARE = 2 };
enum { ENROL_CAN_VERIFY_USER = 1 << 0, ENROL_KIOSK = 1 << 1 };

struct statement_enrol {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t token[ENROL_TOKEN_SIZE];
    uint8_t session_key[PUBLIC_KEY_SIZE];
    uint8_t device_nonce[NONCE_SIZE];
    uint8_t protection;
    uint8_t flags;
    uint64_t time; // the device's own clock, 0 if not set; recorded, never judged
    char label[STATEMENT_LABEL_MAX + 1];
    char platform[STATEMENT_LABEL_MAX + 1];
    struct statement_where where;
};

enum { ENROLLED_PENDING = 1, ENROLLED_ACTIVE = 2 };

struct statement_enrolled {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t echo[NONCE_SIZE]; // device_nonce, or the first bytes of the rotate body's hash
    uint8_t session_key[PUBLIC_KEY_SIZE];
    uint8_t state;
    uint8_t device_id[DEVICE_ID_SIZE]; // zero while pending, as not_after
    uint64_t not_after;
    uint64_t server_time, serial;
    char pairing_code[STATEMENT_CODE_SIZE + 1]; // while pending, else empty
    char account_id[STATEMENT_ACCOUNT_MAX + 1]; // empty while pending, as the name
    char account_name[STATEMENT_ACCOUNT_MAX + 1];
};

struct statement_frame {
    uint8_t bytes[CHALLENGE_FRAME_SIZE];
    size_t size; // 0 or CHALLENGE_FRAME_SIZE
};

struct statement_resolve {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t challenge_id[CHALLENGE_ID_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    uint8_t key_id[KEY_ID_SIZE];
    uint64_t time;
    uint8_t request_nonce[NONCE_SIZE];
    struct statement_frame frame; // as read from the code
    struct statement_where where;
};

enum {
    CONTEXT_KNOWN_BROWSER = 1 << 0,
    CONTEXT_SAME_NETWORK = 1 << 1,
    CONTEXT_PICKUP_CODE = 1 << 2, // follows an approval
    CONTEXT_UV_REQUIRED = 1 << 3,
    CONTEXT_TWO_STEP = 1 << 4, // the one-time code follows in the browser
    CONTEXT_MAY_REPORT = 1 << 5
};

struct statement_context {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t challenge_id[CHALLENGE_ID_SIZE];
    uint8_t challenge_nonce[CHALLENGE_NONCE_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    uint8_t request_nonce[NONCE_SIZE];
    uint64_t server_time, serial;
    uint64_t created, expires;
    uint16_t flags;
    char origin[ORIGIN_MAX + 1];
    char account_id[STATEMENT_ACCOUNT_MAX + 1];
    char account_name[STATEMENT_ACCOUNT_MAX + 1];
    char browser_ip[STATEMENT_IP_MAX + 1];
    char place[STATEMENT_LABEL_MAX + 1];
    char agent[STATEMENT_LABEL_MAX + 1];
    char last_use[STATEMENT_LAST_MAX + 1];
};

enum { DECISION_APPROVE = 1, DECISION_DENY = 2, DECISION_DENY_AND_REPORT = 3 };
enum { DECISION_USER_PRESENT = 1 << 0, DECISION_USER_VERIFIED = 1 << 1 };

struct statement_decision {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t challenge_id[CHALLENGE_ID_SIZE];
    uint8_t context_hash[HASH_SIZE]; // SHA-256 of the context body that was shown
    uint8_t device_id[DEVICE_ID_SIZE];
    uint8_t key_id[KEY_ID_SIZE];
    uint8_t decision;
    uint8_t flags; // DECISION_USER_VERIFIED only with DECISION_USER_PRESENT
    uint64_t time, sequence;
    struct statement_where where;
    char account_id[STATEMENT_ACCOUNT_MAX + 1];
};

enum {
    RECEIPT_APPROVED = 1,
    RECEIPT_DENIED = 2,
    RECEIPT_PICKUP_CODE = 3, // approved, and the code must be typed in the browser
    RECEIPT_ENDED = 4,
    RECEIPT_ALREADY_OVER = 5
};
enum { RECEIPT_TWO_STEP = 1 << 0, RECEIPT_RENEW = 1 << 1 };

struct statement_receipt {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    uint8_t statement_hash[HASH_SIZE]; // SHA-256 of the decision or endsession body
    uint8_t result;
    uint8_t flags;
    uint8_t login_id[LOGIN_ID_SIZE]; // zero when denied
    uint64_t server_time;
    char pickup_code[STATEMENT_CODE_SIZE + 1]; // with RECEIPT_PICKUP_CODE, else empty
};

struct statement_rotate {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    uint8_t key_id[KEY_ID_SIZE]; // of the old key
    uint8_t new_key[PUBLIC_KEY_SIZE];
    uint64_t time, sequence;
    struct statement_where where;
};

enum { UNPAIR_END_SESSIONS = 1 << 0 };

struct statement_unpair {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    uint8_t key_id[KEY_ID_SIZE];
    uint64_t time, sequence;
    uint8_t flags;
    struct statement_where where;
};

struct statement_endsession {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    uint8_t key_id[KEY_ID_SIZE];
    uint64_t time, sequence;
    uint8_t login_id[LOGIN_ID_SIZE];
    struct statement_where where;
};

struct statement_journal {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    uint8_t key_id[KEY_ID_SIZE];
    uint8_t statement_hash[HASH_SIZE]; // SHA-256 of the body that it goes along with
    uint64_t count;                    // entries of the device's journal
    uint8_t head[HASH_SIZE];           // SHA-256 of the last; zero without any
};

enum { REVOKED_BY_USER = 1, REVOKED_BY_ADMIN = 2, REVOKED_BY_DEVICE = 3, REVOKED_COPY = 4 };

struct statement_revoked {
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    uint8_t key_id[KEY_ID_SIZE];
    uint64_t revoked_at, server_time;
    uint8_t reason;
};

union statement {
    struct statement_metadata metadata;
    struct statement_enrol enrol;
    struct statement_enrolled enrolled;
    struct statement_resolve resolve;
    struct statement_context context;
    struct statement_decision decision; // MESSAGE_DECISION and MESSAGE_BITRIX24
    struct statement_receipt receipt;
    struct statement_rotate rotate;
    struct statement_unpair unpair;
    struct statement_endsession endsession;
    struct statement_journal journal;
    struct statement_revoked revoked;
};

#endif
