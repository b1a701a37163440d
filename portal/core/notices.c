// SPDX-License-Identifier: MIT
#include "portal/core/notices.h"

#include <sodium.h>
#include <stdio.h>
#include <time.h>

#include "base/shortage.h"
#include "portal/base/text.h"
#include "portal/core/config.h"
#include "portal/core/sessions.h"

#define SUBJECT_MAX 512u

static const char *const kinds[] = {
    [NOTICE_SIGN_IN] = N_("Your account was signed in"),
    [NOTICE_DEVICE] = N_("A device was paired with your account"),
    [NOTICE_REPORT] = N_("A sign-in was refused and reported"),
};

struct letterhead {
    char command[CONFIG_VALUE_MAX + 1], from[CONFIG_VALUE_MAX + 1];
    char portal_name[CONFIG_VALUE_MAX + 1];
    char recipient[USER_NAME_MAX + CONFIG_VALUE_MAX + 2];
    struct user user;
};

bool notices_are_sent(struct portal *portal)
{
    char command[CONFIG_VALUE_MAX + 1];
    config_text(&portal->store, CONFIG_MAIL_COMMAND, command);
    return command[0] != '\0';
}

// What it tells of was kept, and is answered so, even where the store went away since.
static void end_reading(struct portal *portal)
{
    portal_end(portal, false);
    store_was_away(&portal->store);
}

// False: nothing is sent.
static bool find_letterhead(struct portal *portal, int64_t user, struct letterhead *out)
{
    char domain[CONFIG_VALUE_MAX + 1];
    struct store *store = &portal->store;
    portal_begin(portal);
    config_text(store, CONFIG_MAIL_COMMAND, out->command);
    config_text(store, CONFIG_MAIL_FROM, out->from);
    config_text(store, CONFIG_MAIL_DOMAIN, domain);
    config_text(store, CONFIG_PORTAL_NAME, out->portal_name);
    bool sends = out->command[0] && users_by_id(store, user, &out->user);
    end_reading(portal);
    if (!sends)
        return false;

    bool whole = strchr(out->user.name, '@') || !domain[0];
    snprintf(out->recipient, sizeof(out->recipient), "%s%s%s", out->user.name, whole ? "" : "@",
             whole ? "" : domain);
    return true;
}

// A header in UTF-8 (RFC 2047), in words of at most 75 characters.
static void add_subject(struct text *out, const char *kind, const char *portal_name)
{
    char subject[SUBJECT_MAX], word[72];
    snprintf(subject, sizeof(subject), "%s: %s", portal_name, kind);
    text_add_string(out, "Subject:");
    for (const char *at = subject; *at;) {
        size_t n = strnlen(at, 45);
        while (n > 1 && at[n] && ((unsigned char)at[n] & 0xc0) == 0x80)
            n--; // whole characters
        sodium_bin2base64(word, sizeof(word), (const unsigned char *)at, n,
                          sodium_base64_VARIANT_ORIGINAL);
        text_format(out, " =?UTF-8?B?%s?=\n", word);
        at += n;
    }
}

static void add_line(struct text *out, const char *label, const char *value)
{
    if (value[0])
        text_format(out, "    %s: %s\n", label, value);
}

static void add_facts(const struct portal *portal, const struct notice *notice,
                      const struct language *language, struct text *out)
{
    char when[32];
    time_t now = (time_t)portal_wall_s(portal);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &utc);
    add_line(out, translate(language, N_("When")), when);
    if (notice->agent[0])
        add_line(out, translate(language, N_("Browser")), agent_words(notice->agent, language));
    add_line(out, translate(language, N_("Address")), notice->address);
    add_line(out, translate(language, N_("Device")), notice->device);
}

static void write_message(const struct portal *portal, const struct notice *notice,
                          const struct letterhead *head, const struct language *language,
                          struct text *out)
{
    const char *kind = translate(language, kinds[notice->kind]);
    if (head->from[0])
        text_format(out, "From: %s\n", head->from);
    text_format(out, "To: %s\n", head->recipient);
    add_subject(out, kind, head->portal_name);
    text_add_string(out, "MIME-Version: 1.0\n"
                         "Content-Type: text/plain; charset=utf-8\n"
                         "Content-Transfer-Encoding: 8bit\n"
                         "Auto-Submitted: auto-generated\n\n");

    text_format(out, "%s.\n\n", kind);
    add_line(out, translate(language, N_("Account")), head->user.name);
    add_line(out, translate(language, N_("Portal")), portal->base_url);
    add_facts(portal, notice, language, out);
    text_format(out, "\n%s\n%s/devices\n",
                translate(language, N_("If this was not you, sign that browser out and revoke "
                                       "that device here, and have your password changed:")),
                portal->base_url);
}

void notices_tell(struct portal *portal, const struct notice *notice,
                  const struct language *language)
{
    struct letterhead head;
    struct text message = {0};
    if (notice->kind == NOTICE_NONE || !find_letterhead(portal, notice->user, &head))
        return;
    const unsigned shortages = shortage_count();
    write_message(portal, notice, &head, language, &message);
    if (shortage_count() == shortages)
        mailer_send(&portal->mailer, head.command, head.recipient, message.p);
    text_free(&message);
}

void notices_signed_in(struct portal *portal, const char *cookie,
                       const struct language *language)
{
    struct notice notice = {.kind = NOTICE_SIGN_IN};
    struct session session;
    struct device device = {0};
    portal_begin(portal);
    bool found = sessions_find(portal, cookie, &session);
    if (found && session.signin.has_login)
        devices_find(&portal->store, session.signin.device_id, &device);
    end_reading(portal);
    if (!found)
        return;

    notice.user = session.user.id;
    snprintf(notice.device, sizeof(notice.device), "%s", device.label);
    snprintf(notice.address, sizeof(notice.address), "%s", session.client.address);
    snprintf(notice.agent, sizeof(notice.agent), "%s", session.client.agent);
    notices_tell(portal, &notice, language);
}

void notices_paired(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                    const struct language *language)
{
    struct notice notice = {.kind = NOTICE_DEVICE};
    struct device device;
    portal_begin(portal);
    bool found = devices_find(&portal->store, device_id, &device);
    end_reading(portal);
    if (!found)
        return;
    notice.user = device.user;
    snprintf(notice.device, sizeof(notice.device), "%s", device.label);
    notices_tell(portal, &notice, language);
}
