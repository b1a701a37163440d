// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_COURSE_H
#define QRCONFIRM_PORTAL_WEB_COURSE_H

// The course of an exchange on the loop: to a worker and back, into waiting, and out to the
// client. All functions run on the thread of the loop.

#include "portal/web/loop.h"

// A request is there whole.
void course_begin(struct http_server *server, struct evhttp_request *evhttp);
// Workers have handed exchanges back.
void course_take_done(struct http_server *server);
// The subject has changed: who waits for it is asked again.
void course_tell(struct http_server *server, uint64_t subject);
// The server ends: who waits is answered as things stand.
void course_end(struct http_server *server);
// Frees what is left after the loop.
void course_forget(struct http_server *server);

#endif
