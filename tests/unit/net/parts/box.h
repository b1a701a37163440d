// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BOX_H
#define QRCONFIRM_TESTS_BOX_H

// A web server that answers as a test tells it to and writes down every byte of what it was
// asked: what a client really sends, and what it makes of a reply.

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "tests/unit/net/parts/https_server.h"

#define BOX_REQUESTS_MAX 32u
#define BOX_REPLIES_MAX  16u

struct box_request {
    char method[8];
    char target[1024]; // path and query
    char authorization[1024], cookie[512], csrf[128];
    char app_pass[64], app_uuid[64], device_name[128];
    char body[16384];
};

struct box_reply {
    const char *target; // what it is for: path and query
    unsigned status;
    const char *type; // NULL: application/json
    const char *body;
    size_t size;                // 0: that of the text
    const char *header, *value; // one more; NULL: none
    bool silent;                // no answer at all until box_stop
};

struct box {
    void *daemon;
    int port;
    pthread_mutex_t lock;
    size_t request_count, reply_count;
    struct box_request request[BOX_REQUESTS_MAX];
    struct box_reply reply[BOX_REPLIES_MAX];
    bool used[BOX_REPLIES_MAX];
    bool stopping;
};

// `certificate` NULL: plain http.
void box_start(struct box *box, const struct certificate *certificate);
void box_stop(struct box *box);

// Replies to one target are given in the order they were added, the last one again and again;
// a target without any is answered with 404. What they point to must live.
void box_add(struct box *box, struct box_reply reply);

// Forgets requests and replies.
void box_clear(struct box *box);

// The index-th request whose target begins so; the test fails if there is none.
const struct box_request *box_asked(struct box *box, const char *target, size_t index);
size_t box_count(struct box *box, const char *target);

#endif
