// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scanner/frames/clock.h"

#define PROGRAM      "/proc/self/exe"
#define MARK         "QRCONFIRM_EYE"
#define KEPT_MAX     5u     // variables of the environment
#define LOOK_MS      250    // between two looks at the eye's processor time
#define LOOK_MOST_US 500000 // that count of the time between two of them
#define SEND_S       10     // an eye that takes no request for so long is none

void eye_child_init(struct eye_child *child)
{
    *child = (struct eye_child){.socket = -1};
}

// ---- begin ----

// The environment may hold what is secret, a proxy's password for one. Sanitizers are told by
// it what to do, and a dynamic linker where to look.
static void keep_environment(char *kept[static KEPT_MAX + 1])
{
    static const char *const names[] = {
        "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "TSAN_OPTIONS=", "LD_LIBRARY_PATH="};
    static char mark[] = MARK "=1";
    size_t count = 0;
    kept[count++] = mark;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (char **entry = environ; *entry; entry++) {
            if (strncmp(*entry, names[i], strlen(names[i])) == 0) {
                kept[count++] = *entry;
                break;
            }
        }
    }
    kept[count] = NULL;
}

// Who ends the program, by Ctrl+C or a service's stop, tells all of its processes. The eye's
// end is the program's to bring about: at its own word it would count as a fault of the reader.
// Any other signal is one, and ends it.
static bool set_signals(posix_spawnattr_t *attributes)
{
    static const int told_to_all[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    sigset_t blocked, all;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof(told_to_all) / sizeof(told_to_all[0]); i++)
        sigaddset(&blocked, told_to_all[i]);
    sigfillset(&all);
    return posix_spawnattr_setsigmask(attributes, &blocked) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
           posix_spawnattr_setflags(attributes,
                                    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
}

static int spawn(pid_t *pid, int socket, enum eye_role role)
{
    char name[] = "qrconfirm", reads[] = EYE_READS_ARGUMENT, opens[] = EYE_OPENS_ARGUMENT;
    char *arguments[] = {name, role == EYE_READS ? reads : opens, NULL};
    char *environment[KEPT_MAX + 1];
    keep_environment(environment);

    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&files);
    if (error != 0)
        return error;
    error = posix_spawnattr_init(&attributes);
    if (error != 0)
        goto done_files;

    error = ENOMEM;
    if (set_signals(&attributes) &&
        posix_spawn_file_actions_adddup2(&files, socket, EYE_SOCKET) == 0)
        error = posix_spawn(pid, PROGRAM, &files, &attributes, arguments, environment);

    posix_spawnattr_destroy(&attributes);
done_files:
    posix_spawn_file_actions_destroy(&files);
    return error;
}

bool eye_child_start(struct eye_child *child, enum eye_role role, struct fault *fault)
{
    int pair[2];
    // A program whose main() does not know the eye would start itself without end.
    if (getenv(MARK))
        return fault_set(fault, FAILURE_READER_LOST, "it does not know that it is one");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return fault_set(fault, failure_of_errno(errno, FAILURE_READER_LOST),
                         "a socket for it: %s", strerror(errno));

    const struct timeval most = {.tv_sec = SEND_S};
    setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most));

    pid_t pid = 0;
    int error = spawn(&pid, pair[1], role);
    close(pair[1]);
    if (error != 0) {
        close(pair[0]);
        return fault_set(fault, failure_of_errno(error, FAILURE_READER_LOST),
                         "it does not start: %s: %s", PROGRAM, strerror(error));
    }

    *child = (struct eye_child){.pid = pid, .socket = pair[0]};
    return true;
}

// ---- end ----

static enum eye_end end_of(int status, enum eye_end how)
{
    if (!WIFSIGNALED(status))
        return how == EYE_RUNS ? EYE_LEFT : how;
    switch (WTERMSIG(status)) {
    case SIGKILL: // ours
        return how == EYE_RUNS ? EYE_LEFT : how;
    case SIGSYS:
        return EYE_FORBIDDEN;
    case SIGPROF: // its own limit
        return EYE_HUNG;
    default:
        return EYE_CRASHED;
    }
}

