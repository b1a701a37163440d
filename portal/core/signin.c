// SPDX-License-Identifier: MIT
#include "portal/core/signin.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "portal/core/attempts.h"
#include "portal/core/policy.h"

// What is checked where there is no such account, so that both take as long: Argon2id with the
// parameters of users_hash_password over a password nobody knows.
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZSByYW5kb20gc2FsdA$"
                             "aB0vYGWZ4sB0Lw1p4oqM1qmS5rR2t0w2uWJ0xk1C0xM";

struct tries {
    char account[USER_NAME_MAX + 1];
    bool foreign; // from a network that the account is not known to use
    char name[USER_NAME_MAX + ADDRESS_MAX + 2];
    char network[ADDRESS_MAX + 1];
    int64_t at; // milliseconds of the boot clock
};

static void tries_of(const char *name, const char *address, struct tries *out)
{
    out->foreign = true;
    users_name_key(name, out->account);
    address_group(address, out->network);
    snprintf(out->name, sizeof(out->name), "%s %s", out->account, out->network);
}

// Where its sessions and devices are, its owner is. Whoever guesses from elsewhere shuts out
// others that come from elsewhere, not him.
static bool is_at_home(struct portal *portal, const struct user *user, const char *address)
{
    struct session sessions[SESSIONS_SHOWN];
    size_t count = sessions_of_user(portal, user->id, sessions);
    bool found = false;
    for (size_t i = 0; i < count && !found; i++)
        found = address_same_network(sessions[i].client.address, address);

    struct device *devices;
    count = devices_of_user(&portal->store, user->id, &devices);
    for (size_t i = 0; i < count && !found; i++)
        found = devices[i].revoked_at == 0 &&
                address_same_network(devices[i].last_address, address);
    free(devices);
    return found;
}

static bool tries_exhausted(struct portal *portal, const struct tries *tries)
{
    int64_t now = tries->at;
    return (tries->foreign && attempts_exhausted(&portal->store, &ATTEMPTS_PASSWORD_ACCOUNT,
                                                 span_str(tries->account), now)) ||
           attempts_exhausted(&portal->store, &ATTEMPTS_PASSWORD_NAME, span_str(tries->name),
                              now) ||
           attempts_exhausted(&portal->store, &ATTEMPTS_PASSWORD_NETWORK,
                              span_str(tries->network), now);
}

// `change`: attempts_add or attempts_take_back.
static void tries_change(struct portal *portal, const struct tries *tries,
                         void (*change)(struct store *store, const struct attempt_limit *limit,
                                        struct span subject, int64_t now))
{
    struct store *store = &portal->store;
    if (tries->foreign)
        change(store, &ATTEMPTS_PASSWORD_ACCOUNT, span_str(tries->account), tries->at);
    change(store, &ATTEMPTS_PASSWORD_NAME, span_str(tries->name), tries->at);
    change(store, &ATTEMPTS_PASSWORD_NETWORK, span_str(tries->network), tries->at);
}

// It was not judged, which tells nothing to whoever guesses.
static void tries_forgive(struct portal *portal, const struct tries *tries)
{
    portal_begin(portal);
    tries_change(portal, tries, attempts_take_back);
    portal_end(portal, true);
}

// With no transaction open while Argon2id runs, which is slow.
enum signin_result signin_check_password(struct portal *portal, const char *name,
                                         const char *password, const char *address,
                                         struct user *user)
{
    char hash[USER_HASH_MAX];
    struct tries tries;
    tries_of(name, address, &tries);
    portal_begin(portal);
    tries.at = portal_boot_ms(portal);
    bool found = users_by_name(&portal->store, name, user);
    tries.foreign = !found || !is_at_home(portal, user, address);
    bool limited = tries_exhausted(portal, &tries);
    if (found)
        users_password_hash(&portal->store, user->id, hash);
    // Counted before it is checked: many at once are no way around the limit.
    if (!limited)
        tries_change(portal, &tries, attempts_add);
    if (!portal_end(portal, true))
        return SIGNIN_FAULT;
    if (limited)
        return SIGNIN_LIMITED;

    pthread_mutex_lock(&portal->hashing);
    enum password_check check = PASSWORD_WRONG;
    if (strlen(password) <= USER_PASSWORD_MAX)
        check = users_check_password(password, found ? hash : nobody);
    pthread_mutex_unlock(&portal->hashing);
    sodium_memzero(hash, sizeof(hash));
    if (check == PASSWORD_UNKNOWN) {
        tries_forgive(portal, &tries);
        return SIGNIN_FAULT;
    }
    if (check == PASSWORD_WRONG || !found || !user->enabled)
        return SIGNIN_WRONG;
    portal_begin(portal);
    attempts_forget(&portal->store, &ATTEMPTS_PASSWORD_NAME, span_str(tries.name));
    return portal_end(portal, true) ? SIGNIN_DONE : SIGNIN_FAULT;
}

