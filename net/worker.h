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
#include "net/certificate.h"
#include "net/environment.h"
#include "net/pairings/login.h"
#include "net/pairings/pairing.h"
#include "net/protocol/challenge.h"

#define NET_TEXT_MAX 128u // bytes of any text for the screen, as the protocol limits it

// What the portal says about the page that asks: what the person sees is what is signed.
struct net_context {
    char origin[ORIGIN_MAX + 1];
    char portal_name[NET_TEXT_MAX + 1];
    char account_name[NET_TEXT_MAX + 1];
    char browser[NET_TEXT_MAX + 1];  // a label, "Chromium, Linux"; empty: not told
    char address[NET_TEXT_MAX + 1];  // of the browser; empty: not told
    char place[NET_TEXT_MAX + 1];    // empty: not told
    char last_use[NET_TEXT_MAX + 1]; // last sign-in with this device; empty: none
    int64_t page_age_s;              // seconds since the page made the code
    int64_t expires_in_s;            // seconds left to answer, counted from the event
    bool tells_browser; // false: this dialect does not tell which browser is asking
    bool known_browser, same_network;
    bool pickup_code_follows, otp_follows;
    bool uv_required; // only with a PIN
    bool may_report;  // show "this was not me"
};

enum net_decision { NET_APPROVE, NET_DENY, NET_DENY_AND_REPORT };

// What came of taking an answer back (net_worker_withdraw).
enum net_withdrawal {
    NET_WITHDRAWN,         // the portal had not taken it, and will not
    NET_WITHDRAWAL_OVER,   // the sign-in has ended without it
    NET_WITHDRAWAL_UNSURE, // the portal could not be asked: it is not sent again, but may have
                           // arrived
    NET_WITHDRAWAL_TAKEN   // it had been taken: the receipt comes with it
};

// What came of giving up a pairing that was begun. This device has erased its key in any case.
enum net_giving_up {
    NET_GIVEN_UP,         // the portal lists no device for it
    NET_GIVEN_UP_UNTYPED, // ... as long as nobody types its digits
    NET_GIVEN_UP_UNTOLD   // the portal could not be told: it may list this device
};

enum net_result {
    NET_RESULT_APPROVED,
    NET_RESULT_PICKUP_CODE, // approved; the code must be typed in the browser
    NET_RESULT_DENIED,
    NET_RESULT_SENT, // the dialect cannot know more: look at the browser
    NET_RESULT_ENDED // the sign-in was ended again
};

struct net_receipt {
    enum net_result result;
    char pickup_code[6 + 1]; // six digits with NET_RESULT_PICKUP_CODE, else empty
    bool otp_follows;        // the browser asks for the one-time code next
    bool may_end;            // "sign that browser out" can be offered
    bool key_ends_soon;      // ... and the PIN is needed to renew it: offer net_worker_renew
    // Of a late receipt: whose it is; else empty.
    char origin[ORIGIN_MAX + 1];
    char account_name[NET_TEXT_MAX + 1];
};

enum net_event_kind {
    NET_EVENT_CONTEXT,      // the sign-in may be shown
    NET_EVENT_RECEIPT,      // the answer is in
    NET_EVENT_PAIRING_CODE, // the digits to type in the browser
    NET_EVENT_PAIRED,       // paired: show account and portal, ask once, then keep or give up
    NET_EVENT_KEPT,         // the pairing is stored
    NET_EVENT_RETRYING,     // no answer yet, tried again; `fault` says why
    NET_EVENT_FAILED,       // the action is over
    NET_EVENT_LATE_RECEIPT, // at any time: an answer that was given before, and left, has
                            // arrived; show it, with its code
    NET_EVENT_WITHDRAWN,   // an answer was taken back, or not: `withdrawal`
    NET_EVENT_GIVEN_UP,    // a pairing that was begun is over: `given_up`
    NET_EVENT_UNPAIRED,    // the pairing is forgotten
    NET_EVENT_UNLOCKED,    // the PIN was right
    NET_EVENT_LOCKED,      // it was not: `locked` says why
    NET_EVENT_CERTIFICATE, // no authority vouches for the portal: show it, then
                           // net_worker_trust
    NET_EVENT_LOGIN,       // the portal wants more: ask, then net_worker_log_in
    NET_EVENT_RENEWED      // keys were renewed, or none needed it: `renewed`
};

