// SPDX-License-Identifier: MIT
#include "net/pairings/store_signer.h"

// With `asking` held.
static bool ask(struct pairing_store *store, struct signer_talk *talk, struct fault *fault)
{
    const struct signer_contact *contact = store->contact;
    if (contact)
        return contact->ask(contact->userdata, store->folder, talk, fault);
    return signer_take(&store->own, &talk->request, &talk->answer) ||
           fault_set(fault, FAILURE_INTERNAL, "the signer: act %u", talk->request.act);
}

// Where no signer runs, nothing is unlocked. With `asking` held.
static void lock_now(struct pairing_store *store)
{
    const struct signer_contact *contact = store->contact;
    if (contact && !contact->is_there(contact->userdata))
        return;
    struct signer_talk *talk = signer_talk_new();
    if (!talk)
        return;
    talk->request.act = SIGNER_LOCK;
    (void)ask(store, talk, NULL);
    signer_talk_free(talk);
}

void store_lock_signer(struct pairing_store *store)
{
    atomic_store(&store->must_lock, true);
    while (atomic_load(&store->must_lock) && pthread_mutex_trylock(&store->asking) == 0) {
        if (atomic_exchange(&store->must_lock, false))
            lock_now(store);
        pthread_mutex_unlock(&store->asking);
    }
}

bool store_ask_signer(struct pairing_store *store, struct signer_talk *talk,
                      struct fault *fault)
{
    pthread_mutex_lock(&store->asking);
    if (atomic_exchange(&store->must_lock, false))
        lock_now(store);
    bool answered = ask(store, talk, fault);
    pthread_mutex_unlock(&store->asking);

    if (atomic_load(&store->must_lock))
        store_lock_signer(store);
    return answered && !signer_answer_failed(&talk->answer, fault);
}
