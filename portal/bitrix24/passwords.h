// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_PASSWORDS_H
#define QRCONFIRM_PORTAL_BITRIX24_PASSWORDS_H

// The page of the application passwords of the account that is signed in.

#include "portal/pages/page.h"

PAGE_HANDLER(page_passwords);
PAGE_HANDLER(page_passwords_add);
PAGE_HANDLER(page_passwords_delete);

#endif
