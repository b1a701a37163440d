// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PAIRING_RECORD_H
#define QRCONFIRM_NET_PAIRINGS_PAIRING_RECORD_H

// What is kept of a pairing, and its JSON. Private to net/. The secret keys are in a file
// beside it (key_file.h); this names them by their ids.

#include "net/pairings/key_file.h"
#include "net/pairings/pairing.h"
#include "net/pairings/pairing_dialect.h"
#include "net/protocol/statement.h"

#define PAIRING_KEYS_MAX   2u
#define PAIRING_RECORD_MAX 16384u // bytes of the JSON

struct pairing_key {
    uint8_t id[KEY_ID_SIZE];
    int64_t not_after; // seconds since 1970; 0: not known yet
};

// What qr-login v1 makes a device remember of a portal (sections 5, 6 and 11).
struct portal_facts {
    char base_url[BASE_URL_MAX + 1];
    char display_name[STATEMENT_LABEL_MAX + 1];
    uint8_t portal_key[PUBLIC_KEY_SIZE];
    uint8_t next_key[PUBLIC_KEY_SIZE]; // all zero: none
    uint64_t serial;
    uint8_t metadata_hash[HASH_SIZE]; // of the body that `serial` came with
    struct statement_pins pins;
};

struct pairing {
    char id[PAIRING_ID_SIZE + 1]; // random; names the files
    const struct dialect *dialect;
    struct portal_facts portal; // without keys and serial where the dialect has none
    struct pairing_own own;     // of the dialect
    uint8_t device_id[DEVICE_ID_SIZE];
    char account_id[STATEMENT_ACCOUNT_MAX + 1];
    char account_name[STATEMENT_ACCOUNT_MAX + 1];
    int64_t paired_at;
    uint64_t sequence; // at least that of the last statement that has ended
    // The latest `server_time` of a context, seconds since 1970; 0: none yet. It is later now.
    int64_t portal_time;
    bool renewal_asked; // by the last receipt, and no key was renewed since
    // The first is in use; a second one is to follow it.
    size_t key_count;
    struct pairing_key key[PAIRING_KEYS_MAX];
};

// The origin of the pinned base URL.
void portal_facts_origin(const struct portal_facts *portal, struct origin *out);

// True if the facts hold this key, current or next. No key is all zero.
bool portal_facts_have_key(const struct portal_facts *portal,
                           const uint8_t key[static PUBLIC_KEY_SIZE]);

// True if the facts hold a key with this tag, current or next; its id goes to `portal_id`
// (may be NULL). False too where it cannot be told.
bool portal_facts_have_tag(const struct portal_facts *portal,
                           const uint8_t tag[static CHALLENGE_TAG_SIZE],
                           uint8_t portal_id[PORTAL_ID_SIZE]);

// The facts as members of a record.
void portal_facts_read(struct record_reader *reader, struct portal_facts *portal);
int portal_facts_write(json_t *root,
                       const struct portal_facts *portal); // as jansson: 0 or -1

// PAIRING_DAMAGED says which member is wrong. `dialects` end with NULL.
bool pairing_record_parse(struct span json, const struct dialect *const *dialects,
                          struct pairing *out, struct fault *fault);
// Reads the record of a pairing from the folder, ID.pairing. PAIRING_UNKNOWN if it is not
// there; PAIRING_DAMAGED, or why it cannot be read.
bool pairing_record_load(int folder, const struct dialect *const *dialects, const char *id,
                         struct pairing *out, struct fault *fault);
// Text to be freed with free(), or NULL if memory is short.
char *pairing_record_write(const struct pairing *pairing);

#endif
