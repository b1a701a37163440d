// SPDX-License-Identifier: MIT
#include "tests/unit/failing_sodium.h"

#include <errno.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>

#include "tests/unit/failing.h"

static atomic_bool always_failing;

void failing_sodium_always(bool always)
{
    atomic_store(&always_failing, always);
}

static bool fails(void *out, size_t size)
{
    if (!failing_now() && !atomic_load(&always_failing))
        return false;
    if (out)
        memset(out, 0, size);
    return true;
}

// NAME(parameters), its arguments, and where its result belongs.
#define WRAP(name, parameters, arguments, out, size)                                           \
    int __real_##name parameters;                                                              \
    int __wrap_##name parameters;                                                              \
    int __wrap_##name parameters                                                               \
    {                                                                                          \
        return fails(out, size) ? -1 : __real_##name arguments;                                \
    }

// ---- hashes and MACs ---------------------------------------------------------------------

WRAP(crypto_hash_sha256, (unsigned char *out, const unsigned char *in, unsigned long long n),
     (out, in, n), out, crypto_hash_sha256_BYTES)
WRAP(crypto_hash_sha256_init, (crypto_hash_sha256_state * state), (state), state,
     sizeof(*state))
WRAP(crypto_hash_sha256_update,
     (crypto_hash_sha256_state * state, const unsigned char *in, unsigned long long n),
     (state, in, n), NULL, 0)
WRAP(crypto_hash_sha256_final, (crypto_hash_sha256_state * state, unsigned char *out),
     (state, out), out, crypto_hash_sha256_BYTES)
WRAP(crypto_auth_hmacsha256_init,
     (crypto_auth_hmacsha256_state * state, const unsigned char *key, size_t n),
     (state, key, n), state, sizeof(*state))
WRAP(crypto_auth_hmacsha256_update,
     (crypto_auth_hmacsha256_state * state, const unsigned char *in, unsigned long long n),
     (state, in, n), NULL, 0)
WRAP(crypto_auth_hmacsha256_final, (crypto_auth_hmacsha256_state * state, unsigned char *out),
     (state, out), out, crypto_auth_hmacsha256_BYTES)
WRAP(crypto_generichash,
     (unsigned char *out, size_t size, const unsigned char *in, unsigned long long n,
      const unsigned char *key, size_t key_size),
     (out, size, in, n, key, key_size), out, size)
WRAP(crypto_shorthash,
     (unsigned char *out, const unsigned char *in, unsigned long long n,
      const unsigned char *key),
     (out, in, n, key), out, crypto_shorthash_BYTES)

// ---- signatures --------------------------------------------------------------------------

WRAP(crypto_sign_seed_keypair,
     (unsigned char *public_key, unsigned char *secret, const unsigned char *seed),
     (public_key, secret, seed), secret, crypto_sign_SECRETKEYBYTES)
WRAP(crypto_sign_ed25519_sk_to_seed, (unsigned char *seed, const unsigned char *secret),
     (seed, secret), seed, crypto_sign_SEEDBYTES)
WRAP(crypto_sign_detached,
     (unsigned char *out, unsigned long long *size, const unsigned char *in,
      unsigned long long n, const unsigned char *secret),
     (out, size, in, n, secret), out, crypto_sign_BYTES)
WRAP(crypto_sign_verify_detached,
     (const unsigned char *signature, const unsigned char *in, unsigned long long n,
      const unsigned char *public_key),
     (signature, in, n, public_key), NULL, 0)

// ---- secrets -----------------------------------------------------------------------------

WRAP(crypto_aead_xchacha20poly1305_ietf_encrypt,
     (unsigned char *out, unsigned long long *size, const unsigned char *in,
      unsigned long long n, const unsigned char *open, unsigned long long open_size,
      const unsigned char *none, const unsigned char *nonce, const unsigned char *key),
     (out, size, in, n, open, open_size, none, nonce, key), out,
     n + crypto_aead_xchacha20poly1305_ietf_ABYTES)
WRAP(crypto_aead_xchacha20poly1305_ietf_decrypt,
     (unsigned char *out, unsigned long long *size, unsigned char *none,
      const unsigned char *in, unsigned long long n, const unsigned char *open,
      unsigned long long open_size, const unsigned char *nonce, const unsigned char *key),
     (out, size, none, in, n, open, open_size, nonce, key), NULL, 0)
WRAP(crypto_pwhash,
     (unsigned char *out, unsigned long long size, const char *password, unsigned long long n,
      const unsigned char *salt, unsigned long long passes, size_t memory, int kind),
     (out, size, password, n, salt, passes, memory, kind), out, size)
WRAP(crypto_pwhash_str,
     (char out[crypto_pwhash_STRBYTES], const char *password, unsigned long long n,
      unsigned long long passes, size_t memory),
     (out, password, n, passes, memory), out, crypto_pwhash_STRBYTES)

// libsodium says by errno alone that it had no memory to find out.
int __real_crypto_pwhash_str_verify(const char *hash, const char *password,
                                    unsigned long long n);
int __wrap_crypto_pwhash_str_verify(const char *hash, const char *password,
                                    unsigned long long n);
int __wrap_crypto_pwhash_str_verify(const char *hash, const char *password,
                                    unsigned long long n)
{
    if (!fails(NULL, 0))
        return __real_crypto_pwhash_str_verify(hash, password, n);
    errno = ENOMEM;
    return -1;
}

void *__real_sodium_malloc(size_t size);
void *__wrap_sodium_malloc(size_t size);
void *__wrap_sodium_malloc(size_t size)
{
    return fails(NULL, 0) ? NULL : __real_sodium_malloc(size);
}
