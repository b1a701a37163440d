// SPDX-License-Identifier: MIT
#include "net/signer/signer_store.h"

#include <stdlib.h>

#include "net/signer/part_store.h"
#include "net/signer/signer_child.h"

struct held_signer {
    struct signer_contact contact;
    struct signer_child signer;
    signer_store_tell *tell; // NULL: nobody is told, or not any more
    void *userdata;          // of `tell`
};

static void tell_openness(struct held_signer *held)
{
    struct fault open;
    if (!held->tell || signer_child_has_all_walls(&held->signer, &open))
        return;
    held->tell(held->userdata, &open);
    held->tell = NULL;
}

static bool ask(void *userdata, int folder, struct signer_talk *talk, struct fault *fault)
{
    struct held_signer *held = userdata;
    bool answered = signer_child_ask(&held->signer, folder, talk, fault);
    tell_openness(held);
    return answered;
}

static bool is_there(void *userdata)
{
    const struct held_signer *held = userdata;
    return held->signer.child.pid != 0;
}

static void leave(void *userdata)
{
    struct held_signer *held = userdata;
    keyring_wait_end(held->signer.wait);
}

static void put_away(void *userdata)
{
    struct held_signer *held = userdata;
    signer_child_destroy(&held->signer);
    keyring_wait_free(held->signer.wait);
    free(held);
}

struct pairing_store *signer_store_open(const char *dir, const struct dialect *const *dialects,
                                        signer_store_tell *tell, void *userdata,
                                        struct fault *fault)
{
    struct held_signer *held = malloc(sizeof(*held));
    if (!held) {
        fault_set(fault, FAILURE_MEMORY, "pairings");
        return NULL;
    }
    signer_child_init(&held->signer);
    held->signer.wait = keyring_wait_new();
    held->tell = tell;
    held->userdata = userdata;
    held->contact = (struct signer_contact){
        .ask = ask, .is_there = is_there, .leave = leave, .close = put_away, .userdata = held};

    struct pairing_store *store = pairing_store_open_with(dir, dialects, &held->contact, fault);
    if (!store)
        put_away(held);
    return store;
}
