// SPDX-License-Identifier: MIT
#include "portal/bitrix24/app_passwords.h"

#include <sodium.h>

#include "portal/bitrix24/bitrix24.h"
#include "portal/core/store_hash.h"

const char *const app_password_kinds[] = {APP_PASSWORD_MOBILE, APP_PASSWORD_DESKTOP, "dav",
                                          NULL};

// Which addresses an application may run: prefixes of the path.
static const struct {
    const char *application, *prefix;
} scopes[] = {
    {APP_PASSWORD_MOBILE, BITRIX24_MOBILE},
    {APP_PASSWORD_MOBILE, BITRIX24_AJAX},
    {APP_PASSWORD_MOBILE, "/bitrix/services/rest/index.php"},
    {APP_PASSWORD_MOBILE, "/rest/"},
    {APP_PASSWORD_MOBILE, "/mobileapp/"},
    {APP_PASSWORD_MOBILE, "/bitrix/services/mobileapp/jn.php"},
    {APP_PASSWORD_DESKTOP, "/desktop_app/"},
    {APP_PASSWORD_DESKTOP, BITRIX24_MOBILE},
    {"dav", "/bitrix/groupdav.php"},
    {"dav", "/docs/"},
};

bool app_passwords_permit(const char *application, const char *path)
{
    for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
        if (strcmp(scopes[i].application, application) == 0 &&
            strncmp(path, scopes[i].prefix, strlen(scopes[i].prefix)) == 0)
            return true;
    }
    return false;
}

bool app_passwords_known(const char *application)
{
    for (const char *const *kind = app_password_kinds; *kind; kind++) {
        if (strcmp(*kind, application) == 0)
            return true;
    }
    return false;
}

void app_passwords_add(struct portal *portal, const struct app_password *wanted,
                       char out[static APP_PASSWORD_LETTERS + 1])
{
    uint8_t hash[HASH_SIZE];
    bitrix24_random(portal, BITRIX24_LETTERS, APP_PASSWORD_LETTERS, out);
    if (!store_hash(&portal->store, span_str(out), hash))
        return;
    store_run(&portal->store,
              "INSERT INTO app_passwords (user, application, password_hash, code, comment, "
              "created) VALUES (?, ?, ?, ?, ?, ?)",
              "itbtti", wanted->user, wanted->application, hash, sizeof(hash), wanted->code,
              wanted->comment, portal_wall_s(portal));
}

// Sixteen letters, whatever spaces stand between them.
static bool squeeze(const char *password, char out[static APP_PASSWORD_LETTERS + 1])
{
    size_t n = 0;
    for (; *password; password++) {
        if (*password == ' ')
            continue;
        if (*password < 'a' || *password > 'z' || n == APP_PASSWORD_LETTERS)
            return false;
        out[n++] = *password;
    }
    out[n] = '\0';
    return n == APP_PASSWORD_LETTERS;
}

#define COLUMNS "id, user, application, code, comment, created, last_use"

static bool read_row(struct rows *rows, struct app_password *out)
{
    if (!rows_next(rows))
        return false;
    out->id = rows_int(rows, 0);
    out->user = rows_int(rows, 1);
    rows_text(rows, 2, out->application, sizeof(out->application));
    rows_text(rows, 3, out->code, sizeof(out->code));
    rows_text(rows, 4, out->comment, sizeof(out->comment));
    out->created = rows_int(rows, 5);
    out->last_use = rows_int(rows, 6);
    return true;
}

bool app_passwords_find(struct portal *portal, int64_t user, const char *password,
                        const char *address, struct app_password *out)
{
    char letters[APP_PASSWORD_LETTERS + 1];
    uint8_t hash[HASH_SIZE];
    struct rows rows;

    if (!squeeze(password, letters))
        return false;

    bool hashed = store_hash(&portal->store, span_str(letters), hash);
    sodium_memzero(letters, sizeof(letters));
    if (!hashed)
        return false;

    rows_open(&rows, &portal->store,
              "SELECT " COLUMNS " FROM app_passwords WHERE password_hash = ? AND user = ?",
              "bi", hash, sizeof(hash), user);
    bool found = read_row(&rows, out);
    rows_close(&rows);

    if (found)
        store_run(&portal->store,
                  "UPDATE app_passwords SET last_use = ?, last_address = ? WHERE id = ?", "iti",
                  portal_wall_s(portal), address, out->id);
    return found;
}

bool app_passwords_by_id(struct store *store, int64_t id, struct app_password *out)
{
    struct rows rows;
    rows_open(&rows, store, "SELECT " COLUMNS " FROM app_passwords WHERE id = ?", "i", id);
    bool found = read_row(&rows, out);
    rows_close(&rows);
    return found;
}

size_t app_passwords_of_user(struct store *store, int64_t user,
                             struct app_password out[static APP_PASSWORDS_SHOWN])
{
    struct rows rows;
    size_t count = 0;
    rows_open(&rows, store,
              "SELECT " COLUMNS " FROM app_passwords WHERE user = ? ORDER BY id DESC", "i",
              user);
    while (count < APP_PASSWORDS_SHOWN && read_row(&rows, &out[count]))
        count++;
    rows_close(&rows);
    return count;
}

void app_passwords_delete(struct store *store, int64_t user, int64_t id)
{
    store_run(store,
              "DELETE FROM sessions WHERE user = ? AND id_hash IN "
              "(SELECT id_hash FROM visits WHERE app_password = ?)",
              "ii", user, id);
    store_run(store, "DELETE FROM app_passwords WHERE user = ? AND id = ?", "ii", user, id);
}

void app_passwords_delete_code(struct store *store, int64_t user, const char *code)
{
    store_run(store,
              "DELETE FROM sessions WHERE user = ? AND id_hash IN "
              "(SELECT visits.id_hash FROM visits JOIN app_passwords "
              "ON app_passwords.id = visits.app_password "
              "WHERE app_passwords.user = ? AND app_passwords.code = ?)",
              "iit", user, user, code);
    store_run(store, "DELETE FROM app_passwords WHERE user = ? AND code = ?", "it", user, code);
}
