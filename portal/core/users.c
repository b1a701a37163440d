// SPDX-License-Identifier: MIT
#include "portal/core/users.h"

#include <errno.h>
#include <liboath/oath.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "portal/base/shown_text.h"

#define OTP_STEP_SECONDS 30
#define OTP_WINDOW       1 // steps to either side

#define USER_COLUMNS                                                                           \
    "id, account_id, name, display_name, otp_secret IS NOT NULL, admin, enabled, trust"

bool users_hash_password(const char *password, char out[static USER_HASH_MAX])
{
    return crypto_pwhash_str(out, password, strlen(password),
                             crypto_pwhash_OPSLIMIT_INTERACTIVE,
                             crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
}

// libsodium tells a wrong password from a lack of memory by errno alone.
enum password_check users_check_password(const char *password, const char *hash)
{
    errno = 0;
    if (crypto_pwhash_str_verify(hash, password, strlen(password)) == 0)
        return PASSWORD_RIGHT;
    return errno == ENOMEM ? PASSWORD_UNKNOWN : PASSWORD_WRONG;
}

static bool name_allowed(const char *name)
{
    size_t size = strlen(name);
    return size > 0 && size <= USER_NAME_MAX &&
           strspn(name,
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@+-") ==
               size;
}

bool users_allowed(const struct user_new *user, struct fault *fault)
{
    size_t size = strlen(user->password);
    if (!name_allowed(user->name))
        return fault_set(fault, FAILURE_USAGE,
                         "a name has 1 to %u of the characters A-Z a-z 0-9 . _ @ + -",
                         USER_NAME_MAX);
    if (user->display_name &&
        !shown_text_allowed("a display name", user->display_name, 1, USER_DISPLAY_MAX, fault))
        return false;
    if (size < USER_PASSWORD_MIN || size > USER_PASSWORD_MAX)
        return fault_set(fault, FAILURE_USAGE, "a password has %u to %u bytes",
                         USER_PASSWORD_MIN, USER_PASSWORD_MAX);
    return true;
}

static void otp_secret_text(const uint8_t secret[static USER_OTP_SIZE],
                            char out[static USER_OTP_TEXT + 1])
{
    char *text = NULL;
    if (oath_base32_encode((const char *)secret, USER_OTP_SIZE, &text, NULL) == OATH_OK)
        snprintf(out, USER_OTP_TEXT + 1, "%s", text);
    free(text);
}

bool users_add(struct store *store, const struct portal_environment *environment,
               const struct user_new *user, const char *hash,
               char otp_secret[static USER_OTP_TEXT + 1], struct fault *fault)
{
    struct user present;
    if (!users_allowed(user, fault))
        return false;

    char key[USER_NAME_MAX + 1];
    users_name_key(user->name, key);
    if (users_by_name(store, user->name, &present))
        return fault_set(fault, FAILURE_USAGE, "there is already an account %s", present.name);
    if (store_number(store, 0, "SELECT count(*) FROM users WHERE lower(name) = ?", "t", key) >
        0)
        return fault_set(fault, FAILURE_USAGE, "there are already accounts %s, however written",
                         key);

    uint8_t id[8], secret[USER_OTP_SIZE];
    char account_id[USER_ACCOUNT_MAX + 1] = "u-";
    environment_random(environment, id, sizeof(id));
    sodium_bin2hex(account_id + 2, sizeof(account_id) - 2, id, sizeof(id));

    otp_secret[0] = '\0';
    if (user->otp) {
        environment_random(environment, secret, sizeof(secret));
        otp_secret_text(secret, otp_secret);
    }

    store_run(store,
              "INSERT INTO users (account_id, name, display_name, password_hash, otp_secret, "
              "admin, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
              "ttttbii", account_id, user->name,
              user->display_name ? user->display_name : user->name, hash,
              user->otp ? secret : NULL, user->otp ? sizeof(secret) : (size_t)0,
              (int64_t)user->admin, environment_wall_s(environment));

    sodium_memzero(secret, sizeof(secret));
    return true;
}

static bool user_read(struct rows *rows, struct user *out)
{
    bool found = rows_next(rows);

    if (found) {
        out->id = rows_int(rows, 0);
        rows_text(rows, 1, out->account_id, sizeof(out->account_id));
        rows_text(rows, 2, out->name, sizeof(out->name));
        rows_text(rows, 3, out->display_name, sizeof(out->display_name));

        // One of a store of before a rule: no device would take it.
        if (!shown_text_allowed("", out->display_name, 1, USER_DISPLAY_MAX, NULL))
            memcpy(out->display_name, out->name, sizeof(out->name));

        out->otp = rows_int(rows, 4) != 0;
        out->admin = rows_int(rows, 5) != 0;
        out->enabled = rows_int(rows, 6) != 0;
        out->trust = rows_int(rows, 7);
    }

    rows_close(rows);
    return found;
}

// Phones begin names with a capital letter and end them with a space.
static struct span trimmed(const char *name)
{
    static const char spaces[] = " \t\r\n";
    name += strspn(name, spaces);
    size_t size = strlen(name);
    while (size > 0 && strchr(spaces, name[size - 1]))
        size--;
    return span_of((const uint8_t *)name, size);
}

void users_name_key(const char *name, char out[static USER_NAME_MAX + 1])
{
    struct span text = trimmed(name);
    size_t size = text.n <= USER_NAME_MAX ? text.n : 0;
    for (size_t i = 0; i < size; i++)
        out[i] =
            (char)(text.p[i] >= 'A' && text.p[i] <= 'Z' ? text.p[i] + ('a' - 'A') : text.p[i]);
    out[size] = '\0';
}

bool users_by_name(struct store *store, const char *name, struct user *out)
{
    char key[USER_NAME_MAX + 1], written[USER_NAME_MAX + 1];
    struct rows rows;
    struct span text = trimmed(name);
    users_name_key(name, key);
    snprintf(written, sizeof(written), "%.*s", (int)strlen(key), (const char *)text.p);
    rows_open(&rows, store,
              "SELECT " USER_COLUMNS " FROM users WHERE lower(name) = ?1 AND "
              "(name = ?2 OR (SELECT count(*) FROM users WHERE lower(name) = ?1) = 1)",
              "tt", key, written);
    return user_read(&rows, out);
}

bool users_by_id(struct store *store, int64_t id, struct user *out)
{
    struct rows rows;
    rows_open(&rows, store, "SELECT " USER_COLUMNS " FROM users WHERE id = ?", "i", id);
    return user_read(&rows, out);
}

void users_password_hash(struct store *store, int64_t id, char out[static USER_HASH_MAX])
{
    struct rows rows;
    out[0] = '\0';
    rows_open(&rows, store, "SELECT password_hash FROM users WHERE id = ?", "i", id);
    if (rows_next(&rows))
        rows_text(&rows, 0, out, USER_HASH_MAX);
    rows_close(&rows);
}

bool users_unchanged(struct store *store, const struct user *user)
{
    return store_number(store, 0,
                        "SELECT count(*) FROM users WHERE id = ? AND trust = ? AND enabled = 1",
                        "ii", user->id, user->trust) == 1;
}

void users_set_password_hash(struct store *store, int64_t id, const char *hash)
{
    store_run(store, "UPDATE users SET password_hash = ? WHERE id = ?", "ti", hash, id);
}

void users_set_enabled(struct store *store, int64_t id, bool enabled)
{
    store_run(store, "UPDATE users SET enabled = ? WHERE id = ?", "ii", (int64_t)enabled, id);
}

bool users_take_otp(struct store *store, const struct user *user, const char *code,
                    int64_t wall_now)
{
    uint8_t secret[USER_OTP_SIZE];
    struct rows rows;
    rows_open(&rows, store, "SELECT otp_secret, otp_last_step FROM users WHERE id = ?", "i",
              user->id);
    bool found = rows_next(&rows) && rows_blob(&rows, 0, secret, sizeof(secret));
    int64_t last_step = found ? rows_int(&rows, 1) : 0;
    rows_close(&rows);
    if (!found || strlen(code) != CODE_DIGITS)
        return false;

    int position;
    uint64_t step;
    int result = oath_totp_validate3((const char *)secret, sizeof(secret), (time_t)wall_now,
                                     OTP_STEP_SECONDS, 0, OTP_WINDOW, &position, &step, code);
    sodium_memzero(secret, sizeof(secret));
    if (result < 0 || (int64_t)step <= last_step)
        return false;
    store_run(store, "UPDATE users SET otp_last_step = ? WHERE id = ?", "ii", (int64_t)step,
              user->id);
    return true;
}
