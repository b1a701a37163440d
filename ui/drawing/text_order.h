// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_DRAWING_TEXT_ORDER_H
#define QRCONFIRM_UI_DRAWING_TEXT_ORDER_H

// The order in which the characters of a paragraph stand on the screen: the Unicode
// Bidirectional Algorithm (UAX #9) by FriBidi, and cuts wherever the direction, the script or
// the typeface changes, so that each run can be shaped by itself. A paragraph runs as its first
// letter does. Caller-owned; no files, no typefaces.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_ORDER_CODES_MAX 3072u // code points of one paragraph
#define TEXT_ORDER_RUNS_MAX  256u  // of one line

// Around what is foreign to a sentence: its direction moves nothing outside (UAX #9, isolates).
#define TEXT_ORDER_ISOLATE     0x2068u // FSI
#define TEXT_ORDER_LEFT        0x2066u // LRI: isolated, and left to right
#define TEXT_ORDER_ISOLATE_END 0x2069u // PDI

struct text_order {
    size_t count;
    uint32_t code[TEXT_ORDER_CODES_MAX]; // as written
    size_t source[TEXT_ORDER_CODES_MAX]; // byte of the text that each comes from; never falling
    uint8_t face[TEXT_ORDER_CODES_MAX];  // the caller's number of a typeface
    uint32_t type[TEXT_ORDER_CODES_MAX]; // FriBidi's
    uint32_t script[TEXT_ORDER_CODES_MAX]; // HarfBuzz's
    int8_t level[TEXT_ORDER_CODES_MAX];
    uint32_t base; // FriBidi's direction of the paragraph
};

struct text_run {
    size_t first, count; // of the codes, as written
    bool right_to_left;
    uint8_t face;
    char script[5]; // ISO 15924: "Arab"
};

// Adds the next character as written; false once there is no room.
bool text_order_add(struct text_order *order, uint32_t code, size_t source, uint8_t face);

// Finds the directions, after all were added. False: memory is short.
bool text_order_resolve(struct text_order *order);

// The runs of the codes that come from the bytes [begin, end), from left to right.
size_t text_order_runs(const struct text_order *order, size_t begin, size_t end,
                       struct text_run runs[static TEXT_ORDER_RUNS_MAX]);

// True for a mark that stands on the character before it, and for a joiner.
bool text_order_is_mark(uint32_t code);

// True for private use: what stands there depends on the typeface.
bool text_order_is_private(uint32_t code);

// True if shaping or order depends on what `code` is: it is not simply set after another.
bool text_order_matters(uint32_t code);

#endif
