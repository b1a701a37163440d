// SPDX-License-Identifier: MIT
#include "ui/commands/command_forget.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "console/line.h"
#include "net/dialect.h"
#include "net/pairings/pairing_pin.h"
#include "ui/app/errand.h"
#include "ui/terminal/terminal.h"
#include "ui/text/language.h"

// Whether and why not the portal was told.
struct farewell {
    bool portal_told;
    bool locked;     // the PIN was not entered
    bool untellable; // the portal has no call for it
    bool password;   // an application password is erased too
    bool untyped;    // it lists no device as long as nobody types the digits
};

static bool find(struct pairing_store *store, const char *id, struct pairing_summary *out)
{
    for (size_t i = 0; i < pairing_store_count(store); i++) {
        if (pairing_store_summary(store, i, out) && strcmp(out->id, id) == 0)
            return true;
    }
    return false;
}

// One that was begun and is not finished has no account yet.
static bool find_begun(struct pairing_store *store, const char *id, struct pairing_summary *out)
{
    struct begun_pairing begun;
    if (!begun_pairing_find(store, &begun, NULL) || strcmp(begun.id, id) != 0)
        return false;
    *out = (struct pairing_summary){.dialect = begun.dialect};
    snprintf(out->id, sizeof(out->id), "%s", begun.id);
    snprintf(out->origin, sizeof(out->origin), "%s", begun.origin);
    snprintf(out->portal_name, sizeof(out->portal_name), "%s", begun.portal_name);
    return true;
}

// A pairing that cannot be used is known by its file alone; what may be whole is not erased.
static bool may_erase(struct pairing_store *store, const char *id, struct fault *fault)
{
    static const char suffix[] = ".pairing";
    struct pairing_unusable unusable;
    for (size_t i = 0; pairing_store_unusable(store, i, &unusable); i++) {
        size_t size = strlen(id);
        if (strncmp(unusable.name, id, size) != 0 || strcmp(unusable.name + size, suffix) != 0)
            continue;
        return !pairing_is_unread(&unusable) ||
               fault_set(fault, unusable.why.failure, "%s", unusable.why.detail);
    }
    return fault_set(fault, FAILURE_PAIRING_UNKNOWN, "%s", id);
}

// What is erased cannot be had back: only a plain yes of a person, or the option, does it.
static bool ask(const struct options *options, const struct pairing_summary *summary,
                struct fault *fault)
{
    char line[16];

    if (options->yes)
        return true;
    if (!isatty(STDIN_FILENO))
        return fault_set(fault, FAILURE_USAGE, "%s",
                         _("nobody can be asked here; add --yes if you are sure"));

    if (summary)
        fprintf(stderr, "%s\n  %s: %s\n  %s: %s\n", summary->origin, _("Portal"),
                summary->portal_name, _("Account"), summary->account_name);
    switch (line_read(LINE_SHOWN, _("Forget this pairing and erase its key? Type yes"), line,
                      sizeof(line))) {
    case LINE_STOPPED:
        return fault_set(fault, FAILURE_INTERRUPTED, "%s", _("by a signal"));
    case LINE_READ:
        return strcmp(line, "yes") == 0 ||
               fault_set(fault, FAILURE_PERSON_UNSURE, "%s", _("the answer was not yes"));
    case LINE_NONE:
    case LINE_TOO_LONG:
        break;
    }
    return fault_set(fault, FAILURE_PERSON_UNSURE, "%s", _("no answer"));
}

static bool unpair(struct errand *errand, const char *id, struct farewell *farewell,
                   struct fault *fault)
{
    struct net_event event;
    net_worker_unpair(errand->worker, id);
    if (!errand_wait(errand, NET_EVENT_UNPAIRED, &event, fault))
        return false;
    farewell->portal_told = event.unpaired.portal_told;
    return true;
}

static bool give_up(struct errand *errand, struct farewell *farewell, struct fault *fault)
{
    struct net_event event;
    net_worker_give_up_pairing(errand->worker);
    if (!errand_wait(errand, NET_EVENT_GIVEN_UP, &event, fault))
        return false;
    farewell->portal_told = event.given_up == NET_GIVEN_UP;
    farewell->untyped = event.given_up == NET_GIVEN_UP_UNTYPED;
    return true;
}

static bool forget(struct errand *errand, const struct options *options,
                   struct farewell *farewell, struct fault *fault)
{
    const char *id = options->files[0];
    struct pairing_summary summary;
    bool entered = false;
    bool begun = find_begun(errand->store, id, &summary);
    bool known = begun || find(errand->store, id, &summary);
    if (!known && !may_erase(errand->store, id, fault))
        return false;
    if (!ask(options, known ? &summary : NULL, fault))
        return false;
    if (!known) // a damaged pairing is known by its file alone
        return pairing_store_forget(errand->store, id, fault);

    farewell->untellable = !summary.dialect->ops->unpair;
    farewell->password = summary.dialect->has_password;
    if (!farewell->untellable &&
        !errand_unlock(errand,
                       _("PIN, so that the portal can be told; an empty line goes on without "
                         "it"),
                       &entered, fault))
        return false;
    farewell->locked =
        !farewell->untellable && pairing_store_has_pin(errand->store) && !entered;
    return begun ? give_up(errand, farewell, fault) : unpair(errand, id, farewell, fault);
}

static const char *text_of(const struct farewell *farewell)
{
    if (farewell->portal_told)
        return _("Forgotten, its key is erased, and the portal knows.");
    if (farewell->untyped)
        return _("The pairing is given up. Do not type its digits in the browser any more.");
    if (farewell->untellable && farewell->password)
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
    bool forgotten = forget(&errand, options, &farewell, &fault);
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
