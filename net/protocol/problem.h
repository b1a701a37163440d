// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_PROBLEM_H
#define QRCONFIRM_NET_PROTOCOL_PROBLEM_H

// Refusals of a portal: application/problem+json (RFC 9457) with the stable codes of
// docs/protocol, section 9. The portal writes them, the device reads them; both by this table.
// Nothing in a problem document is signed, except the envelope it may carry.

#include "base/failure.h"
#include "net/protocol/envelope.h"

#define PROBLEM_MEDIA_TYPE "application/problem+json"
#define PROBLEM_LOG_ID_MAX 64u

// X(name, code, status, what the device makes of it, title). The last two go to browsers only.
#define PROBLEMS(X)                                                                            \
    X(MALFORMED, "malformed", 400, PORTAL_MALFORMED, "The request is not well formed")         \
    X(VERSION_UNSUPPORTED, "version-unsupported", 400, PORTAL_VERSION,                         \
      "This version of the protocol is not supported")                                         \
    X(QR_DISABLED, "qr-disabled", 403, PORTAL_QR_DISABLED, "QR sign-in is switched off")       \
    X(BAD_SIGNATURE, "bad-signature", 403, PORTAL_BAD_SIGNATURE,                               \
      "The signature does not hold")                                                           \
    X(UNKNOWN_DEVICE, "unknown-device", 403, PORTAL_UNKNOWN_DEVICE, "No device has this key")  \
    X(KEY_EXPIRED, "key-expired", 403, PORTAL_KEY_EXPIRED, "The key has expired")              \
    X(DEVICE_REVOKED, "device-revoked", 403, PORTAL_DEVICE_REVOKED, "The device was removed")  \
    X(ACCOUNT_DISABLED, "account-disabled", 403, PORTAL_ACCOUNT_DISABLED,                      \
      "The account is switched off")                                                           \
    X(POLICY_DENIED, "policy-denied", 403, PORTAL_POLICY_DENIED,                               \
      "The portal's rules do not allow this")                                                  \
    X(STATEMENT_MISMATCH, "statement-mismatch", 403, PORTAL_MISMATCH,                          \
      "The statement does not belong to this request")                                         \
    X(UV_REQUIRED, "uv-required", 403, PORTAL_UV_REQUIRED, "The user must be verified")        \
    X(PRESENCE_REQUIRED, "presence-required", 403, PORTAL_PRESENCE_REQUIRED,                   \
      "A person must approve at a window or terminal")                                         \
    X(ENROLMENT_REFUSED, "enrolment-refused", 403, PORTAL_ENROLMENT_REFUSED,                   \
      "The pairing was refused in the browser")                                                \
    X(UNKNOWN_CHALLENGE, "unknown-challenge", 404, CHALLENGE_UNKNOWN, "No such challenge")     \
    X(UNKNOWN_TOKEN, "unknown-token", 404, PORTAL_UNKNOWN_TOKEN, "No such pairing code")       \
    X(CHALLENGE_TAKEN, "challenge-taken", 409, CHALLENGE_TAKEN,                                \
      "Another device has scanned this code")                                                  \
    X(CHALLENGE_DECIDED, "challenge-decided", 409, CHALLENGE_DECIDED,                          \
      "This sign-in has been answered")                                                        \
    X(CHALLENGE_CLAIMED, "challenge-claimed", 409, CHALLENGE_CLAIMED,                          \
      "This sign-in has been used")                                                            \
    X(SEQUENCE_REUSED, "sequence-reused", 409, PORTAL_SEQUENCE_REUSED,                         \
      "A newer statement of this device is known")                                             \
    X(TOKEN_USED, "token-used", 409, PORTAL_TOKEN_USED, "This pairing code has been used")     \
    X(KEY_IN_USE, "key-in-use", 409, PORTAL_KEY_IN_USE, "This key has been seen before")       \
    X(CONTEXT_CHANGED, "context-changed", 409, CHALLENGE_CHANGED,                              \
      "A newer context has been sent")                                                         \
    X(CHALLENGE_EXPIRED, "challenge-expired", 410, CHALLENGE_EXPIRED, "The code has expired")  \
    X(TOKEN_EXPIRED, "token-expired", 410, PORTAL_TOKEN_EXPIRED,                               \
      "The pairing code has expired")                                                          \
    X(FRAME_STALE, "frame-stale", 410, CHALLENGE_STALE_FRAME,                                  \
      "The picture of the code is old")                                                        \
    X(RATE_LIMITED, "rate-limited", 429, PORTAL_RATE_LIMITED, "Too many requests")             \
    X(NOT_APPROVED, "not-approved", 409, INTERNAL, "Not approved yet")                         \
    X(WRONG_CODE, "wrong-code", 403, INTERNAL, "The code is not right")

enum problem_code {
#define X(name, code, status, failure, title) PROBLEM_##name,
    PROBLEMS(X)
#undef X
        PROBLEM_COUNT
};

struct problem {
    enum problem_code code;
    int64_t retry_after_s;                 // -1: not told
    int64_t tries_left;                    // -1: not told
    unsigned supported_min, supported_max; // versions, both 0: not told
    char log_id[PROBLEM_LOG_ID_MAX + 1];   // empty: none
    struct envelope_text envelope; // a revoked-v1, with PROBLEM_DEVICE_REVOKED; size 0: none
};

// A problem with this code and nothing told besides.
void problem_init(struct problem *out, enum problem_code code);

const char *problem_code_word(enum problem_code code); // "challenge-expired"
unsigned problem_status(enum problem_code code);       // HTTP status
enum failure problem_failure(enum problem_code code);  // what to tell the person

// What a portal answers to an envelope or body that was refused. VERDICT_MEMORY refuses
// nothing.
enum problem_code problem_of_verdict(enum verdict verdict);

// The portal's side: the document as JSON, to be released with free(); NULL if memory is short.
char *problem_write(const struct problem *problem, const char *base_url);

// The device's side. True only for a document with a code that portals send to devices, under
// that code's own status: anything else is not an answer, and the call is tried again.
// `content_type` and `retry_after` are the reply's headers, NULL if absent. `starved` (may
// be NULL) is set if memory was short for it.
bool problem_read(unsigned http_status, const char *content_type, const char *retry_after,
                  struct span body, struct problem *out, bool *starved);

// Whether sending a statement ends with this code; false for PROBLEM_RATE_LIMITED, which only
// asks to wait.
bool problem_ends_sending(enum problem_code code);

#endif
