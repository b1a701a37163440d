// SPDX-License-Identifier: MIT
#include "portal/bitrix24/qrcode.h"

#include <stdio.h>

#include "portal/bitrix24/channel.h"
#include "portal/bitrix24/sign_in_tokens.h"
#include "portal/bitrix24/statement.h"
#include "portal/pages/page.h"

struct push {
    char site[FORM_VALUE_MAX + 1], unique[FORM_VALUE_MAX + 1], tag[FORM_VALUE_MAX + 1];
    char redirect[FORM_VALUE_MAX + 1];
};

static bool read_push(struct bitrix24_call *call, struct push *out)
{
    bitrix24_parameter(&call->asked->request, "redirectUrl", out->redirect);
    return bitrix24_argument(call, "siteId", out->site) &&
           bitrix24_argument(call, "uniqueId", out->unique) &&
           bitrix24_argument(call, "channelTag", out->tag);
}

// The handler of main / OnPushQrCodeAuthToken that an administrator may add: it lets nothing
// pass that no device of the user has signed. It runs before the checks of the action.
static bool handler_refuses(struct bitrix24_call *call, const struct push *push)
{
    if (!config_switch(&call->portal->store, CONFIG_BITRIX24_HANDLER))
        return false;
    const struct bitrix24_statement_call asked = {call->asked, push->site, push->unique,
                                                  push->tag};
    const char *refusal = bitrix24_statement_judge(call->portal, &asked);
    if (refusal)
        bitrix24_error(call, "ERR_FROM_EVENT", refusal);
    return refusal != NULL;
}

static bool permitted(struct bitrix24_call *call, const struct push *push)
{
    struct store *store = &call->portal->store;
    char unique[BITRIX24_UNIQUE_ID + 1];
    bitrix24_unique_id(call->portal, unique);
    if (strcmp(unique, push->unique) != 0)
        bitrix24_error(call, "ERR_UNIQUE_ID",
                       N_("Incorrect profile selected for authentication."));
    else if (!config_switch(store, CONFIG_ALLOW_QR))
        bitrix24_error(call, "ERR_OPTION", N_("QR code authentication is disabled."));
    else if (!bitrix24_has_module(store, CONFIG_MODULE_PULL) ||
             !config_switch(store, CONFIG_PUSH))
        bitrix24_error(call, "ERR_PULL", N_("The Push and Pull module is not installed."));
    else
        return true;
    return false;
}

static void publish(struct bitrix24_call *call, const struct push *push)
{
    char token[SIGN_IN_TOKEN + 1] = "";
    if (!config_switch(&call->portal->store, CONFIG_BITRIX24_TOKEN_FAILS))
        sign_in_tokens_get(call->portal, call->asked->visit.session.signin.user, BITRIX24_AJAX,
                           push->site, token);
    if (token[0] == '\0' && call->newer) {
        bitrix24_error(call, "ERR_GET_TOKEN", N_("The sign-in token could not be made."));
        return;
    }
    channel_publish(call->portal, push->tag,
                    json_pack("{s:s, s:s, s:i, s:{s:s, s:s}}", "module_id", "main", "command",
                              "qrAuthorize", "expiry", CHANNEL_EXPIRY_S, "params", "token",
                              token, "redirectUrl", push->redirect));
}

static void judge_push(struct bitrix24_call *call)
{
    struct push push;
    if (!read_push(call, &push))
        return;
    if (!push.site[0] || !push.unique[0] || !push.tag[0])
        bitrix24_error(call, "ERR_PARAMS", N_("Invalid request."));
    else if (!handler_refuses(call, &push) && permitted(call, &push))
        publish(call, &push);
}

// The faults of a network, on request: the reply comes late, or not whole.
static void disturb(struct bitrix24_call *call)
{
    struct portal *portal = call->portal;
    portal_begin(portal);
    int64_t delay = config_number(&portal->store, CONFIG_BITRIX24_DELAY);
    int64_t bytes = config_number(&portal->store, CONFIG_BITRIX24_REPLY_BYTES);
    portal_end(portal, false);
    if (bytes < config_rows[CONFIG_BITRIX24_REPLY_BYTES].high)
        call->reply->bytes = (size_t)bytes;
    call->reply->delay_ms = delay;
}

void bitrix24_push_token(struct bitrix24_call *call)
{
    portal_begin(call->portal);
    judge_push(call);
    if (!portal_end(call->portal, true))
        bitrix24_error(call, "0", page_fault);
    disturb(call);
}

// Signs the browser in, or has it ask for the one-time code where the portal does.
static void sign_in(struct bitrix24_call *call, const struct user *user, bool remember)
{
    const struct signin signin = {.user = user->id, .how = SIGNIN_BY_QR};
    struct bitrix24_visit *visit = &call->asked->visit;
    struct client client;
    if (user->otp && config_switch(&call->portal->store, CONFIG_BITRIX24_ASK_OTP)) {
        bitrix24_visit_owe_code(call->portal, visit, &signin, remember);
        return;
    }
    page_client(&call->asked->request, &client);
    bitrix24_visit_sign_in(call->portal, visit, &signin, &client, 0);
    visit->remember = remember;
    call->asked->entered = true;
}

void bitrix24_authenticate(struct bitrix24_call *call)
{
    char token[FORM_VALUE_MAX + 1], remember[FORM_VALUE_MAX + 1];
    struct user user;
    int64_t id;

    if (!bitrix24_argument(call, "token", token))
        return;
    bitrix24_parameter(&call->asked->request, "remember", remember);
    if (token[0] == '\0') {
        bitrix24_error(call, "ERR_PARAMS", N_("Invalid request."));
        return;
    }

    portal_begin(call->portal);
    if (sign_in_tokens_take(call->portal, token, BITRIX24_AJAX, BITRIX24_SITE, &id) &&
        users_by_id(&call->portal->store, id, &user) && user.enabled) {
        sign_in(call, &user, strcmp(remember, "1") == 0);
        call->data = json_true();
    } else {
        bitrix24_error(call, "ERR_AUTH", N_("Authentication error."));
    }

    if (!portal_end(call->portal, true))
        bitrix24_error(call, "0", page_fault);
}
