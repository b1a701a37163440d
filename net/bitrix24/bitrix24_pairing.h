// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_BITRIX24_BITRIX24_PAIRING_H
#define QRCONFIRM_NET_BITRIX24_BITRIX24_PAIRING_H

// Pairing with a boxed Bitrix24 by its address: who is there, what is its public unique id, a
// login by hand, and the application password that the portal makes for this device. What a
// person typed is in guarded memory until that is there, and is never tried twice by itself.

#include "net/bitrix24/bitrix24_session.h"

enum bitrix24_step {
    BITRIX24_STEP_CERTIFICATE, // nobody vouches for the portal: show `peer`, then ..._trust
    BITRIX24_STEP_LOGIN,       // `need` must be typed: ..._log_in
    BITRIX24_STEP_PAIRED,      // show account and portal, then ..._keep
    BITRIX24_STEP_FAILED
};

struct bitrix24_pairing {
    const struct net_action *action;
    char label[STATEMENT_LABEL_MAX + 1];
    struct pairing pairing; // becomes the pairing
    struct bitrix24_session *session;
    bool pin_given;          // it is the pairing's pin, and must be the portal's
    uint8_t peer[HASH_SIZE]; // pin of the key that answers

    enum net_login_need need;
    bool push_otp;
    enum failure why; // what was wrong with the answer before
    char captcha_code[BITRIX24_CAPTCHA_MAX + 1];
    bool otp_with_password;         // the form was not taken: the older way, for the next code
    struct net_login_answer *typed; // guarded
    struct app_password *password;  // guarded; what will be kept
};

// `url` names the portal by any of its addresses; `pin` as pin_text writes it, or NULL. NULL
// with USAGE if one of them is none, or MEMORY.
struct bitrix24_pairing *bitrix24_pairing_new(const struct net_action *action, const char *url,
                                              const char *pin, const char *label,
                                              struct fault *fault);
void bitrix24_pairing_free(struct bitrix24_pairing *pairing);

// Each goes one step on, and says which is next; with FAILED the fault says why.
enum bitrix24_step bitrix24_pairing_connect(struct bitrix24_pairing *pairing,
                                            struct fault *fault);
enum bitrix24_step bitrix24_pairing_trust(struct bitrix24_pairing *pairing,
                                          struct fault *fault);
enum bitrix24_step bitrix24_pairing_log_in(struct bitrix24_pairing *pairing,
                                           const struct net_login_answer *answer,
                                           struct fault *fault);

// The captcha's picture, with `need` CAPTCHA; copies at most NET_CAPTCHA_MAX bytes. 0: none.
size_t bitrix24_pairing_captcha(struct bitrix24_pairing *pairing,
                                uint8_t out[static NET_CAPTCHA_MAX]);

// Stores it; an older pairing with this portal is forgotten.
bool bitrix24_pairing_keep(struct bitrix24_pairing *pairing, struct fault *fault);

#endif
