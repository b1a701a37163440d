// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_PAGES_PAGE_H
#define QRCONFIRM_PORTAL_PAGES_PAGE_H

// What all pages share: the frame around them, who is signed in, and the refusals.

#include "portal/core/sessions.h"
#include "portal/requests/request.h"

// Renders portal/pages/assets/<file>; takes over `values`. `session` may be NULL.
void page_reply(struct portal *portal, const struct request *request, struct reply *reply,
                unsigned status, const char *file, const struct session *session,
                json_t *values);

// That the portal has a fault, in English.
extern const char page_fault[];

// 404, 405 and others, in words.
void page_missing(struct portal *portal, const struct request *request, struct reply *reply,
                  unsigned status);

// The session of this browser. Without one the reply sends it to the login page, and it is
// false. Begins and ends its own transaction.
bool page_session(struct portal *portal, const struct request *request, struct reply *reply,
                  struct session *out);

// As page_session, for a POST: its Origin must be the portal's, or the reply refuses it.
bool page_post_session(struct portal *portal, const struct request *request,
                       struct reply *reply, struct session *out);
bool page_post_allowed(struct portal *portal, const struct request *request,
                       struct reply *reply);

// False where the session is of no administrator: the reply says so.
bool page_is_administrator(struct portal *portal, const struct request *request,
                           struct reply *reply, const struct session *session);

void page_client(const struct request *request, struct client *out);

// What somebody sent, to be shown; `otherwise` where that is nothing, or no text that a page
// may show.
const char *page_text(const char *sent, const char *otherwise);

// "2026-11-23 23:10", in UTC: assets/times.js puts it into the zone of the browser.
#define PAGE_TIME_MAX 32u
void page_time(int64_t seconds, char out[static PAGE_TIME_MAX]);

// Handlers of one file each; pages.c lists them.
#define PAGE_HANDLER(name)                                                                     \
    void name(struct portal *portal, const struct request *request, struct reply *reply)
PAGE_HANDLER(page_login);
PAGE_HANDLER(page_login_post);
PAGE_HANDLER(page_two_step);
PAGE_HANDLER(page_two_step_post);
PAGE_HANDLER(page_logout_post);
PAGE_HANDLER(page_home);
PAGE_HANDLER(page_devices);
PAGE_HANDLER(page_devices_add);
PAGE_HANDLER(page_devices_pairing_again);
PAGE_HANDLER(page_devices_confirm);
PAGE_HANDLER(page_devices_pairing);
PAGE_HANDLER(page_devices_revoke);
PAGE_HANDLER(page_devices_end);
PAGE_HANDLER(page_devices_mark);
PAGE_HANDLER(page_devices_unmark);
PAGE_HANDLER(page_badges);
PAGE_HANDLER(page_badges_confirm);
PAGE_HANDLER(page_badges_refuse);
PAGE_HANDLER(page_badges_revoke);
PAGE_HANDLER(page_admin);
PAGE_HANDLER(page_admin_post);
PAGE_HANDLER(page_admin_devices);
PAGE_HANDLER(page_admin_devices_post);
PAGE_HANDLER(page_scanned_login);
PAGE_HANDLER(page_scanned_pairing);

#endif
