// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_word.h"

#include <dbus/dbus.h>
#include <stdio.h>
#include <string.h>

bool pipewire_word_foresee(struct pipewire_word *word, const char *unique, const char *token)
{
    char name[PIPEWIRE_OWNER_MAX];
    if (!unique || unique[0] != ':')
        return false;
    snprintf(name, sizeof(name), "%s", unique + 1);
    for (char *c = name; *c; c++) {
        if (*c == '.')
            *c = '_';
    }

    int size =
        snprintf(word->path, sizeof(word->path), PIPEWIRE_OBJECT "/request/%s/%s", name, token);
    return size > 0 && (size_t)size < sizeof(word->path);
}

void pipewire_word_take(struct pipewire_word *word, DBusMessage *message, int64_t now_ms)
{
    dbus_uint32_t answer;
    if (word->answer != PIPEWIRE_WORD_ASKED ||
        !dbus_message_is_signal(message, PIPEWIRE_REQUEST, "Response") ||
        !dbus_message_has_path(message, word->path) ||
        !dbus_message_has_sender(message, word->owner) ||
        !dbus_message_get_args(message, NULL, DBUS_TYPE_UINT32, &answer, DBUS_TYPE_INVALID))
        return;
    word->answer = answer == 0 ? PIPEWIRE_WORD_YES : PIPEWIRE_WORD_NO;
    word->refused_ms = now_ms;
}

bool pipewire_word_refused(struct pipewire_word *word, DBusMessage *reply,
                           enum failure otherwise, int64_t now_ms, struct fault *fault)
{
    const char *text = "";
    const char *name = dbus_message_get_error_name(reply);
    bool refused = name && strcmp(name, PIPEWIRE_NOT_ALLOWED) == 0;
    dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &text, DBUS_TYPE_INVALID);
    fault_set(fault, refused ? FAILURE_PIPEWIRE_REFUSED : otherwise, "%s: %s",
              name ? name : "no error", text);
    if (refused) {
        word->answer = PIPEWIRE_WORD_NO;
        word->refused_ms = now_ms;
    }
    return false;
}

void pipewire_word_meet(struct pipewire_word *word, DBusMessage *reply)
{
    const char *sender = dbus_message_get_sender(reply);
    if (sender && strcmp(sender, word->owner) == 0)
        return;
    if (word->answer == PIPEWIRE_WORD_ASKED)
        word->answer = PIPEWIRE_WORD_NONE;
    snprintf(word->owner, sizeof(word->owner), "%s", sender ? sender : "");
}
