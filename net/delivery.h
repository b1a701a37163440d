// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_DELIVERY_H
#define QRCONFIRM_NET_DELIVERY_H

// A signed statement on its way: decision, rotate, endsession or unpair. It is on disk before
// it leaves and is dropped when it has ended (docs/protocol, section 8), so a restart only
// resends it.

#include "net/pairings/outbox.h"
#include "net/portal_link.h"

struct delivery {
    struct portal_link *link;
    struct outbox outbox;
    const struct outbox_about *about; // of the decision that is sent next; NULL: nothing
};

enum delivery_end {
    DELIVERY_ANSWERED, // link->opened is the receipt, the enrolled-v1 or the revoked-v1
    DELIVERY_REFUSED,
    DELIVERY_NO_ANSWER, // given up: it may have arrived
    DELIVERY_NOT_SENT,  // given up: not one byte of it ever left, for the fault's reason
    DELIVERY_UNSAFE, // it may have arrived, then TLS could not be trusted: the fault says why
    DELIVERY_FAILED, // nothing left: not safe to send, or not to store; the fault says what
    DELIVERY_STOPPED // left; what was signed stays stored
};

// Opens the outbox of a pairing, which takes its lock. While another qrconfirm has it, waits
// until `until_ms` of the boot clock: then DEVICE_BUSY; INTERRUPTED if the person left.
bool delivery_take_turn(const struct net_action *action, struct outbox *outbox,
                        const struct pairing *pairing, int64_t until_ms, struct fault *fault);

// Takes the pairing's lock in the same way; false with a fault. Close it in any case but that.
bool delivery_open(struct delivery *delivery, struct portal_link *link, int64_t until_ms,
                   struct fault *fault);
void delivery_close(struct delivery *delivery);

// Signs `statement` (see net/protocol/message.h for the type of `message`), whose sequence
// must be delivery_next_sequence, stores it, and sends it until `until_ms` of the boot clock;
// only until `counts_ms` does it count at the portal.
enum delivery_end delivery_send(struct delivery *delivery, enum message message,
                                const void *statement, int64_t counts_ms, int64_t until_ms,
                                struct fault *fault);

uint64_t delivery_next_sequence(const struct delivery *delivery);

// Gives a rotation up that waits in the outbox, as a person's answer must not wait for it: the
// new key is still there, and a later rotation names it again.
bool delivery_drop_rotation(struct delivery *delivery, struct fault *fault);

// True if an answer waits that the person has not been told of (net/told.h): it is not sent.
bool delivery_holds_untold(const struct delivery *delivery);

// Sends what is stored, which must be something, until `until_ms`.
enum delivery_end delivery_send_again(struct delivery *delivery, int64_t until_ms,
                                      struct fault *fault);

// Sends what is stored, if anything is, until `until_ms`. DELIVERY_ANSWERED with
// `*was_waiting` false if there was nothing. An answer that nobody was told of is not sent:
// DELIVERY_FAILED with ANSWER_OPEN.
enum delivery_end delivery_resume(struct delivery *delivery, int64_t until_ms,
                                  bool *was_waiting, struct fault *fault);

// A receipt as the person is told of it.
void delivery_tell_receipt(const struct statement_receipt *receipt, struct net_receipt *out);

#endif
