// SPDX-License-Identifier: MIT
#include "net/action.h"

#include "net/pairings/store_journal.h"

int64_t action_boot_ms(const struct net_action *action)
{
    return action->environment->boot_clock(action->environment->userdata);
}

uint64_t action_wall_s(const struct net_action *action)
{
    int64_t now = action->environment->wall_clock(action->environment->userdata);
    return now > 0 ? (uint64_t)now : 0;
}

void action_random(const struct net_action *action, uint8_t *out, size_t size)
{
    action->environment->random(action->environment->userdata, out, size);
}

bool action_note(const struct net_action *action, const char *event,
                 const struct pairing *pairing, const struct journal_field *fields,
                 struct fault *fault)
{
    struct origin origin;
    struct journal_field all[JOURNAL_FIELDS_MAX] = {
        {"pairing", pairing->id},
        {"portal", origin.text},
        {"account", pairing->account_name[0] ? pairing->account_name : NULL},
    };
    portal_facts_origin(&pairing->portal, &origin);
    for (size_t i = 3; fields && fields->name && i + 1 < JOURNAL_FIELDS_MAX; i++)
        all[i] = *fields++;
    const struct journal_keeper keeper = store_journal_keeper(action->pairings);
    return journal_append(action->environment->state_dir, &keeper,
                          (int64_t)action_wall_s(action), event, all, fault);
}