struct net_event {
    enum net_event_kind kind;
    union {
        struct net_context context;
        struct net_receipt receipt;
        struct {
            char pairing_code[6 + 1];
            char portal_name[NET_TEXT_MAX + 1];
            char origin[ORIGIN_MAX + 1];
            char account_name[NET_TEXT_MAX + 1];
        } pairing;
        struct {
            bool portal_told; // false: remove this device in the portal's list too
        } unpaired;
        struct {
            struct fault fault; // KEY_WRONG_PIN, KEY_WAIT, or what hinders it altogether
            int64_t wait_ms;    // until the next PIN counts; 0: now
        } locked;
        struct {
            char origin[ORIGIN_MAX + 1];
            char pin[PIN_TEXT_MAX + 1]; // of the key that the portal shows
        } certificate;
        struct {
            enum net_login_need need;
            char origin[ORIGIN_MAX + 1];
            enum failure why; // what was wrong with the last answer; FAILURE_NONE: nothing yet
            bool push_otp;    // a push is the second step: here only a recovery code helps
        } login;
        struct {
            size_t keys; // that were renewed
        } renewed;
        enum net_giving_up given_up;
        struct {
            enum net_withdrawal what;
            struct net_receipt receipt; // with NET_WITHDRAWAL_TAKEN
        } withdrawal;
        struct fault fault;
    };
};

struct net_worker;

// `pairings` is read and written by the worker while an action runs; it outlives the worker.
struct net_worker *
net_worker_start(const struct net_environment *environment, struct pairing_store *pairings,
                 void (*on_event)(void *userdata, const struct net_event *event),
                 void *userdata, struct fault *fault);

// The digits of the PIN, at most PIN_DIGITS_MAX (net/pairings/pin.h): unlocks the keys for what comes
// next, which must be the resolve, pair, unpair, renew or end_session that they were asked for.
// They are locked again when the answer is signed, when that action is over, and by
// net_worker_cancel. The digits are wiped once they were tried. Takes half a second: UNLOCKED
// or LOCKED says so. Without a PIN nothing needs it; with one, what signs fails with KEY_LOCKED
// before it.
void net_worker_unlock(struct net_worker *worker, struct span pin);

// The language that the person reads, as Accept-Language names it (RFC 9110, 12.5.4): "ru". A
// portal words what it tells in it, if it can.
void net_worker_speak(struct net_worker *worker, const char *language);

// A scanned challenge: finds its pairing, and asks the portal what it is about. A challenge of
// no pairing fails with CHALLENGE_OTHER_PORTAL or PAIRING_NONE and sends nothing.
void net_worker_resolve(struct net_worker *worker, const struct challenge *challenge);

// The answer of a person who was shown the context, in a window or at a terminal.
void net_worker_decide(struct net_worker *worker, enum net_decision decision);
// The answer of a program: its statement says that nobody was present.
void net_worker_decide_absent(struct net_worker *worker, enum net_decision decision);

// "Sign that browser out", after an approval.
void net_worker_end_session(struct net_worker *worker);

// An answer that a former run left open (net/open_answer.h), once the person was told of it.
// Sent: RECEIPT or FAILED as after net_worker_decide. Withdrawn: WITHDRAWN, or FAILED and it
// stays; signs, so a PIN is needed.
void net_worker_send_open(struct net_worker *worker, const char *pairing_id);
void net_worker_withdraw(struct net_worker *worker, const char *pairing_id);

void net_worker_pair(struct net_worker *worker, const struct pairing_code *code,
                     const char *label);
void net_worker_keep_pairing(struct net_worker *worker, bool keep);

// Pairs with a portal that gives no pairing code: its address as a person writes it
// ("portal.example.com", "https://portal.example.com/"). `pin` ("sha256//..." or NULL) is what
// its key must be. LOGIN and perhaps CERTIFICATE come first, PAIRED then as after
// net_worker_pair. A URL or pin that is none fails with USAGE.
void net_worker_pair_by_url(struct net_worker *worker, const char *url, const char *pin,
                            const char *label);
void net_worker_trust(struct net_worker *worker, bool yes);
// The worker wipes its copies; the caller wipes his.
void net_worker_log_in(struct net_worker *worker, const struct net_login_answer *answer);

// The picture of the last NET_EVENT_LOGIN with NET_LOGIN_CAPTCHA, as the portal sent it: an
// image file in some format, not judged. Returns its size; 0 if there is none.
size_t net_worker_captcha(struct net_worker *worker, uint8_t out[static NET_CAPTCHA_MAX]);

// Takes up a pairing that was begun (net/pairings/begun_pairing.h): goes on as after net_worker_pair.
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
