// SPDX-License-Identifier: MIT
#include "net/qr_login/token_enrolment.h"

#include <sodium.h>
#include <stdio.h>

_Static_assert(TOKEN_PAIRING_PINS_MAX == STATEMENT_PINS_MAX &&
                   TOKEN_ACCOUNT_MAX == STATEMENT_ACCOUNT_MAX &&
                   TOKEN_LABEL_MAX == STATEMENT_LABEL_MAX,
               "limits are those of the protocol");

// Whether the enrolment on disk is that of this token, and may still be answered.
static bool goes_on(const struct enrolment *enrolment, const struct token_pairing *wanted)
{
    return enrolment && enrolment_is_by_token(enrolment) && !enrolment_is_too_old(enrolment) &&
           sodium_memcmp(enrolment->record.statement.token, wanted->code.token,
                         PAIRING_TOKEN_SIZE) == 0;
}

struct enrolment *token_enrolment_begin(const struct net_action *action,
                                        const struct dialect *dialect,
                                        const struct token_pairing *wanted, struct fault *fault)
{
    const struct enrolment_terms terms = {.label = wanted->label, .by_token = wanted};
    struct enrolment *enrolment = enrolment_load(action, dialect, NULL);

    if (goes_on(enrolment, wanted)) {
        if (!enrolment_check_pins(enrolment, wanted, fault))
            goto free_enrolment;
        // A file that was mended may name another account.
        snprintf(enrolment->record.account_id, sizeof(enrolment->record.account_id), "%s",
                 wanted->account_id);
    } else {
        enrolment_free(enrolment);
        enrolment = enrolment_begin(action, dialect, &wanted->code, &terms, fault);
    }

    if (enrolment)
        enrolment->until_ms = action_boot_ms(action) + TOKEN_ENROLMENT_TRIES_MS;
    return enrolment;

free_enrolment:
    enrolment_free(enrolment);
    return NULL;
}

// The words for a pairing code speak of a browser, and nobody is at one here.
static void name_refusal(struct fault *fault)
{
    static const struct {
        enum failure of_code, of_token;
    } rows[] = {
        {FAILURE_PORTAL_UNKNOWN_TOKEN, FAILURE_PROVISION_TOKEN_UNKNOWN},
        {FAILURE_PORTAL_TOKEN_USED, FAILURE_PROVISION_TOKEN_USED},
        {FAILURE_PORTAL_TOKEN_EXPIRED, FAILURE_PROVISION_TOKEN_EXPIRED},
        {FAILURE_PORTAL_ENROLMENT_REFUSED, FAILURE_PROVISION_TOKEN_WITHDRAWN},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (fault->failure == rows[i].of_code) {
            fault->failure = rows[i].of_token;
            return;
        }
}

bool token_enrolment_try(struct enrolment *enrolment, struct fault *fault)
{
    struct fault given_up;
    if (!enrolment_try(enrolment, fault)) {
        name_refusal(fault);
        return false;
    }
    if (!enrolment->replied) // `fault` says why
        return action_boot_ms(enrolment->action) < enrolment->until_ms;

    const struct statement_enrolled *told = &enrolment->told;
    if (told->state == ENROLLED_PENDING)
        fault_set(&given_up, FAILURE_PROVISION_ASKS_PERSON, "%.200s",
                  enrolment->record.pairing.portal.base_url);
    else if (strcmp(told->account_id, enrolment->record.account_id) != 0)
        fault_set(&given_up, FAILURE_PROVISION_OTHER_ACCOUNT, "%.120s", told->account_id);
    else
        return true;

    enrolment_give_up(enrolment);
    *fault = given_up;
    return false;
}
