// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_WORKER_H
#define QRCONFIRM_NET_WORKER_H

// The network thread: everything that talks to a portal or signs runs on it, so that the screen
// never waits. One action at a time: a sign-in (resolve, decide, perhaps end it again) or a
// pairing (begin, keep or give up). The dialect of the portal is hidden behind it.
//
// Threads: the functions may be called from the main thread only; `on_event` is called on the
// network thread and must not call back into the worker. Events are values: copy them. After
// net_worker_cancel, or a call that begins another action, has returned, no event of the action
// before is emitted any more.

#include <stdbool.h>
#include <stdint.h>

#include "base/failure.h"
#include "net/badge_pairing.h"
#include "net/environment.h"
#include "net/event.h"
#include "net/login.h"
#include "net/pairings/pairing.h"
#include "net/protocol/challenge.h"
#include "net/token_pairing.h"

struct net_worker;

// `pairings` is read and written by the worker while an action runs; it outlives the worker.
struct net_worker *
net_worker_start(const struct net_environment *environment, struct pairing_store *pairings,
                 void (*on_event)(void *userdata, const struct net_event *event),
                 void *userdata, struct fault *fault);

// The digits of the PIN, at most PIN_DIGITS_MAX (net/pairings/pin.h): unlocks the keys for what
// comes next, which must be the resolve, pair, unpair, renew or end_session that they were
// asked for. They are locked again when the answer is signed, when that action is over, and by
// net_worker_cancel. The digits are wiped once they were tried. Takes half a second: UNLOCKED
// or LOCKED says so. Without a PIN nothing needs it; with one, what signs fails with KEY_LOCKED
// before it.
void net_worker_unlock(struct net_worker *worker, struct span pin);

// The language that the person reads, as Accept-Language names it (RFC 9110, 12.5.4): "ru". A
// portal words what it tells in it, if it can.
void net_worker_speak(struct net_worker *worker, const char *language);

// What portals of qr-login v1 are told of this device with each call, for their list of
// devices: program with version ("qrconfirm/1.0"), and the SHA-256 of its configuration in hex.
// They show it, and nothing depends on it.
void net_worker_introduce(struct net_worker *worker, const char *program,
                          const char *configuration);

// A scan is about to begin: opens a connection to the portal that signed somebody in last, or
// to the only one. Emits nothing, and whatever is asked comes first: an action that begins
// takes its place. Does nothing where it was done within the last NET_CONNECT_AGAIN_MS.
void net_worker_connect(struct net_worker *worker);

// A scanned challenge: finds its pairing, and asks the portal what it is about. A challenge of
// no pairing fails with CHALLENGE_OTHER_PORTAL or PAIRING_NONE and sends nothing.
void net_worker_resolve(struct net_worker *worker, const struct challenge *challenge);

// The answer of a person who was shown the context, in a window or at a terminal.
void net_worker_decide(struct net_worker *worker, enum net_decision decision);
// The answer of a program: its statement says that nobody was present.
void net_worker_decide_absent(struct net_worker *worker, enum net_decision decision);

// "Sign that browser out", after an approval.
// Within NET_END_OFFER_MS of the receipt; later it fails as ANSWER_PAST.
void net_worker_end_session(struct net_worker *worker);

// An answer that a former run left open (net/open_answer.h), once the person was told of it.
// Sent: RECEIPT or FAILED as after net_worker_decide. Withdrawn: WITHDRAWN, or FAILED and it
// stays; signs, so a PIN is needed.
void net_worker_send_open(struct net_worker *worker, const char *pairing_id);
void net_worker_withdraw(struct net_worker *worker, const char *pairing_id);

void net_worker_pair(struct net_worker *worker, const struct challenge *code,
                     const char *label);
void net_worker_keep_pairing(struct net_worker *worker, bool keep);

// Pairs with a portal that gives no pairing code: its address as a person writes it
// ("portal.example.com", "https://portal.example.com/"). `pin` ("sha256//..." or NULL) is what
// its key must be. LOGIN and perhaps CERTIFICATE come first, PAIRED then as after
// net_worker_pair. A URL or pin that is none fails with USAGE.
void net_worker_pair_by_url(struct net_worker *worker, const char *url, const char *pin,
                            const char *label);
// Pairs by a device token: PAIRED comes as after net_worker_pair, or FAILED. Where the portal
// does not answer for two minutes, the same token goes on with it later.
void net_worker_pair_by_token(struct net_worker *worker, const struct token_pairing *wanted);
// First use of a badge, in the empty folder of a person: his PIN is set, then PAIRING_CODE and
// PAIRED come as after net_worker_pair. The worker wipes its copies; the caller wipes his.
void net_worker_pair_by_badge(struct net_worker *worker, const struct badge_pairing *wanted);
void net_worker_trust(struct net_worker *worker, bool yes);
// The worker wipes its copies; the caller wipes his.
void net_worker_log_in(struct net_worker *worker, const struct net_login_answer *answer);

// The picture of the last NET_EVENT_LOGIN with NET_LOGIN_CAPTCHA, as the portal sent it: an
// image file in some format, not judged. Returns its size; 0 if there is none.
size_t net_worker_captcha(struct net_worker *worker, uint8_t out[static NET_CAPTCHA_MAX]);

// Takes up a pairing that was begun (net/begun_pairing.h): goes on as after net_worker_pair.
void net_worker_resume_pairing(struct net_worker *worker);
// ... or ends it: GIVEN_UP or FAILED. Tells the portal for some seconds at most, which signs: a
// PIN is needed.
void net_worker_give_up_pairing(struct net_worker *worker);

// Tells the portal that this device leaves, for some seconds at most, and forgets the pairing
// in any case, unless net_worker_cancel comes before the portal knows.
void net_worker_unpair(struct net_worker *worker, const char *id);

// Renews the keys that end within 30 days by their portal's clock, which is asked where it has
// to be. Without a PIN that happens by itself after a sign-in.
void net_worker_renew(struct net_worker *worker);

// Leaves the action: a question unanswered sends nothing. What was sent stays sent.
void net_worker_cancel(struct net_worker *worker);

// Ends the action as cancel does, joins the thread and frees the worker. What was asked before
// and is said in a moment (a pairing that is not kept, a key that is renewed) is still said.
void net_worker_stop(struct net_worker *worker);

#endif
