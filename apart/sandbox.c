// SPDX-License-Identifier: MIT
#include "apart/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "apart/sanitized.h"

#define FILES_MAX 16u // descriptors

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

static bool set_limits(const struct sandbox_plan *plan)
{
    struct rlimit now;
    bool set = LIMIT(RLIMIT_CORE, 0) && LIMIT(RLIMIT_NOFILE, FILES_MAX) &&
               LIMIT(RLIMIT_NPROC, 0) &&
               LIMIT(RLIMIT_MEMLOCK, plan->locks_memory ? RLIM_INFINITY : 0);
#ifndef SANITIZED
    // Sanitizers take terabytes of addresses, and write what they find.
    set = set && LIMIT(RLIMIT_AS, SANDBOX_MEMORY_MAX) && LIMIT(RLIMIT_FSIZE, plan->file_max);
#endif
    return set;
}

// ---- files ----

// All rights over files that the first version of Landlock knew. Later ones are narrower: what
// they would forbid needs a file that is open.
#define LANDLOCK_FILES ((1ull << 13) - 1)

// What a folder's own files are for. Its subfolders and special files stay out of reach.
#define LANDLOCK_FOLDER                                                                        \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |                            \
     LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |                               \
     LANDLOCK_ACCESS_FS_REMOVE_FILE)

static bool allow_folder(int rules, int folder)
{
    const struct landlock_path_beneath_attr beneath = {.allowed_access = LANDLOCK_FOLDER,
                                                       .parent_fd = folder};
    return folder < 0 ||
           syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
}

static bool forbid_files(int folder)
{
    const struct landlock_ruleset_attr rules = {.handled_access_fs = LANDLOCK_FILES};
    int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
    if (fd < 0)
        return false;
    bool forbidden =
        allow_folder(fd, folder) && syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    close(fd);
    return forbidden;
}

// ---- calls ----

// What every process here calls: messages, memory, clocks, its own end. Each is here under its
// names on all machines; those that a machine lacks are passed over.
static const int allowed[] = {
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(ppoll_time64),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(close),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(futex_time64),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_gettime64),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom), // of the allocator
    SCMP_SYS(restart_syscall),
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

// What may be asked of a descriptor: whether an area is sealed; and by whoever has a folder,
// how a file was opened.
static bool allow_questions(scmp_filter_ctx list, int folder)
{
    static const int calls[] = {SCMP_SYS(fcntl), SCMP_SYS(fcntl64)};
    static const int questions[] = {F_GET_SEALS, F_GETFL, F_GETFD, F_SETFD};
    size_t count = folder < 0 ? 1 : sizeof(questions) / sizeof(questions[0]);
    bool added = true;

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        for (size_t j = 0; j < count; j++) {
            const struct scmp_arg_cmp question =
                SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)questions[j], 0);
            added = added && seccomp_rule_add(list, SCMP_ACT_ALLOW, calls[i], 1, question) == 0;
        }
    }
    return added;
}

// Files are opened from the folder. That a name does not lead out of it ("/...", "../...") no
// list of calls can see: for whoever has a folder, Landlock alone is that wall.
static bool allow_opening(scmp_filter_ctx list, int folder)
{
    const struct scmp_arg_cmp in_it = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)folder, 0);
    return folder < 0 ||
           seccomp_rule_add(list, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, in_it) == 0;
}

// What a device may be asked: requests whose second byte is this, as _IOC_TYPE() has it.
static bool allow_devices(scmp_filter_ctx list, uint8_t type)
{
    const struct scmp_arg_cmp of_type =
        SCMP_A1(SCMP_CMP_MASKED_EQ, 0xff00, (scmp_datum_t)type << 8);
    return type == 0 ||
           seccomp_rule_add(list, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, of_type) == 0;
}

static bool allow_calls(scmp_filter_ctx list, const int calls[], size_t count)
{
    bool added = true;
    for (size_t i = 0; i < count; i++)
        added = added && seccomp_rule_add(list, SCMP_ACT_ALLOW, calls[i], 0) == 0;
    return added;
}

static bool forbid_calls(const struct sandbox_plan *plan)
{
    scmp_filter_ctx list = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!list)
        return false;

    bool made = seccomp_attr_set(list, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && allow_memory(list) &&
                allow_questions(list, plan->folder) && allow_opening(list, plan->folder) &&
                allow_devices(list, plan->devices) &&
                allow_calls(list, allowed, sizeof(allowed) / sizeof(allowed[0])) &&
                allow_calls(list, plan->calls, plan->count);
    bool loaded = made && seccomp_load(list) == 0;
    seccomp_release(list);
    return loaded;
}

unsigned sandbox_enter(const struct sandbox_plan *plan)
{
    unsigned walls = 0;
    if (drop_rights())
        walls |= SANDBOX_RIGHTS;
    if (set_limits(plan))
        walls |= SANDBOX_LIMITS;
    if (forbid_files(plan->folder))
        walls |= SANDBOX_FILES;
    if (forbid_calls(plan)) // the last: the others take calls that it forbids
        walls |= SANDBOX_CALLS;
    return walls;
}

// ---- what came of it ----

// Of the needed walls, the name of one that does not stand; NULL: all do.
static const char *missing(unsigned walls)
{
    static const struct {
        enum sandbox_wall wall;
        const char *name;
    } needed[] = {
        {SANDBOX_RIGHTS, "no_new_privs"},
        {SANDBOX_CALLS, "seccomp"},
        {SANDBOX_LIMITS, "limits"},
    };
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        if ((walls & (needed[i].wall | SANDBOX_UNTOLD)) == 0)
            return needed[i].name;
    return NULL;
}

bool sandbox_is_closed(unsigned walls, const char *who, enum failure open, struct fault *fault)
{
    const char *name = missing(walls);
    return !name || fault_set(fault, open, "%s: without %s", who, name);
}

bool sandbox_is_whole(unsigned walls, const char *who, enum failure open, struct fault *fault)
{
    if (!sandbox_is_closed(walls, who, open, fault))
        return false;
    return (walls & (SANDBOX_FILES | SANDBOX_UNTOLD)) != 0 ||
           fault_set(fault, FAILURE_NO_LANDLOCK, "%s: without Landlock", who);
}
