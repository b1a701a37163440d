// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_EVENT_H
#define QRCONFIRM_NET_EVENT_H

// What the network thread tells the screen: values, without pointers, to be copied. Between the
// two stand the worker (net/worker.h) and the dialects (net/dialect.h), which fill them in.

#include <stdbool.h>
#include <stdint.h>

#include "base/failure.h"
#include "net/certificate.h"
#include "net/login.h"
#include "net/protocol/origin.h"

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
    NET_WITHDRAWAL_UNSURE, // the portal did not say: it is not sent again, but may have arrived
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

// "Sign that browser out" is offered so long after the receipt (docs/protocol, section 10).
#define NET_END_OFFER_MS INT64_C(600000)

struct net_receipt {
    enum net_result result;
    char pickup_code[6 + 1]; // six digits with NET_RESULT_PICKUP_CODE, else empty
    bool otp_follows;        // the browser asks for the one-time code next
    bool may_end;            // "sign that browser out" can be offered
    bool key_ends_soon;      // ... and the PIN is needed to renew it: offer net_worker_renew
    bool renewal_asked;      // ... as the portal wants a new key, whenever this one ends
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
    NET_EVENT_WITHDRAWN,    // an answer was taken back, or not: `withdrawal`
    NET_EVENT_GIVEN_UP,     // a pairing that was begun is over: `given_up`
    NET_EVENT_UNPAIRED,     // the pairing is forgotten
    NET_EVENT_UNLOCKED,     // the PIN was right
    NET_EVENT_LOCKED,       // it was not: `locked` says why
    NET_EVENT_CERTIFICATE,  // no authority vouches for the portal: show it, then
                            // net_worker_trust
    NET_EVENT_LOGIN,        // the portal wants more: ask, then net_worker_log_in
    NET_EVENT_RENEWED       // keys were renewed, or none needed it: `renewed`
};

struct net_event {
    enum net_event_kind kind;
    union {
        struct net_context context;
        struct net_receipt receipt;
        struct {
            char id[16 + 1]; // that the pairing has, or will have
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

#endif
