// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_REQUESTS_REQUEST_H
#define QRCONFIRM_PORTAL_REQUESTS_REQUEST_H

// One HTTP request and its reply, as handlers see them. server.h makes the first of what the
// web server read, and the second into what it sends.

#include <jansson.h>

#include "po/languages.h"
#include "portal/base/address.h"
#include "portal/base/outcome.h"
#include "portal/base/text.h"
#include "portal/base/typed_code.h"
#include "portal/core/portal.h"
#include "portal/web/service.h"
#include "portal/web/stream.h"

#define REQUEST_BODY_MAX HTTP_BODY_MAX
#define REQUEST_PATH_MAX 1024u
#define COOKIE_VALUE_MAX 64u
#define FORM_VALUE_MAX   512u
#define REPLY_COOKIES    6u
#define REPLY_HEADER_MAX 63u // bytes
#define REPLY_BUSY_S     1   // the same, while the portal is busy
#define PROBLEM_RETRY_S  60  // what a caller who asks too often is told to wait

enum http_method { HTTP_GET, HTTP_POST, HTTP_OTHER };

struct request {
    enum http_method method;
    const char *path; // below the origin, without query
    struct span body;
    bool body_too_long;
    char address[ADDRESS_MAX + 1]; // of the client
    const struct language *language;
    // The session that this very request began: it stands for the cookie. "": none.
    char session[COOKIE_VALUE_MAX + 1];
    const struct http_request *http; // headers and query come from there
};

// NULL where there is none. Lives as long as the request.
const char *request_header(const struct request *request, const char *name);
const char *request_query(const struct request *request, const char *name);

// The portal's cookies. Over TLS they carry the prefix __Host-, which browsers accept only with
// Secure, Path=/ and no domain; over plain http (tests) they end in "-test" instead. In the
// mode bitrix24 they have the names of a box, where one cookie is the session and the pending
// one.
enum cookie {
    COOKIE_CHALLENGE, // __Host-qrl, qrl-test
    COOKIE_MARK,      // __Host-qrk
    COOKIE_SESSION,   // __Host-qrs
    COOKIE_PENDING,   // __Host-qrp
    COOKIE_LANGUAGE,  // __Host-lang
    COOKIE_LOGIN,     // BITRIX_SM_LOGIN
    COOKIE_STORED,    // BITRIX_SM_UIDH: signs in again where "remember me" was ticked
    COOKIE_COUNT
};

// "" where there is none.
void request_cookie(const struct portal *portal, const struct request *request,
                    enum cookie cookie, char out[static COOKIE_VALUE_MAX + 1]);

// True if the Origin header is there and is the portal's: every POST needs it (against CSRF).
bool request_is_same_origin(const struct portal *portal, const struct request *request);
bool request_is_json(const struct request *request);

// A field of a form body (application/x-www-form-urlencoded); "" where there is none or it does
// not fit. True if the field is there.
bool request_form(const struct request *request, const char *name,
                  char out[static FORM_VALUE_MAX + 1]);
// A field in which digits are typed (typed_code.h).
void request_code(const struct request *request, const char *name,
                  char out[static TYPED_CODE_MAX + 1]);
// The same as request_form for a value of up to `size` - 1 bytes.
bool request_form_sized(const struct request *request, const char *name, char *out,
                        size_t size);

struct reply_cookie {
    enum cookie cookie;
    char value[COOKIE_VALUE_MAX + 1]; // "" removes it
    int64_t max_age;                  // seconds; 0: until the browser is closed
    bool strict;                      // SameSite=Strict, else Lax
};

#define REPLY_WHOLE HTTP_WHOLE

struct reply {
    unsigned status;
    const char *type; // Content-Type
    struct text body;
    struct stream *stream; // instead of a body; owned
    bool no_referrer;      // else same-origin, so that forms carry their Origin
    enum outcome outcome;  // for the log
    int64_t retry_after;   // seconds; 0: none
    char location[BASE_URL_MAX + REQUEST_PATH_MAX];
    struct reply_cookie cookies[REPLY_COOKIES];
    size_t cookie_count;
    bool absent;         // for who asks there is no such page
    const char *refusal; // for the log: the code of a refusal that is no outcome; or NULL
    const char *action;  // for the log: what was asked of an address with many actions; or NULL
    const char *header;  // one more header, or NULL
    char header_value[REPLY_HEADER_MAX + 1];
    size_t bytes;     // after so many of the body the connection is cut; REPLY_WHOLE: it is not
    int64_t delay_ms; // it is sent so much later
    // Not answered yet: the handler is asked again when the subject has changed, with
    // request->http->last after so many milliseconds, and with the note. 0: answered.
    int64_t wait_ms;
    uint64_t subject; // what it waits for; also of a stream
    struct text note;
};

void reply_init(struct reply *reply);
void reply_destroy(struct reply *reply);
void reply_cookie(struct reply *reply, enum cookie cookie, const char *value, int64_t max_age,
                  bool strict);
// "__Host-qrl=...; Path=/; ..."
void reply_cookie_text(const struct portal *portal, const struct reply_cookie *cookie,
                       struct text *out);

// Takes over `value`. NULL, and what there is no memory to write, is a fault: 500.
void reply_json(struct reply *reply, unsigned status, json_t *value);
// A problem document (RFC 9457) of the table in net/protocol/problem.h; OUTCOME_FAULT is a bare
// 500.
void reply_problem(const struct portal *portal, struct reply *reply, enum outcome outcome);
// The same with members of its own: net/protocol/problem.h says which.
void reply_problem_with(const struct portal *portal, struct reply *reply,
                        const struct problem *problem);
// 303 to a path below the base URL.
void reply_redirect(const struct portal *portal, struct reply *reply, const char *path);

#endif
