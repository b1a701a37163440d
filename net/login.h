// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_LOGIN_H
#define QRCONFIRM_NET_LOGIN_H

// What a portal wants typed before it lets this device in, and the answer.

#define NET_LOGIN_MAX   255u   // bytes of a login name or a password
#define NET_WORD_MAX    64u    // bytes of the word of a captcha, or of a one-time code
#define NET_CAPTCHA_MAX 65536u // bytes of its picture

enum net_login_need {
    NET_LOGIN_PASSWORD, // login and password, or an application password in its place
    NET_LOGIN_CAPTCHA,  // the word of the picture, net_worker_captcha
    NET_LOGIN_OTP       // a one-time or recovery code
};

// What the person typed. Secret: whoever holds one wipes it.
struct net_login_answer {
    char login[NET_LOGIN_MAX + 1], password[NET_LOGIN_MAX + 1]; // with NET_LOGIN_PASSWORD
    char word[NET_WORD_MAX + 1];                                // with the others
};

#endif
