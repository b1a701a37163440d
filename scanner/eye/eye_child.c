// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_child.h"

#include <signal.h>
#include <sys/wait.h>

#include "apart/sandbox.h"

const char *eye_role_argument(enum eye_role role)
{
    static const char *const arguments[] = {
        [EYE_READS] = EYE_READS_ARGUMENT,
        [EYE_OPENS] = EYE_OPENS_ARGUMENT,
        [EYE_CONVERTS] = EYE_CONVERTS_ARGUMENT,
        [EYE_FILMS] = EYE_FILMS_ARGUMENT,
    };
    return arguments[role];
}

const char *eye_role_name(enum eye_role role)
{
    static const char *const names[] = {
        [EYE_READS] = "reader",
        [EYE_OPENS] = "opener",
        [EYE_CONVERTS] = "converter",
        [EYE_FILMS] = "camera-holder",
    };
    return names[role];
}

bool eye_child_start(struct child *child, enum eye_role role, struct fault *fault)
{
    return child_start(child, eye_role_argument(role), -1, FAILURE_READER_LOST, fault);
}

bool eye_child_is_closed_in(enum eye_role role, unsigned walls, struct fault *fault)
{
    return sandbox_is_closed(walls, eye_role_name(role), FAILURE_NOT_CLOSED_IN, fault);
}

bool eye_child_has_all_walls(enum eye_role role, unsigned walls, struct fault *fault)
{
    return sandbox_is_whole(walls, eye_role_name(role), FAILURE_NOT_CLOSED_IN, fault);
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

enum eye_end eye_child_end(struct child *child, enum eye_end how)
{
    return child->pid == 0 ? how : end_of(child_end(child), how);
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

bool eye_child_send(const struct child *child, const struct eye_request *request, int fd)
{
    return child_send(child, request, sizeof(*request), fd);
}

enum eye_end eye_child_send_at_once(const struct child *child,
                                    const struct eye_request *request, int fd)
{
    switch (child_send_at_once(child, request, sizeof(*request), fd)) {
    case CHILD_WHOLE:
        return EYE_RUNS;
    case CHILD_NOT_YET:
        return EYE_HUNG;
    default:
        return EYE_LEFT;
    }
}

static enum eye_end await(const struct child *child, const struct child_patience *patience)
{
    switch (child_await(child, patience)) {
    case CHILD_SPOKE:
        return EYE_RUNS;
    case CHILD_HUNG:
        return EYE_HUNG;
    case CHILD_WOKEN:
        return EYE_STOPPED;
    default:
        return EYE_LEFT;
    }
}

enum eye_end eye_child_receive(const struct child *child, const struct child_patience *patience,
                               struct eye_answer *answer)
{
    // It answers at once where nothing has to be read: no look at its clock is worth it then.
    enum child_receipt got;
    while ((got = child_receive(child, answer, sizeof(*answer))) == CHILD_NOT_YET) {
        enum eye_end end = await(child, patience);
        if (end != EYE_RUNS)
            return end;
    }

    if (got == CHILD_LEFT)
        return EYE_LEFT;
    return got == CHILD_WHOLE ? EYE_RUNS : EYE_LIED;
}
