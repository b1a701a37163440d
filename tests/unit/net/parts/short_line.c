// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "tests/unit/net/parts/short_line.h"

#define WAIT_MS 50

// Passes on at most what is left of `most`; false if the line ends with it.
static bool pass(int from, int to, int most, atomic_int *passed)
{
    char bytes[4096];
    size_t room = sizeof(bytes);
    int have = atomic_load(passed);
    if (most >= 0 && most - have < (int)room)
        room = most > have ? (size_t)(most - have) : 0;
    ssize_t got = room > 0 ? recv(from, bytes, room, 0) : 0;
    if (got <= 0 || send(to, bytes, (size_t)got, MSG_NOSIGNAL) != got)
        return false;
    atomic_fetch_add(passed, (int)got);
    return most < 0 || have + (int)got < most;
}

static int reach(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(server, (const struct sockaddr *)&to, sizeof(to)), 0);
    return server;
}

static void cut(const struct short_line *line, int client, int server)
{
    const struct linger at_once = {1, 0};
    if (client < 0)
        return;
    if (atomic_load(&line->reset))
        setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(server);
    close(client);
}

// Of what has come, passes on what may pass.
static bool serve(struct short_line *line, int client, int server, const struct pollfd *came)
{
    if (came[1].revents &&
        !pass(server, client, atomic_load(&line->from_server), &line->passed))
        return false;
    return !came[0].revents ||
           pass(client, server, atomic_load(&line->from_client), &line->asked);
}

// The newest connection is the one that lives: a client keeps its last one open.
static void *work(void *userdata)
{
    struct short_line *line = userdata;
    int client = -1, server = -1;

    while (!atomic_load(&line->stop)) {
        struct pollfd came[] = {
            {client, POLLIN, 0}, {server, POLLIN, 0}, {line->listener, POLLIN, 0}};
        poll(came, 3, WAIT_MS);
        if (came[2].revents) {
            cut(line, client, server);
            client = accept4(line->listener, NULL, NULL, SOCK_CLOEXEC);
            server = reach(line->upstream);
            atomic_store(&line->passed, 0);
            atomic_store(&line->asked, 0);
        } else if (client >= 0 && !serve(line, client, server, came)) {
            cut(line, client, server);
            client = server = -1;
        }
    }

    cut(line, client, server);
    return NULL;
}

void short_line_start(struct short_line *line, int upstream)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(at);
    memset(line, 0, sizeof(*line));
    line->upstream = upstream;
    atomic_store(&line->from_server, -1);
    atomic_store(&line->from_client, -1);
    line->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(line->listener, (const struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(line->listener, 8), 0);
    assert_int_equal(getsockname(line->listener, (struct sockaddr *)&at, &size), 0);
    line->port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&line->thread, NULL, work, line), 0);
}

void short_line_stop(struct short_line *line)
{
    atomic_store(&line->stop, true);
    pthread_join(line->thread, NULL);
    close(line->listener);
}
