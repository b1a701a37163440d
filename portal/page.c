// SPDX-License-Identifier: MIT
#include "portal/page.h"

#include <stdio.h>
#include <time.h>

#include "portal/config.h"
#include "portal/template.h"

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
    json_object_set_new(values, "lang", json_string(language_code(request->language)));
    json_object_set_new(values, "russian", json_boolean(request->language == LANGUAGE_RU));
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

void page_missing(struct portal *portal, const struct request *request, struct reply *reply,
                  unsigned status)
{
    const char *id = status == 404   ? "missing"
                     : status == 405 ? "wrong-method"
                     : status == 403 ? "not-allowed"
                     : status == 500 ? "fault"
                                     : "refused";
    const char *text = word(id, request->language);
    page_reply(portal, request, reply, status, "message.html", NULL,
               json_pack("{s:s, s:b}", "message", text ? text : "", "refused", status == 400));
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

void page_client(const struct request *request, struct client *out)
{
    snprintf(out->address, sizeof(out->address), "%s", request->address);
    agent_label(request_header(request, "User-Agent"), out->agent);
}

void page_time(int64_t seconds, char out[static PAGE_TIME_MAX])
{
    time_t time = (time_t)seconds;
    struct tm utc;
    gmtime_r(&time, &utc);
    strftime(out, PAGE_TIME_MAX, "%Y-%m-%d %H:%M", &utc);
}
