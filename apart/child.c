// SPDX-License-Identifier: MIT
#include "apart/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apart/sanitized.h"
#include "base/clock.h"

#define PROGRAM      "/proc/self/exe"
#define MARK         "QRCONFIRM_APART"
#define KEPT_MAX     7u     // variables of the environment
#define LOOK_MS      250    // between two looks at the child's processor time
#define LOOK_MOST_US 500000 // that count of the time between two of them
#define SEND_S       10     // a child that takes no request for so long is none

void child_init(struct child *child)
{
    *child = (struct child){.socket = -1};
}

// ---- begin ----

// The environment may hold what is secret, a proxy's password for one. Sanitizers are told by
// it what to do, a dynamic linker where to look, and the signer where the TPM is.
static void keep_environment(char *kept[static KEPT_MAX + 1])
{
    static const char *const names[] = {"ASAN_OPTIONS=",    "UBSAN_OPTIONS=", "TSAN_OPTIONS=",
                                        "LD_LIBRARY_PATH=", "QRCONFIRM_TPM=", "TSS2_LOG="};
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

// Who ends the program, by Ctrl+C or a service's stop, tells all of its processes. A child's
// end is the program's to bring about: at its own word it would count as a fault. Ctrl+Z too is
// told to all: a program that puts it off (console/signals.h) would wait for a child that is
// stopped. Any other signal is a fault, and ends it.
static bool set_signals(posix_spawnattr_t *attributes)
{
    static const int told_to_all[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
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

// Both are copied to places that neither has: one may stand where the other is to go.
static bool give_files(posix_spawn_file_actions_t *files, int socket, int folder)
{
    return posix_spawn_file_actions_adddup2(files, socket, CHILD_SOCKET) == 0 &&
           (folder < 0 || posix_spawn_file_actions_adddup2(files, folder, CHILD_FOLDER) == 0);
}

static int spawn(pid_t *pid, int socket, int folder, const char *argument)
{
    char name[] = "qrconfirm";
    char *arguments[] = {name, (char *)(uintptr_t)argument, NULL};
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
    if (set_signals(&attributes) && give_files(&files, socket, folder))
        error = posix_spawn(pid, PROGRAM, &files, &attributes, arguments, environment);

    posix_spawnattr_destroy(&attributes);
done_files:
    posix_spawn_file_actions_destroy(&files);
    return error;
}

// Copies of both at numbers behind those that the child's are to have.
static int spawn_with_copies(pid_t *pid, int socket, int folder, const char *argument)
{
    int socket_copy = fcntl(socket, F_DUPFD_CLOEXEC, CHILD_FOLDER + 1), folder_copy = -1;
    if (socket_copy >= 0 && folder >= 0)
        folder_copy = fcntl(folder, F_DUPFD_CLOEXEC, CHILD_FOLDER + 1);
    int error = errno;
    if (socket_copy >= 0 && (folder < 0 || folder_copy >= 0))
        error = spawn(pid, socket_copy, folder_copy, argument);
    if (socket_copy >= 0)
        close(socket_copy);
    if (folder_copy >= 0)
        close(folder_copy);
    return error;
}

bool child_start(struct child *child, const char *argument, int folder, enum failure lost,
                 struct fault *fault)
{
    int pair[2];
    // A program whose main() does not know the child would start itself without end.
    if (getenv(MARK))
        return fault_set(fault, lost, "it does not know that it is one");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return fault_set(fault, failure_of_errno(errno, lost), "a socket for it: %s",
                         strerror(errno));

    const struct timeval most = {.tv_sec = SEND_S};
    setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most));

    pid_t pid = 0;
    int error = spawn_with_copies(&pid, pair[1], folder, argument);
    close(pair[1]);
    if (error != 0) {
        close(pair[0]);
        return fault_set(fault, failure_of_errno(error, lost), "it does not start: %s: %s",
                         PROGRAM, strerror(error));
    }

    *child = (struct child){.pid = pid, .socket = pair[0]};
    return true;
}

// ---- end ----

int child_end(struct child *child)
{
    int status = 0;
    pid_t taken;
    if (child->pid == 0)
        return 0;

    kill(child->pid, SIGKILL);
    do
        taken = waitpid(child->pid, &status, 0);
    while (taken < 0 && errno == EINTR);
    close(child->socket);
    child_init(child);
    return taken > 0 ? status : 0;
}

bool child_runs(const struct child *child)
{
    siginfo_t ended = {0};
    return child->pid != 0 &&
           waitid(P_PID, (id_t)child->pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == 0;
}

// ---- messages ----

union control {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int))];
};

