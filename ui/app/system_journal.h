// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_APP_SYSTEM_JOURNAL_H
#define QRCONFIRM_UI_APP_SYSTEM_JOURNAL_H

// What happens on a kiosk, as entries of systemd's journal with fields that programs can search
// for (docs/monitoring.md). Written only where systemd has connected the output of this program
// to its journal: in a unit, not in a shell. No person is in it. Source: "Native Journal
// Protocol" of systemd: a datagram of lines NAME=value.

#include "base/failure.h"

#define SYSTEM_JOURNAL_SOCKET "/run/systemd/journal/socket"

enum system_journal_entry {
    SYSTEM_JOURNAL_STARTED,
    SYSTEM_JOURNAL_APPROVED,
    SYSTEM_JOURNAL_FAILED,
    SYSTEM_JOURNAL_CAMERA,
    SYSTEM_JOURNAL_ENTRIES
};

struct system_journal {
    int fd; // -1: nobody listens
};

// `stream` is $JOURNAL_STREAM, by which systemd names what it has connected (NULL: nothing),
// and `output` the descriptor that it may have connected.
void system_journal_open(struct system_journal *journal, const char *socket_path,
                         const char *stream, int output);
void system_journal_close(struct system_journal *journal);

// A journal that does not read is not waited for.
void system_journal_write(const struct system_journal *journal, enum system_journal_entry entry,
                          enum failure failure);

// 32 hexadecimal digits that never change: MESSAGE_ID of the entry.
const char *system_journal_id(enum system_journal_entry entry);

#endif
