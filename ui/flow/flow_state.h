// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_FLOW_STATE_H
#define QRCONFIRM_UI_FLOW_FLOW_STATE_H

// Where a person is in a sign-in or a pairing, the events that lead on from there
// (ui/flow/flow.h takes them), and what can be told of it without a change. A plain struct
// without locks: the main thread owns it.

#include "base/failure.h"
#include "net/begun_pairing.h"
#include "net/open_answer.h"
#include "net/protocol/challenge.h"
#include "net/worker.h"
#include "ui/flow/advice.h"

#define FLOW_APPROVE_DELAY_MS 1500
#define FLOW_PICKUP_MS        120000 // from the decision to the end of a pickup code (section 7)
#define FLOW_KIOSK_END_MS     10000  // a kiosk offers so long to sign the browser out again
#define FLOW_CHANGED_MAX      3u     // times a changed context is fetched anew before giving up
#define FLOW_PAUSE_MS         1000 // after an outcome, before a loop without a window begins again
#define FLOW_RETRY_MAX_MS     60000 // a camera that fails at once is tried again at most so late
#define FLOW_UNSEEN_MS        2000  // so long a camera is kept that nobody can see
#define FLOW_ASKED_MAX        4u    // codes that are remembered while they stay in view
#define FLOW_GONE_MS          1500  // a code that was not seen so long is gone
#define FLOW_ASK_AGAIN_MS     60000 // a code that stays in view is asked about again after this
#define FLOW_HINT_MS          6000  // a code that is none of ours, and is gone, is told so long
#define FLOW_VISIT_MS         60000 // so long before the code a person's PIN counts
#define FLOW_NEVER            INT64_MAX

enum flow_state {
    FLOW_INSTRUCTIONS,
    FLOW_AIMING,
    FLOW_BY_HAND, // the text of a code is typed instead
    FLOW_UNLOCKING,
    FLOW_PIN_AGAIN, // the new PIN of a person with a badge, once more
    FLOW_RESOLVING,
    FLOW_ASKING,
    FLOW_SENDING,
    FLOW_DONE,
    FLOW_ENDING, // "sign that browser out" is on its way
    FLOW_ENDED,
    FLOW_RENEWING, // the key, with the PIN
    FLOW_REFUSED,
    FLOW_FAILED,
    FLOW_OPEN_ANSWER, // an answer of a former run: send it, or withdraw it?
    FLOW_WITHDRAWING,
    FLOW_WITHDRAWN,
    FLOW_PAIR_ASKING, // pair with this portal?
    FLOW_BY_ADDRESS,  // the address of a portal is typed, to pair without a code
    FLOW_CERTIFICATE, // no authority vouches for the portal: trust this key?
    FLOW_LOGIN,       // login and password, the word of a picture, or a one-time code
    FLOW_ENROLLING,
    FLOW_TYPING_CODE, // six digits wait to be typed in the browser
    FLOW_CONFIRMING,  // keep this pairing?
    FLOW_KEEPING,
    FLOW_GIVING_UP, // a pairing that was begun
    FLOW_PAIRED,
    FLOW_STATES
};

enum flow_event_kind {
    FLOW_EVENT_START,      // the program is up
    FLOW_EVENT_SCAN,       // "Scan QR code", "Scan again"
    FLOW_EVENT_PAIR,       // "Pair with a portal"
    FLOW_EVENT_AGAIN,      // "Try again": what has failed
    FLOW_EVENT_BACK,       // away from here; sends nothing
    FLOW_EVENT_BY_HAND,    // "Enter the code by hand"
    FLOW_EVENT_BY_ADDRESS, // "Pair by the portal's address"
    FLOW_EVENT_ADDRESS,    // it was entered: the program holds it, and its pin
    FLOW_EVENT_LOGIN,      // what was asked for went to the network thread; it never comes here
    FLOW_EVENT_PAYLOAD,    // scanned, or entered by hand
    FLOW_EVENT_NO_CODE,    // a frame without one
    FLOW_EVENT_SOURCE_ENDED, // the recording or picture is over
    FLOW_EVENT_SOURCE_FAILED,
    FLOW_EVENT_SOURCE_WAITING, // the camera went away and is opened again when it is back
    FLOW_EVENT_SOURCE_RUNNING,
    FLOW_EVENT_PIN,          // the digits went to the network thread; they never come here
    FLOW_EVENT_PIN_REFUSED,  // ... or cannot be the PIN: `fault`
    FLOW_EVENT_FORGOT_PIN,   // of a badge
    FLOW_EVENT_VISIT_FAILED, // a person's folder cannot be opened: `fault`
    FLOW_EVENT_NET,
    FLOW_EVENT_ANSWER,
    FLOW_EVENT_KEEP,     // keep the pairing, trust the key, pair at all, send the open answer:
                         // yes or no; no: give up the pairing that was begun before
    FLOW_EVENT_AWAY,     // the window is covered, hidden, or another one has the focus; at a
                         // terminal: suspended
    FLOW_EVENT_UNSEEN,   // away, and nothing of the window can be on the screen
    FLOW_EVENT_RETURNED, // ... and the person is before it again
    FLOW_EVENT_UNSHOWN,  // the face could not show what stands now: `fault`
    FLOW_EVENT_SILENCE,  // nobody is left who could answer
    FLOW_EVENT_END_SESSION,
    FLOW_EVENT_RENEW,    // the key that ends soon
    FLOW_EVENT_REMOVE,   // a pairing; digits for it went to the network thread before
    FLOW_EVENT_TOUCH,    // the person did something that changes no state
    FLOW_EVENT_TICK,     // flow_deadline has come
    FLOW_EVENT_CLOSE,    // the window was closed
    FLOW_EVENT_INTERRUPT // a signal
};

