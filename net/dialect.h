// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_DIALECT_H
#define QRCONFIRM_NET_DIALECT_H

// A dialect is the way one kind of portal is talked to. It reads the codes of its portals,
// pairs with one, turns a scanned challenge into a sign-in, and keeps its part of the pairing's
// record. The worker, the store and the screens know no more of it than the tables below: a new
// dialect is a folder of its own and a row in net/dialects/dialects.c.
//
// The functions that take a struct net_action block; they run on the network thread. Those that
// return bool return false with a fault; INTERRUPTED means that the person left.

#include "base/known_code.h"
#include "net/event.h"
#include "net/pairings/pairing.h"
#include "net/pairings/pairing_dialect.h"
#include "net/protocol/challenge.h"

#define NET_CONNECT_AGAIN_MS INT64_C(10000)

struct begun_pairing;   // net/begun_pairing.h
struct net_action;      // net/action.h
struct net_environment; // net/environment.h
struct http_stop;       // net/http.h
struct sign_in;         // of the dialect
struct pairing_try;     // of the dialect: a pairing under way
struct token_pairing;   // net/token_pairing.h
struct badge_pairing;   // net/badge_pairing.h

// ---- pairing ---------------------------------------------------------------------------

// What a pairing waits for next.
enum pairing_step {
    PAIRING_STEP_PORTAL,      // the portal: advance() asks it again, after pace_ms()
    PAIRING_STEP_CERTIFICATE, // nobody vouches for the portal: a person, then trust()
    PAIRING_STEP_LOGIN,       // something must be typed: a person, then log_in()
    PAIRING_STEP_PAIRED, // account and portal are known: a person, then keep() or give_up()
    PAIRING_STEP_FAILED  // nothing: the fault says why
};

struct pairing_ops {
    // Begins a pairing: by a code that this dialect owns, or by the address of the portal, as a
    // person writes it; `key_pin` ("sha256//..." or NULL) is what its key must be. `label`
    // names this device in the portal. NULL with a fault; nothing is kept then. Any of them may
    // be NULL.
    struct pairing_try *(*begin_by_code)(const struct net_action *action,
                                         const struct dialect *dialect,
                                         const struct challenge *code, const char *label,
                                         struct fault *fault);
    struct pairing_try *(*begin_by_address)(const struct net_action *action,
                                            const struct dialect *dialect, const char *url,
                                            const char *key_pin, const char *label,
                                            struct fault *fault);
    // ... or by a device token: no person is asked before PAIRED, and one that a former run
    // began with this token is gone on with.
    struct pairing_try *(*begin_by_token)(const struct net_action *action,
                                          const struct dialect *dialect,
                                          const struct token_pairing *wanted,
                                          struct fault *fault);
    // ... or by the badge of a person at a kiosk; `wanted` outlives the call. What fails later
    // is put in the words of a badge by the second.
    struct pairing_try *(*begin_by_badge)(const struct net_action *action,
                                          const struct dialect *dialect,
                                          const struct badge_pairing *wanted,
                                          struct fault *fault);
    void (*name_badge_refusal)(struct fault *fault);

    // What a former run began and left, see net/begun_pairing.h. NULL: this dialect leaves
    // nothing behind. take_up() is NULL with PAIRING_NONE if there is none.
    bool (*find_begun)(struct pairing_store *pairings, struct begun_pairing *out,
                       struct fault *fault);
    struct pairing_try *(*take_up)(const struct net_action *action,
                                   const struct dialect *dialect, struct fault *fault);

    // The steps; each says what comes next. Those that the dialect never names may be NULL.
    enum pairing_step (*advance)(struct pairing_try *pairing, struct fault *fault);
    enum pairing_step (*trust)(struct pairing_try *pairing, struct fault *fault);
    enum pairing_step (*log_in)(struct pairing_try *pairing,
                                const struct net_login_answer *answer, struct fault *fault);

    // The event of the step: PAIRING_CODE (empty: there is nothing to show yet), CERTIFICATE,
    // LOGIN or PAIRED.
    void (*tell)(const struct pairing_try *pairing, enum pairing_step step,
                 struct net_event *out);
    // Milliseconds between the starts of two advance().
    int64_t (*pace_ms)(const struct pairing_try *pairing);
    // The picture of a LOGIN event that needs CAPTCHA. Returns its size; 0: none.
    size_t (*captcha)(struct pairing_try *pairing, uint8_t out[static NET_CAPTCHA_MAX]);

    int64_t answer_ms; // a person has this long for each answer

    // Stored; an older pairing with this portal is over.
    bool (*keep)(struct pairing_try *pairing, struct fault *fault);
    // The person says no: what the portal knows is taken back, as far as it can be told. NULL:
    // it cannot be; left() it is.
    enum net_giving_up (*give_up)(struct pairing_try *pairing);
    // ... of one that was taken up, and of which it is not known how far the portal is with it.
    enum net_giving_up (*withdraw)(struct pairing_try *pairing);
    // The person says nothing. NULL: the pairing waits, and can be taken up.
    void (*left)(struct pairing_try *pairing);

    void (*free)(struct pairing_try *pairing);
};

// ---- what is found wrong with a portal -------------------------------------------------

// One finding of a check: stable `name`; `label` and `seen` are texts for people, to be
// translated. With a fault other than NONE `seen` does not count.
typedef void dialect_found(void *userdata, const char *name, const char *label,
                           const char *seen, const struct fault *fault);

