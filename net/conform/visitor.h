// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_CONFORM_VISITOR_H
#define QRCONFIRM_NET_CONFORM_VISITOR_H

// A browser with the login page open: its cookie, and the page state it was last told
// (docs/protocol, section 4).

#include "net/conform/lab.h"

#define VISITOR_WORD_MAX 24u // bytes of a state or reason

#define PATH_CHALLENGE "/qr-login/v1/challenge"
#define PATH_CLAIM     "/qr-login/v1/claim"

struct visitor {
    struct http_client *http; // keeps cookies
    struct login_challenge challenge;
    bool has_code; // `challenge` is that of the page's code
    char state[VISITOR_WORD_MAX + 1], reason[VISITOR_WORD_MAX + 1];
    int64_t expires_in;
};

// A browser that has no cookie yet; false: the lab's fault says why.
bool visitor_init(struct lab *lab, struct visitor *visitor);
void visitor_destroy(struct visitor *visitor);

// Asks for a code, one that is new where `anew`.
void visitor_ask(struct lab *lab, struct visitor *visitor, bool anew);
// Looks at its page state.
void visitor_look(struct lab *lab, struct visitor *visitor);
// Claims its session with these digits; NULL: without.
void visitor_claim(struct lab *lab, struct visitor *visitor, const char *digits);

// The origin of the portal, as a page of it sends it.
struct origin lab_origin(const struct lab *lab);

#endif
