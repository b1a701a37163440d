// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_NOTIFY_H
#define QRCONFIRM_UI_WINDOW_NOTIFY_H

// Tells systemd that the program is ready, alive and about to end, as sd_notify(3) describes
// it: a datagram to the socket that NOTIFY_SOCKET names. Without that variable nothing happens.
// Main thread only: the watchdog watches whether its loop still turns.

#include <stdint.h>

struct notify {
    int fd;           // -1: nobody listens
    int64_t every_ms; // between signs of life: half of what the watchdog allows; 0: no watchdog
    int64_t due_ms;   // the next one
};

// Takes the variables of the environment over, so that no program started from here has them.
void notify_open(struct notify *notify);
void notify_close(struct notify *notify); // says that the program ends

void notify_ready(struct notify *notify, int64_t now_ms);

// Says that the program is alive, if it is time to.
void notify_alive(struct notify *notify, int64_t now_ms);

// How long to wait at most, of `wait_ms` (-1: for ever), so that the next sign of life is in
// time.
int notify_wait_ms(const struct notify *notify, int64_t now_ms, int wait_ms);

#endif
