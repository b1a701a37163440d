// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "tests/unit/net/parts/cutter.h"

#define LINES_MAX 16
#define POLL_MS   50

struct line {
    int device, portal; // -1: free
    bool stalled;
};

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

static void close_line(struct line *line)
{
    close(line->device);
    close(line->portal);
    *line = (struct line){-1, -1, false};
}

static void accept_line(struct cutter *cutter, struct line lines[LINES_MAX])
{
    int device = accept4(cutter->listener, NULL, NULL, SOCK_CLOEXEC);
    int portal = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = loopback(atomic_load(&cutter->upstream));
    bool stalled = atomic_load(&cutter->stalled); // before the test hears of this one
    atomic_fetch_add(&cutter->made, 1);
    int later = atomic_exchange(&cutter->later, 0);
    if (later > 0)
        atomic_store(&cutter->upstream, later);

    int i = 0;
    while (i < LINES_MAX && lines[i].device >= 0)
        i++;
    if (i == LINES_MAX || device < 0 ||
        connect(portal, (const struct sockaddr *)&to, sizeof(to)) != 0) {
        close(device);
        close(portal);
        return;
    }
    lines[i] = (struct line){device, portal, stalled};
}

// Moves what has come from one side to the other; false if the line is over.
static bool move(int from, int to)
{
    char bytes[16384];
    ssize_t got = recv(from, bytes, sizeof(bytes), 0);
    if (got <= 0)
        return false;
    for (ssize_t done = 0; done < got;) {
        ssize_t put = send(to, bytes + done, (size_t)(got - done), MSG_NOSIGNAL);
        if (put <= 0)
            return false;
        done += put;
    }
    return true;
}

static void serve_line(struct cutter *cutter, struct line *line, short device, short portal)
{
    if (device && atomic_load(&cutter->deaf)) {
        close_line(line);
    } else if (portal && atomic_load(&cutter->lossy)) {
        // The answer is there, so the portal has worked: now it is lost.
        atomic_fetch_add(&cutter->lost, 1);
        close_line(line);
    } else if ((portal && !move(line->portal, line->device)) ||
               (device && !move(line->device, line->portal))) {
        close_line(line);
    }
}

static void *work(void *userdata)
{
    struct cutter *cutter = userdata;
    struct line lines[LINES_MAX];
    for (int i = 0; i < LINES_MAX; i++)
        lines[i] = (struct line){-1, -1, false};
    while (!atomic_load(&cutter->stop)) {
        struct pollfd polled[1 + 2 * LINES_MAX] = {{cutter->listener, POLLIN, 0}};
        for (int i = 0; i < LINES_MAX; i++) {
            bool moves = !lines[i].stalled;
            polled[1 + 2 * i] = (struct pollfd){moves ? lines[i].device : -1, POLLIN, 0};
            polled[2 + 2 * i] = (struct pollfd){moves ? lines[i].portal : -1, POLLIN, 0};
        }
        poll(polled, 1 + 2 * LINES_MAX, POLL_MS);

        bool cut = atomic_load(&cutter->cut);
        for (int i = 0; i < LINES_MAX; i++)
            if (lines[i].device >= 0 && cut)
                close_line(&lines[i]);
            else if (lines[i].device >= 0)
                serve_line(cutter, &lines[i], polled[1 + 2 * i].revents,
                           polled[2 + 2 * i].revents);
        if (cut)
            atomic_store(&cutter->cut, false);

        if (polled[0].revents)
            accept_line(cutter, lines);
    }

    for (int i = 0; i < LINES_MAX; i++)
        if (lines[i].device >= 0)
            close_line(&lines[i]);
    return NULL;
}

void cutter_start(struct cutter *cutter)
{
    struct sockaddr_in at = loopback(0);
    socklen_t size = sizeof(at);
    memset(cutter, 0, sizeof(*cutter));
    cutter->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(cutter->listener, (const struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(cutter->listener, LINES_MAX), 0);
    assert_int_equal(getsockname(cutter->listener, (struct sockaddr *)&at, &size), 0);
    cutter->port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&cutter->thread, NULL, work, cutter), 0);
}

void cutter_cut(struct cutter *cutter)
{
    atomic_store(&cutter->cut, true);
    while (atomic_load(&cutter->cut))
        usleep(1000);
}

void cutter_stop(struct cutter *cutter)
{
    atomic_store(&cutter->stop, true);
    pthread_join(cutter->thread, NULL);
    close(cutter->listener);
}
