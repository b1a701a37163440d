// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_VERDICT_H
#define QRCONFIRM_NET_PROTOCOL_VERDICT_H

// What was found wrong with a message, first thing first. The words are those of the test
// vectors; they go to logs, never to a person or a peer.

#include <stdbool.h>

#include "base/failure.h"

#define VERDICTS(X)                                                                            \
    X(OK, "ok")                                                                                \
    /* the bytes of a body */                                                                  \
    X(SHORT, "short")                                                                          \
    X(BODY_TOO_LONG, "body too long")                                                          \
    X(VERSION, "version")                                                                      \
    X(TYPE, "type")                                                                            \
    X(TRAILING_BYTES, "trailing bytes")                                                        \
    X(NOT_UTF8, "not UTF-8")                                                                   \
    X(FORBIDDEN_CHARACTER, "forbidden character")                                              \
    X(BLANK, "blank text")                                                                     \
    X(ORIGIN, "origin")                                                                        \
    X(HOST, "host")                                                                            \
    X(NOT_LOOPBACK, "http is for loopback only")                                               \
    X(PORT, "port")                                                                            \
    X(ORIGIN_NOT_NORMAL, "origin not in normal form")                                          \
    X(BASE_URL, "base URL")                                                                    \
    X(BASE_PATH, "base path")                                                                  \
    X(TARGET, "target")                                                                        \
    X(FRAME, "frame")                                                                          \
    X(PINS, "pins")                                                                            \
    /* single fields */                                                                        \
    X(PROTECTION, "protection")                                                                \
    X(FLAGS, "flags")                                                                          \
    X(DECISION, "decision")                                                                    \
    X(STATE, "state")                                                                          \
    X(RESULT, "result")                                                                        \
    X(REASON, "reason")                                                                        \
    X(PAIRING_CODE_FORM, "pairing_code")                                                       \
    X(PICKUP_CODE_FORM, "pickup_code")                                                         \
    X(LABEL_LENGTH, "label length")                                                            \
    X(PLATFORM_LENGTH, "platform length")                                                      \
    X(DISPLAY_NAME_LENGTH, "display_name length")                                              \
    X(ACCOUNT_ID_LENGTH, "account_id length")                                                  \
    X(ACCOUNT_NAME_LENGTH, "account_name length")                                              \
    X(BROWSER_IP_LENGTH, "browser_ip length")                                                  \
    X(PLACE_LENGTH, "place length")                                                            \
    X(AGENT_LENGTH, "agent length")                                                            \
    X(LAST_USE_LENGTH, "last_use length")                                                      \
    /* fields against each other, and a reply against what was sent */                         \
    X(PORTAL_ID, "portal id")                                                                  \
    X(NEXT_KEY, "next key")                                                                    \
    X(TIMES, "times")                                                                          \
    X(PICKUP_CODE, "pickup code")                                                              \
    X(LOGIN_ID, "login id")                                                                    \
    X(KEY_ID, "key id")                                                                        \
    X(ECHO, "echo")                                                                            \
    X(SESSION_KEY, "session key")                                                              \
    X(DEVICE_ID, "device id")                                                                  \
    X(CHALLENGE_ID, "challenge_id")                                                            \
    X(REQUEST_NONCE, "request_nonce")                                                          \
    X(STATEMENT_HASH, "statement hash")                                                        \
    X(ACCOUNT_ID, "account id")                                                                \
    /* the envelope */                                                                         \
    X(ENVELOPE_TOO_LONG, "envelope too long")                                                  \
    X(NOT_JSON, "not JSON")                                                                    \
    X(MEMBER_TWICE, "member twice")                                                            \
    X(I_JSON, "I-JSON")                                                                        \
    X(PAYLOAD_TYPE, "payloadType")                                                             \
    X(BASE64_TYPE, "base64 type")                                                              \
    X(BASE64_ALPHABET, "base64 alphabet")                                                      \
    X(BASE64_LENGTH, "base64 length or padding")                                               \
    X(BASE64_TRAILING_BITS, "base64 trailing bits")                                            \
    X(SIGNATURES, "signatures")                                                                \
    X(UNKNOWN_KEY, "unknown key")                                                              \
    X(BAD_SIGNATURE, "bad signature")                                                          \
    /* nothing was found out of the message: memory is short here, or libsodium has failed */  \
    X(MEMORY, "no memory")                                                                     \
    X(NOT_JUDGED, "not judged")

enum verdict {
#define X(name, word) VERDICT_##name,
    VERDICTS(X)
#undef X
        VERDICT_COUNT
};

const char *verdict_word(enum verdict verdict);

// Whether it says something of the message.
static inline bool verdict_is_judged(enum verdict verdict)
{
    return verdict != VERDICT_MEMORY && verdict != VERDICT_NOT_JUDGED;
}

// What to tell the person of a message with a fault: MEMORY or INTERNAL where nothing was found
// out of it, else `judged`.
enum failure verdict_failure(enum verdict verdict, enum failure judged);

#endif
