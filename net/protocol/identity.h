// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_IDENTITY_H
#define QRCONFIRM_NET_PROTOCOL_IDENTITY_H

// Keys, and the names made from them (docs/protocol, section 2): a name is a hash of the key,
// so nobody can take another's. Ed25519 as RFC 8032, SHA-256. Programs call sodium_init() once
// before anything here.
//
// False: libsodium has failed, and there is no hash. What it was for is not done, and nothing
// is equal to it.

#include "net/protocol/challenge.h"

#define PUBLIC_KEY_SIZE 32u
#define SECRET_KEY_SIZE 64u // libsodium's form: seed, then public key
#define SIGNATURE_SIZE  64u
#define HASH_SIZE       32u // SHA-256
#define KEY_ID_SIZE     8u
#define KEY_ID_HEX_SIZE 16u
#define PORTAL_ID_SIZE  HASH_SIZE
#define FRAME_KEY_SIZE  32u
#define FRAME_STEP_S    10u // seconds a frame of the code stands

__attribute__((warn_unused_result)) bool hash_sha256(struct span bytes,
                                                     uint8_t out[static HASH_SIZE]);

// First 8 bytes of the hash, for portal and session keys alike.
__attribute__((warn_unused_result)) bool
key_id_of(const uint8_t public_key[static PUBLIC_KEY_SIZE], uint8_t out[static KEY_ID_SIZE]);

// Lower case, with a NUL.
void key_id_hex(const uint8_t key_id[static KEY_ID_SIZE], char out[static KEY_ID_HEX_SIZE + 1]);

// SHA-256 of the portal's key. The tag in a sign-in code is its first 8 bytes, the fingerprint
// in a pairing code its first 16.
__attribute__((warn_unused_result)) bool
portal_id_of(const uint8_t portal_key[static PUBLIC_KEY_SIZE],
             uint8_t out[static PORTAL_ID_SIZE]);

// False for keys that are not reduced or of small order: under those, signatures can be forged.
bool public_key_is_good(const uint8_t public_key[static PUBLIC_KEY_SIZE]);

// What stands in the code of a portal that uses frames, at `portal_time` (seconds since 1970).
__attribute__((warn_unused_result)) bool
frame_code(const uint8_t key[static FRAME_KEY_SIZE],
           const uint8_t challenge_id[static CHALLENGE_ID_SIZE], uint64_t portal_time,
           uint8_t out[static CHALLENGE_FRAME_SIZE]);

#endif
