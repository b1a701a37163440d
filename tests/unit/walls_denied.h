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

#endif
