// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_LOGIN_PAGE_H
#define QRCONFIRM_PORTAL_BITRIX24_LOGIN_PAGE_H

// What a box shows to whoever is not signed in, at whatever address.

#include "portal/bitrix24/request.h"

#define BITRIX24_ADDRESS_SIZE (BASE_URL_MAX + REQUEST_PATH_MAX)

// The page that was asked for, as the address of its own forms; the portal's root if it holds
// what needs escaping.
void bitrix24_own_address(const struct portal *portal, const struct request *request,
                          char out[static BITRIX24_ADDRESS_SIZE]);

// The login page, or the one for the one-time code, whatever page was asked for.
void bitrix24_login_page(struct portal *portal, struct bitrix24_request *asked,
                         struct reply *reply);

#endif
