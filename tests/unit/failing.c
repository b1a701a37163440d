// SPDX-License-Identifier: MIT
#include "tests/unit/failing.h"

#include <stdatomic.h>

static atomic_bool counting;
static atomic_uint counted, chosen;

void failing_begin(unsigned call)
{
    atomic_store(&counted, 0);
    atomic_store(&chosen, call);
    atomic_store(&counting, true);
}

unsigned failing_end(void)
{
    atomic_store(&counting, false);
    return atomic_load(&counted);
}

bool failing_now(void)
{
    return atomic_load(&counting) && atomic_fetch_add(&counted, 1) + 1 == atomic_load(&chosen);
}
