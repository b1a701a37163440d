// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_SIGNER_MESSAGE_H
#define QRCONFIRM_NET_PAIRINGS_SIGNER_MESSAGE_H

// What goes between the program and its signer (signer.h): one request, one answer, each of a
// fixed size and in one piece. Both sides are one program, so numbers are the machine's own.
// Whoever receives believes nothing: what is not as it has to be is no message. The functions
// that judge are pure, for any thread.

#include <stdint.h>

#include "base/failure.h"
#include "net/pairings/journal_file.h"
#include "net/pairings/journal_head.h"
#include "net/pairings/key_file.h"
#include "net/pairings/password_file.h"
#include "net/pairings/seal.h"
#include "net/protocol/envelope.h"

enum signer_act {
    SIGNER_BEGINS,        // no request: it has closed itself in, and answers this first
    SIGNER_UNLOCK,        // by a PIN
    SIGNER_LOCK,          // what was unlocked is over, and what was shown
    SIGNER_CHANGE_PIN,    // set, changed or removed
    SIGNER_TAKE_PART,     // what seals beside the PIN: fetched for it, as it can open nothing
    SIGNER_CHANGE_PART,   // set, changed or left out from here on
    SIGNER_CHECK_TPM,     // would the TPM give out the part that is in the seal?
    SIGNER_FINISH_PIN,    // go on with a change that was cut short
    SIGNER_CHECK,         // are the secrets of a pairing whole?
    SIGNER_MAKE_KEY,      // the first key of a pairing
    SIGNER_FOLLOW_KEY,    // one that is to follow `key_id`; the one that waits, if there is one
    SIGNER_KEEP_KEY,      // `key_id`, and no other
    SIGNER_SHOW_CONTEXT,  // the portal's reply to what was signed last is shown to the person
    SIGNER_SHOW_CODE,     // ... or a code of a portal that signs nothing
    SIGNER_SIGN,          // a statement
    SIGNER_TELL_PASSWORD, // of a portal that takes nothing else
    SIGNER_KEEP_PASSWORD,
    SIGNER_FOLLOW_JOURNAL, // lines were added to the journal
    SIGNER_ACTS
};

#define SIGNER_PIN_MAX     64u // bytes that are looked at: more is no PIN, whatever follows
#define SIGNER_SHOWN_MAX   ENVELOPE_MAX
#define SIGNER_KEYS_MAX    KEY_FILE_KEYS_MAX
#define SIGNER_LINES_MAX   JOURNAL_STEP_MAX
#define SIGNER_JOURNAL_MAX 160u // bytes of a journal-v1

struct signer_pin {
    uint32_t size;
    uint8_t digits[SIGNER_PIN_MAX];
};

struct signer_pins {
    struct signer_pin old, new; // UNLOCK: `old` alone
    int64_t now_ms;             // of the boot clock
    uint32_t has_badge;         // 1: the PIN is that of whoever has this badge
    uint8_t badge[SEAL_BADGE_SIZE];
};

struct signer_part {
    uint32_t kind; // enum seal_part_kind; NONE and TPM have no secret
    uint8_t secret[SEAL_PART_SIZE];
    struct signer_pins pins; // CHANGE_PART: the PIN, where there is one, as `old`
};

struct signer_shown {
    uint32_t size;
    uint8_t text[SIGNER_SHOWN_MAX]; // an envelope, or a code
};

struct signer_body {
    uint32_t message; // enum message
    uint32_t keys;    // that sign, the one in use first
    uint8_t key_id[SIGNER_KEYS_MAX][KEY_ID_SIZE];
    uint32_t size;
    uint8_t bytes[STATEMENT_BODY_MAX];
};

struct signer_lines {
    struct journal_place from; // of the journal before them
    uint32_t loss;             // enum journal_loss: why that is not where the head is
    uint32_t size;
    uint8_t text[SIGNER_LINES_MAX]; // each with its line feed
};

struct signer_request {
    uint32_t act;
    char id[PAIRING_ID_SIZE + 1]; // of the pairing; empty where it is about none
    union {
        struct signer_pins pins;
        struct signer_part part;
        uint8_t key_id[KEY_ID_SIZE]; // FOLLOW_KEY, KEEP_KEY
        struct signer_shown shown;
        struct signer_body body;
        char password[APP_PASSWORD_MAX + 1];
        struct signer_lines lines;
    };
};

// Signatures of the body, one a key; and with statements that the portal keeps a journal-v1
// that tells it of the journal's head.
struct signer_signed {
    struct envelope_signature signature[SIGNER_KEYS_MAX];
    uint32_t journal_size; // 0: none
    uint8_t journal[SIGNER_JOURNAL_MAX];
    struct envelope_signature journal_signature;
};

struct signer_answer {
    uint32_t act;                  // of the request
    uint32_t failure;              // enum failure: it was not done; or 0
    char detail[FAULT_DETAIL_MAX]; // of the failure
    int64_t wait_ms;               // UNLOCK, CHANGE_PIN: until the next try counts
    union {
        uint32_t walls;                      // SIGNER_BEGINS: enum sandbox_wall
        uint8_t public_key[PUBLIC_KEY_SIZE]; // MAKE_KEY, FOLLOW_KEY
        struct signer_signed signed_body;
        char password[APP_PASSWORD_MAX + 1];
    };
};

// Both in guarded memory (locked, wiped when freed): either may hold a secret.
struct signer_talk {
    struct signer_request request;
    struct signer_answer answer;
};

struct signer_talk *signer_talk_new(void); // all zero; NULL if memory is short
void signer_talk_free(struct signer_talk *talk);

// A PIN as typed; of one that is too long as much as shows that it is.
void signer_pin_put(struct signer_pin *out, struct span pin);
void signer_part_put(struct signer_part *out, const struct seal_part *part);
struct span signer_pin_span(const struct signer_pin *pin);
// One of the two with the badge in front of it.
struct seal_secret signer_secret(const struct signer_pins *pins, const struct signer_pin *pin);

// Whether the signer may look at it: sizes are within their limits, texts have an end.
bool signer_request_is_good(const struct signer_request *request);

// Whether it answers that act. What it says failed goes to `fault`, in printable ASCII: see
// signer_answer_failed.
bool signer_answer_is_good(const struct signer_answer *answer, uint32_t act);
bool signer_answer_failed(const struct signer_answer *answer, struct fault *fault);

#endif