struct flow_event {
    enum flow_event_kind kind;
    int64_t now_ms; // of CLOCK_BOOTTIME
    union {
        struct {
            struct challenge challenge;
            uint64_t frame; // that it was seen in
            bool more;      // one of the same frame follows that is a sign-in or pairing too
        };                  // PAYLOAD
        enum hint hint;     // NO_CODE
        struct fault fault; // SOURCE_FAILED, SOURCE_WAITING, UNSHOWN, PIN_REFUSED, VISIT_FAILED
        struct net_event net;
        enum net_decision answer;
        bool yes; // KEEP
        struct {
            char pairing_id[16 + 1];
            bool with_pin; // digits went before
        } remove;          // REMOVE
    };
};

// What must be done after an event, in this order.
enum flow_do {
    FLOW_DO_CANCEL = 1 << 0, // the network's action
    FLOW_DO_STOP_SOURCE = 1 << 1,
    FLOW_DO_START_SOURCE = 1 << 2,
    FLOW_DO_PAUSE = 1 << 3, // decoding; frames go on to the preview
    FLOW_DO_RESUME = 1 << 4,
    FLOW_DO_RESOLVE = 1 << 5, // flow.challenge
    FLOW_DO_DECIDE = 1 << 6,  // flow.answer
    FLOW_DO_END_SESSION = 1 << 7,
    FLOW_DO_PAIR = 1 << 8,         // flow.challenge
    FLOW_DO_KEEP = 1 << 9,         // flow.keep
    FLOW_DO_QUIT = 1 << 10,        // with flow.exit
    FLOW_DO_PAIR_BY_URL = 1 << 11, // with the address that the program holds
    FLOW_DO_TRUST = 1 << 12,       // flow.trust
    FLOW_DO_RENEW = 1 << 13,
    FLOW_DO_REMOVE = 1 << 14,    // flow.removal.pairing_id
    FLOW_DO_SEND_OPEN = 1 << 16, // flow.open.answer, as all below
    FLOW_DO_WITHDRAW = 1 << 17,
    FLOW_DO_RESUME_PAIRING = 1 << 18, // flow.begun.pairing, as below
    FLOW_DO_GIVE_UP_PAIRING = 1 << 19,
    FLOW_DO_VISIT = 1 << 20,        // flow.challenge, a badge: open the folder of its person
    FLOW_DO_PAIR_BY_BADGE = 1 << 21 // with the badge and the PIN that the program holds
};

// An answer that a former run left open. The program looks for it before whatever begins a scan
// and after each outcome, and the person is asked about it first. A kiosk cannot know its
// person: it withdraws it by itself, and tells nobody of it or of what came of it.
struct flow_open {
    bool any; // `answer` is one
    struct open_answer answer;
    bool at_hand;              // it is what the states are about
    enum flow_event_kind then; // at a kiosk: what was asked for, and comes after it
    enum net_withdrawal what;  // in FLOW_WITHDRAWN, and in an outcome: TAKEN
};

// A pairing that was begun before and neither kept nor given up. The program looks for it at
// its start and before whatever begins a pairing, and goes on with it by itself, once a run:
// the person has agreed to that portal, and the same bytes tell it nothing new. A kiosk goes on
// with it only when a pairing is begun, behind its gate.
struct flow_begun {
    bool any; // `pairing` is one
    struct begun_pairing pairing;
    bool resumed; // in this run: it does not come first any more
    bool at_hand; // it is what the states are about
    bool over;    // given up: `what` came of it
    enum net_giving_up what;
};