// A program that was stopped (Ctrl+Z) and goes on is told EINTR by a socket that has a time
// limit, though no signal is handled: see signal(7).
static bool send_whole(int socket, const struct msghdr *message, size_t size, int flags)
{
    ssize_t sent;
    do
        sent = sendmsg(socket, message, MSG_NOSIGNAL | flags);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)size;
}

static bool send_message(const struct child *child, const void *bytes, size_t size, int fd,
                         int flags)
{
    struct iovec part = {(void *)(uintptr_t)bytes, size};
    union control control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

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

    return send_whole(child->socket, &message, size, flags);
}

bool child_send(const struct child *child, const void *bytes, size_t size, int fd)
{
    return send_message(child, bytes, size, fd, 0);
}

enum child_receipt child_send_at_once(const struct child *child, const void *bytes, size_t size,
                                      int fd)
{
    if (send_message(child, bytes, size, fd, MSG_DONTWAIT))
        return CHILD_WHOLE;
    return errno == EAGAIN ? CHILD_NOT_YET : CHILD_LEFT;
}

enum child_wait child_await(const struct child *child, const struct child_patience *patience)
{
    clockid_t processor;
    if (clock_getcpuclockid(child->pid, &processor) != 0)
        return CHILD_GONE;
    int64_t begin_us = clock_us(processor), before_us = begin_us, idle_us = 0;
    int64_t looked_us = clock_us(CLOCK_MONOTONIC);

    for (;;) {
        struct pollfd wait[] = {{.fd = child->socket, .events = POLLIN},
                                {.fd = patience->wake, .events = POLLIN}};
        if (poll(wait, 2, LOOK_MS) < 0 && errno != EINTR)
            return CHILD_GONE;
        if (wait[1].revents != 0)
            return CHILD_WOKEN;
        if (wait[0].revents != 0)
            return CHILD_SPOKE;

        // Between two looks hardly more than LOOK_MS pass, but for a program that was stopped
        // (Ctrl+Z), and its child with it.
        int64_t now_us = clock_us(CLOCK_MONOTONIC), used_us = clock_us(processor);
        int64_t passed_us = now_us - looked_us;
        idle_us += passed_us < LOOK_MOST_US ? passed_us : LOOK_MOST_US;
        if (used_us != before_us)
            idle_us = 0;
        looked_us = now_us;
        before_us = used_us;
        if (used_us - begin_us > patience->busy_us || idle_us > patience->idle_us)
            return CHILD_HUNG;
    }
}

enum child_receipt child_receive(const struct child *child, void *bytes, size_t size)
{
    struct iovec part = {bytes, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t got = recvmsg(child->socket, &message, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return CHILD_NOT_YET;
    if (got <= 0)
        return CHILD_LEFT;
    // A descriptor that came along was not taken, and is a lie too.
    if (got != (ssize_t)size || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
        return CHILD_LIED;
    return CHILD_WHOLE;
}

// ---- in the child ----

bool child_asked(int argc, char *const argv[], const char *argument)
{
    int type = 0;
    socklen_t size = sizeof(type);
    return argc == 2 && strcmp(argv[1], argument) == 0 &&
           getsockopt(CHILD_SOCKET, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_SEQPACKET;
}

bool child_close_all_others(int first)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0)
        return false;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
#ifndef SANITIZED // which say on it what they found
    dup2(null, STDERR_FILENO);
#endif
    if (syscall(SYS_close_range, first, ~0u, 0) == 0)
        return true;

    // Kernels before 5.9. All of the program's own close themselves.
    long most = sysconf(_SC_OPEN_MAX);
    for (int fd = first; fd < most; fd++)
        close(fd);
    return true;
}

bool child_take(void *bytes, size_t size, int *came)
{
    struct iovec part = {bytes, size};
    union control control;
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control.room)};
    ssize_t got;
    do
        got = recvmsg(CHILD_SOCKET, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);

    *came = -1;
    struct cmsghdr *head = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
        head->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(came, CMSG_DATA(head), sizeof(int));
    return got == (ssize_t)size && (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
}

bool child_tell(const void *bytes, size_t size)
{
    struct iovec part = {(void *)(uintptr_t)bytes, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return send_whole(CHILD_SOCKET, &message, size, 0);
}
