// SPDX-License-Identifier: MIT
#include "portal/requests/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "net/protocol/json_text.h"

static const struct {
    const char *secure, *plain, *bitrix24;
} cookie_names[COOKIE_COUNT] = {
    [COOKIE_CHALLENGE] = {"__Host-qrl", "qrl-test", NULL},
    [COOKIE_MARK] = {"__Host-qrk", "qrk-test", NULL},
    [COOKIE_SESSION] = {"__Host-qrs", "qrs-test", "PHPSESSID"},
    [COOKIE_PENDING] = {"__Host-qrp", "qrp-test", "PHPSESSID"},
    [COOKIE_LANGUAGE] = {"__Host-lang", "lang-test", "BITRIX_SM_LANGUAGE"},
    [COOKIE_LOGIN] = {NULL, NULL, "BITRIX_SM_LOGIN"},
    [COOKIE_STORED] = {NULL, NULL, "BITRIX_SM_UIDH"},
};

static const char *cookie_name(const struct portal *portal, enum cookie cookie)
{
    if (portal->mode == PORTAL_BITRIX24 && cookie_names[cookie].bitrix24)
        return cookie_names[cookie].bitrix24;
    return portal->plain_http ? cookie_names[cookie].plain : cookie_names[cookie].secure;
}

const char *request_header(const struct request *request, const char *name)
{
    return http_fields_find(&request->http->headers, name);
}

const char *request_query(const struct request *request, const char *name)
{
    return http_fields_find_exact(&request->http->query, name);
}

// The value of a cookie in one Cookie header, where it is in it: "a=1; b=2".
static bool cookie_in(const char *header, const char *name, struct span *out)
{
    size_t name_size = strlen(name);

    for (const char *at = header; *at;) {
        at += strspn(at, "; \t");
        size_t n = strcspn(at, ";");
        if (n > name_size && strncmp(at, name, name_size) == 0 && at[name_size] == '=') {
            *out = span_of((const uint8_t *)at + name_size + 1, n - name_size - 1);
            return true;
        }
        at += n;
    }

    return false;
}

static bool find_cookie(const struct http_fields *headers, const char *name, struct span *out)
{
    for (size_t i = 0; i < headers->count; i++) {
        if (strcasecmp(headers->at[i].name, "Cookie") == 0 &&
            cookie_in(headers->at[i].value, name, out))
            return true;
    }
    return false;
}

void request_cookie(const struct portal *portal, const struct request *request,
                    enum cookie cookie, char out[static COOKIE_VALUE_MAX + 1])
{
    struct span value = {0};
    const char *name = cookie_name(portal, cookie);
    out[0] = '\0';
    if (cookie == COOKIE_SESSION && request->session[0])
        value = span_str(request->session);
    else if (!name || !find_cookie(&request->http->headers, name, &value))
        return;
    if (value.n > COOKIE_VALUE_MAX)
        return;
    memcpy(out, value.p, value.n);
    out[value.n] = '\0';
}

bool request_is_same_origin(const struct portal *portal, const struct request *request)
{
    const char *origin = request_header(request, "Origin");
    return origin && strcmp(origin, portal->origin) == 0;
}

bool request_is_json(const struct request *request)
{
    static const char json[] = "application/json";
    const char *type = request_header(request, "Content-Type");
    if (!type || strncasecmp(type, json, sizeof(json) - 1) != 0)
        return false;
    char next = type[sizeof(json) - 1];
    return next == '\0' || next == ';' || next == ' ';
}

bool request_form(const struct request *request, const char *name,
                  char out[static FORM_VALUE_MAX + 1])
{
    return request_form_sized(request, name, out, FORM_VALUE_MAX + 1);
}

void request_code(const struct request *request, const char *name,
                  char out[static TYPED_CODE_MAX + 1])
{
    char typed[FORM_VALUE_MAX + 1];
    request_form(request, name, typed);
    typed_code(typed, out);
}

