// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_BITRIX24_BITRIX24_PAGE_H
#define QRCONFIRM_NET_BITRIX24_BITRIX24_PAGE_H

// What a Bitrix24 login page says of its portal: the text of its sign-in code stands in it, as
// a script literal (older templates) or in JSON with escaped slashes (newer ones). The page is
// searched as bytes; nothing of it is run or trusted. Pure.

#include "net/protocol/challenge.h"

// Finds the first code in the page. False if there is none: the option is off, or the page is
// no login page.
bool bitrix24_page_find(struct span page, struct bitrix24_challenge *out);

#endif
