// SPDX-License-Identifier: MIT
#include "portal/bitrix24/login.h"

#include <sodium.h>
#include <stdio.h>

#include "portal/bitrix24/recovery_codes.h"
#include "portal/core/attempts.h"
#include "portal/core/signin.h"

#define CAPTCHA_WINDOW_MS 600000

// Who the credentials belong to, and what they are.
struct identity {
    struct user user;
    int64_t app_password; // 0: the account's own password
    bool code_given;      // a one-time code stood behind the password, and it was right
};

// After so many wrong passwords of a login a picture must be read; 0: never.
static const struct attempt_limit captcha_limit = {"bitrix24-login", CONFIG_BITRIX24_CAPTCHA,
                                                   CAPTCHA_WINDOW_MS};

static bool asks_for_captchas(struct store *store)
{
    return config_number(store, CONFIG_BITRIX24_CAPTCHA) > 0;
}

static bool captcha_due(struct portal *portal, const char *login)
{
    char key[USER_NAME_MAX + 1];
    users_name_key(login, key);
    return asks_for_captchas(&portal->store) &&
           attempts_exhausted(&portal->store, &captcha_limit, span_str(key),
                              portal_boot_ms(portal));
}

static enum signin_result find_app_password(struct portal *portal,
                                            const struct bitrix24_credentials *credentials,
                                            const struct client *client, struct identity *out)
{
    struct app_password found;
    portal_begin(portal);
    bool right = users_by_name(&portal->store, credentials->login, &out->user) &&
                 out->user.enabled &&
                 app_passwords_find(portal, out->user.id, credentials->password,
                                    client->address, &found);
    if (!portal_end(portal, right))
        return SIGNIN_FAULT;
    if (!right)
        return SIGNIN_WRONG;
    out->app_password = found.id;
    return SIGNIN_DONE;
}

// The old way of the two-step login: password and code in one.
static enum signin_result password_with_code(struct portal *portal,
                                             const struct bitrix24_credentials *credentials,
                                             const struct client *client, struct identity *out)
{
    char password[USER_PASSWORD_MAX + 1];
    size_t size = strlen(credentials->password);
    if (size <= CODE_DIGITS || size > USER_PASSWORD_MAX ||
        strspn(credentials->password + size - CODE_DIGITS, "0123456789") != CODE_DIGITS)
        return SIGNIN_WRONG;

    snprintf(password, sizeof(password), "%.*s", (int)(size - CODE_DIGITS),
             credentials->password);
    enum signin_result result = signin_check_password(portal, credentials->login, password,
                                                      client->address, &out->user);
    sodium_memzero(password, sizeof(password));

    if (result != SIGNIN_DONE)
        return result;
    if (!out->user.otp)
        return SIGNIN_WRONG;

    portal_begin(portal);
    result = signin_take_otp(portal, &out->user, credentials->password + size - CODE_DIGITS);
    out->code_given = result == SIGNIN_DONE;
    return portal_end(portal, true) ? result : SIGNIN_FAULT;
}

static bool is_settled(enum signin_result result)
{
    return result == SIGNIN_DONE || result == SIGNIN_FAULT;
}

// SIGNIN_DONE, or SIGNIN_FAULT where the credentials could not be judged; else they are wrong.
static enum signin_result identify(struct portal *portal,
                                   const struct bitrix24_credentials *credentials,
                                   const struct client *client, struct identity *out)
{
    *out = (struct identity){0};
    enum signin_result result = find_app_password(portal, credentials, client, out);
    if (!is_settled(result))
        result = signin_check_password(portal, credentials->login, credentials->password,
                                       client->address, &out->user);
    return is_settled(result) ? result : password_with_code(portal, credentials, client, out);
}

static void enter(struct portal *portal, struct bitrix24_visit *visit,
                  const struct identity *identity, const struct client *client, bool remember,
                  struct bitrix24_login *out)
{
    const struct signin signin = {.user = identity->user.id, .how = SIGNIN_BY_PASSWORD};
    if (identity->user.otp && identity->app_password == 0 && !identity->code_given) {
        bitrix24_visit_owe_code(portal, visit, &signin, remember);
        out->result = BITRIX24_LOGIN_OTP;
    } else {
        bitrix24_visit_sign_in(portal, visit, &signin, client, identity->app_password);
        visit->remember = remember;
        out->result = BITRIX24_LOGIN_DONE;
    }
}

