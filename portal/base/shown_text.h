// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_SHOWN_TEXT_H
#define QRCONFIRM_PORTAL_BASE_SHOWN_TEXT_H

// Texts that an administrator gives and that people read on pages and devices.

#include "base/failure.h"

// False, with the reason: `value` is not a text of `low` to `high` bytes as the protocol allows
// one (section 2). `what` names it at the start of the reason.
bool shown_text_allowed(const char *what, const char *value, size_t low, size_t high,
                        struct fault *fault);

#endif
