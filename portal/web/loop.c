// SPDX-License-Identifier: MIT
#include "portal/web/loop.h"

#include <unistd.h>

void http_loop_add_news(struct http_server *server, uint64_t subject)
{
    if (server->news_count == HTTP_NEWS_MAX || subject == SUBJECT_EVERYTHING) {
        server->news[0] = SUBJECT_EVERYTHING;
        server->news_count = 1;
    } else if (server->news_count == 0 || server->news[0] != SUBJECT_EVERYTHING) {
        server->news[server->news_count++] = subject;
    }
}

void http_loop_wake(struct http_server *server)
{
    const uint64_t one = 1;
    if (atomic_exchange(&server->woken, true))
        return; // it looks once, at all there is
    if (write(server->wake_fd, &one, sizeof(one)) < 0)
        return;
}
