// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_CALL_H
#define QRCONFIRM_PORTAL_BITRIX24_CALL_H

// One call of an action at ajax.php: what came, and what is told of it.

#include "portal/bitrix24/request.h"

struct bitrix24_call {
    struct portal *portal;
    struct bitrix24_request *asked;
    struct reply *reply;
    bool newer;     // the main module is of the newer kind
    json_t *errors; // filled by bitrix24_error and its like
    json_t *data;   // of a success; NULL: null. Taken over
};

// A text for people, in English, and a code for programs: a literal, it goes to the log too.
void bitrix24_error(struct bitrix24_call *call, const char *code, const char *text);
// A parameter of the action. False, with the framework's own error, where the newer module
// refuses what is not there; the older one takes it for empty.
bool bitrix24_argument(struct bitrix24_call *call, const char *name,
                       char out[static FORM_VALUE_MAX + 1]);

// As bitrix24_error, of the framework's own exceptions, whose codes may be numbers; takes over
// `code` and `custom`. The log is not told.
void bitrix24_add_error(struct bitrix24_call *call, const char *message, json_t *code,
                        json_t *custom);
// The first one goes to the log; `code` is a literal.
void bitrix24_log_refusal(struct bitrix24_call *call, const char *code);

typedef void bitrix24_action(struct bitrix24_call *call);

#endif
