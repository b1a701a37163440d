// SPDX-License-Identifier: MIT
#include "net/open_answer.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/dialect.h"
#include "net/pairings/outbox.h"
#include "net/pairings/pairing_store.h"

static void copy_text(char out[static NET_TEXT_MAX + 1], const char *text)
{
    snprintf(out, NET_TEXT_MAX + 1, "%s", text);
}

static bool tell(const struct pairing *pairing, const struct outbox_statement *stored,
                 struct open_answer *out)
{
    struct statement_decision decision;
    struct origin origin;

    if (stored->message != MESSAGE_DECISION ||
        statement_decode_decision(statement_span(&stored->body), &decision) != VERDICT_OK)
        return false;
    *out = (struct open_answer){
        .decision = decision.decision == DECISION_APPROVE ? NET_APPROVE
                    : decision.decision == DECISION_DENY  ? NET_DENY
                                                          : NET_DENY_AND_REPORT,
        .answered_at = stored->made_at,
    };
    portal_facts_origin(&pairing->portal, &origin);
    snprintf(out->pairing_id, sizeof(out->pairing_id), "%s", pairing->id);
    snprintf(out->origin, sizeof(out->origin), "%s", origin.text);
    copy_text(out->portal_name, pairing->portal.display_name);
    copy_text(out->account_name, pairing->account_name);
    copy_text(out->browser, stored->about.browser);
    copy_text(out->address, stored->about.address);
    copy_text(out->place, stored->about.place);
    return true;
}

static bool look(const struct pairing *pairing, const char *state_dir, struct open_answer *out)
{
    struct outbox_statement *stored = malloc(sizeof(*stored));
    bool found = stored && pairing->dialect->ops->take_up &&
                 outbox_peek(state_dir, pairing->id, stored) && tell(pairing, stored, out);
    free(stored);
    return found;
}

bool open_answer_next(struct pairing_store *pairings, const char *state_dir, size_t *index,
                      struct open_answer *out)
{
    struct pairing pairing;
    while (pairing_store_get(pairings, (*index)++, &pairing)) {
        if (look(&pairing, state_dir, out))
            return true;
    }
    return false;
}

bool open_answer_of(struct pairing_store *pairings, const char *state_dir,
                    const char *pairing_id, struct open_answer *out)
{
    struct pairing pairing;
    return pairing_store_find(pairings, pairing_id, &pairing) && look(&pairing, state_dir, out);
}

const char *net_decision_name(enum net_decision decision)
{
    switch (decision) {
    case NET_APPROVE:
        return "approve";
    case NET_DENY:
        return "deny";
    case NET_DENY_AND_REPORT:
        return "report";
    }
    return "";
}