bool request_form_sized(const struct request *request, const char *name, char *out, size_t size)
{
    out[0] = '\0';
    size_t name_size = strlen(name);
    struct span rest = request->body;

    while (rest.n > 0) {
        const uint8_t *end = memchr(rest.p, '&', rest.n);
        struct span field = {rest.p, end ? (size_t)(end - rest.p) : rest.n};
        size_t used = field.n + (end ? 1 : 0);
        rest = (struct span){rest.p + used, rest.n - used};

        if (field.n > name_size && memcmp(field.p, name, name_size) == 0 &&
            field.p[name_size] == '=') {
            struct span value = {field.p + name_size + 1, field.n - name_size - 1};
            if (!http_form_decode(value, out, size))
                out[0] = '\0';
            return true;
        }
    }

    return false;
}

void reply_init(struct reply *reply)
{
    *reply = (struct reply){
        .status = 500, .type = "text/plain; charset=utf-8", .bytes = REPLY_WHOLE};
}

void reply_destroy(struct reply *reply)
{
    text_free(&reply->body);
    text_free(&reply->note);
    stream_free(reply->stream);
    reply->stream = NULL;
}

void reply_cookie(struct reply *reply, enum cookie cookie, const char *value, int64_t max_age,
                  bool strict)
{
    size_t at = 0;
    while (at < reply->cookie_count && reply->cookies[at].cookie != cookie)
        at++; // a cookie that is set again has its last value
    if (at == REPLY_COOKIES)
        return;
    struct reply_cookie *added = &reply->cookies[at];
    if (at == reply->cookie_count)
        reply->cookie_count++;
    *added = (struct reply_cookie){.cookie = cookie, .max_age = max_age, .strict = strict};
    snprintf(added->value, sizeof(added->value), "%s", value);
}

void reply_cookie_text(const struct portal *portal, const struct reply_cookie *cookie,
                       struct text *out)
{
    text_format(out, "%s=%s; Path=/; HttpOnly; SameSite=%s",
                cookie_name(portal, cookie->cookie), cookie->value,
                cookie->strict ? "Strict" : "Lax");
    if (!portal->plain_http)
        text_add_string(out, "; Secure");
    if (cookie->value[0] == '\0')
        text_add_string(out, "; Max-Age=0");
    else if (cookie->max_age > 0)
        text_format(out, "; Max-Age=%lld", (long long)cookie->max_age);
}

void reply_json(struct reply *reply, unsigned status, json_t *value)
{
    char *text = json_text_dump(value, JSON_COMPACT);
    json_decref(value);
    reply->status = text ? status : 500;
    reply->type = "application/json";
    if (text)
        text_add_string(&reply->body, text);
    else
        reply->outcome = OUTCOME_FAULT;
    free(text);
}

void reply_problem_with(const struct portal *portal, struct reply *reply,
                        const struct problem *problem)
{
    char *document = problem_write(problem, portal->base_url);
    reply->status = document ? problem_status(problem->code) : 500;
    reply->type = PROBLEM_MEDIA_TYPE;
    reply->outcome = outcome_of_problem(problem->code);
    reply->retry_after = problem->retry_after_s > 0 ? problem->retry_after_s : 0;
    if (document)
        text_add_string(&reply->body, document);
    free(document);
}

void reply_problem(const struct portal *portal, struct reply *reply, enum outcome outcome)
{
    struct problem problem;
    if (outcome == OUTCOME_BUSY) {
        reply->status = 503;
        reply->outcome = outcome;
        reply->retry_after = REPLY_BUSY_S;
        text_add_string(&reply->body, "The portal is busy. Ask again in a moment.\n");
        return;
    }
    if (outcome <= OUTCOME_FAULT) {
        reply->status = 500;
        reply->outcome = OUTCOME_FAULT;
        text_add_string(&reply->body, "The portal has a fault.\n");
        return;
    }
    problem_init(&problem, outcome_problem(outcome));
    if (outcome == OUTCOME_RATE_LIMITED)
        problem.retry_after_s = PROBLEM_RETRY_S;
    if (outcome == OUTCOME_VERSION_UNSUPPORTED)
        problem.supported_min = problem.supported_max = 1;
    reply_problem_with(portal, reply, &problem);
}

void reply_redirect(const struct portal *portal, struct reply *reply, const char *path)
{
    reply->status = 303;
    reply->type = "text/plain; charset=utf-8";
    snprintf(reply->location, sizeof(reply->location), "%s%s", portal->base_url, path);
}
