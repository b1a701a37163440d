// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_REQUEST_H
#define QRCONFIRM_PORTAL_BITRIX24_REQUEST_H

// What the core of a box does at every request before the page itself runs: the session, a log
// out (?logout=yes), credentials (HTTP Basic, the login form, the form for the one-time code),
// and the scope of application passwords. Addresses that declare "do not check permissions", as
// ajax.php does, skip everything between the session and the scope: credentials sent there are
// ignored.

#include "portal/bitrix24/login.h"

enum bitrix24_check { BITRIX24_CHECKED, BITRIX24_UNCHECKED };

struct bitrix24_request {
    struct request request; // as it came, and with the session that it began
    struct bitrix24_visit visit;
    struct bitrix24_login login; // what came of the credentials of this request
    bool entered;                // the visit was signed in by this request
    bool form;                   // the credentials came by a form of a page
};

typedef void bitrix24_handler(struct portal *portal, struct bitrix24_request *asked,
                              struct reply *reply);

// Runs the core, then `handle`, then sets the cookies that changed.
void bitrix24_run(struct portal *portal, const struct request *request, struct reply *reply,
                  enum bitrix24_check check, bitrix24_handler *handle);

// Ends the session, and forgets "remember me".
void bitrix24_log_out(struct portal *portal, struct bitrix24_request *asked,
                      struct reply *reply);

// Handlers of one file each.
// Before the core looks: loses the session, or changes its CSRF token, where a setting says so.
void bitrix24_ajax_disturb(struct portal *portal, const struct request *request);
void bitrix24_ajax(struct portal *portal, struct bitrix24_request *asked, struct reply *reply);
void bitrix24_mobile(struct portal *portal, struct bitrix24_request *asked,
                     struct reply *reply);
void bitrix24_desktop(struct portal *portal, struct bitrix24_request *asked,
                      struct reply *reply);
// The picture of parameter captcha_sid.
void bitrix24_captcha_picture(struct portal *portal, const struct request *request,
                              struct reply *reply);

#endif
