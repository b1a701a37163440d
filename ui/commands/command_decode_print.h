// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_DECODE_PRINT_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_DECODE_PRINT_H

// The two ways in which `qrconfirm decode` tells what it has read.

#include <stdio.h>

#include "decode/qr.h"
#include "ui/text/code_text.h"

struct decoded_file {
    const char *path;
    bool several; // of which this is one
    size_t frames, payloads;
    bool cut_short;      // there may be more codes than were found
    size_t damaged;      // frames, wholly or in part
    struct fault damage; // of the first of them
    double ms;           // for the whole file
};

struct decoded_payload {
    const struct decoded_file *file;
    uint64_t frame;
    enum payload_kind kind;
    const struct qr_code *code;
    const struct code_text *text; // of the code
    bool joined;                  // put together of parts that were told before
    double scale; // what the code's corners are multiplied by to lie in the file's picture
    bool hidden;  // a secret: told of, not shown
    double ms;    // it took to read the frame
};

struct decode_print {
    void (*payload)(FILE *out, FILE *err, const struct decoded_payload *payload);
    // At the end of each file; `failure` is FAILURE_NONE if it went well.
    void (*file)(FILE *out, const struct decoded_file *file, enum failure failure);
};

extern const struct decode_print decode_print_text;
extern const struct decode_print decode_print_json;

#endif
