// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_WALLS_DENIED_H
#define QRCONFIRM_TESTS_WALLS_DENIED_H

// A system that does not give a wall to whoever asks for it, as an old kernel or a container
// does. For this process from here on, and for all that it starts.

#include "apart/sandbox.h"

// SANDBOX_CALLS: seccomp(2) and its way by prctl(2) are EPERM. SANDBOX_FILES: Landlock is
// ENOSYS. Whoever denies both denies the calls last.
bool walls_denied(enum sandbox_wall wall);

// Whether the kernel has Landlock, and gives it.
bool walls_landlock_is_had(void);

// What was told of walls that lack. walls_note is told it; `userdata` is the struct.
struct walls_told {
    unsigned count;
    struct fault last;
};
void walls_note(void *userdata, const struct fault *fault);

#endif
