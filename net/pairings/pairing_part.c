// SPDX-License-Identifier: MIT
#include "net/pairings/pairing_part.h"

#include "net/pairings/pairing_store.h"
#include "net/pairings/pin.h"

enum seal_part_kind pairing_store_part(struct pairing_store *store,
                                       uint8_t id[static SEAL_PART_ID_SIZE])
{
    struct pin_in_force force;
    if (!pin_in_force(store->folder, &force, NULL))
        return SEAL_PART_NONE;
    memcpy(id, force.part_id, SEAL_PART_ID_SIZE);
    return force.part;
}

static struct signer_talk *begin(uint32_t act, const struct seal_part *part,
                                 struct fault *fault)
{
    struct signer_talk *talk = signer_talk_new();
    if (!talk) {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
        return NULL;
    }
    talk->request.act = act;
    if (part)
        signer_part_put(&talk->request.part, part);
    return talk;
}

bool pairing_store_take_part(struct pairing_store *store, const struct seal_part *part,
                             struct fault *fault)
{
    struct signer_talk *talk = begin(SIGNER_TAKE_PART, part, fault);
    bool ok = talk && store_signer_ask(&store->signer, talk, fault);
    signer_talk_free(talk);
    return ok;
}

bool pairing_store_check_tpm(struct pairing_store *store, struct fault *fault)
{
    struct signer_talk *talk = begin(SIGNER_CHECK_TPM, NULL, fault);
    bool ok = talk && store_signer_ask(&store->signer, talk, fault);
    signer_talk_free(talk);
    return ok;
}

bool pairing_store_change_part(struct pairing_store *store, struct span pin,
                               const struct seal_part *part, int64_t now_ms, int64_t *wait_ms,
                               struct fault *fault)
{
    struct signer_talk *talk = begin(SIGNER_CHANGE_PART, part, fault);
    if (!talk)
        return false;
    talk->request.part.pins.now_ms = now_ms;
    signer_pin_put(&talk->request.part.pins.old, pin);
    bool ok = store_signer_ask(&store->signer, talk, fault);
    *wait_ms = talk->answer.wait_ms;
    signer_talk_free(talk);
    return ok;
}
