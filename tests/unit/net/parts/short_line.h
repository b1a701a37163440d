// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SHORT_LINE_H
#define QRCONFIRM_TESTS_SHORT_LINE_H

// A line to a server on this machine that is cut after so many bytes of the server's, or of the
// client's. Its newest connection is the one that lives.

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct short_line {
    int listener, port;
    int upstream;           // port of the server
    atomic_int from_server; // bytes of the server that pass on each connection; -1: all
    atomic_int from_client; // bytes of the client
    atomic_bool reset;      // cut by RST, not by the end of the stream
    atomic_int passed;      // bytes of the server that passed on the newest connection
    atomic_int asked;       // ... of the client
    atomic_bool stop;
    pthread_t thread;
};

void short_line_start(struct short_line *line, int upstream);
void short_line_stop(struct short_line *line);

#endif
