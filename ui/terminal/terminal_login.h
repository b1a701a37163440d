// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TERMINAL_TERMINAL_LOGIN_H
#define QRCONFIRM_UI_TERMINAL_TERMINAL_LOGIN_H

// What a portal wants to know before it lets this device in, asked line by line: login, then
// password; or one word. The picture of a captcha becomes a file, private and removed again
// when it was answered or left.

#include "ui/app/app.h"

struct terminal_login {
    struct net_login_answer answer; // wiped by terminal_login_end
    bool asked;                     // FLOW_LOGIN has been entered and not been left
    bool has_login;                 // the next line is the password
    char picture[PATHS_MAX + 32];   // the file of the captcha; empty: none
};

// Follows the flow: begins with FLOW_LOGIN, ends with any other state.
void terminal_login_follow(struct terminal_login *login, struct app *app);
void terminal_login_end(struct terminal_login *login);

// What the next line is, in the language of the moment.
const char *terminal_login_prompt(const struct terminal_login *login, const struct flow *flow);
// Whether the next line must not be seen.
bool terminal_login_is_secret(const struct terminal_login *login, const struct flow *flow);

// Takes the next line; one that is too long (or empty) is asked again: false. Hands over the
// answer when it is whole.
bool terminal_login_take(struct terminal_login *login, struct app *app, struct span line);

#endif
