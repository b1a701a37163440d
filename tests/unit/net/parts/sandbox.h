// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SANDBOX_H
#define QRCONFIRM_TESTS_SANDBOX_H

// A real qrportal in a folder of its own, for tests of the device's side. Failures end the
// test.

#include <limits.h>
#include <sys/types.h>

struct sandbox {
    char data[PATH_MAX];
    char url[64];     // "https://localhost:PORT", as everybody names it
    int port;         // where it really listens
    pid_t process;    // 0: not running
    const char *mode; // of qrportal serve; NULL: its default
};

// One account, anna (password "correct horse"), and QR sign-in allowed.
void sandbox_make(struct sandbox *sandbox, const char *folder);

// `public_port` is the port in the base URL: that of a line to the portal (see cutter.h); 0:
// the portal's own.
void sandbox_start(struct sandbox *sandbox, int public_port);
void sandbox_stop(struct sandbox *sandbox);

void sandbox_set(const struct sandbox *sandbox, const char *name, const char *value);
// "announce", "switch" or "drop-old", from the next start on.
void sandbox_key(const struct sandbox *sandbox, const char *verb);

// Runs another command of qrportal and reads what it prints.
void sandbox_ask(const struct sandbox *sandbox, const char *const words[], const char *input,
                 char *out, size_t room);

#define SANDBOX_USER     "anna"
#define SANDBOX_PASSWORD "correct horse"

#endif
