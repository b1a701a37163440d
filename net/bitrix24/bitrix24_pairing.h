// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_BITRIX24_BITRIX24_PAIRING_H
#define QRCONFIRM_NET_BITRIX24_BITRIX24_PAIRING_H

// Pairing with a boxed Bitrix24 by its address: who is there, what is its public unique id, a
// login by hand, and the application password that the portal makes for this device. What a
// person typed is in guarded memory until that is there, and is never tried twice by itself.

#include "net/bitrix24/bitrix24_session.h"
#include "net/dialect.h"

struct pairing_try {
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
struct pairing_try *bitrix24_pairing_new(const struct net_action *action,
                                         const struct dialect *dialect, const char *url,
                                         const char *pin, const char *label,
                                         struct fault *fault);
void bitrix24_pairing_free(struct pairing_try *pairing);

extern const struct pairing_ops bitrix24_pairing_ops;

#endif