// A receipt that came for an answer which is not the one at hand.
struct flow_late {
    struct net_receipt receipt;
    int64_t until_ms; // it waits to be shown until then; 0: none does
    unsigned count;   // of those that came
};

// A pairing that a person has removed. It goes on beside the instructions, and to its end once
// the portal is being told, whatever is begun meanwhile; but what came of it is then not heard.
struct flow_removal {
    char pairing_id[16 + 1];
    bool under_way;     // its end will be heard
    bool unlocking;     // ... and the digits of the PIN are being tried before
    unsigned count;     // of those that ended
    bool portal_told;   // of the last that ended
    struct fault fault; // why that one failed; FAILURE_NONE: the pairing is gone
};

// What the program found out about a badge before it comes to the flow.
struct flow_badge {
    enum failure refused; // why it is of no use here, else FAILURE_NONE
    bool known;           // its person has a key here
};

// A person with a badge. The badge, his PIN and his folder are the program's. When `on` falls,
// the program puts all of it away.
struct flow_visit {
    bool on;       // his badge was shown, and he has not gone
    bool known;    // he has a key here
    bool first;    // he makes a new one, and chooses its PIN
    bool anew;     // ... as he has forgotten that of the old one
    bool differed; // the two PINs were not the same
    bool unlocked; // his key is, since `unlocked_ms`, and nothing was signed yet
    int64_t unlocked_ms;
    bool has_code; // the code of the page was shown: `code`
    struct challenge code;
};

struct flow_settings {
    bool badges;     // whoever signs in has a badge
    bool full;       // ... and a new person sends away another one
    bool pairing;    // the program was asked to pair, not to sign in
    bool by_url;     // ... with a portal whose address it was given
    bool paired;     // at least one pairing is there
    bool locked;     // a PIN is asked after the scan, and before whatever else signs
    bool loop;       // after an outcome, begin again
    bool stream;     // with `loop`: the source is read once, the next round reads on in it
    bool person;     // who answers is shown the question, in a window or at a terminal
    bool camera;     // the source is one, and let go of while nobody can see its picture
    bool window;     // a person may press on at an outcome; else an outcome ends the program
    bool shows_text; // a portal shows the text of its codes, to be entered by hand
    struct fault unpairable; // why no pairing could be kept now, else FAILURE_NONE
    int64_t scan_timeout_ms; // 0: look for a code as long as it takes
    int64_t idle_ms;         // 0: wait for the person as long as it takes
};

// Why nothing has come of aiming yet; the camera keeps running.
struct flow_hint {
    bool another_kind; // a code that is none of ours: `kind`
    enum payload_kind kind;
    enum failure refused; // one of ours that cannot be used, else FAILURE_NONE
    enum failure waiting; // why no picture comes, else FAILURE_NONE
    int64_t at_ms;        // when it was seen
};

// The codes of a frame that fit and were not asked about, as far as they are told.
struct flow_sight {
    bool any, several; // `first` is one; another one is there
    uint64_t frame;
    struct challenge first;
    bool has_badge;
    struct challenge badge;
    int64_t several_until_ms; // not every frame shows all that is in view
};

// A code that the portal was asked about while aiming. As long as it stays in view it is not
// asked about again.
struct flow_asked {
    struct challenge challenge; // PAYLOAD_TEXT: none
    int64_t at_ms;              // when it was asked about, or that came to its end
    int64_t gone_from_ms;       // frames without it since then; FLOW_NEVER: it was just seen
};

// The PIN that is asked for. The digits themselves never pass through the flow.
struct flow_pin {
    unsigned then;         // FLOW_DO_* that it is needed for
    bool checking;         // digits were entered and are being tried
    enum failure refused;  // what was wrong with the last ones, else FAILURE_NONE
    unsigned refusals;     // how often, in a row
    int64_t wait_until_ms; // no digits are taken before it; 0: now
};

// What a portal wants to know before it lets this device in. The answers never pass through
// the flow.
struct flow_login {
    enum net_login_need need;
    enum failure why; // what was wrong with the last answer, else FAILURE_NONE
    bool push_otp;    // only a recovery code helps
};

