// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_WORD_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_WORD_H

// What the camera portal says: who it is, and the person's word, as they stand in messages of
// the session bus. Pure, fuzzed. `now_ms`: session_bus_now_ms.
// Method: org.freedesktop.portal.Camera and org.freedesktop.portal.Request.

#include <stdbool.h>
#include <stdint.h>

#include "base/failure.h"

#define PIPEWIRE_OBJECT      "/org/freedesktop/portal/desktop"
#define PIPEWIRE_REQUEST     "org.freedesktop.portal.Request"
#define PIPEWIRE_NOT_ALLOWED "org.freedesktop.portal.Error.NotAllowed"

#define PIPEWIRE_OWNER_MAX 256u // D-Bus limits names so
#define PIPEWIRE_PATH_MAX  384u

enum pipewire_answer {
    PIPEWIRE_WORD_NONE, // nobody was asked yet
    PIPEWIRE_WORD_ASKED,
    PIPEWIRE_WORD_YES,
    PIPEWIRE_WORD_NO
};

struct pipewire_word {
    enum pipewire_answer answer;
    char owner[PIPEWIRE_OWNER_MAX]; // the portal's own name: signals of others are not believed
    char path[PIPEWIRE_PATH_MAX];   // of the question
    int64_t refused_ms;             // when
};

struct DBusMessage;

// Where the answer will come is known before the question, as it may come before the reply.
// `unique`: the bus's name for us, or NULL. False: that is none.
bool pipewire_word_foresee(struct pipewire_word *word, const char *unique, const char *token);

// A message that nobody waited for: the person's word, if it is this one's.
void pipewire_word_take(struct pipewire_word *word, struct DBusMessage *message,
                        int64_t now_ms);

// Tells what an error means; one that is "not allowed" is a word too. `otherwise`: one that is
// not. Always false.
bool pipewire_word_refused(struct pipewire_word *word, struct DBusMessage *reply,
                           enum failure otherwise, int64_t now_ms, struct fault *fault);

// Whoever answers is the portal. A question that another one was asked is lost with it.
void pipewire_word_meet(struct pipewire_word *word, struct DBusMessage *reply);

#endif