// ---- the dialect -----------------------------------------------------------------------

struct dialect_ops {
    bool shows_text; // its login page has the code as text too, to be typed

    // Reads a code of this dialect, or one that is nearly one (NEWER_VERSION, DAMAGED). False:
    // it is something else. Any thread.
    bool (*recognise)(struct span payload, struct challenge *out);
    // Whether a challenge or pairing code is one of this dialect.
    bool (*owns)(const struct challenge *challenge);

    // ---- a sign-in ----
    size_t size; // of its struct sign_in

    // Fills in a sign-in of zeros and finds the pairing of the challenge; nothing is sent.
    // PAIRING_NONE or CHALLENGE_OTHER_PORTAL if there is none. `action` outlives the sign-in.
    bool (*begin)(struct sign_in *sign_in, const struct net_action *action,
                  const struct dialect *dialect, const struct challenge *challenge,
                  struct fault *fault);

    // Asks the portal what may be shown. `expires_ms` (boot clock): no answer after it.
    bool (*resolve)(struct sign_in *sign_in, struct net_context *out, int64_t *expires_ms,
                    struct fault *fault);

    // Signs and delivers the answer to what was shown.
    bool (*decide)(struct sign_in *sign_in, enum net_decision decision, struct net_receipt *out,
                   struct fault *fault);

    // After the receipt: what the pairing needs from time to time (a new key), until `until_ms`
    // of the boot clock. True if there was nothing, or it is done. NULL: never anything.
    bool (*renew)(struct sign_in *sign_in, int64_t until_ms, struct fault *fault);

    // Ends an approved sign-in again. NULL: the dialect cannot.
    bool (*end_session)(struct sign_in *sign_in, struct net_receipt *out, struct fault *fault);

    // Gives back what a sign-in holds, also one whose begin failed.
    void (*end)(struct sign_in *sign_in);

    // ---- an answer that a former run left open (net/open_answer.h) ----
    // All three NULL: this dialect leaves none.

    // Fills in a sign-in of zeros; ANSWER_NONE if there is no open answer. It holds the
    // pairing's lock until the answer is sent or taken back.
    bool (*take_up)(struct sign_in *sign_in, const struct net_action *action,
                    const char *pairing_id, struct fault *fault);
    // The person wants it sent: the same bytes again.
    bool (*send_open)(struct sign_in *sign_in, struct net_receipt *out, struct fault *fault);
    // The person wants it back. True with what came of it; TAKEN comes with the receipt of the
    // answer, which counts. False: nothing has changed.
    bool (*withdraw)(struct sign_in *sign_in, enum net_withdrawal *what,
                     struct net_receipt *out, struct fault *fault);

    // ---- a pairing that is stored ----

    // Adds what it tells of the sign-in codes of its portal before they are seen, so that a
    // damaged one may be read all the same; what is read is judged as ever. NULL: nothing.
    void (*know_codes)(const struct pairing *pairing, struct known_codes *out);

    // Opens the connection that a sign-in would need, before there is one; nothing depends on
    // it. Once in NET_CONNECT_AGAIN_MS at most. NULL: nothing is done before.
    void (*connect)(const struct net_action *action, const struct pairing *pairing);

    // Sends what is signed and not delivered, until `until_ms` of the boot clock; a receipt
    // goes to action->late. NULL: nothing is ever sent again.
    void (*resume)(const struct net_action *action, struct pairing *pairing, int64_t until_ms);

    // Renews the session key if it ends soon. `renewed` is false where it is not due yet. NULL:
    // its keys have no end.
    bool (*renew_key)(const struct net_action *action, struct pairing *pairing,
                      int64_t until_ms, bool *renewed, struct fault *fault);

    // Tells the portal that this device leaves, until `until_ms`. True if it has confirmed it.
    // NULL: the portal cannot be told.
    bool (*unpair)(const struct net_action *action, struct pairing *pairing, int64_t until_ms);

    // The path below the origin that every portal of this kind answers with 200, for the
    // doctor; with a `check` it is not asked for.
    const char *probe_path;
    // What is wrong with the portal of a pairing, found out without signing anybody in; ends
    // early when `stop` asks for it. Any thread. NULL: the doctor looks at what all have.
    void (*check)(const struct net_environment *environment, struct pairing_store *pairings,
                  const char *id, const struct http_stop *stop, dialect_found *found,
                  void *userdata);

    const struct pairing_ops *pairing;
};

// What `payload` is to a device that knows these dialects; they end with NULL.
void dialect_read_code(const struct dialect *const *dialects, struct span payload,
                       struct challenge *out);

// The dialect of a challenge or pairing code, or NULL.
const struct dialect *dialect_of(const struct dialect *const *dialects,
                                 const struct challenge *challenge);

// A sign-in that has begun, or NULL; dialect_end() ends it.
struct sign_in *dialect_begin(const struct dialect *dialect, const struct net_action *action,
                              const struct challenge *challenge, struct fault *fault);
// The sign-in of an open answer, or NULL.
struct sign_in *dialect_take_up(const struct dialect *dialect, const struct net_action *action,
                                const char *pairing_id, struct fault *fault);
void dialect_end(const struct dialect *dialect, struct sign_in *sign_in);

// For `begin`: no pairing is what the code asks for. Returns false.
bool dialect_no_pairing(const struct net_action *action, const char *asked,
                        struct fault *fault);

#endif
