// SPDX-License-Identifier: MIT
#include "scanner/eye/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

#define FILES_MAX 8u // descriptors

// ---- rights ----

static bool drop_rights(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

// ---- limits ----

static const struct rlimit *at_most(struct rlimit *now, rlim_t most)
{
    now->rlim_max = now->rlim_max < most ? now->rlim_max : most;
    now->rlim_cur = now->rlim_max;
    return now;
}

// A macro, as the type of a resource is not the same in every libc.
#define LIMIT(resource, most)                                                                  \
    (getrlimit(resource, &now) == 0 && setrlimit(resource, at_most(&now, most)) == 0)

static bool set_limits(void)
{
    struct rlimit now;
    bool set = LIMIT(RLIMIT_CORE, 0) && LIMIT(RLIMIT_NOFILE, FILES_MAX) &&
               LIMIT(RLIMIT_NPROC, 0) && LIMIT(RLIMIT_MEMLOCK, 0);
#ifndef SANITIZED
    // Sanitizers take terabytes of addresses, and write what they find.
    set = set && LIMIT(RLIMIT_AS, SANDBOX_MEMORY_MAX) && LIMIT(RLIMIT_FSIZE, 0);
#endif
    return set;
}

// ---- files ----

// All rights over files that the first version of Landlock knew. Later ones are narrower: what
// they would forbid needs a file that is open.
#define LANDLOCK_FILES ((1ull << 13) - 1)

static bool forbid_files(void)
{
    const struct landlock_ruleset_attr rules = {.handled_access_fs = LANDLOCK_FILES};
    int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
    if (fd < 0)
        return false;
    bool forbidden = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    close(fd);
    return forbidden;
}

// ---- calls ----

// What the eye calls once it reads frames: messages, memory, clocks, its own end. Each is here
// under its names on all machines; those that a machine lacks are passed over.
static const int allowed[] = {
    SCMP_SYS(read), // of the file that it was given
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(ppoll_time64),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(close),
    SCMP_SYS(lseek), // how large an area is
    SCMP_SYS(_llseek),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(futex_time64),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_gettime64),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(setitimer), // it does not outlive a frame that has no end
    SCMP_SYS(getrandom), // of the allocator
    SCMP_SYS(sysinfo),   // of qsort(), which asks how much memory there is
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rt_sigprocmask), // of sigsetjmp(), in gdk-pixbuf's JPEG
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
#ifdef SANITIZED
    // A sanitizer's own: its thread, its signals, and what it says. No file, no socket and no
    // process either.
    SCMP_SYS(write),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(tgkill),
    SCMP_SYS(sched_yield),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(rt_sigaction),
#endif
};

// Memory may be had and given back, but nothing in it may be run.
static bool allow_memory(scmp_filter_ctx list)
{
    static const int calls[] = {SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(mprotect)};
    const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    bool added = true;
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        added = added && seccomp_rule_add(list, SCMP_ACT_ALLOW, calls[i], 1, no_code) == 0;
    return added;
}

// Whether an area is sealed, and nothing else of fcntl.
static bool allow_seals(scmp_filter_ctx list)
{
    const struct scmp_arg_cmp seals = SCMP_A1(SCMP_CMP_EQ, F_GET_SEALS, 0);
    return seccomp_rule_add(list, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, seals) == 0 &&
           seccomp_rule_add(list, SCMP_ACT_ALLOW, SCMP_SYS(fcntl64), 1, seals) == 0;
}

static bool forbid_calls(void)
{
    scmp_filter_ctx list = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!list)
        return false;

    bool made = seccomp_attr_set(list, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && allow_memory(list) &&
                allow_seals(list);
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        made = made && seccomp_rule_add(list, SCMP_ACT_ALLOW, allowed[i], 0) == 0;

    bool loaded = made && seccomp_load(list) == 0;
    seccomp_release(list);
    return loaded;
}

unsigned sandbox_enter(void)
{
    unsigned walls = 0;
    if (drop_rights())
        walls |= SANDBOX_RIGHTS;
    if (set_limits())
        walls |= SANDBOX_LIMITS;
    if (forbid_files())
        walls |= SANDBOX_FILES;
    if (forbid_calls()) // the last: the others take calls that it forbids
        walls |= SANDBOX_CALLS;
    return walls;
}
