// SPDX-License-Identifier: MIT
#include "console/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static sigset_t ending_set(void)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
        sigaddset(&set, ending[i]);
    return set;
}

static sigset_t suspending_set(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    return set;
}

static int open_set(const sigset_t *set, struct fault *fault)
{
    int fd = signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        fault_set(fault, failure_of_errno(errno, FAILURE_INTERNAL), "signalfd: %s",
                  strerror(errno));
    return fd;
}

void signals_block(void)
{
    sigset_t set = ending_set();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void end_at_once(int signal)
{
    (void)signal;
    _exit(EXIT_CODE_INTERRUPTED);
}

void signals_end_at_once(void)
{
    const struct sigaction action = {.sa_handler = end_at_once};
    for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
        sigaction(ending[i], &action, NULL);
    sigset_t set = ending_set();
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int signals_open(struct fault *fault)
{
    sigset_t set = ending_set();
    return open_set(&set, fault);
}

bool signals_came(void)
{
    sigset_t pending;
    sigpending(&pending);
    for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
        if (sigismember(&pending, ending[i]) == 1)
            return true;
    }
    return false;
}

void suspend_block(void)
{
    sigset_t set = suspending_set();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int suspend_open(struct fault *fault)
{
    sigset_t set = suspending_set();
    return open_set(&set, fault);
}

// What is pending is delivered to this thread, and suspends the whole program.
void suspend_now(void)
{
    sigset_t set = suspending_set(), before;
    pthread_sigmask(SIG_UNBLOCK, &set, &before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void *wait_for_signal(void *userdata)
{
    struct signals_watch *watch = userdata;
    struct pollfd wait[] = {{.fd = watch->signals_fd, .events = POLLIN},
                            {.fd = watch->stop_fd, .events = POLLIN}};
    while (poll(wait, 2, -1) < 0 && errno == EINTR)
        continue;
    if (wait[0].revents)
        watch->came(watch->userdata);
    return NULL;
}

bool signals_watch_start(struct signals_watch *watch, void (*came)(void *userdata),
                         void *userdata, struct fault *fault)
{
    *watch = (struct signals_watch){.came = came, .userdata = userdata};
    watch->signals_fd = signals_open(fault);
    if (watch->signals_fd < 0)
        return false;
    watch->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (watch->stop_fd < 0) {
        fault_set(fault, failure_of_errno(errno, FAILURE_INTERNAL), "eventfd: %s",
                  strerror(errno));
        goto close_signals;
    }
    if (pthread_create(&watch->thread, NULL, wait_for_signal, watch) == 0)
        return true;
    fault_set(fault, FAILURE_INTERNAL, "no thread for signals");
    close(watch->stop_fd);

close_signals:
    close(watch->signals_fd);
    return false;
}

void signals_watch_stop(struct signals_watch *watch)
{
    eventfd_write(watch->stop_fd, 1);
    pthread_join(watch->thread, NULL);
    close(watch->stop_fd);
    close(watch->signals_fd);
}
