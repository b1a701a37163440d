// SPDX-License-Identifier: MIT
#include "ui/command_forget.h"

#include "ui/errand.h"
#include "ui/language.h"
#include "ui/terminal.h"

// Whether and why not the portal was told.
struct farewell {
    bool portal_told;
    bool locked;   // the PIN was not entered
    bool bitrix24; // a portal that has no call for it
};

static bool knows(struct pairing_store *store, const char *id, bool *bitrix24)
{
    for (size_t i = 0; i < pairing_store_count(store); i++) {
        struct pairing_summary summary;
        pairing_store_summary(store, i, &summary);
        if (strcmp(summary.id, id) != 0)
            continue;
        *bitrix24 = summary.dialect == DIALECT_BITRIX24;
        return true;
    }
    return false;
}

static bool forget(struct errand *errand, const char *id, struct farewell *farewell,
                   struct fault *fault)
{
    struct net_event event;
    bool entered = false;
    if (!knows(errand->store, id,
               &farewell->bitrix24)) // a damaged pairing is known by its file alone
        return pairing_store_forget(errand->store, id, fault);
    if (!farewell->bitrix24 &&
        !errand_unlock(errand,
                       _("PIN, so that the portal can be told; an empty line goes on without "
                         "it"),
                       &entered, fault))
        return false;
    farewell->locked = pairing_store_has_pin(errand->store) && !entered;
    net_worker_unpair(errand->worker, id);
    if (!errand_wait(errand, NET_EVENT_UNPAIRED, &event, fault))
        return false;
    farewell->portal_told = event.unpaired.portal_told;
    return true;
}

static const char *text_of(const struct farewell *farewell)
{
    if (farewell->portal_told)
        return _("Forgotten, its key is erased, and the portal knows.");
    if (farewell->bitrix24)
        return _("Forgotten, its key and its application password are erased. Remove the "
                 "application password in your profile on the portal too.");
    if (farewell->locked)
        return _("Forgotten, its key is erased. The portal could not be told without the PIN: "
                 "remove this device in the portal's list of devices too.");
    return _("Forgotten, its key is erased. Remove this device in the portal's list of devices "
             "too.");
}

enum exit_code command_forget(const struct options *options, const struct paths *paths)
{
    struct fault fault = {0};
    struct farewell farewell = {0};
    struct errand errand;
    if (!errand_begin(&errand, options, paths, &fault))
        return terminal_tell_fault(options, &fault);
    bool forgotten = forget(&errand, options->files[0], &farewell, &fault);
    errand_end(&errand);
    if (!forgotten)
        return terminal_tell_fault(options, &fault);
    if (options->face == FACE_JSON)
        printf("{\"event\":\"forgotten\",\"id\":\"%s\",\"portal_told\":%s}\n",
               options->files[0], farewell.portal_told ? "true" : "false");
    else
        printf("%s\n", text_of(&farewell));
    return EXIT_CODE_OK;
}
