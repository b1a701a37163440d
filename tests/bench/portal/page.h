// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_PORTAL_PAGE_H
#define QRCONFIRM_BENCH_PORTAL_PAGE_H

// A login page in a browser: asks for a code, waits for news of it, and claims its session. It
// is told what a page is told, and sends what a page sends; no script is run. One thread at a
// time.

#include "net/protocol/message.h"
#include "tests/bench/portal/stage.h"

struct page {
    const struct stage *stage;
    in_addr_t address;
    struct client client;                // asked for the code; then the window's stream
    SSL_SESSION *ticket;                 // what its next connection resumes; NULL: none
    char cookie[CLIENT_COOKIE_MAX + 16]; // of its challenge, "name=value"; "": none yet
    uint8_t challenge[CHALLENGE_ID_SIZE];
    size_t repeats; // calls that got no reply and were sent again
};

void page_init(struct page *page, const struct stage *stage, in_addr_t address);
void page_destroy(struct page *page);

// Asks for a code, `anew` in place of the one it has, on a connection that is kept. False: it
// gets none; nothing is under way then.
bool page_ask(struct page *page, bool anew, struct client_reply *reply);

// Opens the window's stream on that connection, and waits for its first event. False: none
// came, and the reply is empty.
bool page_listen(struct page *page, struct client_reply *reply);
// A browser comes back by itself: opens the stream again where the portal has ended it.
void page_come_back(struct page *page, struct client_reply *reply);
// Waits until the stream tells this state, over as many connections as that takes. False: it
// tells of an end, or nothing in time.
bool page_hear(struct page *page, const char *state, struct client_reply *reply);

// Claims the session by the pickup code, on a connection of its own, until there is a reply.
// False: it was refused; `reply` says why.
bool page_claim(struct page *page, const char *code, struct client_reply *reply);

#endif
