// SPDX-License-Identifier: MIT
#include "ui/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t stopping_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

void signals_block(void)
{
    sigset_t set = stopping_signals();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void *wait_for_signals(void *userdata)
{
    struct signals *signals = userdata;
    sigset_t set = stopping_signals();
    int fd = signalfd(-1, &set, SFD_CLOEXEC);
    struct pollfd wait[] = {{.fd = fd, .events = POLLIN},
                            {.fd = signals->stop_fd, .events = POLLIN}};
    while (poll(wait, 2, -1) >= 0 && !(wait[1].revents & POLLIN)) {
        struct signalfd_siginfo info;
        if (read(fd, &info, sizeof(info)) != sizeof(info))
            break;
        inbox_push(signals->inbox, &(struct message){.kind = MESSAGE_FLOW,
                                                     .event = {.kind = FLOW_EVENT_INTERRUPT}});
    }
    close(fd);
    return NULL;
}

bool signals_start(struct signals *signals, struct inbox *inbox, struct fault *fault)
{
    *signals = (struct signals){.inbox = inbox};
    signals->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (signals->stop_fd < 0)
        return fault_set(fault, FAILURE_INTERNAL, "eventfd");
    if (pthread_create(&signals->thread, NULL, wait_for_signals, signals) != 0) {
        close(signals->stop_fd);
        return fault_set(fault, FAILURE_INTERNAL, "no thread for signals");
    }
    return true;
}

void signals_stop(struct signals *signals)
{
    eventfd_write(signals->stop_fd, 1);
    pthread_join(signals->thread, NULL);
    close(signals->stop_fd);
}
