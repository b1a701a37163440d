// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_BITRIX24_BITRIX24_REPLY_H
#define QRCONFIRM_NET_BITRIX24_BITRIX24_REPLY_H

// What a Bitrix24 portal answers, in JSON: to checkout (the mobile application's login) and to
// an action of ajax.php. Read as the portal means it, whatever the HTTP status; decided by
// codes, never by texts, which follow the site's language. Pure.

#include "base/failure.h"
#include "base/span.h"
#include "net/login.h"
#include "net/protocol/statement.h"

#define BITRIX24_SESSID_SIZE 32u // hex digits
#define BITRIX24_NAME_MAX    128u
#define BITRIX24_CAPTCHA_MAX 64u

// Secret where it holds an application password: whoever holds one wipes it.
struct bitrix24_checkout {
    bool success;
    char sessid[BITRIX24_SESSID_SIZE + 1]; // empty: none
    char user_id[BITRIX24_NAME_MAX + 1];
    char user_name[BITRIX24_NAME_MAX + 1];       // may be empty
    char app_password[NET_LOGIN_MAX + 1];        // empty: none was made
    char captcha_code[BITRIX24_CAPTCHA_MAX + 1]; // empty: no captcha is wanted
    bool needs_otp, push_otp, wrong_otp;
};

// False if this is no reply of checkout at all, or if memory was short: then `starved` is set,
// which may be NULL.
bool bitrix24_checkout_parse(struct span body, struct bitrix24_checkout *out, bool *starved);

struct bitrix24_answer {
    bool success;
    bool bad_session;                      // invalid_authentication is among the errors
    bool bad_csrf;                         // invalid_csrf is
    char sessid[BITRIX24_SESSID_SIZE + 1]; // the right one, with bad_csrf; may be empty
    struct fault fault;                    // of an error of the action itself, else NONE
};

// False if this is no reply of an action: HTML, or nothing; or as above.
bool bitrix24_answer_parse(struct span body, struct bitrix24_answer *out, bool *starved);

// Text of a portal for a person: control and forbidden characters become blanks, what is no
// UTF-8 becomes '?', and it is cut between characters at room - 1 bytes.
void bitrix24_clean(struct span text, char *out, size_t room);

#endif
