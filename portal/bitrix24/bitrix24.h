// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_BITRIX24_H
#define QRCONFIRM_PORTAL_BITRIX24_BITRIX24_H

// What the files of the mode bitrix24 share: addresses and names of a box, its two ids, and
// which of the two generations of its modules it shows. All functions run inside a transaction.

#include "portal/core/config.h"
#include "portal/requests/request.h"

#define BITRIX24_SITE   "s1"
#define BITRIX24_AJAX   "/bitrix/services/main/ajax.php"
#define BITRIX24_MOBILE "/mobile/"

#define BITRIX24_UNIQUE_ID   16u // characters, as are the following
#define BITRIX24_SERVER_ID   32u
#define BITRIX24_CHANNEL_TAG 32u
#define BITRIX24_SESSID      32u
#define BITRIX24_MD5_TEXT    32u

// The portal's public id, which its codes carry, and the secret one: made once, then kept.
void bitrix24_unique_id(struct portal *portal, char out[static BITRIX24_UNIQUE_ID + 1]);
void bitrix24_server_id(struct portal *portal, char out[static BITRIX24_SERVER_ID + 1]);

// The main module answers, and the mobile one, as those of 2024 and later do; or as the
// earlier.
bool bitrix24_is_newer(struct store *store, enum config_id module);
// A main module that has sign-in by QR at all.
bool bitrix24_has_qrcode_auth(struct store *store);
bool bitrix24_has_module(struct store *store, enum config_id module);

// `count` characters [0-9a-zA-Z], or [a-z], or [0-9a-f]; each equally likely. `out` has room
// for a NUL.
void bitrix24_random(const struct portal *portal, const char *alphabet, size_t count,
                     char *out);
extern const char BITRIX24_ALPHANUMERIC[], BITRIX24_LETTERS[], BITRIX24_HEX[];

// MD5 in hex of one text after the other: a box makes some ids that way. No security rests on
// it.
void bitrix24_md5(const char *first, const char *second,
                  char out[static BITRIX24_MD5_TEXT + 1]);

// A parameter of a request, of its body or else of its query. True if it is there; "" where
// there is none.
bool bitrix24_parameter(const struct request *request, const char *name,
                        char out[static FORM_VALUE_MAX + 1]);

#endif
