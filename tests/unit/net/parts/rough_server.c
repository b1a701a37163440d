// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/unit/net/parts/rough_server.h"

static void *be_rough(void *userdata)
{
    const struct rough_server *rough = userdata;
    char heard[4096];
    int line;

    while ((line = accept(rough->listener, NULL, NULL)) >= 0) {
        if (rough->words.n > 0 && recv(line, heard, sizeof(heard), 0) > 0) {
            send(line, rough->words.p, rough->words.n, MSG_NOSIGNAL);
            shutdown(line, SHUT_WR);
            while (recv(line, heard, sizeof(heard), 0) > 0)
                ;
        }
        close(line);
    }
    return NULL;
}

void rough_bind(struct rough_server *rough, struct span words)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(at);
    rough->words = words;
    rough->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(rough->listener, (const struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(getsockname(rough->listener, (struct sockaddr *)&at, &size), 0);
    rough->port = ntohs(at.sin_port);
}

void rough_start(struct rough_server *rough)
{
    assert_int_equal(listen(rough->listener, 8), 0);
    assert_int_equal(pthread_create(&rough->thread, NULL, be_rough, rough), 0);
}

void rough_stop(struct rough_server *rough)
{
    shutdown(rough->listener, SHUT_RDWR);
    pthread_join(rough->thread, NULL);
    close(rough->listener);
}
