// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_FUZZ_HTTP1_H
#define QRCONFIRM_TESTS_FUZZ_HTTP1_H

// What went over a connection of HTTP/1.1, read once more by a reader that shares nothing with
// the server's: where requests end, and what answers are there. Method: RFC 9112.

#include "base/span.h"

#define FUZZ_REQUESTS_MAX 64u

struct fuzz_requests {
    size_t count; // the last may be cut, or one that must not be followed by another
    size_t whole; // of them
    bool head[FUZZ_REQUESTS_MAX];
};

// A server before ours reads where requests end. What is in doubt ends the connection: nothing
// counts behind a request whose end two servers may see at different places.
void fuzz_requests_read(struct span sent, struct fuzz_requests *out);

struct fuzz_answers {
    size_t count;     // of those that are whole, and of a stream that has begun
    bool stream;      // of events
    bool last;        // nothing follows it
    struct span rest; // no answer yet
    void (*on_field)(void *userdata, struct span name, struct span value); // or NULL
    void *userdata;
};

// Aborts where the bytes are no answers to these requests, or more than those.
void fuzz_answers_read(struct span got, const struct fuzz_requests *asked, bool over,
                       struct fuzz_answers *answers);

#endif
