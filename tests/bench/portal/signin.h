// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_PORTAL_SIGNIN_H
#define QRCONFIRM_BENCH_PORTAL_SIGNIN_H

// A sign-in from the press of the button to the session: the page's code and stream on one new
// connection, resolve and decision of the device on another, the claim on a third that resumes
// the page's first. The device answers at once, and the pickup code is typed at once.

#include "tests/bench/portal/device.h"
#include "tests/bench/portal/page.h"

enum signin_end {
    SIGNIN_DONE,
    SIGNIN_NOT_BEGUN,     // no code was given out
    SIGNIN_LOST_WAITING,  // a code that no device could resolve
    SIGNIN_LOST_SCANNED,  // resolved, and no decision was taken
    SIGNIN_LOST_APPROVED, // the device has its receipt, and the page no session
    SIGNIN_ENDS
};

const char *signin_end_name(enum signin_end end);

struct signin {
    struct page page;
    struct client_reply reply; // to the page's last call
    double seconds;            // from the first byte to the session
};

// A new page at `address` is signed in by the device.
enum signin_end signin_run(struct signin *signin, struct device *device, in_addr_t address);

#endif
