// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_PORTAL_STAGE_H
#define QRCONFIRM_BENCH_PORTAL_STAGE_H

// A real qrportal in a folder of its own: accounts, device tokens, and the program that serves.
// It is looked at from outside, by its processor clock and /proc. Whoever takes the stage is
// told by standard error what went wrong.

#include "net/protocol/device_token.h"
#include "net/protocol/identity.h"
#include "tests/bench/portal/client.h"

#define STAGE_PATH_MAX   511u
#define STAGE_DEVICES    64u // one account; a token for each
#define STAGE_PATIENCE_S 30.0
#define STAGE_PASSWORD   "an honest password"
#define STAGE_ACCOUNT    "anna"

struct stage {
    const char *program;
    char folder[STAGE_PATH_MAX + 1];
    char tokens[STAGE_DEVICES][DEVICE_TOKEN_TEXT_SIZE + 1];
    size_t tokens_taken;
    uint8_t portal_key[PUBLIC_KEY_SIZE];
    char origin[64]; // also the base URL
    struct client_target target;
    pid_t pid; // 0: it does not serve
};

// Makes the folder below `parent`, and serves. To be released with stage_close.
bool stage_open(struct stage *stage, const char *program, const char *parent);
void stage_close(struct stage *stage); // ends the program and removes the folder

// `qrportal config set`, which counts from the next start on for some settings.
bool stage_set(const struct stage *stage, const char *name, unsigned value);

// The next token that pairs a device; NULL: all are taken.
const char *stage_take_token(struct stage *stage);

// Serves at the same port as before.
bool stage_start(struct stage *stage);
// Sends the signal and waits for the end.
bool stage_end(struct stage *stage, int signal);

double stage_processor(const struct stage *stage); // seconds used since its start
size_t stage_memory(const struct stage *stage);    // resident bytes

#endif
