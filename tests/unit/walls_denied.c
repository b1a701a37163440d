// SPDX-License-Identifier: MIT
#include "tests/unit/walls_denied.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

bool walls_denied(enum sandbox_wall wall)
{
    const struct scmp_arg_cmp by_prctl = SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP, 0);
    scmp_filter_ctx list = seccomp_init(SCMP_ACT_ALLOW);
    bool denied = list != NULL;

    if (wall == SANDBOX_CALLS)
        denied =
            denied &&
            seccomp_rule_add(list, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(seccomp), 0) == 0 &&
            seccomp_rule_add(list, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1, by_prctl) == 0;
    else
        denied = denied && seccomp_rule_add(list, SCMP_ACT_ERRNO(ENOSYS),
                                            SYS_landlock_create_ruleset, 0) == 0;

    denied = denied && seccomp_load(list) == 0; // which gives up new privileges first
    if (list)
        seccomp_release(list);
    return denied;
}

bool walls_landlock_is_had(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

void walls_note(void *userdata, const struct fault *fault)
{
    struct walls_told *told = userdata;
    told->count++;
    told->last = *fault;
}
