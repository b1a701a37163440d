// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_QR_CODE_H
#define QRCONFIRM_DECODE_QR_CODE_H

// What a reader found in a picture: the codes, what each holds, and where it is. Plain values
// of whoever declares them.

#include <stdbool.h>

#include "base/span.h"

#define QR_PAYLOAD_MAX                                                                         \
    7089u // bytes: version 40-L in digits, the most a QR can hold (ISO/IEC 18004, table 1)
#define QR_CODES_MAX 512u // codes a picture; more are not looked for, and that is told

struct qr_point {
    float x, y; // pixels of the luma that was read, from its top left corner
};

#define QR_RUNS_MAX 16u // changes of the character set; what comes behind is CHARSET_TOO_MANY

// The character set of bytes: what the code declares, as a number of the register of extended
// channel interpretations (ECI, AIM ITS/04-023), or one of these.
#define CHARSET_UNSTATED 1000000u // none is declared
#define CHARSET_KANJI    1000001u // Kanji mode: Shift JIS
#define CHARSET_HANZI    1000002u // Hanzi mode: GB 2312
#define CHARSET_TOO_MANY 1000003u // sets change too often

struct qr_run {
    uint16_t end; // place in the payload behind it; it begins where the run before ends
    uint32_t charset;
};

// Structured append: the code is one of several that make a message.
struct qr_part {
    uint8_t number, count; // 1 of 2 ... 16 of 16; 0: the code is a whole
    uint8_t parity;        // all bytes of the whole message, added without carry
};

struct qr_code {
    uint8_t payload[QR_PAYLOAD_MAX]; // bytes as encoded, nothing converted
    size_t size;
    size_t runs;
    struct qr_run run[QR_RUNS_MAX]; // of all bytes of the payload
    struct qr_part part;
    bool micro;                 // a Micro QR code
    struct qr_point corners[4]; // clockwise as the code was printed, from its top left
};

struct qr_codes {
    size_t count;
    bool cut_short; // a limit was reached, or memory was short: there may be more codes
    struct qr_code code[QR_CODES_MAX]; // of the reader: the one largest in the frame first
};

// Has every character two or four bytes: UTF-16 and UTF-32?
static inline bool charset_is_wide(uint32_t charset)
{
    return charset == 25 || (charset >= 33 && charset <= 35);
}

static inline struct span qr_payload(const struct qr_code *code)
{
    return (struct span){code->payload, code->size};
}

#endif
