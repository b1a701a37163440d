// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_LOGIN_H
#define QRCONFIRM_PORTAL_BITRIX24_LOGIN_H

// How somebody comes in at a box: by the account's password or an application password, with a
// captcha after wrong ones and a one-time code where two-step login is on. These functions
// begin and end their transactions themselves.

#include "portal/bitrix24/captcha.h"
#include "portal/bitrix24/visit.h"

enum bitrix24_login_result {
    BITRIX24_LOGIN_NONE, // nobody tried
    BITRIX24_LOGIN_DONE,
    BITRIX24_LOGIN_OTP, // the password is right; the one-time code is due in this session
    BITRIX24_LOGIN_WRONG,
    BITRIX24_LOGIN_WRONG_OTP, // and more tries are left
    BITRIX24_LOGIN_FAULT
};

struct bitrix24_login {
    enum bitrix24_login_result result;
    char captcha[CAPTCHA_SID + 1]; // to be solved next time; "": none is asked
};

struct bitrix24_credentials {
    const char *login, *password;
    const char *captcha_sid, *captcha_word; // "" where there is none
    bool remember;
};

void bitrix24_login_password(struct portal *portal, struct bitrix24_visit *visit,
                             const struct bitrix24_credentials *credentials,
                             const struct client *client, struct bitrix24_login *out);

// A one-time code or a recovery code, in the session whose password was right.
void bitrix24_login_otp(struct portal *portal, struct bitrix24_visit *visit, const char *code,
                        const struct client *client, struct bitrix24_login *out);

#endif
