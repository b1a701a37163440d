// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_USERS_H
#define QRCONFIRM_PORTAL_CORE_USERS_H

// Accounts: a name to sign in with, a password (Argon2id), and, where two-step login is on, the
// secret of an authenticator (TOTP, RFC 6238: SHA-1, six digits, 30 seconds). All functions run
// inside a transaction, except where it says otherwise.

#include "portal/base/environment.h"
#include "portal/core/store.h"

#define USER_NAME_MAX     64u  // bytes
#define USER_DISPLAY_MAX  128u // bytes
#define USER_ACCOUNT_MAX  32u  // bytes
#define USER_PASSWORD_MIN 8u   // bytes
#define USER_PASSWORD_MAX 256u // bytes
#define USER_HASH_MAX     128u // bytes
#define USER_OTP_SIZE     20u  // bytes of the authenticator's secret (RFC 4226, 4)
#define USER_OTP_TEXT     32u  // the same in base32

struct user {
    int64_t id;
    char account_id[USER_ACCOUNT_MAX + 1]; // never changes, never used again
    char name[USER_NAME_MAX + 1];
    char display_name[USER_DISPLAY_MAX + 1];
    bool otp, admin, enabled;
    int64_t trust; // rises with trust_end (trust.h)
};

struct user_new {
    const char *name, *display_name, *password; // display_name may be NULL
    bool admin, otp;
};

// Slow (Argon2id): may run outside a transaction. False if memory is short.
bool users_hash_password(const char *password, char out[static USER_HASH_MAX]);

// UNKNOWN: memory is short.
enum password_check { PASSWORD_WRONG, PASSWORD_RIGHT, PASSWORD_UNKNOWN };
enum password_check users_check_password(const char *password, const char *hash);

// Adds an account; `hash` from users_hash_password. With `otp`, `otp_secret` gets the secret in
// base32. Refuses with USAGE names that are taken or not allowed.
bool users_add(struct store *store, const struct portal_environment *environment,
               const struct user_new *user, const char *hash,
               char otp_secret[static USER_OTP_TEXT + 1], struct fault *fault);

// Refuses with USAGE what users_add would refuse; needs no transaction.
bool users_allowed(const struct user_new *user, struct fault *fault);

// A name as it is compared: without spaces around it, whatever its case. "" where it is too
// long to be one.
void users_name_key(const char *name, char out[static USER_NAME_MAX + 1]);
// Compares by the key. Older stores may have names that differ by case only: those are found as
// they are written.
bool users_by_name(struct store *store, const char *name, struct user *out);
bool users_by_id(struct store *store, int64_t id, struct user *out);
void users_password_hash(struct store *store, int64_t id, char out[static USER_HASH_MAX]);
// Is this still the account that was read before: enabled, and with the same trust? Code that
// opens something for a password which was checked outside the transaction asks this inside it.
bool users_unchanged(struct store *store, const struct user *user);
void users_set_password_hash(struct store *store, int64_t id, const char *hash);
void users_set_enabled(struct store *store, int64_t id, bool enabled);

// True if `code` is the authenticator's, now or one step (30 s) to either side, and neither it
// nor a later one was taken before: each code counts once.
bool users_take_otp(struct store *store, const struct user *user, const char *code,
                    int64_t wall_now);

#endif
