// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_SANDBOX_H
#define QRCONFIRM_SCANNER_EYE_SANDBOX_H

// Closes the calling process in for the rest of its life: no file, no network, no new process,
// no new code, no gain of rights. What it needs has to be open and loaded before. It takes no
// privileges. A call that is not on the list ends the process at once, by SIGSYS. Sources:
// seccomp(2), landlock(7), setrlimit(2).

enum sandbox_wall {
    SANDBOX_RIGHTS = 1, // none can be gained, and other processes of the user cannot look in
    SANDBOX_CALLS = 2,  // seccomp: system calls are those of a list
    SANDBOX_FILES = 4,  // Landlock: no file can be opened, made or removed
    SANDBOX_LIMITS = 8  // memory, files and processes have a limit
};
#define SANDBOX_ALL 15u

// Without these nothing is closed in. Landlock is a second wall behind the list of calls, and
// not every kernel has it.
#define SANDBOX_NEEDED (SANDBOX_RIGHTS | SANDBOX_CALLS | SANDBOX_LIMITS)

#define SANDBOX_MEMORY_MAX (2048ull * 1024 * 1024) // bytes that the process may take

// Puts up each wall that can be had, for all threads of the process, and returns which stand.
unsigned sandbox_enter(void);

#endif
