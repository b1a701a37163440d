// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_MEMORY_STEPS_H
#define QRCONFIRM_TESTS_MEMORY_STEPS_H

// A step of the device that there is no memory for: each call for memory fails once. Then it is
// said so, the files are what they were, and the next try is as good as the first.

#include "tests/unit/failing_memory.h"
#include "tests/unit/pairings/folder_image.h"
#include "tests/unit/pairings/three_pairings.h"

static struct folder_image before, after;

static inline const char *data(void **state)
{
    return scratch_join(state, "data");
}

// What is tried again and again. The device is as `step` finds it each time.
typedef bool step(void **state, struct pairing_store *store, struct fault *fault);

static inline void expect_no_memory(const char *what, unsigned call, const struct fault *fault)
{
    if (fault->failure != FAILURE_MEMORY)
        fail_msg("%s, call %u: %s: %s", what, call, failure_code(fault->failure),
                 fault->detail);
}

static inline void expect_as_before(void **state, const char *what, unsigned call)
{
    folder_image_take(&after, data(state));
    if (after.size != before.size || memcmp(after.text, before.text, before.size) != 0)
        fail_msg("%s, call %u: the files are not what they were:\n%.*s\n---\n%.*s", what, call,
                 (int)before.size, before.text, (int)after.size, after.text);
}

// Fails whole, call by call, and then succeeds.
static inline void try_step(void **state, struct pairing_store *store, const char *what,
                            step *work)
{
    unsigned calls = 1;
    folder_image_take(&before, data(state));
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        failing_begin(call);
        bool done = work(state, store, &fault);
        calls = failing_end();

        if (done != (call > calls))
            fail_msg("%s, call %u of %u: %s", what, call, calls,
                     done ? "done all the same" : fault.detail);
        if (!done) {
            expect_no_memory(what, call, &fault);
            expect_as_before(state, what, call);
        }
    }
    print_message("%s: %u calls\n", what, calls);
}

#endif
