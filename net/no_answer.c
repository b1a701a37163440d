// SPDX-License-Identifier: MIT
#include "net/no_answer.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#define TOO_MANY_REQUESTS     429
#define SERVER_FAULT          500
#define NETWORK_WANTS_SIGN_IN 511

enum failure no_answer_failure(const struct http_reply *reply)
{
    if (reply->status == TOO_MANY_REQUESTS)
        return FAILURE_PORTAL_RATE_LIMITED;
    return reply->status >= SERVER_FAULT && reply->status != NETWORK_WANTS_SIGN_IN
               ? FAILURE_NET_PORTAL_FAULT
               : FAILURE_NET_OTHER_REPLY;
}

bool no_answer_is_page(const struct http_reply *reply)
{
    static const char json[] = "application/json";
    const char *type = reply->content_type;
    return strncasecmp(type, json, sizeof(json) - 1) != 0;
}

static bool read_seconds(const char *text, int64_t *out)
{
    size_t digits = strspn(text, "0123456789");
    int64_t value = 0;
    if (digits == 0 || text[digits] != 0)
        return false;
    for (size_t i = 0; i < digits && value <= RETRY_AFTER_MOST_S; i++)
        value = value * 10 + (text[i] - '0');
    *out = value;
    return true;
}

int64_t no_answer_wait_s(const struct http_reply *reply, int64_t own_s)
{
    int64_t wait;
    if (!read_seconds(reply->retry_after, &wait)) {
        int64_t until = (int64_t)curl_getdate(reply->retry_after, NULL);
        int64_t now = reply->date_s > 0 ? reply->date_s : own_s;
        if (until <= 0 || now <= 0)
            return -1;
        wait = until > now ? until - now : 0;
    }
    return wait < RETRY_AFTER_MOST_S ? wait : RETRY_AFTER_MOST_S;
}

bool no_answer_may_come(enum failure why)
{
    return why == FAILURE_NET_UNREACHABLE || why == FAILURE_NET_TIMEOUT ||
           why == FAILURE_NET_PROXY;
}
