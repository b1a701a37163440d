// SPDX-License-Identifier: MIT
#include "portal/bitrix24/call.h"

#include <stdio.h>

// A code that the framework gives to its own exception.
#define MISSING_PARAMETER 100

void bitrix24_add_error(struct bitrix24_call *call, const char *message, json_t *code,
                        json_t *custom)
{
    json_array_append_new(call->errors, json_pack("{s:s, s:o, s:o?}", "message", message,
                                                  "code", code, "customData", custom));
}

void bitrix24_log_refusal(struct bitrix24_call *call, const char *code)
{
    if (!call->reply->refusal)
        call->reply->refusal = code;
}

void bitrix24_error(struct bitrix24_call *call, const char *code, const char *text)
{
    bitrix24_add_error(call, translate(call->asked->request.language, text), json_string(code),
                       json_null());
    bitrix24_log_refusal(call, code);
}

bool bitrix24_argument(struct bitrix24_call *call, const char *name,
                       char out[static FORM_VALUE_MAX + 1])
{
    if (bitrix24_parameter(&call->asked->request, name, out) || !call->newer)
        return true;
    char message[128];
    snprintf(message, sizeof(message), "Could not find value for parameter {%s}", name);
    bitrix24_add_error(call, message, json_integer(MISSING_PARAMETER), json_null());
    return false;
}
