// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_UNSCANNED_H
#define QRCONFIRM_PORTAL_CORE_UNSCANNED_H

// Challenges that no device has scanned yet. They are here and not in the store, so a window
// that is only opened writes nothing; the first resolve makes a row of one. Times are
// milliseconds of CLOCK_BOOTTIME, but for `created`. Any thread.

#include <pthread.h>

#include "net/protocol/message.h"
#include "portal/base/address.h"
#include "portal/base/agent.h"
#include "portal/base/list.h"
#include "portal/base/token.h"

#define UNSCANNED_LISTS 8192u
#define UNSCANNED_MAX   1000000u // at once; each is below 400 bytes
#define UNSCANNED_KEPT  192000   // from when it was made, beyond its end: for who scans it late

struct unscanned {
    uint8_t id[CHALLENGE_ID_SIZE];
    uint8_t cookie_hash[TOKEN_HASH_SIZE];
    int64_t created; // seconds since 1970
    int64_t created_boot, expires_boot;
    char address[ADDRESS_MAX + 1]; // of the browser
    char agent[AGENT_MAX + 1];
    bool has_mark;
    uint8_t mark_hash[TOKEN_HASH_SIZE];
    bool framed;
    bool over; // the page has asked for another
};

struct unscanned_entry;

struct unscanned_table {
    pthread_mutex_t lock;
    struct unscanned_entry *lists[UNSCANNED_LISTS]; // by id
    struct list by_age;
    size_t count;
};

void unscanned_init(struct unscanned_table *table);
void unscanned_destroy(struct unscanned_table *table);

// In place of one with this id, if there is one; forgets what is too old by `now`. False: there
// is no room.
bool unscanned_put(struct unscanned_table *table, const struct unscanned *challenge,
                   int64_t now);
bool unscanned_find(struct unscanned_table *table, const uint8_t id[static CHALLENGE_ID_SIZE],
                    struct unscanned *out);
// Nobody can scan it any more.
void unscanned_end(struct unscanned_table *table, const uint8_t id[static CHALLENGE_ID_SIZE]);
// Takes the oldest out. False: there is none.
bool unscanned_take(struct unscanned_table *table, struct unscanned *out);

#endif
