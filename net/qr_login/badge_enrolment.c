// SPDX-License-Identifier: MIT
#include "net/qr_login/badge_enrolment.h"

#include "net/pairings/pairing_store.h"

_Static_assert(PAIRING_TOKEN_SIZE == SEAL_BADGE_SIZE && BADGE_LABEL_MAX == STATEMENT_LABEL_MAX,
               "sizes are those of the protocol");

struct enrolment *badge_enrolment_begin(const struct net_action *action,
                                        const struct dialect *dialect,
                                        const struct badge_pairing *wanted, struct fault *fault)
{
    struct pairing kiosk;
    struct pairing_code code = {0};
    uint8_t portal_id[PORTAL_ID_SIZE];
    if (!pairing_store_reload(wanted->kiosk, wanted->kiosk_id, &kiosk, fault))
        return NULL;

    portal_facts_origin(&kiosk.portal, &code.origin);
    if (!portal_id_of(kiosk.portal.portal_key, portal_id)) {
        fault_set(fault, FAILURE_INTERNAL, "SHA-256");
        return NULL;
    }
    memcpy(code.fingerprint, portal_id, sizeof(code.fingerprint));
    memcpy(code.token, wanted->badge, sizeof(code.token));

    const struct enrolment_terms terms = {
        .label = wanted->label, .vouching = wanted->kiosk, .voucher = &kiosk};
    return enrolment_begin(action, dialect, &code, &terms, fault);
}

void badge_enrolment_name_refusal(struct fault *fault)
{
    static const struct {
        enum failure of_code, of_badge;
    } rows[] = {
        {FAILURE_PORTAL_UNKNOWN_TOKEN, FAILURE_BADGE_UNKNOWN},
        {FAILURE_PORTAL_TOKEN_EXPIRED, FAILURE_BADGE_OVER},
        {FAILURE_PORTAL_TOKEN_USED, FAILURE_BADGE_ELSEWHERE},
        {FAILURE_PORTAL_ENROLMENT_REFUSED, FAILURE_BADGE_REFUSED},
        {FAILURE_PORTAL_POLICY_DENIED, FAILURE_BADGE_KIOSK},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (fault->failure == rows[i].of_code) {
            fault->failure = rows[i].of_badge;
            return;
        }
}