struct flow {
    struct flow_settings settings;
    enum flow_state state;
    int64_t since_ms; // when the state began
    int64_t seen_ms;  // since when the person can have read it without a break
    bool away;        // he cannot, now
    bool unseen;      // ... and sees nothing of the window, since `unseen_ms`
    int64_t unseen_ms;
    bool resting;       // the camera was let go of for that
    bool source_shows;  // it has given pictures since it was started
    bool returned;      // he could not, for a while, since the state began
    int64_t touched_ms; // when the person last did something; 0: not yet
    int64_t ends_ms; // when the challenge, then its pickup code, ends; FLOW_NEVER without one
    int64_t decided_ms; // when the answer was given
    bool by_address;    // the pairing at hand is one by address
    unsigned again; // FLOW_DO_* of what was begun last, to be begun anew; 0: look for a code
    bool pairing;   // what the scan at hand is for
    bool source_running, source_ended;
    struct flow_hint hint;
    struct advice advice; // while aiming
    struct challenge challenge;
    struct flow_asked asked[FLOW_ASKED_MAX];
    struct flow_sight sight;
    bool any_outcome;         // one that a loop without a window came to
    enum exit_code last_exit; // ... and its exit code
    unsigned source_failures; // in a row, before the first picture
    int64_t retry_ms;         // when the source is tried again; FLOW_NEVER: it is not
    struct flow_pin pin;      // in FLOW_UNLOCKING
    struct flow_badge badge;  // of the event at hand
    struct flow_visit visit;
    struct flow_login login;        // in FLOW_LOGIN
    char key_pin[PIN_TEXT_MAX + 1]; // in FLOW_CERTIFICATE
    bool trust;
    struct net_context context;
    struct net_receipt receipt;
    // Until when "sign that browser out" stands beside the receipt; FLOW_NEVER: it does not.
    int64_t end_offer_ms;
    struct flow_open open;
    struct flow_begun begun;
    struct flow_late late;
    struct flow_removal removal;
    bool left_open; // the program was ended while an answer was on its way
    char pairing_code[6 + 1];
    char portal_name[NET_TEXT_MAX + 1];
    char portal_origin[ORIGIN_MAX + 1];
    char account_name[NET_TEXT_MAX + 1];
    enum net_decision answer;
    bool keep;
    unsigned changed;
    bool retrying; // `fault` says why
    struct fault fault;
    enum exit_code exit; // of the outcome; EXIT_CODE_INTERRUPTED as long as there is none
};

// When the camera is let go of, as nobody can see its picture; FLOW_NEVER: it is kept.
int64_t flow_unseen_end(const struct flow *flow);

// When the next FLOW_EVENT_TICK is due, in milliseconds of CLOCK_BOOTTIME; FLOW_NEVER if none.
int64_t flow_deadline(const struct flow *flow);

// When a person whose key is unlocked has shown no code; FLOW_NEVER: nobody's is.
int64_t flow_visit_end(const struct flow *flow);

// When a person who does nothing is taken to have gone; FLOW_NEVER where that is not watched.
int64_t flow_idle_end(const struct flow *flow);

// True once an approval would be taken.
bool flow_may_approve(const struct flow *flow, int64_t now_ms);

// True while the question has stood too briefly to have been read: an approval, or a yes, is
// not taken.
bool flow_is_early(const struct flow *flow, int64_t now_ms);

// How far the button that approves or trusts is ripe, in percent; 100: its answer is taken.
unsigned flow_ripe(const struct flow *flow, int64_t now_ms);

// True while digits of a PIN would be taken.
bool flow_takes_pin(const struct flow *flow, int64_t now_ms);

// True in the states where the program waits for the person's word.
bool flow_asks(const struct flow *flow);

// True at the questions among them whose yes gives trust: sign in, send, pair, trust, keep.
bool flow_takes_yes(const struct flow *flow);

// True where the pairing at hand was begun before, and a no gives it up.
bool flow_may_give_up(const struct flow *flow);

// True where the person's word is taken, asked for or not.
bool flow_listens(const struct flow *flow);

// True where an outcome is of what a former run left, not of what this one was started for.
bool flow_is_of_before(const struct flow *flow);

// True where an outcome is followed by the next thing by itself, without a window.
bool flow_goes_on(const struct flow *flow);

// True where a removal can begin: it stands beside the instructions.
bool flow_may_remove(const struct flow *flow);

// True at a window that begins again after each sign-in: whoever comes next is another person.
bool flow_is_kiosk(const struct flow *flow);

// True where an answer that was left open is withdrawn without a word: at a kiosk, unless a
// person with a badge is there, whose it is.
bool flow_withdraws_unasked(const struct flow *flow);

// True in the states in which the network has begun something that leaving must take back.
bool flow_is_net_busy(enum flow_state state);

// True in the states that end a sign-in or pairing.
bool flow_is_outcome(enum flow_state state);

// The stable name of a state: "aiming", "pair-asking".
const char *flow_state_name(enum flow_state state);

#endif