static void enter_by_password(struct portal *portal, const char *name, const char *password,
                              const struct client *client, struct signin_reply *out)
{
    struct user user;
    *out = (struct signin_reply){0};
    out->result = signin_check_password(portal, name, password, client->address, &user);
    if (out->result != SIGNIN_DONE)
        return;

    const struct signin signin = {.user = user.id, .how = SIGNIN_BY_PASSWORD};
    portal_begin(portal);

    if (!users_unchanged(&portal->store, &user)) {
        out->result = SIGNIN_WRONG;
    } else if (user.otp) {
        pending_open(portal, &signin, &out->token);
        out->result = SIGNIN_OTP;
    } else {
        sessions_open(portal, &signin, client, &out->token);
    }

    if (!portal_end(portal, true))
        out->result = SIGNIN_FAULT;
}

void signin_password(struct portal *portal, const char *name, const char *password,
                     const struct client *client, struct signin_reply *out)
{
    enter_by_password(portal, name, password, client, out);
    if (out->result == SIGNIN_DONE)
        metrics_sign_in(&portal->metrics, SIGN_IN_PASSWORD_DONE);
    else if (out->result == SIGNIN_WRONG)
        metrics_sign_in(&portal->metrics, SIGN_IN_PASSWORD_WRONG);
    else if (out->result == SIGNIN_LIMITED)
        metrics_sign_in(&portal->metrics, SIGN_IN_PASSWORD_LIMITED);
}

// What a QR sign-in checks again at the two-step step (qr-login v1, section 7).
static bool still_allowed(struct portal *portal, const struct signin *signin,
                          const struct user *user)
{
    struct device device;
    if (!user->enabled)
        return false;
    if (!signin->has_login)
        return true; // by password, or at a portal that knows no devices
    return policy_qr_enabled(&portal->store) &&
           devices_find(&portal->store, signin->device_id, &device) && device.revoked_at == 0;
}

enum signin_result signin_take_otp(struct portal *portal, const struct user *user,
                                   const char *code)
{
    struct span subject = span_str(user->account_id);
    int64_t now = portal_boot_ms(portal);
    if (attempts_exhausted(&portal->store, &ATTEMPTS_ONE_TIME_CODE, subject, now))
        return SIGNIN_LIMITED;
    if (users_take_otp(&portal->store, user, code, portal_wall_s(portal))) {
        attempts_forget(&portal->store, &ATTEMPTS_ONE_TIME_CODE, subject);
        return SIGNIN_DONE;
    }
    attempts_add(&portal->store, &ATTEMPTS_ONE_TIME_CODE, subject, now);
    return SIGNIN_WRONG;
}

// `end` is set where it is known how the sign-in ends.
static void judge_otp(struct portal *portal, const char *pending_cookie, const char *code,
                      const struct client *client, struct signin_reply *out,
                      enum metrics_sign_in *end)
{
    struct pending pending;
    struct user user;

    out->result = SIGNIN_OVER;
    if (!pending_find(portal, pending_cookie, &pending))
        return;

    if (!users_by_id(&portal->store, pending.signin.user, &user) ||
        !still_allowed(portal, &pending.signin, &user)) {
        pending_close(portal, &pending);
        return;
    }

    out->result = signin_take_otp(portal, &user, code);
    if (out->result == SIGNIN_DONE) {
        pending_close(portal, &pending);
        sessions_open(portal, &pending.signin, client, &out->token);
        *end =
            pending.signin.how == SIGNIN_BY_PASSWORD ? SIGN_IN_PASSWORD_DONE : SIGN_IN_QR_DONE;
    } else if (out->result == SIGNIN_LIMITED) {
        *end = SIGN_IN_CODE_LIMITED;
    } else if (out->result == SIGNIN_WRONG) {
        *end = SIGN_IN_CODE_WRONG;
        out->tries_left = pending_failed(portal, &pending);
        if (out->tries_left <= 0)
            out->result = SIGNIN_OVER;
    }
}

void signin_otp(struct portal *portal, const char *pending_cookie, const char *code,
                const struct client *client, struct signin_reply *out)
{
    enum metrics_sign_in end = SIGN_IN_GOES_ON;
    *out = (struct signin_reply){0};
    portal_begin(portal);
    judge_otp(portal, pending_cookie, code, client, out, &end);
    if (portal_end(portal, true))
        metrics_sign_in(&portal->metrics, end);
    else
        out->result = SIGNIN_FAULT;
}

enum signin_result signin_again(struct portal *portal, const struct session *session,
                                const char *password, const char *code, const char *address)
{
    struct user user;
    enum signin_result result =
        signin_check_password(portal, session->user.name, password, address, &user);
    if (result != SIGNIN_DONE)
        return result;
    portal_begin(portal);
    if (!users_unchanged(&portal->store, &user))
        result = SIGNIN_WRONG;
    else if (user.otp)
        result = signin_take_otp(portal, &user, code);
    if (result == SIGNIN_DONE)
        sessions_password_entered(portal, session);
    return portal_end(portal, true) ? result : SIGNIN_FAULT;
}
