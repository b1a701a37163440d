// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_MESSAGE_LAYOUT_H
#define QRCONFIRM_NET_PROTOCOL_MESSAGE_LAYOUT_H

// The byte layout of every message as a table: for each field its kind on the wire, its place
// in the struct and what is allowed. statement.c walks it in both directions. Private to
// net/protocol/.

#include <stddef.h>

#include "net/protocol/message.h"
#include "net/protocol/verdict.h"

enum field_kind {
    FIELD_U8,
    FIELD_U16,
    FIELD_U64,
    FIELD_BYTES, // fixed size, `high` bytes
    FIELD_PINS,
    FIELD_TEXT, // lp, `low` to `high` bytes
    FIELD_ORIGIN,
    FIELD_TARGET,
    FIELD_TARGET_WITH_QUERY,
    FIELD_BASE_URL,
    FIELD_FRAME,
    FIELD_CODE // lp, six digits or none
};

struct field {
    enum field_kind kind;
    size_t at;            // offset in the struct
    unsigned low, high;   // allowed values of u8 and u16, allowed bytes of others
    unsigned must;        // bits that must be set in a u8
    enum verdict refused; // where low, high or must are not kept
};

#define LAYOUT_FIELDS_MAX 18u

struct layout {
    const char *name, *media_type, *endpoint;
    uint8_t type;
    size_t struct_size;
    // What must hold between the fields; NULL if nothing.
    enum verdict (*check)(const union statement *statement);
    struct field fields[LAYOUT_FIELDS_MAX]; // after the head; ends with high == 0
};

extern const struct layout layouts[MESSAGE_COUNT];

#endif
