// SPDX-License-Identifier: MIT
#include "ui/errand.h"

#include <poll.h>
#include <string.h>

#include "net/pin.h"
#include "ui/secret_line.h"

static void on_net_event(void *userdata, const struct net_event *event)
{
    struct flow_event message = {.kind = FLOW_EVENT_NET, .net = *event};
    inbox_push(userdata, &(struct message){.kind = MESSAGE_FLOW, .event = message});
}

bool errand_begin(struct errand *errand, const struct options *options,
                  const struct paths *paths, struct fault *fault)
{
    if (!paths_make(paths->state, fault) || !inbox_init(&errand->inbox, fault))
        return false;
    errand->store = pairing_store_open(paths->data, fault);
    if (!errand->store)
        goto destroy_inbox;
    net_environment_system(&errand->environment, paths->state);
    errand->environment.allow_plain_http = options->allow_plain_http;
    errand->worker = net_worker_start(&errand->environment, errand->store, on_net_event,
                                      &errand->inbox, fault);
    if (errand->worker)
        return true;
    pairing_store_close(errand->store);

destroy_inbox:
    inbox_destroy(&errand->inbox);
    return false;
}

void errand_end(struct errand *errand)
{
    net_worker_stop(errand->worker);
    pairing_store_close(errand->store);
    inbox_destroy(&errand->inbox);
}

bool errand_wait(struct errand *errand, enum net_event_kind kind, struct net_event *out,
                 struct fault *fault)
{
    for (;;) {
        struct message message;
        struct pollfd wait = {.fd = errand->inbox.fd, .events = POLLIN};
        poll(&wait, 1, -1);
        while (inbox_take(&errand->inbox, &message)) {
            const struct net_event *event = &message.event.net;
            if (event->kind == kind) {
                *out = *event;
                return true;
            }
            if (event->kind == NET_EVENT_FAILED || event->kind == NET_EVENT_LOCKED) {
                *fault = event->kind == NET_EVENT_FAILED ? event->fault : event->locked.fault;
                return false;
            }
        }
    }
}

bool errand_unlock(struct errand *errand, const char *prompt, bool *entered,
                   struct fault *fault)
{
    char line[PIN_DIGITS_MAX + 2] = "";
    struct net_event event;
    *entered = pairing_store_has_pin(errand->store) &&
               secret_line_read(prompt, line, sizeof(line)) && line[0] != '\0';
    if (*entered)
        net_worker_unlock(errand->worker, span_str(line));
    explicit_bzero(line, sizeof(line));
    return !*entered || errand_wait(errand, NET_EVENT_UNLOCKED, &event, fault);
}
