// SPDX-License-Identifier: MIT
#include "ui/window/notice.h"

#include <stdio.h>

#include "ui/text/isolate.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"

static bool waits_for_digits(const struct flow *flow, int64_t now_ms)
{
    return flow->state == FLOW_DONE && flow->receipt.result == NET_RESULT_PICKUP_CODE &&
           now_ms < flow->ends_ms;
}

static const char *words_of_waiting(const struct flow *flow, int64_t now_ms)
{
    switch (flow->state) {
    case FLOW_ASKING:
        return N_("A sign-in waits for your answer");
    case FLOW_UNLOCKING:
        return flow->pairing ? N_("A pairing waits for your PIN")
                             : N_("A sign-in waits for your PIN");
    case FLOW_OPEN_ANSWER:
        return N_("An answer that was left open waits for you");
    case FLOW_PAIR_ASKING:
    case FLOW_CERTIFICATE:
    case FLOW_LOGIN:
    case FLOW_TYPING_CODE:
    case FLOW_CONFIRMING:
        return N_("A pairing waits for you");
    default:
        return waits_for_digits(flow, now_ms)
                   ? N_("The browser waits for the digits on this device")
                   : NULL;
    }
}

static const char *words_of_receipt(const struct net_receipt *receipt)
{
    switch (receipt->result) {
    case NET_RESULT_PICKUP_CODE:
        return N_("The time to type the code is over");
    case NET_RESULT_SENT:
        return N_("Sent. Look at the browser.");
    default:
        return receipt->otp_follows ? N_("Now enter the one-time code in the browser")
                                    : N_("Signed in");
    }
}

static const char *words_of_outcome(const struct flow *flow)
{
    switch (flow->state) {
    case FLOW_DONE:
        return words_of_receipt(&flow->receipt);
    case FLOW_ENDED:
        return N_("The browser was signed out");
    case FLOW_REFUSED:
        return flow->pairing ? N_("Not paired") : N_("You refused this sign-in");
    case FLOW_FAILED:
        return flow->pairing ? N_("The pairing has failed") : N_("The sign-in has failed");
    case FLOW_PAIRED:
        return N_("This device is paired");
    default:
        return NULL;
    }
}

// Whom it is about, as far as that is known where it stands.
static bool find_names(const struct flow *flow, const char **origin, const char **account)
{
    switch (flow->state) {
    case FLOW_ASKING:
    case FLOW_DONE:
    case FLOW_ENDED:
    case FLOW_REFUSED:
        *origin = flow->context.origin;
        *account = flow->context.account_name;
        return !flow->pairing && **origin && **account;
    case FLOW_CONFIRMING:
    case FLOW_PAIRED:
        *origin = flow->portal_origin;
        *account = flow->account_name;
        return **origin && **account;
    default:
        return false;
    }
}

// Names that a portal has chosen stand in the summary: no desktop reads marks there.
static void write_notice(const struct flow *flow, const char *words,
                         enum notifications_choice choice, struct notice *out)
{
    const char *origin, *account;
    bool named = choice == NOTIFICATIONS_CHOICE_NAMES && find_names(flow, &origin, &account);
    if (named)
        snprintf(out->summary, sizeof(out->summary), _("%s as %s"), shown_host(origin).text,
                 isolated(account).text);
    else
        snprintf(out->summary, sizeof(out->summary), "%s", _(words));
    snprintf(out->body, sizeof(out->body), "%s", named ? _(words) : "");
}

static enum notice_step withdraw(struct notice_watch *watch)
{
    bool shown = watch->shows;
    watch->shows = false;
    watch->words = NULL;
    return shown ? NOTICE_WITHDRAW : NOTICE_KEEP;
}

enum notice_step notice_follow(struct notice_watch *watch, const struct flow *flow,
                               enum notifications_choice choice, int64_t now_ms,
                               struct notice *out)
{
    if (watch->state != flow->state || watch->since_ms != flow->since_ms) {
        watch->state = flow->state;
        watch->since_ms = flow->since_ms;
        watch->seen = false;
        watch->words = NULL;
    }

    watch->seen = watch->seen || !flow->away;
    if (!flow->away || choice == NOTIFICATIONS_CHOICE_NO || flow_is_kiosk(flow))
        return withdraw(watch);

    // An outcome that was seen is no news; what waits goes on waiting.
    const char *waiting = words_of_waiting(flow, now_ms);
    const char *words = waiting ? waiting : watch->seen ? NULL : words_of_outcome(flow);
    if (!words && watch->waits)
        return withdraw(watch);
    if (!words || words == watch->words)
        return NOTICE_KEEP;

    watch->words = words;
    watch->waits = waiting != NULL;
    watch->shows = true;
    write_notice(flow, words, choice, out);
    return NOTICE_SHOW;
}
