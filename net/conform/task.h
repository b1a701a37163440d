// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_CONFORM_TASK_H
#define QRCONFIRM_NET_CONFORM_TASK_H

// What a run of net/conform/conform.h needs from its caller, who owns all of it.

#include "net/http.h"
#include "net/protocol/challenge.h"

struct conform_task {
    const struct net_environment *environment;
    struct http_stop stop;
    // Pairing codes of one portal: the second device is for what takes two.
    struct pairing_code codes[2];
    size_t code_count; // 1 or 2
    // The person types these digits in the browser; `device` is 1 or 2.
    void (*digits)(void *userdata, unsigned device, const char *digits);
    // Waits, less if asked to stop: then false.
    bool (*pause)(void *userdata, int64_t ms);
    void *userdata; // of digits and pause
};

#endif
