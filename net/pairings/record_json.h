// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_RECORD_JSON_H
#define QRCONFIRM_NET_PAIRINGS_RECORD_JSON_H

// The JSON of files that this program writes for itself: reading is strict, and a reader that
// once failed stays failed and knows which member it was. Bytes are lower-case hex, 64-bit
// counters are decimal text (JSON numbers end at 63 bits).

#include <jansson.h>

#include "base/failure.h"
#include "base/span.h"

struct record_reader {
    const json_t *object;
    const char *bad; // the first member that is not as it must be; NULL: none
    bool starved;    // memory was short: nothing is known to be bad
};

// The object of a file with "format" and "version" as given; NULL with PAIRING_DAMAGED. To be
// released with json_decref.
json_t *record_open(struct span text, const char *format, int version, struct fault *fault);

// Texts of `low` to room - 1 bytes, with a NUL.
void record_read_text(struct record_reader *reader, const char *member, char *out, size_t low,
                      size_t room);
void record_read_bytes(struct record_reader *reader, const char *member, uint8_t *out,
                       size_t size);
// 1 to `room` of them.
void record_read_some_bytes(struct record_reader *reader, const char *member, uint8_t *out,
                            size_t room, size_t *size);
void record_read_counter(struct record_reader *reader, const char *member, uint64_t *out);
void record_read_time(struct record_reader *reader, const char *member, int64_t *out);
const json_t *record_read_array(struct record_reader *reader, const char *member,
                                size_t at_most);

// Each returns what jansson's json_object_set_new returns.
int record_write_bytes(json_t *object, const char *member, struct span bytes);
int record_write_counter(json_t *object, const char *member, uint64_t value);
// At most RECORD_HEX_MAX bytes; NULL if memory is short.
json_t *record_hex(struct span bytes);
#define RECORD_HEX_MAX 512u
// True if the text is exactly `size` bytes in lower-case hex.
bool record_from_hex(const char *text, uint8_t *out, size_t size);

#endif
