// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_CONFORM_LAB_H
#define QRCONFIRM_NET_CONFORM_LAB_H

// One portal under trial: calls to it, what it last answered, and what that says. Once a call
// gets no reply, `fault` is set, and nothing further is asked or judged.

#include "net/conform/report.h"
#include "net/conform/task.h"
#include "net/protocol/problem.h"

#define LAB_CODE_MAX    48u // bytes of a refusal's code
#define LAB_HEADERS_MAX 4u  // header lines of a call

struct lab {
    const struct conform_task *task;
    struct conform_report *report;
    struct http_client *http;         // of devices, and of a browser without cookies
    struct statement_metadata portal; // what the portal says of itself
    struct http_reply reply;          // the last one
    char code[LAB_CODE_MAX + 1];      // of the refusal in it; empty: none
    bool answered;                    // `opened` is the message in it
    struct envelope_opened opened;
    struct statement_body body; // what a device sent last, and its envelope
    struct envelope_text sent;
    struct fault fault;
};

// To be released with lab_close. NULL on failure.
struct lab *lab_open(const struct conform_task *task, struct conform_report *report,
                     struct fault *fault);
void lab_close(struct lab *lab);

static inline bool lab_goes_on(const struct lab *lab)
{
    return lab->fault.failure == FAILURE_NONE;
}

// Calls an endpoint below the base URL, "/qr-login/v1/claim"; `client` may keep cookies. `body`
// NULL: GET. `origin` NULL: the header is left out; `cookie` NULL: no header of our own.
void lab_call(struct lab *lab, struct http_client *client, const char *path, const char *body,
              const char *origin, const char *cookie);

// Gets the metadata, which must be signed by its own key and name the code's fingerprint.
void lab_meet(struct lab *lab, const struct pairing_code *code);

// Posts any bytes to the endpoint of a message, and opens the reply.
void lab_post(struct lab *lab, enum message endpoint, struct span bytes);

// Signs `lab->body` as a message, with up to two keys, and posts it where that belongs.
void lab_send(struct lab *lab, enum message message, const uint8_t *secret,
              const uint8_t *second);

// A finding, unless the calls have ended; the rest says what was seen where it did not hold.
__attribute__((format(printf, 6, 7))) void lab_judge(struct lab *lab, unsigned point,
                                                     const char *name, const char *section,
                                                     bool held, const char *format, ...);
// The last reply is this refusal, under its own status.
void lab_judge_refused(struct lab *lab, unsigned point, const char *name, const char *section,
                       enum problem_code code);
// The last reply is the portal's signed message.
void lab_judge_answered(struct lab *lab, unsigned point, const char *name, const char *section);
void lab_unseen(struct lab *lab, unsigned point, const char *name, const char *section,
                const char *why);

// Whether the last reply holds this text.
bool lab_reply_holds(const struct lab *lab, const char *text);

void lab_random(struct lab *lab, uint8_t *out, size_t size);
uint64_t lab_clock(const struct lab *lab); // seconds since 1970

#endif
