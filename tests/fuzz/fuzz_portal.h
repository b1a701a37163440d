// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_FUZZ_PORTAL_H
#define QRCONFIRM_TESTS_FUZZ_PORTAL_H

// A whole portal for fuzz targets, on a Unix socket and with its store in memory. Its clocks
// stand still while it is asked, and its randomness is the same in every process.

#include "portal/modes/modes.h"
#include "portal/requests/server.h"

#define FUZZ_PORTAL_PATH 96u

struct fuzz_portal_kind {
    const char *folder, *mode;
    const char *tells; // proxy.address of whoever comes by the Unix socket; NULL: not trusted
};

struct fuzz_portal {
    struct portal portal;
    const struct mode *mode;
    struct server *server; // NULL: it does not run
    char folder[FUZZ_PORTAL_PATH / 2], socket[FUZZ_PORTAL_PATH], log[FUZZ_PORTAL_PATH];
    int64_t seconds; // since it began
    uint64_t drawn;  // of its randomness
    int64_t user;
};

// Starts it; it is stopped at the end of the program.
void fuzz_portal_start(struct fuzz_portal *fuzz, const struct fuzz_portal_kind *kind);
int fuzz_portal_connect(const struct fuzz_portal *fuzz);

// A second passes, and whatever somebody signed in has left is gone. With `token` its user is
// signed in by it.
void fuzz_portal_next(struct fuzz_portal *fuzz, struct token *token);

// Nobody who had no credentials has any now: sessions, devices, keys, passwords.
void fuzz_portal_check_store(struct fuzz_portal *fuzz, bool signed_in);
// Each line of the log is of the portal's own words, and has none of these secrets; then the
// log is empty.
void fuzz_portal_check_log(struct fuzz_portal *fuzz, const char *const *secrets, size_t count);

#endif
