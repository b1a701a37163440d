// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_PORTAL_BENCH_H
#define QRCONFIRM_TESTS_PORTAL_BENCH_H

// A portal on a real store in a folder of its own, with clocks that a test moves, and devices
// that sign real statements.

#include "portal/core/challenges.h"
#include "portal/core/claims.h"
#include "portal/core/enrolments.h"
#include "portal/core/policy.h"
#include "portal/qr_login/verifier.h"

#define BENCH_ADDRESS "127.0.0.1"
#define BENCH_URL     "https://portal.example.com/app"

struct bench {
    char directory[64];
    int64_t wall, boot;  // seconds, milliseconds
    const char *boot_id; // of the machine
    enum portal_mode mode;
    const struct language *language; // of the devices that call
    struct portal portal;
    // Goes along with each statement, about that one; NULL: nothing does.
    const struct statement_journal *journal;
};

struct bench_device {
    uint8_t public_key[PUBLIC_KEY_SIZE], secret_key[SECRET_KEY_SIZE], key_id[KEY_ID_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    char account_id[STATEMENT_ACCOUNT_MAX + 1];
    uint64_t sequence; // of the last statement made
};

// The store lies in PostgreSQL (with_postgresql), which has a clock for all machines.
bool bench_is_shared(void);

void bench_open(struct bench *bench); // QR sign-in is on
void bench_open_mode(struct bench *bench, enum portal_mode mode);
void bench_restart(struct bench *bench);
void bench_restart_closed(struct bench *bench); // that was stopped
void bench_close(struct bench *bench);          // removes the folder

void bench_pass(struct bench *bench, int64_t seconds); // both clocks
void bench_config(struct bench *bench, const char *name, const char *value);
int64_t bench_number(struct bench *bench, const char *sql);

// Adds an account; its password is not to be used. Returns its id.
int64_t bench_user(struct bench *bench, const char *name, bool otp);
void bench_session(struct bench *bench, int64_t user, struct session *out);

void bench_new_key(struct bench_device *device);
void bench_enrol(const struct bench *bench, const struct bench_device *device,
                 const uint8_t *token, struct statement_enrol *out);
// Shows a pairing code in `session`; its token.
void bench_pairing_code(struct bench *bench, const struct session *session,
                        uint8_t token[static PAIRING_TOKEN_SIZE]);
// Pairs: enrol, the six digits, enrol again.
void bench_pair(struct bench *bench, int64_t user, struct bench_device *out);

// A login page of `address`; `mark` is its mark cookie or "".
void bench_challenge(struct bench *bench, const char *address, const char *mark,
                     struct token *cookie, struct portal_challenge *out);
enum challenge_state bench_state(struct bench *bench, const struct portal_challenge *challenge);

// Statements as a good device writes them.
void bench_resolve(const struct bench *bench, const struct bench_device *device,
                   const struct portal_challenge *challenge, struct statement_resolve *out);
void bench_decision(const struct bench *bench, struct bench_device *device,
                    const struct portal_challenge *challenge, const uint8_t *context_hash,
                    struct statement_decision *out);
void bench_where(const struct bench *bench, enum message message, struct statement_where *out);

// Signs and sends; the portal's answer.
void bench_send(struct bench *bench, enum message message, const void *statement,
                const struct bench_device *device, struct answer *out);
// The same with a signature of each of these.
void bench_send_signed(struct bench *bench, enum message message, const void *statement,
                       const struct bench_device *const signers[], size_t count,
                       struct answer *out);
// Opens a signed answer of the portal; fails the test if it does not verify.
void bench_open_answer(const struct bench *bench, enum message message,
                       const struct answer *answer, struct envelope_opened *out);

// Resolves and returns the outcome; the hash of the context where there is one.
enum outcome bench_do_resolve(struct bench *bench, const struct bench_device *device,
                              const struct portal_challenge *challenge,
                              uint8_t context_hash[static HASH_SIZE]);
// Resolves and approves; fails the test if that does not work.
void bench_approve(struct bench *bench, struct bench_device *device,
                   const struct portal_challenge *challenge, struct statement_receipt *receipt);

enum outcome bench_claim(struct bench *bench, const char *cookie, const char *mark,
                         const char *code, struct claimed *out);

#endif
