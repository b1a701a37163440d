// SPDX-License-Identifier: MIT
#include "ui/command_forget.h"

#include <poll.h>

#include "ui/inbox.h"
#include "ui/language.h"
#include "ui/terminal.h"

static void on_net_event(void *userdata, const struct net_event *event)
{
    struct flow_event message = {.kind = FLOW_EVENT_NET, .net = *event};
    inbox_push(userdata, &(struct message){.kind = MESSAGE_FLOW, .event = message});
}

static bool knows(struct pairing_store *store, const char *id)
{
    for (size_t i = 0; i < pairing_store_count(store); i++) {
        struct pairing_summary summary;
        pairing_store_summary(store, i, &summary);
        if (strcmp(summary.id, id) == 0)
            return true;
    }
    return false;
}

// Waits until the worker has said how it ended; it ends by itself within seconds.
static bool wait_for_end(struct inbox *inbox, bool *portal_told, struct fault *fault)
{
    for (;;) {
        struct message message;
        struct pollfd wait = {.fd = inbox->fd, .events = POLLIN};
        poll(&wait, 1, -1);
        while (inbox_take(inbox, &message)) {
            const struct net_event *event = &message.event.net;
            if (event->kind == NET_EVENT_UNPAIRED) {
                *portal_told = event->unpaired.portal_told;
                return true;
            }
            if (event->kind == NET_EVENT_FAILED) {
                *fault = event->fault;
                return false;
            }
        }
    }
}

static bool forget(const struct options *options, const struct paths *paths,
                   struct pairing_store *store, bool *portal_told, struct fault *fault)
{
    const char *id = options->files[0];
    if (!knows(store, id)) // a damaged pairing is known by its file alone
        return pairing_store_forget(store, id, fault);
    struct inbox inbox;
    if (!inbox_init(&inbox, fault))
        return false;
    struct net_environment environment;
    net_environment_system(&environment, paths->state);
    environment.allow_plain_http = options->allow_plain_http;
    struct net_worker *worker =
        net_worker_start(&environment, store, on_net_event, &inbox, fault);
    bool forgotten = false;
    if (worker) {
        net_worker_unpair(worker, id);
        forgotten = wait_for_end(&inbox, portal_told, fault);
        net_worker_stop(worker);
    }
    inbox_destroy(&inbox);
    return forgotten;
}

enum exit_code command_forget(const struct options *options, const struct paths *paths)
{
    struct fault fault = {0};
    bool portal_told = false;
    struct pairing_store *store = NULL;
    if (paths_make(paths->state, &fault))
        store = pairing_store_open(paths->data, &fault);
    if (!store)
        return terminal_tell_fault(options, &fault);
    bool forgotten = forget(options, paths, store, &portal_told, &fault);
    pairing_store_close(store);
    if (!forgotten)
        return terminal_tell_fault(options, &fault);
    if (options->face == FACE_JSON)
        printf("{\"event\":\"forgotten\",\"id\":\"%s\",\"portal_told\":%s}\n",
               options->files[0], portal_told ? "true" : "false");
    else
        printf("%s\n", portal_told ? _("Forgotten, its key is erased, and the portal knows.")
                                   : _("Forgotten, its key is erased. Remove this device in "
                                       "the portal's list of devices too."));
    return EXIT_CODE_OK;
}