static bool captcha_passed(struct portal *portal, const struct bitrix24_credentials *given)
{
    portal_begin(portal);
    bool passed = !captcha_due(portal, given->login) ||
                  captcha_take(portal, given->captcha_sid, given->captcha_word);
    return portal_end(portal, true) && passed;
}

void bitrix24_login_password(struct portal *portal, struct bitrix24_visit *visit,
                             const struct bitrix24_credentials *credentials,
                             const struct client *client, struct bitrix24_login *out)
{
    struct identity identity = {0};
    enum signin_result known = SIGNIN_WRONG;
    char key[USER_NAME_MAX + 1];
    users_name_key(credentials->login, key);
    struct span login = span_str(key);
    *out = (struct bitrix24_login){.result = BITRIX24_LOGIN_WRONG};
    bool captcha = captcha_passed(portal, credentials);
    if (captcha)
        known = identify(portal, credentials, client, &identity);
    if (known == SIGNIN_FAULT) { // no wrong password was tried
        out->result = BITRIX24_LOGIN_FAULT;
        return;
    }

    portal_begin(portal);
    bool limited = asks_for_captchas(&portal->store);
    bool right = known == SIGNIN_DONE && users_unchanged(&portal->store, &identity.user);
    if (right) {
        attempts_forget(&portal->store, &captcha_limit, login);
        enter(portal, visit, &identity, client, credentials->remember, out);
    } else if (limited && captcha) {
        attempts_add(&portal->store, &captcha_limit, login, portal_boot_ms(portal));
    }

    if (!right && captcha_due(portal, credentials->login))
        captcha_new(portal, out->captcha);

    if (!portal_end(portal, true))
        out->result = BITRIX24_LOGIN_FAULT;
}

// SIGNIN_DONE if it was a recovery code: then the visit is signed in.
static enum signin_result take_recovery_code(struct portal *portal,
                                             struct bitrix24_visit *visit, const char *code,
                                             const struct client *client)
{
    struct pending pending;
    portal_begin(portal);
    bool right = pending_find(portal, visit->id, &pending) &&
                 recovery_codes_take(&portal->store, pending.signin.user, code);
    if (right) {
        bool remember = visit->remember;
        pending_close(portal, &pending);
        bitrix24_visit_sign_in(portal, visit, &pending.signin, client, 0);
        visit->remember = remember;
    }
    if (!portal_end(portal, right))
        return SIGNIN_FAULT;
    return right ? SIGNIN_DONE : SIGNIN_WRONG;
}

void bitrix24_login_otp(struct portal *portal, struct bitrix24_visit *visit, const char *code,
                        const struct client *client, struct bitrix24_login *out)
{
    struct signin_reply signin = {0};
    *out = (struct bitrix24_login){.result = BITRIX24_LOGIN_DONE};

    enum signin_result recovered = take_recovery_code(portal, visit, code, client);
    if (recovered == SIGNIN_FAULT) // it is not tried as a one-time code, which would count
        out->result = BITRIX24_LOGIN_FAULT;
    if (is_settled(recovered))
        return;

    portal_begin(portal);
    bool push = config_switch(&portal->store, CONFIG_BITRIX24_PUSH_OTP);
    portal_end(portal, false);

    // The second step by push has no code to type: what is typed is wrong.
    signin_otp(portal, visit->id, push ? "" : code, client, &signin);
    if (signin.result == SIGNIN_DONE) {
        bool remember = visit->remember;
        portal_begin(portal);
        bitrix24_visit_move(portal, visit, &signin.token, 0, remember);
        if (!portal_end(portal, true))
            out->result = BITRIX24_LOGIN_FAULT;
        return;
    }
    out->result = signin.result == SIGNIN_WRONG || signin.result == SIGNIN_LIMITED
                      ? BITRIX24_LOGIN_WRONG_OTP
                  : signin.result == SIGNIN_FAULT ? BITRIX24_LOGIN_FAULT
                                                  : BITRIX24_LOGIN_WRONG;
}
