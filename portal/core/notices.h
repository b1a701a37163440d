// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_NOTICES_H
#define QRCONFIRM_PORTAL_CORE_NOTICES_H

// What a person is told of by e-mail: a sign-in, a new device, a sign-in that was denied and
// reported. Off until mail.command is set.

#include "po/languages.h"
#include "portal/base/address.h"
#include "portal/base/agent.h"
#include "portal/core/devices.h"

enum notice_kind { NOTICE_NONE, NOTICE_SIGN_IN, NOTICE_DEVICE, NOTICE_REPORT };

struct notice {
    enum notice_kind kind;
    int64_t user;
    char device[STATEMENT_LABEL_MAX + 1];                // "": none is part of it
    char address[ADDRESS_MAX + 1], agent[AGENT_MAX + 1]; // of the browser; "" of a device
};

// Once what it tells of is kept, outside a transaction. In this language.
void notices_tell(struct portal *portal, const struct notice *notice,
                  const struct language *language);
// Are people told of anything? In a transaction.
bool notices_are_sent(struct portal *portal);
// Of the session that was just opened under this cookie.
void notices_signed_in(struct portal *portal, const char *cookie,
                       const struct language *language);
void notices_paired(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                    const struct language *language);

#endif
