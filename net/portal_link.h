// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PORTAL_LINK_H
#define QRCONFIRM_NET_PORTAL_LINK_H

// One message to one portal, sent until it ends (docs/protocol, section 8): the same bytes
// again and again, until there is a valid reply, a refusal that counts, or no time left.
// Everything between them and the person - lost replies, proxies, HTML, forged errors - changes
// nothing.

#include "net/action.h"
#include "net/metadata.h"
#include "net/protocol/problem.h"

struct portal_link {
    const struct net_action *action;
    struct pairing *pairing; // its facts change with the portal's metadata
    bool stored;             // ... and are saved: false while enrolling
    bool refreshed;          // metadata was refetched for TLS: once in an action
    bool sent;               // since link_send began: a copy may have arrived
    bool revoked;            // a valid revoked-v1 came: the pairing is forgotten
    // What came last. Large, so a link is not for the stack.
    struct http_reply reply;
    struct envelope_opened opened;
    struct problem problem;
};

struct link_request {
    enum message message; // names the endpoint
    struct span envelope;
    enum message expected;
    uint8_t portal_id[PORTAL_ID_SIZE]; // that the body names: its key signs the reply
    int64_t until_ms;                  // of the boot clock
    int64_t counts_ms; // ... until when an answer counts at the portal; 0: until_ms
    // Whether the reply, whose signature holds, answers what was sent; see
    // net/protocol/reply.h.
    enum verdict (*check)(const void *sent, long status, const struct envelope_opened *reply);
    const void *sent;
};

enum link_end {
    LINK_ANSWERED,  // `opened` is the valid reply
    LINK_REFUSED,   // `problem` is the portal's refusal
    LINK_NO_ANSWER, // no time left
    LINK_UNSAFE,    // the portal's TLS cannot be trusted
    LINK_STOPPED,   // the person left
    LINK_AGAIN      // link_try only: not answered, may be tried again
};

struct portal_link *portal_link_new(const struct net_action *action, struct pairing *pairing,
                                    bool stored);
void portal_link_free(struct portal_link *link);

// Writes a statement and signs it with the session key of the pairing, which is in memory for
// just so long. `statement` is the struct of `message` in net/protocol/message.h.
bool link_sign(struct portal_link *link, enum message message, const void *statement,
               struct statement_body *body, struct envelope_text *envelope,
               struct fault *fault);

// Sends until it ends. In all cases but LINK_ANSWERED the fault says why.
enum link_end link_send(struct portal_link *link, const struct link_request *request,
                        struct fault *fault);

// Sends once. `retry_after_s` is -1 unless the portal asked for a pause.
enum link_end link_try(struct portal_link *link, const struct link_request *request,
                       int64_t *retry_after_s, struct fault *fault);

// A message named this serial: where it is newer, the metadata is refetched before anything
// else is shown or sent. NET_STALE_PORTAL if the portal does not have what it announced.
bool link_heed_serial(struct portal_link *link, uint64_t serial, struct fault *fault);

// A TLS failure may only mean that the portal has a new key. True if its signed metadata says
// so: the pins are others now, and one more try is worth it. Asks once in an action.
bool link_has_new_pins(struct portal_link *link, struct fault *fault);

#endif
