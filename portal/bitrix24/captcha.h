// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_CAPTCHA_H
#define QRCONFIRM_PORTAL_BITRIX24_CAPTCHA_H

// Words that a person reads off a picture after too many wrong passwords. Each counts once and
// lives ten minutes. All functions run inside a transaction.

#include "portal/core/portal.h"

#define CAPTCHA_SID    32u // characters
#define CAPTCHA_WORD   5u
#define CAPTCHA_LIFE_S 600

void captcha_new(struct portal *portal, char sid[static CAPTCHA_SID + 1]);
bool captcha_word(struct portal *portal, const char *sid, char out[static CAPTCHA_WORD + 1]);
// Uses it up, right or wrong. Capitals and small letters are the same.
bool captcha_take(struct portal *portal, const char *sid, const char *word);

#endif
