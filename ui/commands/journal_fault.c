// SPDX-License-Identifier: MIT
#include "ui/commands/journal_fault.h"

#include "ui/text/language.h"

bool journal_is_whole(const struct paths *paths, const struct journal_checked *checked,
                      struct fault *fault)
{
    enum failure failure = journal_failure(checked);

    switch (failure) {
    case FAILURE_NONE:
        return true;
    case FAILURE_JOURNAL_BROKEN:
        return fault_set(fault, failure, _("%s/%s: %zu of %zu lines"), paths->state,
                         JOURNAL_NAME, checked->sum.faulty, checked->sum.lines);
    case FAILURE_JOURNAL_CUT:
    case FAILURE_JOURNAL_REMOVED:
    case FAILURE_JOURNAL_REWRITTEN:
        return fault_set(fault, failure, _("%s/%s: %llu lines, and %llu were written"),
                         paths->state, JOURNAL_NAME, (unsigned long long)checked->sum.end.count,
                         (unsigned long long)checked->lost.count);
    default:
        return fault_set(fault, failure, "%s", checked->unread.detail);
    }
}