enum eye_end eye_child_end(struct eye_child *child, enum eye_end how)
{
    if (child->pid == 0)
        return how;

    // One that is ending keeps the end that it has.
    kill(child->pid, SIGKILL);
    int status = 0;
    pid_t taken;
    do
        taken = waitpid(child->pid, &status, 0);
    while (taken < 0 && errno == EINTR);

    close(child->socket);
    eye_child_init(child);
    return end_of(taken > 0 ? status : 0, how);
}

const char *eye_end_words(enum eye_end end)
{
    switch (end) {
    case EYE_CRASHED:
        return "it crashed";
    case EYE_FORBIDDEN:
        return "it tried what it may not";
    case EYE_HUNG:
        return "it took too long";
    case EYE_LIED:
        return "its answer was none";
    default:
        return "it ended";
    }
}

// ---- messages ----

bool eye_child_send(struct eye_child *child, const struct eye_request *request, int fd)
{
    struct iovec bytes = {(void *)(uintptr_t)request, sizeof(*request)};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};

    if (fd >= 0) {
        memset(&control, 0, sizeof(control));
        message.msg_control = &control;
        message.msg_controllen = sizeof(control.room);
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(head), &fd, sizeof(int));
    }

    return sendmsg(child->socket, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(*request);
}

// Waits until there is something to receive. Time is the eye's own, of the processor: a machine
// that is busy elsewhere makes no eye hang. One that waits for what never comes takes none.
static enum eye_end await(const struct eye_child *child, const struct eye_patience *patience)
{
    clockid_t processor;
    if (clock_getcpuclockid(child->pid, &processor) != 0)
        return EYE_LEFT;
    int64_t begin_us = clock_us(processor), before_us = begin_us, idle_us = 0;
    int64_t looked_us = clock_us(CLOCK_MONOTONIC);

    for (;;) {
        struct pollfd wait[] = {{.fd = child->socket, .events = POLLIN},
                                {.fd = patience->wake, .events = POLLIN}};
        if (poll(wait, 2, LOOK_MS) < 0 && errno != EINTR)
            return EYE_LEFT;
        if (wait[1].revents != 0)
            return EYE_STOPPED;
        if (wait[0].revents != 0)
            return EYE_RUNS;

        // Between two looks hardly more than LOOK_MS pass, but for a program that was stopped
        // (Ctrl+Z), and its eye with it.
        int64_t now_us = clock_us(CLOCK_MONOTONIC), used_us = clock_us(processor);
        int64_t passed_us = now_us - looked_us;
        idle_us += passed_us < LOOK_MOST_US ? passed_us : LOOK_MOST_US;
        if (used_us != before_us)
            idle_us = 0;
        looked_us = now_us;
        before_us = used_us;
        if (used_us - begin_us > patience->busy_us || idle_us > patience->idle_us)
            return EYE_HUNG;
    }
}

enum eye_end eye_child_receive(struct eye_child *child, const struct eye_patience *patience,
                               struct eye_answer *answer)
{
    // It answers at once where nothing has to be read: no look at its clock is worth it then.
    struct iovec bytes = {answer, sizeof(*answer)};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    ssize_t got = recvmsg(child->socket, &message, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        enum eye_end end = await(child, patience);
        if (end != EYE_RUNS)
            return end;
        got = recvmsg(child->socket, &message, MSG_DONTWAIT);
    }

    if (got == 0 || (got < 0 && errno != EAGAIN))
        return EYE_LEFT;
    // A descriptor that came along was not taken, and is a lie too.
    if (got != (ssize_t)sizeof(*answer) || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
        return EYE_LIED;
    return EYE_RUNS;
}
