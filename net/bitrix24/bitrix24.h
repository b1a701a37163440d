// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_BITRIX24_BITRIX24_H
#define QRCONFIRM_NET_BITRIX24_BITRIX24_H

// The dialect of an unmodified boxed Bitrix24 (docs/bitrix24.md).

#include "net/dialect.h"

extern const struct dialect bitrix24_dialect;

#endif
