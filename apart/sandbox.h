// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_APART_SANDBOX_H
#define QRCONFIRM_APART_SANDBOX_H

// Closes the calling process in for the rest of its life: no network, no new process, no new
// code, no gain of rights, and no file but those of its plan. What it needs has to be open and
// loaded before. It takes no privileges. A call that is not on the list ends the process at
// once, by SIGSYS. Sources: seccomp(2), landlock(7), setrlimit(2).

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"

enum sandbox_wall {
    SANDBOX_RIGHTS = 1, // none can be gained, and other processes of the user cannot look in
    SANDBOX_CALLS = 2,  // seccomp: system calls are those of a list
    SANDBOX_FILES = 4,  // Landlock: no file can be opened, made or removed, but in its folder
    SANDBOX_LIMITS = 8  // memory, files and processes have a limit
};
#define SANDBOX_ALL    15u
#define SANDBOX_UNTOLD 16u // of a process that has not said yet which stand: none is missed

// Without these nothing is closed in. Landlock is a second wall behind the list of calls, and
// not every kernel has it. For whoever has a folder it is the only one around that folder.
#define SANDBOX_NEEDED (SANDBOX_RIGHTS | SANDBOX_CALLS | SANDBOX_LIMITS)

#define SANDBOX_MEMORY_MAX (2048ull * 1024 * 1024) // bytes that a process may take

struct sandbox_plan {
    const int *calls;  // of the system, besides messages, memory, clocks and its own end: as
    size_t count;      // SCMP_SYS() names them
    int folder;        // a descriptor: files in it may be read and written; -1: no file may
    uint64_t file_max; // bytes of a file that it writes
    bool locks_memory;
    uint8_t devices; // ioctl of requests with this type alone, 'V' for V4L2; 0: of none
};

// Puts up each wall that can be had, for all threads of the process, and returns which stand.
unsigned sandbox_enter(const struct sandbox_plan *plan);

// Whether the needed walls of the process `who` stand. If not, `fault` is `open`, and says
// which one does not.
bool sandbox_is_closed(unsigned walls, const char *who, enum failure open, struct fault *fault);

// The same, and whether no other is missed: where Landlock alone is, `fault` is NO_LANDLOCK.
bool sandbox_is_whole(unsigned walls, const char *who, enum failure open, struct fault *fault);

#endif
