// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_AJAX_H
#define QRCONFIRM_PORTAL_BITRIX24_AJAX_H

// Actions of controllers, called at ajax.php: filters first, then the action; all that went
// wrong stands in one list.

#include "portal/bitrix24_hit.h"

struct bitrix24_call {
    struct portal *portal;
    struct bitrix24_hit *hit;
    struct reply *reply;
    bool newer;     // the main module is of the newer kind
    json_t *errors; // filled by the functions below
    json_t *data;   // of a success; NULL: null. Taken over
};

// A text of words.def for people, and a code for programs: a literal, it goes to the log too.
void bitrix24_error(struct bitrix24_call *call, const char *code, const char *word);
// A parameter of the action. False, with the framework's own error, where the newer module
// refuses what is not there; the older one takes it for empty.
bool bitrix24_argument(struct bitrix24_call *call, const char *name,
                       char out[static FORM_VALUE_MAX + 1]);

typedef void bitrix24_action(struct bitrix24_call *call);
void bitrix24_push_token(struct bitrix24_call *call);
void bitrix24_authenticate(struct bitrix24_call *call);

#endif
