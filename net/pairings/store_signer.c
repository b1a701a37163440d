// SPDX-License-Identifier: MIT
#include "net/pairings/store_signer.h"

bool store_signer_init(struct store_signer *signer, const struct signer_contact *contact,
                       int folder, const struct dialect *const *dialects, struct fault *fault)
{
    if (pthread_mutex_init(&signer->asking, NULL) != 0)
        return fault_set(fault, FAILURE_INTERNAL, "no mutex");
    atomic_init(&signer->must_lock, false);
    signer->contact = contact;
    signer_init(&signer->own, folder, dialects);
    return true;
}

void store_signer_release(struct store_signer *signer)
{
    signer_destroy(&signer->own);
    pthread_mutex_destroy(&signer->asking);
}

void store_signer_destroy(struct store_signer *signer)
{
    if (signer->contact)
        signer->contact->close(signer->contact->userdata);
    store_signer_release(signer);
}

void store_signer_leave(struct store_signer *signer)
{
    const struct signer_contact *contact = signer->contact;
    if (contact && contact->leave)
        contact->leave(contact->userdata);
}

// With `asking` held.
static bool ask(struct store_signer *signer, struct signer_talk *talk, struct fault *fault)
{
    const struct signer_contact *contact = signer->contact;
    if (contact)
        return contact->ask(contact->userdata, signer->own.folder, talk, fault);
    return signer_take(&signer->own, &talk->request, &talk->answer) ||
           fault_set(fault, FAILURE_INTERNAL, "the signer: act %u", talk->request.act);
}

// Where no signer runs, nothing is unlocked. With `asking` held.
static void lock_now(struct store_signer *signer)
{
    const struct signer_contact *contact = signer->contact;
    if (contact && !contact->is_there(contact->userdata))
        return;
    struct signer_talk *talk = signer_talk_new();
    if (!talk)
        return;
    talk->request.act = SIGNER_LOCK;
    (void)ask(signer, talk, NULL);
    signer_talk_free(talk);
}

void store_signer_lock(struct store_signer *signer)
{
    atomic_store(&signer->must_lock, true);
    while (atomic_load(&signer->must_lock) && pthread_mutex_trylock(&signer->asking) == 0) {
        if (atomic_exchange(&signer->must_lock, false))
            lock_now(signer);
        pthread_mutex_unlock(&signer->asking);
    }
}

bool store_signer_ask(struct store_signer *signer, struct signer_talk *talk,
                      struct fault *fault)
{
    pthread_mutex_lock(&signer->asking);
    if (atomic_exchange(&signer->must_lock, false))
        lock_now(signer);
    bool answered = ask(signer, talk, fault);
    pthread_mutex_unlock(&signer->asking);

    if (atomic_load(&signer->must_lock))
        store_signer_lock(signer);
    return answered && !signer_answer_failed(&talk->answer, fault);
}
