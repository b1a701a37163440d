// SPDX-License-Identifier: MIT
#include "ui/app/errand.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "console/line.h"
#include "console/signals.h"
#include "net/dialects/dialects.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/pin.h"
#include "net/signer/signer_store.h"
#include "ui/app/introduction.h"
#include "ui/text/fault_line.h"
#include "ui/text/language.h"

static void on_net_event(void *userdata, const struct net_event *event)
{
    struct flow_event message = {.kind = FLOW_EVENT_NET, .net = *event};
    inbox_push(userdata, &(struct message){.kind = MESSAGE_FLOW, .event = message});
}

bool errand_begin(struct errand *errand, const struct options *options,
                  const struct paths *paths, struct fault *fault)
{
    suspend_block();
    if (!paths_make(paths->state, fault) || !inbox_init(&errand->inbox, fault))
        return false;

    errand->signals_fd = signals_open(fault);
    if (errand->signals_fd < 0)
        goto destroy_inbox;
    errand->suspend_fd = suspend_open(fault);
    if (errand->suspend_fd < 0)
        goto close_signals;

    errand->store = signer_store_open(paths->data, dialects, fault_line_tell, NULL, fault);
    if (!errand->store)
        goto close_suspend;

    net_environment_system(&errand->environment, paths->state);
    errand->environment.allow_plain_http = options->allow_plain_http;
    errand->environment.kiosk = options->badges > 0;
    errand->worker = net_worker_start(&errand->environment, errand->store, on_net_event,
                                      &errand->inbox, fault);
    if (errand->worker) {
        introduction_tell(errand->worker, options, paths);
        return true;
    }
    pairing_store_close(errand->store);

close_suspend:
    close(errand->suspend_fd);
close_signals:
    close(errand->signals_fd);
destroy_inbox:
    inbox_destroy(&errand->inbox);
    return false;
}

void errand_end(struct errand *errand)
{
    pairing_store_leave(errand->store);
    net_worker_stop(errand->worker);
    pairing_store_close(errand->store);
    close(errand->suspend_fd);
    close(errand->signals_fd);
    inbox_destroy(&errand->inbox);
}

static bool stop(struct errand *errand, struct fault *fault)
{
    net_worker_cancel(errand->worker);
    return fault_set(fault, FAILURE_INTERRUPTED, "%s", _("by a signal"));
}

// Waits until something is in the inbox. False if a signal came.
static bool await_event(const struct errand *errand)
{
    struct pollfd wait[] = {{.fd = errand->inbox.fd, .events = POLLIN},
                            {.fd = errand->signals_fd, .events = POLLIN},
                            {.fd = errand->suspend_fd, .events = POLLIN}};
    while (poll(wait, sizeof(wait) / sizeof(wait[0]), -1) < 0 && errno == EINTR)
        continue;
    if (wait[2].revents)
        suspend_now();
    return !signals_came();
}

bool errand_wait(struct errand *errand, enum net_event_kind kind, struct net_event *out,
                 struct fault *fault)
{
    for (;;) {
        struct message message;
        if (!await_event(errand))
            return stop(errand, fault);

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
    *entered = false;
    if (!pairing_store_has_pin(errand->store))
        return true;

    switch (line_read(LINE_SECRET, prompt, line, sizeof(line))) {
    case LINE_STOPPED:
        return stop(errand, fault);
    case LINE_NONE:
        return fault_set(fault, FAILURE_KEY_LOCKED, "%s", _("no line with a PIN"));
    case LINE_TOO_LONG:
        return fault_set(fault, FAILURE_KEY_WRONG_PIN, "%s", _("a very long line"));
    case LINE_READ:
        break;
    }

    *entered = line[0] != '\0';
    if (*entered)
        net_worker_unlock(errand->worker, span_str(line));
    explicit_bzero(line, sizeof(line));
    return !*entered || errand_wait(errand, NET_EVENT_UNLOCKED, &event, fault);
}
