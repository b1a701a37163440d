// SPDX-License-Identifier: MIT
#include "net/dialects/dialects.h"

#include "net/bitrix24/bitrix24.h"
#include "net/qr_login/qr_login_dialect.h"

const struct dialect *const dialects[] = {
    &qr_login_dialect,
    &bitrix24_dialect,
    NULL,
};
