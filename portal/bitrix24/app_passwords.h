// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_APP_PASSWORDS_H
#define QRCONFIRM_PORTAL_BITRIX24_APP_PASSWORDS_H

// Application passwords of a boxed Bitrix24: sixteen letters that stand for the password of one
// account in one kind of application, need no one-time code, and open only the addresses of
// that application. Kept as SHA-256: they are random enough. All functions run inside a
// transaction.

#include "portal/core/portal.h"

#define APP_PASSWORD_LETTERS  16u
#define APP_PASSWORD_NAME_MAX 16u  // bytes of an application's id
#define APP_PASSWORD_TEXT_MAX 128u // bytes of code and comment, as the following
#define APP_PASSWORDS_SHOWN   64u
#define APP_PASSWORD_MOBILE   "mobile"
#define APP_PASSWORD_DESKTOP  "desktop"

struct app_password {
    int64_t id, user;
    char application[APP_PASSWORD_NAME_MAX + 1];
    char code[APP_PASSWORD_TEXT_MAX + 1];    // of the installation: its UUID
    char comment[APP_PASSWORD_TEXT_MAX + 1]; // name of the device
    int64_t created, last_use;               // seconds since 1970; 0: never
};

// Makes one of a kind that app_passwords_known knows.
void app_passwords_add(struct portal *portal, const struct app_password *wanted,
                       char out[static APP_PASSWORD_LETTERS + 1]);
bool app_passwords_known(const char *application);

// Is `password` one of this account? Spaces in it do not count. Notes the use.
bool app_passwords_find(struct portal *portal, int64_t user, const char *password,
                        const char *address, struct app_password *out);
bool app_passwords_by_id(struct store *store, int64_t id, struct app_password *out);
size_t app_passwords_of_user(struct store *store, int64_t user,
                             struct app_password out[static APP_PASSWORDS_SHOWN]);

// Both end the sessions that the password opened.
void app_passwords_delete(struct store *store, int64_t user, int64_t id);
void app_passwords_delete_code(struct store *store, int64_t user, const char *code);

// May a session of this application call the address (below the base URL)?
bool app_passwords_permit(const char *application, const char *path);

// The kinds, by id; ends with NULL.
extern const char *const app_password_kinds[];

#endif
