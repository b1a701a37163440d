// SPDX-License-Identifier: MIT
#include "portal/base/shown_text.h"

#include "net/protocol/text.h"

bool shown_text_allowed(const char *what, const char *value, size_t low, size_t high,
                        struct fault *fault)
{
    size_t size = strlen(value);
    if (size < low || size > high)
        return fault_set(fault, FAILURE_USAGE, "%s has %zu to %zu bytes, not %zu", what, low,
                         high, size);

    switch (text_check_whole(span_str(value))) {
    case TEXT_OK:
        return true;
    case TEXT_NOT_UTF8:
        return fault_set(fault, FAILURE_USAGE, "%s must be written in UTF-8", what);
    case TEXT_FORBIDDEN:
        return fault_set(fault, FAILURE_USAGE,
                         "%s must not hold control, direction or invisible characters", what);
    case TEXT_BLANK:
        break;
    }
    return fault_set(fault, FAILURE_USAGE, "%s must not be blank", what);
}
