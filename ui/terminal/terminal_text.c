// SPDX-License-Identifier: MIT
#include "ui/terminal/terminal_print.h"
#include "ui/text/isolate.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"

static void print_line(FILE *out, const char *text)
{
    if (*text)
        fprintf(out, "%s\n", text);
}

static void print_question(FILE *out, const struct flow *flow, const char *word)
{
    bool may_report = flow->context.may_report;

    if (*word) {
        fprintf(out,
                may_report ? _("Answer: approve by typing %s, or deny or report")
                           : _("Answer: approve by typing %s, or deny"),
                word);
        fputc('\n', out);
        return;
    }

    fprintf(out, "%s\n",
            _("Nobody is at a terminal here: a portal takes no approval from a pipe "
              "or file, unless it allows that."));
    fprintf(out, "%s\n",
            may_report ? _("Answer: approve, deny or report") : _("Answer: approve or deny"));
}

static void print_prompt(FILE *out, const struct flow *flow, const char *word)
{
    if (flow->state == FLOW_ASKING)
        print_question(out, flow, word);
    else if (flow->state == FLOW_OPEN_ANSWER)
        fprintf(out, "%s\n", _("Answer: send or withdraw"));
    else if (flow_may_give_up(flow))
        fprintf(out, "%s\n", _("To give the pairing up type no."));
    else if (flow_asks(flow) && flow->state != FLOW_UNLOCKING &&
             flow->state != FLOW_PIN_AGAIN && flow->state != FLOW_LOGIN)
        fprintf(out, "%s\n", _("Answer: yes or no"));
}

static bool print_state(FILE *out, const struct flow *flow, const struct view *view,
                        const struct terminal_extra *extra, int64_t now_ms)
{
    (void)now_ms;
    if (flow->state == FLOW_INSTRUCTIONS)
        return true;

    print_line(out, view->title);
    print_line(out, view->digits); // alone on its line: a script can find it
    print_line(out, view->text);

    for (size_t i = 0; i < view->row_count; i++)
        fprintf(out, "  %s: %s\n", view->rows[i].label, isolated(view->rows[i].value).text);
    for (size_t i = 0; i < view->warning_count; i++)
        fprintf(out, "! %s\n", view->warnings[i]);

    print_line(out, view->note);
    if (flow->state == FLOW_LOGIN)
        print_line(out, view->hint);
    if (*extra->picture)
        fprintf(out, "%s: %s\n", _("The picture is in this file"), extra->picture);
    print_prompt(out, flow, extra->word);
    return true;
}

static void print_hint(FILE *out, const struct flow *flow, const struct view *view,
                       int64_t now_ms)
{
    (void)now_ms;
    print_line(out, flow->state == FLOW_AIMING ? view->hint : view->text);
    if (flow->state == FLOW_UNLOCKING)
        print_line(out, view->note);
}

static void print_code(FILE *out, const struct scan_note *note, int64_t now_ms)
{
    (void)out;
    (void)note;
    (void)now_ms;
}

static void print_late(FILE *out, const struct net_receipt *receipt, int64_t now_ms)
{
    (void)now_ms;
    fprintf(out, _("The receipt of an earlier answer has come: %s as %s"),
            plain_host(receipt->origin), receipt->account_name);
    fputc('\n', out);

    switch (receipt->result) {
    case NET_RESULT_PICKUP_CODE:
        print_line(out, _("Type this code in the browser"));
        print_line(out, receipt->pickup_code);
        break;
    case NET_RESULT_DENIED:
        print_line(out, _("You refused this sign-in"));
        break;
    case NET_RESULT_ENDED:
        print_line(out, _("That browser is signed out"));
        break;
    case NET_RESULT_APPROVED:
    case NET_RESULT_SENT:
        print_line(out, _("Signed in"));
        break;
    }
}

static void print_left_open(FILE *out, int64_t now_ms)
{
    (void)now_ms;
    print_line(out,
               _("Your answer is signed and may have arrived. It is kept, and not sent again "
                 "by itself: the next start shows it, and you may withdraw it then."));
}

static void print_end(FILE *out, const struct flow *flow, int64_t now_ms)
{
    (void)out;
    (void)flow;
    (void)now_ms;
}

const struct terminal_print terminal_print_text = {
    .state = print_state,
    .hint = print_hint,
    .code = print_code,
    .late = print_late,
    .left_open = print_left_open,
    .end = print_end,
};
