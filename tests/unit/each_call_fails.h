// SPDX-License-Identifier: MIT
// A deed with every call of it that can fail (failing.h), one after the other. cmocka's
// includes come first.
#ifndef TESTS_EACH_CALL_FAILS_H
#define TESTS_EACH_CALL_FAILS_H

#include "tests/unit/failing.h"

// Does it once for each call, which then fails: the deed has to say no, and `look` (may be
// NULL) looks at what it left behind. Then once more, when none fails: it has to be done.
// Returns how many calls there are.
static inline unsigned each_call_fails(bool (*deed)(void), void (*look)(void))
{
    for (unsigned call = 1;; call++) {
        failing_begin(call);
        bool done = deed();
        unsigned calls = failing_end();

        if (call > calls && !done)
            fail_msg("it fails where none of the %u calls does", calls);
        if (call > calls)
            return calls;
        if (done)
            fail_msg("call %u of %u was not heeded", call, calls);
        if (look)
            look();
    }
}

#endif
