// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_POWER_CUT_H
#define QRCONFIRM_TESTS_POWER_CUT_H

// A process that ends before its n-th change of a folder, as with the power. The linker hands
// renameat and unlinkat to what is here (tests.cmake); a test that changes a folder in another
// way too calls power_cut_step before. For one file of a program.

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int power_cut_left = -1; // changes until then, set in the child; -1: never

static inline void power_cut_step(void)
{
    if (power_cut_left >= 0 && power_cut_left-- == 0)
        _exit(9);
}

int __real_renameat(int from, const char *a, int to, const char *b);
int __wrap_renameat(int from, const char *a, int to, const char *b);
int __wrap_renameat(int from, const char *a, int to, const char *b)
{
    power_cut_step();
    return __real_renameat(from, a, to, b);
}

int __real_unlinkat(int folder, const char *name, int flags);
int __wrap_unlinkat(int folder, const char *name, int flags);
int __wrap_unlinkat(int folder, const char *name, int flags)
{
    power_cut_step();
    return __real_unlinkat(folder, name, flags);
}

// Whether the child came to its end, with 0, before it was ended. With 1 it went wrong.
static inline bool power_cut_survived(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 1);
    return WEXITSTATUS(status) == 0;
}

#endif
