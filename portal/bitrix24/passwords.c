// SPDX-License-Identifier: MIT
#include "portal/bitrix24/passwords.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/shortage.h"
#include "portal/bitrix24/app_passwords.h"

#define SPACED_MAX (APP_PASSWORD_LETTERS + APP_PASSWORD_LETTERS / 4)

static json_t *password_values(const struct app_password *password)
{
    char created[PAGE_TIME_MAX], last_use[PAGE_TIME_MAX] = "";
    page_time(password->created, created);
    if (password->last_use > 0)
        page_time(password->last_use, last_use);
    return json_pack("{s:I, s:s, s:s, s:s, s:s, s:b, s:b, s:b}", "id", (json_int_t)password->id,
                     "application", password->application, "comment",
                     page_text(password->comment, page_text(password->code, "?")), "created",
                     created, "last_use", last_use, "mobile",
                     strcmp(password->application, APP_PASSWORD_MOBILE) == 0, "desktop",
                     strcmp(password->application, APP_PASSWORD_DESKTOP) == 0, "dav",
                     strcmp(password->application, "dav") == 0);
}

// "abcd efgh ijkl mnop"
static void spaced(const char *password, char out[static SPACED_MAX])
{
    size_t n = 0;
    for (size_t i = 0; password[i]; i++) {
        if (i > 0 && i % 4 == 0)
            out[n++] = ' ';
        out[n++] = password[i];
    }
    out[n] = '\0';
}

static void reply_passwords(struct portal *portal, const struct request *request,
                            struct reply *reply, const struct session *session,
                            const char *made)
{
    struct app_password *found = shortage_calloc(APP_PASSWORDS_SHOWN, sizeof(*found));
    char text[SPACED_MAX] = "";

    if (!found) {
        page_missing(portal, request, reply, 500);
        return;
    }

    portal_begin(portal);
    size_t count = app_passwords_of_user(&portal->store, session->user.id, found);
    portal_end(portal, false);

    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, password_values(&found[i]));
    free(found);

    spaced(made, text);
    page_reply(
        portal, request, reply, 200, "passwords.html", session,
        json_pack("{s:o, s:s, s:s}", "passwords", list, "made", made, "made_spaced", text));
}

PAGE_HANDLER(page_passwords)
{
    struct session session;
    if (page_session(portal, request, reply, &session))
        reply_passwords(portal, request, reply, &session, "");
}

PAGE_HANDLER(page_passwords_add)
{
    struct session session;
    char made[APP_PASSWORD_LETTERS + 1];
    if (!page_post_session(portal, request, reply, &session))
        return;

    struct app_password wanted = {.user = session.user.id};
    request_form_sized(request, "application", wanted.application, sizeof(wanted.application));
    request_form_sized(request, "comment", wanted.comment, sizeof(wanted.comment));

    if (!app_passwords_known(wanted.application)) {
        page_missing(portal, request, reply, 400);
        return;
    }

    portal_begin(portal);
    app_passwords_add(portal, &wanted, made);
    if (portal_end(portal, true))
        reply_passwords(portal, request, reply, &session, made);
    else
        page_missing(portal, request, reply, 500);

    sodium_memzero(made, sizeof(made));
}

PAGE_HANDLER(page_passwords_delete)
{
    struct session session;
    char id[FORM_VALUE_MAX + 1];
    if (!page_post_session(portal, request, reply, &session))
        return;
    request_form(request, "id", id);
    portal_begin(portal);
    app_passwords_delete(&portal->store, session.user.id, strtoll(id, NULL, 10));
    if (portal_end(portal, true))
        reply_redirect(portal, reply, "/personal/passwords");
    else
        page_missing(portal, request, reply, 500);
}
