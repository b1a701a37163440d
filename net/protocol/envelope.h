// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_ENVELOPE_H
#define QRCONFIRM_NET_PROTOCOL_ENVELOPE_H

// The signed envelope (DSSE) around a message: docs/protocol, section 2.1. Opening follows the
// order given there: size, JSON, type, base64, length, version, type byte, key, signature, and
// only then the fields, so that nothing unsigned is ever looked at closely.

#include "net/protocol/identity.h"
#include "net/protocol/statement.h"

#define ENVELOPE_MAX            16384u // bytes of an envelope that is received
#define ENVELOPE_SIGNATURES_MAX 4u
#define ENVELOPE_SEALED_MAX     7168u // bytes of one that is made here, with what goes along
#define ENVELOPE_JOURNAL        "journal" // a member that is a journal-v1 of its own

struct envelope_text {
    char text[ENVELOPE_SEALED_MAX + 1]; // compact JSON, with a NUL
    size_t size;
};

static inline struct span envelope_span(const struct envelope_text *envelope)
{
    return span_of(envelope->text, envelope->size);
}

// Signs `body` with 1 to ENVELOPE_SIGNATURES_MAX secret keys (SECRET_KEY_SIZE bytes each) and
// wraps it. False for a body or a number of keys beyond the limits, and where libsodium cannot
// sign; then nothing was signed.
bool envelope_seal(enum message message, struct span body, const uint8_t *const secret_keys[],
                   size_t count, struct envelope_text *out);

// The same in two steps, for keys that are elsewhere: who has one signs, and whoever has the
// signatures wraps the body. False as above.
struct envelope_signature {
    uint8_t key_id[KEY_ID_SIZE];
    uint8_t bytes[SIGNATURE_SIZE];
};

bool envelope_sign(enum message message, struct span body, const uint8_t *secret_key,
                   struct envelope_signature *out);
bool envelope_wrap(enum message message, struct span body,
                   const struct envelope_signature signatures[], size_t count,
                   struct envelope_text *out);

// Has another envelope go along as a member of this one, which must not have it yet. False, and
// as it was, if that is too long.
bool envelope_attach(struct envelope_text *envelope, const char *member,
                     const struct envelope_text *attached);

// The keys a receiver holds. `find` writes the public key with this id and returns true, or
// returns false.
struct envelope_keys {
    bool (*find)(void *userdata, const uint8_t key_id[KEY_ID_SIZE],
                 uint8_t public_key[PUBLIC_KEY_SIZE]);
    void *userdata;
};

struct envelope_opened {
    struct statement_body body;          // the bytes that were signed
    uint8_t public_key[PUBLIC_KEY_SIZE]; // the key that verified; of rotate, the old one
    uint8_t key_id[KEY_ID_SIZE];         // its id
    union statement statement;           // what the body says
};

// Opens an envelope that must be of type `expected`. The key is looked up in `keys`, except
// where it stands in the body: always in enrol, and in metadata where `keys` is NULL (first
// pairing: the caller compares the key with the fingerprint of the code). `out` is written on
// VERDICT_OK only; NOT_JUDGED says nothing of the envelope. Whether key and device are still
// alive is the caller's question.
enum verdict envelope_open(enum message expected, struct span text,
                           const struct envelope_keys *keys, struct envelope_opened *out);

// Who else signed what was opened, which MUST be another key than that which opened it: a
// kiosk, where a person comes with a badge (section 6.2). Of the entries that name a key of
// `keys`, the first one's key is judged: UNKNOWN_KEY where there is none, BAD_SIGNATURE where
// none of its own holds. `text` is what was opened. `key_id` is written on VERDICT_OK only.
enum verdict envelope_second_signer(enum message message, struct span text,
                                    const struct envelope_opened *opened,
                                    const struct envelope_keys *keys,
                                    uint8_t key_id[static KEY_ID_SIZE]);

// The same of an envelope that goes along in `text` as a member; VERDICT_PAYLOAD_TYPE where
// there is none. Nothing else of `text` is judged.
enum verdict envelope_open_attached(enum message expected, struct span text, const char *member,
                                    const struct envelope_keys *keys,
                                    struct envelope_opened *out);

// A find for one key: `userdata` points to its PUBLIC_KEY_SIZE bytes.
bool envelope_find_one(void *userdata, const uint8_t key_id[KEY_ID_SIZE],
                       uint8_t public_key[PUBLIC_KEY_SIZE]);

// The signed bytes, DSSE's pre-authentication encoding. Returns their number; writes them only
// if they fit into `room`. The size of `type` and `body` together is at most 8 KiB.
size_t envelope_pae(struct span type, struct span body, uint8_t *out, size_t room);

#endif
