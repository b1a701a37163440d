// SPDX-License-Identifier: MIT
#include "net/qr_login/rotation.h"

#include "net/pairings/key_succession.h"
#include "net/qr_login/portal_time.h"

bool rotation_is_possible(const struct pairing *pairing)
{
    return pairing->key_count < 2 || key_succession_is_open(pairing);
}

bool rotation_is_due(const struct pairing *pairing, int64_t portal_time)
{
    return rotation_is_possible(pairing) &&
           (portal_time <= 0 || pairing->key[0].not_after <= portal_time + ROTATION_BEFORE_S);
}

bool rotation_judge(struct portal_link *link, int64_t until_ms, bool *due, struct fault *fault)
{
    const struct pairing *pairing = link->pairing;
    int64_t now_s = pairing->portal_time;
    if (!rotation_is_possible(pairing)) {
        *due = false;
        return true;
    }
    if (pairing->renewal_asked) {
        *due = true;
        return true;
    }
    // What was due when the portal signed its time is due now. Else it is asked: the last
    // sign-in may be long ago.
    if ((now_s <= 0 || !rotation_is_due(pairing, now_s)) &&
        !portal_time_ask(link, until_ms, &now_s, fault))
        return false;
    *due = rotation_is_due(pairing, now_s);
    return true;
}

static bool make_statement(const struct portal_link *link, const struct delivery *delivery,
                           struct statement_rotate *out, struct fault *fault)
{
    const struct pairing *pairing = link->pairing;
    out->time = action_wall_s(link->action);
    out->sequence = delivery_next_sequence(delivery);
    if (!portal_id_of(pairing->portal.portal_key, out->portal_id))
        return fault_set(fault, FAILURE_INTERNAL, "SHA-256");
    memcpy(out->device_id, pairing->device_id, sizeof(out->device_id));
    memcpy(out->key_id, pairing->key[0].id, sizeof(out->key_id));
    return statement_where_set(&out->where, pairing->portal.base_url, MESSAGE_ROTATE) ||
           fault_set(fault, FAILURE_INTERNAL, "the portal's address is too long");
}

// With the pairing's lock held.
static enum delivery_end deliver(struct portal_link *link, struct delivery *delivery,
                                 int64_t until_ms, struct fault *fault)
{
    struct statement_rotate statement = {0};
    bool was_waiting;
    if (delivery->outbox.waiting && delivery->outbox.statement.message == MESSAGE_ROTATE)
        return delivery_resume(delivery, until_ms, &was_waiting, fault);
    if (delivery->outbox.waiting) {
        fault_set(fault, FAILURE_ANSWER_OPEN, "%s", link->pairing->id);
        return DELIVERY_FAILED;
    }
    if (!key_succession_begin(link->action->pairings, link->pairing, statement.new_key,
                              fault) ||
        !make_statement(link, delivery, &statement, fault))
        return DELIVERY_FAILED;
    return delivery_send(delivery, MESSAGE_ROTATE, &statement, until_ms, until_ms, fault);
}

bool rotation_run(struct portal_link *link, int64_t until_ms, struct fault *fault)
{
    struct delivery delivery;
    struct pairing stored;
    if (!delivery_open(&delivery, link, until_ms, fault))
        return false;

    // Under the lock: another qrconfirm may have renewed it meanwhile.
    if (pairing_store_reload(link->action->pairings, link->pairing->id, &stored, NULL))
        *link->pairing = stored;

    if (link->pairing->key_count == 2 && !key_succession_is_open(link->pairing)) {
        delivery_close(&delivery);
        return true;
    }

    enum delivery_end end = deliver(link, &delivery, until_ms, fault);
    delivery_close(&delivery);
    if (end == DELIVERY_STOPPED)
        return fault_set(fault, FAILURE_INTERRUPTED, "while the key was renewed");
    if (end != DELIVERY_ANSWERED)
        return false;

    struct fault ignored; // what is announced is fetched at the next sign-in at the latest
    link_heed_serial(link, link->opened.statement.enrolled.serial, &ignored);
    return true;
}

bool qr_login_renew(const struct net_action *action, struct pairing *pairing, int64_t until_ms,
                    bool *renewed, struct fault *fault)
{
    bool due;
    struct portal_link *link = portal_link_new(action, pairing, true);
    if (!link)
        return fault_set(fault, FAILURE_MEMORY, "renewal of a key");
    bool ok = rotation_judge(link, until_ms, &due, fault) &&
              (!due || rotation_run(link, until_ms, fault));
    portal_link_free(link);
    if (ok)
        *renewed = due;
    return ok;
}
