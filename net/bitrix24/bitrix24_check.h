// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_BITRIX24_BITRIX24_CHECK_H
#define QRCONFIRM_NET_BITRIX24_BITRIX24_CHECK_H

// What is wrong with a boxed Bitrix24 portal, found out without signing anybody in. Four steps,
// each where the one before has held: is it there and who is it; does its login page still
// name the same portal; does it take the kept application password; does it publish a
// confirmation.
//
// The last step is a real pushToken with a channel tag made up for it. No page listens to that
// channel, so the one-time token that the portal publishes reaches nobody and is void after a
// minute; but only so do the option, the push server and the scope of the password show. It is
// for a person who asks for it, never done by itself. It carries no statement: a portal whose
// administrator demands one refuses it in its own words.

#include "net/dialect.h"
#include "net/http.h"

#define BITRIX24_SLOW_MS INT64_C(3000) // a step that takes longer is NET_SLOW

enum bitrix24_step_of_check {
    BITRIX24_CHECK_PORTAL,
    BITRIX24_CHECK_PAGE,
    BITRIX24_CHECK_PASSWORD,
    BITRIX24_CHECK_CONFIRM
};

// What was seen where a step holds.
enum bitrix24_seen {
    BITRIX24_SEEN_ANSWER,
    BITRIX24_SEEN_NEW_KEY, // an authority vouches for it
    BITRIX24_SEEN_CODE,
    BITRIX24_SEEN_NO_CODE,
    BITRIX24_SEEN_TAKEN,
    BITRIX24_SEEN_SENT,
    BITRIX24_SEEN_NOT_TRIED // the portal's id is not known yet
};

// `fault` is NONE for a step that holds, and then `seen` counts.
typedef void bitrix24_found(void *userdata, enum bitrix24_step_of_check step,
                            enum bitrix24_seen seen, const struct fault *fault);

// Blocks for a minute at most. Changes nothing in the store. With a PIN that was not entered
// the last two steps are KEY_LOCKED.
// Ends without a further finding as soon as `stop` asks for it.
void bitrix24_check(const struct net_environment *environment, struct pairing_store *pairings,
                    const char *id, const struct http_stop *stop, bitrix24_found *found,
                    void *userdata);

// The same, told in texts.
void bitrix24_look(const struct net_environment *environment, struct pairing_store *pairings,
                   const char *id, const struct http_stop *stop, dialect_found *found,
                   void *userdata);

#endif
