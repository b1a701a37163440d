// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TEXT_CODE_TEXT_H
#define QRCONFIRM_UI_TEXT_CODE_TEXT_H

// What a code says: its bytes as text, by the character sets that it declares, and what kind of
// code it is. Sets are converted by the iconv() of the system. Bytes of no declared set stay as
// they are; beside Kanji mode, what is not UTF-8 is taken for Shift JIS.
//
// What a sign-in is made of are always the bytes: text only tells a person what else a code is.

#include "decode/qr_code.h"
#include "net/protocol/challenge.h"

struct code_text {
    char *converted;  // owned; NULL: the payload's own bytes are the text
    struct span text; // UTF-8 where it was converted, with U+FFFD for bytes that are wrong
    bool as_bytes;    // some of it could not be converted, and stands in its own bytes
    uint32_t charset; // of the first such bytes
};

#define CHARSET_BINARY 899u // declared to be no text at all

// `code` must stay while the text is used. False if memory is short.
bool code_text_init(struct code_text *text, const struct qr_code *code);
void code_text_destroy(struct code_text *text);

// Says what a code is; `text` is its own. A part of a message is PAYLOAD_PART, or
// PAYLOAD_OTP_SEED if it begins one.
void code_kind(const struct qr_code *code, const struct code_text *text, struct challenge *out);

// The same for who does not need the text.
void code_read(const struct qr_code *code, struct challenge *out);

#endif
