// SPDX-License-Identifier: MIT
#include "portal/pages/page.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "net/protocol/text.h"
#include "portal/core/config.h"
#include "portal/pages/template.h"

// The language of the page, and a list of those it may change to.
static void add_languages(const struct language *spoken, json_t *values)
{
    char tag[LANGUAGE_TAG_MAX + 1];
    json_t *others = json_array();
    for (size_t i = 0; i < languages_count(); i++) {
        const struct language *language = languages_at(i);
        if (language == spoken)
            continue;
        language_tag(language, tag);
        json_array_append_new(others, json_pack("{s:s, s:s, s:s}", "code", language->code,
                                                "tag", tag, "name", language->name));
    }

    language_tag(spoken, tag);
    json_object_set_new(values, "lang", json_string(tag));
    json_object_set_new(values, "languages", others);
}

// Which entry of the navigation is this page's.
static void add_place(const char *file, json_t *values)
{
    static const struct {
        const char *place, *file;
    } places[] = {
        {"at_home", "home.html"},           {"at_devices", "devices.html"},
        {"at_devices", "pairing.html"},     {"at_devices", "badges.html"},
        {"at_admin", "admin.html"},         {"at_admin", "fleet.html"},
        {"at_passwords", "passwords.html"},
    };

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        json_object_set_new(values, places[i].place, json_false());
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (strcmp(places[i].file, file) == 0)
            json_object_set_new(values, places[i].place, json_true());
    }
}

static void add_common(struct portal *portal, const struct request *request,
                       const struct session *session, json_t *values)
{
    char name[CONFIG_VALUE_MAX + 1];
    portal_begin(portal);
    config_text(&portal->store, CONFIG_PORTAL_NAME, name);
    portal_end(portal, false);
    json_object_set_new(values, "base", json_string(portal->path));
    json_object_set_new(values, "origin", json_string(portal->origin));
    json_object_set_new(values, "portal", json_string(name));
    json_object_set_new(values, "bitrix24", json_boolean(portal->mode == PORTAL_BITRIX24));
    add_languages(request->language, values);
    if (session) {
        json_object_set_new(values, "user", json_string(session->user.display_name));
        json_object_set_new(values, "admin", json_boolean(session->user.admin));
    }
}

void page_reply(struct portal *portal, const struct request *request, struct reply *reply,
                unsigned status, const char *file, const struct session *session,
                json_t *values)
{
    add_common(portal, request, session, values);
    add_place(file, values);
    reply->status = status;
    reply->type = "text/html; charset=utf-8";
    if (!template_render(file, values, request->language, &reply->body)) {
        text_free(&reply->body);
        reply->status = 500;
        reply->type = "text/plain; charset=utf-8";
        text_add_string(&reply->body, "The portal has a fault.\n");
    }
    json_decref(values);
}

const char page_fault[] =
    N_("The portal has a fault. Try again; if it happens again, tell your administrator.");

static const char *refusal(unsigned status)
{
    switch (status) {
    case 403:
        return N_("Only administrators may do this.");
    case 404:
        return N_("There is no such page.");
    case 405:
        return N_("This page cannot be asked for in this way.");
    case 500:
        return page_fault;
    default:
        return N_("This was refused. Open the portal at its own address and try again:");
    }
}

void page_missing(struct portal *portal, const struct request *request, struct reply *reply,
                  unsigned status)
{
    page_reply(portal, request, reply, status, "message.html", NULL,
               json_pack("{s:s, s:b}", "message", translate(request->language, refusal(status)),
                         "refused", status == 400));
}

bool page_session(struct portal *portal, const struct request *request, struct reply *reply,
                  struct session *out)
{
    char cookie[COOKIE_VALUE_MAX + 1];
    request_cookie(portal, request, COOKIE_SESSION, cookie);
    portal_begin(portal);
    bool found = sessions_find(portal, cookie, out);
    portal_end(portal, false);
    if (!found)
        reply_redirect(portal, reply, "/login");
    return found;
}

bool page_post_allowed(struct portal *portal, const struct request *request,
                       struct reply *reply)
{
    if (request_is_same_origin(portal, request) && !request->body_too_long)
        return true;
    page_missing(portal, request, reply, 400);
    return false;
}

bool page_post_session(struct portal *portal, const struct request *request,
                       struct reply *reply, struct session *out)
{
    return page_post_allowed(portal, request, reply) &&
           page_session(portal, request, reply, out);
}

bool page_is_administrator(struct portal *portal, const struct request *request,
                           struct reply *reply, const struct session *session)
{
    if (!session->user.admin)
        page_missing(portal, request, reply, 403);
    return session->user.admin;
}

void page_client(const struct request *request, struct client *out)
{
    snprintf(out->address, sizeof(out->address), "%s", request->address);
    agent_label(request_header(request, "User-Agent"), out->agent);
}

const char *page_text(const char *sent, const char *otherwise)
{
    return *sent && text_check_whole(span_str(sent)) == TEXT_OK ? sent : otherwise;
}

void page_time(int64_t seconds, char out[static PAGE_TIME_MAX])
{
    time_t time = (time_t)seconds;
    struct tm utc;
    gmtime_r(&time, &utc);
    strftime(out, PAGE_TIME_MAX, "%Y-%m-%d %H:%M", &utc);
}
