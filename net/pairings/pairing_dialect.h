// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PAIRING_DIALECT_H
#define QRCONFIRM_NET_PAIRINGS_PAIRING_DIALECT_H

// A dialect is the way one kind of portal is talked to. Here is what the store must know of it:
// its name on disk, and what a pairing keeps for it alone. How it is talked to is
// net/dialect.h.

#include <jansson.h>

#include "net/pairings/record_json.h"

#define DIALECT_NAME_MAX 16u  // bytes
#define PAIRING_OWN_MAX  512u // bytes

struct dialect_ops; // net/dialect.h
struct pairing;
struct pairing_summary;

// What a pairing keeps for its dialect. The dialect copies its own struct in and out.
struct pairing_own {
    uint8_t bytes[PAIRING_OWN_MAX];
};

struct dialect {
    const char *name;  // in the record and in the output of commands
    bool has_password; // each pairing has an application password too (password_file.h)

    // Its own members of the record; NULL: it has none. As record_json.h says.
    void (*read)(struct record_reader *reader, struct pairing_own *out);
    int (*write)(json_t *object, const struct pairing_own *own); // as jansson: 0 or -1

    // Adds to the summary what this dialect alone can tell; NULL: nothing.
    void (*summarise)(const struct pairing *pairing, struct pairing_summary *out);

    const struct dialect_ops *ops;
};

#endif
