// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_SOME_DIALECTS_H
#define QRCONFIRM_TESTS_SOME_DIALECTS_H

// Dialects for the tests of what is on disk: nobody talks to a portal there.

#include "net/pairings/pairing_dialect.h"

static const struct dialect plain_dialect = {.name = "plain"};
static const struct dialect password_dialect = {.name = "with-password", .has_password = true};
static const struct dialect *const dialects[] = {&plain_dialect, &password_dialect, NULL};

#endif
