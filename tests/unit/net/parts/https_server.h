// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_HTTPS_SERVER_H
#define QRCONFIRM_TESTS_HTTPS_SERVER_H

// A web server on loopback that behaves in one way a path, well or badly, with a certificate of
// the test's own making.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CERTIFICATE_PEM_MAX 8192u

struct certificate {
    char key[CERTIFICATE_PEM_MAX];
    char pem[CERTIFICATE_PEM_MAX];
    uint8_t pin[32]; // SHA-256 of the SubjectPublicKeyInfo
};

// Self-signed; times are seconds since 1970.
void certificate_make(struct certificate *out, const char *name, int64_t not_before,
                      int64_t not_after);

struct https_server {
    void *daemon;
    int port;
    atomic_int connections; // that were opened so far
    atomic_int waiting;     // requests for /slow
    atomic_bool release;    // lets /slow answer
    atomic_bool saw_cookie;
};

// Answers: /ok {"ok":true}; /exact and /larger: HTTP_REPLY_MAX bytes and one
// more; /endless: no length told, no end; /headers: too many; /redirect to /ok; /coded: says
// gzip; /identity: says that it is not coded; /slow: when released; /refuse: 429 with a
// Retry-After.
void https_server_start(struct https_server *server, const struct certificate *certificate);
void http_server_start(struct https_server *server); // plain
void https_server_stop(struct https_server *server);

// The same in a process of its own, for a test that forks: its own process has no thread then.
// A fork beside a thread copies what that thread has locked, and nobody unlocks the copy; in
// the allocator of AddressSanitizer the child waits for ever.
struct https_process {
    pid_t process;
    int line; // to the server; closed: it ends
    int port;
};

// Begun while the caller has no threads.
void https_process_start(struct https_process *server, const struct certificate *certificate);
void https_process_stop(struct https_process *server);

#endif
