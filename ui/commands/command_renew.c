// SPDX-License-Identifier: MIT
#include "ui/commands/command_renew.h"

#include "net/pairings/atomic_file.h"
#include "ui/app/errand.h"
#include "ui/terminal/terminal.h"
#include "ui/text/language.h"

static bool renew(struct errand *errand, const struct paths *paths, size_t *renewed,
                  struct fault *fault)
{
    struct net_event event;
    bool entered;

    if (pairing_store_count(errand->store) == 0)
        return fault_set(fault, FAILURE_PAIRING_NONE, _("nothing to renew"));
    // Before anybody is asked for the PIN.
    if (!private_path_probe(paths->data, fault) || !private_path_probe(paths->state, fault))
        return false;
    if (!errand_unlock(errand, _("PIN"), &entered, fault))
        return false;

    net_worker_renew(errand->worker);
    if (!errand_wait(errand, NET_EVENT_RENEWED, &event, fault))
        return false;
    *renewed = event.renewed.keys;
    return true;
}

enum exit_code command_renew(const struct options *options, const struct paths *paths)
{
    struct fault fault = {0};
    struct errand errand;
    size_t renewed = 0;

    if (!errand_begin(&errand, options, paths, &fault))
        return terminal_tell_fault(options, &fault);
    bool done = renew(&errand, paths, &renewed, &fault);
    errand_end(&errand);
    if (!done)
        return terminal_tell_fault(options, &fault);

    if (options->face == FACE_JSON)
        printf("{\"event\":\"renewed\",\"keys\":%zu}\n", renewed);
    else if (renewed == 0)
        printf("%s\n", _("No key needs to be renewed yet."));
    else {
        printf(ngettext("%zu key is renewed.", "%zu keys are renewed.", renewed), renewed);
        putchar('\n');
    }
    return EXIT_CODE_OK;
}
