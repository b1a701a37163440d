// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_BUS_SESSION_BUS_H
#define QRCONFIRM_SCANNER_BUS_SESSION_BUS_H

// A connection to the session bus, for the camera portal and for the desktop's settings.
//
// One thread at a time. libdbus by itself waits up to half a minute for a bus that says
// nothing; here nothing waits longer than the caller says, but the opening of the socket, which
// the kernel does at once unless the bus has let its queue fill up.
// Method: D-Bus specification, "Authentication Protocol" and "Message Bus Messages".

#include <stdbool.h>
#include <stdint.h>

struct DBusConnection;
struct DBusMessage;

enum session_bus_step {
    SESSION_BUS_ON,
    SESSION_BUS_LATE,  // the time is over
    SESSION_BUS_WOKEN, // `wake` became readable
    SESSION_BUS_NONE,  // there is no session bus
    SESSION_BUS_LOST,  // the connection is
    SESSION_BUS_SHORT  // of memory
};

struct session_bus {
    struct DBusConnection *connection; // NULL: not connected
    // Takes each message that nobody waited for, on the caller's thread; NULL: it is dropped.
    void (*take)(void *userdata, struct DBusMessage *message);
    void *userdata;
};

// `wake`, here and below: a descriptor that ends the wait when it becomes readable; -1: none.
// Times are of session_bus_now_ms. Does nothing where the connection stands.
enum session_bus_step session_bus_dial(struct session_bus *bus, int wake, int64_t until_ms);
void session_bus_hang_up(struct session_bus *bus);

// Has the bus send the messages that match, from now on; its answer is not waited for.
void session_bus_listen(struct session_bus *bus, const char *rule);

// Waits for something to come from the bus; session_bus_take_all then hands it over.
enum session_bus_step session_bus_await(struct session_bus *bus, int wake, int64_t until_ms);
void session_bus_take_all(struct session_bus *bus);

// Sends `message` (NULL: memory was short) and gives it away. With ON, `reply` is the caller's;
// it may be an error.
enum session_bus_step session_bus_call(struct session_bus *bus, struct DBusMessage *message,
                                       int wake, int64_t until_ms, struct DBusMessage **reply);

// The two halves of a call, for one whose answer is still wanted after it was woken. False if
// memory was short.
bool session_bus_send(struct session_bus *bus, struct DBusMessage *message, uint32_t *serial);
enum session_bus_step session_bus_answer(struct session_bus *bus, uint32_t serial, int wake,
                                         int64_t until_ms, struct DBusMessage **reply);

// Whether this is what a call was made for, and no error.
bool session_bus_is_answer(struct DBusMessage *reply);

int64_t session_bus_now_ms(void); // CLOCK_MONOTONIC

#endif
