// SPDX-License-Identifier: MIT
#include "portal/http_loop.h"

#include <unistd.h>

void http_loop_wake(struct http_server *server)
{
    const uint64_t one = 1;
    // It fails only where the counter is full: then the loop is woken already.
    if (write(server->wake_fd, &one, sizeof(one)) < 0)
        return;
}
