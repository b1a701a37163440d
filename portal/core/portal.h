// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_PORTAL_H
#define QRCONFIRM_PORTAL_CORE_PORTAL_H

// The portal itself: its store, its keys, its name, and what its requests share. Everything a
// request decides happens between portal_begin and portal_end, one transaction of the store.

#include "net/protocol/envelope.h"
#include "portal/base/changes.h"
#include "portal/base/environment.h"
#include "portal/base/metrics.h"
#include "portal/base/qr_shelf.h"
#include "portal/core/keys.h"
#include "portal/core/mailer.h"
#include "portal/core/store.h"
#include "portal/core/tally.h"
#include "portal/core/unscanned.h"

// What the portal imitates.
enum portal_mode {
    PORTAL_QR_LOGIN, // our own protocol, qr-login v1
    PORTAL_BITRIX24  // a boxed Bitrix24
};

struct portal_options {
    const char *directory; // where store and keys are; made if it is not there (0700)
    const char *base_url;  // in normal form
    enum portal_mode mode;
    const uint8_t *pin; // SHA-256 of our TLS key's SubjectPublicKeyInfo; NULL: there is none
    struct portal_environment environment;
};

// What was found when somebody last asked how the portal is.
struct portal_health {
    pthread_mutex_t lock;
    bool tried, well;
    int64_t tried_at; // milliseconds
};

struct portal {
    enum portal_mode mode;
    struct portal_environment environment;
    struct store store;
    struct changes changes;
    struct portal_keys keys;
    struct qr_shelf pictures; // of codes on pages
    struct unscanned_table unscanned;
    struct tally new_codes;
    int64_t swept; // unscanned codes of before are gone from a shared store; seconds since 1970
    struct mailer mailer;
    struct portal_health health;
    struct metrics metrics;
    pthread_mutex_t hashing; // one Argon2id at a time: each takes 64 MiB
    char base_url[BASE_URL_MAX + 1];
    char origin[ORIGIN_MAX + 1];
    const char *path; // of the base URL, inside base_url: "" or "/app"
    bool plain_http;
    bool has_pin; // the next one, as in the options
    uint8_t pin[HASH_SIZE];
    uint64_t serial; // of the metadata
    struct envelope_text metadata;
};

// Opens store and keys. To serve, call portal_start (start.h).
bool portal_open(struct portal *portal, const struct portal_options *options,
                 struct fault *fault);
void portal_close(struct portal *portal);

// Opens the store alone, for commands that run beside the server.
bool portal_open_store(struct portal *portal, const char *directory, struct fault *fault);
void portal_close_store(struct portal *portal);

void portal_begin(struct portal *portal);
// As store_end; what was kept is announced to the pages that wait for it.
bool portal_end(struct portal *portal, bool keep);
// Keeps what was done, but wakes no page: for a page that is looking, and would wake itself.
bool portal_end_quietly(struct portal *portal);

static inline int64_t portal_wall_s(const struct portal *portal)
{
    return environment_wall_s(&portal->environment);
}

static inline int64_t portal_boot_ms(const struct portal *portal)
{
    return environment_boot_ms(&portal->environment);
}

#endif
