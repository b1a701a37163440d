// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <strings.h>

#include "portal/bitrix24/qrcode.h"

// A code that the framework gives to its own exception.
#define UNKNOWN_ACTION 22002

static const struct action {
    const char *name;
    bool authentication; // filter; HttpMethod and Csrf are always there
    bitrix24_action *run;
} actions[] = {
    {"main.qrcodeauth.pushToken", true, bitrix24_push_token},
    {"main.qrcodeauth.authenticate", false, bitrix24_authenticate},
};

static const struct action *find_action(const char *name)
{
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcasecmp(actions[i].name, name) == 0)
            return &actions[i];
    }
    return NULL;
}

static void filter_authentication(struct bitrix24_call *call)
{
    if (call->asked->visit.signed_in)
        return;
    bitrix24_error(call, "invalid_authentication", N_("You must be signed in."));
    if (call->newer)
        call->reply->status = 401;
}

static void filter_method(struct bitrix24_call *call)
{
    if (call->asked->request.method == HTTP_OTHER)
        bitrix24_add_error(call, "Wrong method for current action",
                           json_string("invalid_method"), json_null());
}

static void filter_csrf(struct bitrix24_call *call)
{
    char field[FORM_VALUE_MAX + 1];
    const char *sessid = call->asked->visit.sessid;
    const char *header = request_header(&call->asked->request, "X-Bitrix-Csrf-Token");
    bitrix24_parameter(&call->asked->request, "sessid", field);
    if (strcmp(field, sessid) == 0 || (header && strcmp(header, sessid) == 0))
        return;
    bitrix24_add_error(call, "Invalid csrf token", json_string("invalid_csrf"),
                       json_pack("{s:s}", "csrf", sessid));
    bitrix24_log_refusal(call, "invalid_csrf");
}

static void run_action(struct bitrix24_call *call, const char *name)
{
    const struct action *action = find_action(name);

    portal_begin(call->portal);
    bool offered = bitrix24_has_qrcode_auth(&call->portal->store);
    call->newer = bitrix24_is_newer(&call->portal->store, CONFIG_MODULE_MAIN);
    portal_end(call->portal, false);

    call->reply->action = action ? action->name : "unknown";
    if (!action || !offered) {
        bitrix24_add_error(call, "Could not find description of the action in its controller",
                           json_integer(UNKNOWN_ACTION), json_null());
        return;
    }

    if (action->authentication)
        filter_authentication(call);
    filter_method(call);
    filter_csrf(call);

    if (json_array_size(call->errors) == 0)
        action->run(call);
}

void bitrix24_ajax(struct portal *portal, struct bitrix24_request *asked, struct reply *reply)
{
    struct bitrix24_call call = {portal, asked, reply, false, json_array(), NULL};
    const char *name = request_query(&asked->request, "action");
    reply->status = 200;
    run_action(&call, name ? name : "");
    bool ok = json_array_size(call.errors) == 0;
    json_t *data = ok && call.data ? call.data : json_null();
    if (!ok)
        json_decref(call.data);
    reply_json(reply, reply->status,
               json_pack("{s:s, s:o, s:o}", "status", ok ? "success" : "error", "data", data,
                         "errors", call.errors));
}

// True so many times as the setting says; counts down.
static bool due(struct store *store, enum config_id id)
{
    char left[24];
    int64_t number = config_number(store, id);
    struct fault fault;
    snprintf(left, sizeof(left), "%lld", (long long)number - 1);
    return number > 0 && config_set(store, id, left, &fault);
}

void bitrix24_ajax_disturb(struct portal *portal, const struct request *request)
{
    char cookie[COOKIE_VALUE_MAX + 1];
    const char *name = request_query(request, "action");
    if (!name || strcasecmp(name, actions[0].name) != 0)
        return;
    request_cookie(portal, request, COOKIE_SESSION, cookie);
    portal_begin(portal);
    if (due(&portal->store, CONFIG_BITRIX24_LOSE_SESSION))
        bitrix24_visit_lose(portal, cookie);
    if (due(&portal->store, CONFIG_BITRIX24_LOSE_CSRF))
        bitrix24_visit_change_sessid(portal, cookie);
    portal_end(portal, true);
}
