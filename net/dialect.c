// SPDX-License-Identifier: MIT
#include "net/dialect.h"

static const struct dialect_ops *const dialects[] = {
    &qr_login_dialect,
    &bitrix24_dialect,
};

const struct dialect_ops *dialect_of(const struct challenge *challenge)
{
    for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
        if (dialects[i]->challenge == challenge->kind)
            return dialects[i];
    return NULL;
}
