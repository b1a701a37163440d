// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_NO_ANSWER_H
#define QRCONFIRM_NET_NO_ANSWER_H

// A reply that does not belong to the protocol: what to call it, and how long its sender asks
// to wait. It comes from a portal in trouble, from what stands before it, or from a network
// that wants a sign-in of its own. Pure.

#include "base/failure.h"
#include "net/http.h"

#define RETRY_AFTER_MOST_S INT64_C(86400)

// By the status: NET_PORTAL_FAULT, PORTAL_RATE_LIMITED or NET_OTHER_REPLY.
enum failure no_answer_failure(const struct http_reply *reply);

// Whether the body calls itself something else than JSON, as the page of a network does.
bool no_answer_is_page(const struct http_reply *reply);

// Seconds of the header Retry-After, whatever the status: a number, or a date that is compared
// with the sender's own (`own_s`, seconds since 1970, where it tells none). -1: it asks for
// nothing that can be understood.
int64_t no_answer_wait_s(const struct http_reply *reply, int64_t own_s);

// Whether a call that ended without a reply may get one a moment later.
bool no_answer_may_come(enum failure why);

#endif
