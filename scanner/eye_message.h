// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_MESSAGE_H
#define QRCONFIRM_SCANNER_EYE_MESSAGE_H

// What goes between the program and its eye (scanner/eye.h), each message of a fixed size and
// in one piece, over a socket that keeps their borders (SOCK_SEQPACKET):
//
//     eye      -> READY                     once: it has closed itself in as far as it can
//     program  -> KNOWN, KNOWN, ...         what is known of codes to come
//     program  -> FRAME                     pixels are in the shared area, see eye_area.h
//     eye      -> FRAME, CODE, CODE, ...    as many codes as FRAME says
//
// Both sides are one program, so numbers are the machine's own. Whoever receives believes
// nothing: what is not as it has to be ends the connection. The functions here are pure, for
// any thread.

#include "decode/known.h"
#include "scanner/frame_reader.h"

#define EYE_AREA_MAX (256u * 1024u * 1024) // bytes of a frame

enum eye_request_kind { EYE_REQUEST_KNOWN = 1, EYE_REQUEST_FRAME };

struct eye_frame {
    uint32_t format, width, height, stride; // of struct pixels
    uint32_t size;                          // bytes of pixels in the area
    uint32_t effort;                        // enum read_effort
    uint32_t area; // bytes of the area that comes along with this message; 0: the one before
};

struct eye_request {
    uint32_t kind;
    uint32_t number; // of the frame: its answers bear it
    union {
        struct known_code known;
        struct eye_frame frame;
    };
};

enum eye_answer_kind { EYE_ANSWER_READY = 1, EYE_ANSWER_FRAME, EYE_ANSWER_CODE };

struct eye_result {
    uint32_t failure;              // enum failure: there is no picture in the frame; or 0
    char detail[FAULT_DETAIL_MAX]; // of the failure
    struct frame_reading reading;
    uint32_t codes;
    bool cut_short;
};

struct eye_answer {
    uint32_t kind;
    uint32_t number;
    union {
        uint32_t walls; // READY: enum sandbox_wall
        struct eye_result result;
        struct qr_code code;
    };
};

// Those of the program, as the eye takes them. False: not as they have to be.
bool eye_request_take_known(const struct eye_request *request, struct known_code *out);
bool eye_request_take_frame(const struct eye_request *request, struct span area,
                            struct pixels *out, enum read_effort *effort);

// Those of the eye, as the program takes them; `number` is that of the frame it sent. A failure
// is told in `fault`, and `codes` is then 0.
bool eye_answer_take_ready(const struct eye_answer *answer, unsigned *walls);
bool eye_answer_take_result(const struct eye_answer *answer, uint32_t number,
                            struct frame_reading *out, size_t *codes, bool *cut_short,
                            struct fault *fault);
bool eye_answer_take_code(const struct eye_answer *answer, uint32_t number,
                          struct qr_code *out);

#endif
