// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_MESSAGE_H
#define QRCONFIRM_SCANNER_EYE_EYE_MESSAGE_H

// What goes between the program and its eye (scanner/eye/eye.h), each message of a fixed size
// and in one piece, over a socket that keeps their borders (SOCK_SEQPACKET):
//
//     eye      -> READY                     once: it has closed itself in as far as it can
//     program  -> KNOWN, KNOWN, ...         what is known of codes to come
//     program  -> FRAME                     pixels are in the shared area, see eye_area.h
//     eye      -> FRAME, CODE, CODE, ...    as many codes as FRAME says
//     program  -> FORGET                    the next frame is of another scene
//
// Or, with an eye that opens files:
//
//     program  -> OPEN                      the file comes along
//     eye      -> SOURCE                    it is open, or why not
//     program  -> NEXT
//     eye      -> SOURCE                    a frame, whose pixels are in the area if they fit
//     program  -> ROOM                      a larger area, else
//     eye      -> SOURCE                    the same frame again
//
// Or, with an eye that converts frames:
//
//     program  -> CONVERT                   a coded frame is in the area; its luma is asked for
//     eye      -> SOURCE                    as above, with ROOM if it does not fit
//
// Or, with an eye that holds a camera:
//
//     program  -> CAMERA, once              which camera is meant
//     program  -> OPEN, NEXT, AWAIT         as struct source_ops has them
//     eye      -> SOURCE                    as above, with ROOM if it does not fit
//     program  -> CLOSE                     no answer
//     program  -> SWITCH                    at any time: to another camera; no answer
//     eye      -> ERRAND                    before a SOURCE: what it may not do itself
//     program  -> DONE                      what came of it, and a descriptor if it is one
//
// Both sides are one program, so numbers are the machine's own. Whoever receives believes
// nothing: what is not as it has to be ends the connection. The functions here are pure, for
// any thread.

#include "decode/known.h"
#include "scanner/camera/camera.h"
#include "scanner/eye/frame_reader.h"
#include "scanner/files/file_source.h"

#define EYE_AREA_MAX (256u * 1024u * 1024) // bytes of a frame

enum eye_request_kind {
    EYE_REQUEST_KNOWN = 1,
    EYE_REQUEST_FRAME,
    EYE_REQUEST_FORGET,
    EYE_REQUEST_OPEN,
    EYE_REQUEST_NEXT,
    EYE_REQUEST_ROOM,
    EYE_REQUEST_CONVERT,
    EYE_REQUEST_CAMERA,
    EYE_REQUEST_AWAIT,
    EYE_REQUEST_CLOSE,
    EYE_REQUEST_SWITCH,
    EYE_REQUEST_DONE
};

struct eye_frame {
    uint32_t format, width, height, stride; // of struct pixels
    uint32_t size;                          // bytes of pixels in the area
    uint32_t effort;                        // enum read_effort
    uint32_t area; // bytes of the area that comes along with this message; 0: the one before
};

struct eye_file {
    uint32_t kinds; // enum file_kinds
    int64_t size;   // bytes; -1: that is not known
};

struct eye_coded {
    uint32_t format; // enum pixel_format: MJPEG, V4L2
    uint32_t fourcc, width, height;
    uint32_t size; // bytes in the area
    uint32_t area; // as in struct eye_frame
};

// Which camera; not named: the best one (CAMERA), the next one (SWITCH).
struct eye_choice {
    bool named;
    char id[CAMERA_ALIAS_MAX];
};

enum eye_errand_kind {
    EYE_ERRAND_NODES = 1, // which video nodes there are
    EYE_ERRAND_OPEN,      // one of them
    EYE_ERRAND_ALIAS,     // its persistent name
    EYE_ERRAND_SENSOR,    // what its sensor says
    EYE_ERRAND_WATCH      // a descriptor that tells when nodes come and go
};

struct eye_errand {
    uint32_t kind;
    uint32_t node; // N of /dev/videoN
};

// What an errand brought. A node that is no camera is not handed over: what it says of itself
// is told instead.
struct eye_errand_done {
    int32_t error; // errno; 0: none
    uint32_t count;
    uint32_t node[CAMERA_NODES_MAX];
    struct v4l2_capability capability; // of a node that is opened
    int32_t orientation, rotation;     // SENSOR: see camera_sensor_ask
    char alias[CAMERA_ALIAS_MAX];      // "": it has none
};

struct eye_request {
    uint32_t kind;
    uint32_t number; // of the frame: its answers bear it
    union {
        struct known_code known;
        struct eye_frame frame;
        struct eye_file file;     // OPEN
        uint32_t room;            // ROOM: bytes of the area that comes along
        struct eye_coded coded;   // CONVERT
        struct eye_choice choice; // CAMERA, SWITCH
        struct eye_errand_done done;
    };
};

enum eye_answer_kind {
    EYE_ANSWER_READY = 1,
    EYE_ANSWER_FRAME,
    EYE_ANSWER_CODE,
    EYE_ANSWER_SOURCE,
    EYE_ANSWER_ERRAND
};

struct eye_result {
    uint32_t failure;              // enum failure: there is no picture in the frame; or 0
    char detail[FAULT_DETAIL_MAX]; // of the failure
    struct frame_reading reading;
    uint32_t codes;
    bool cut_short;
};

// What an eye that holds a camera says of it.
struct eye_camera {
    struct camera_in_use in_use;
    struct camera_counts counts;
    char path[CAMERA_PATH_MAX];
    struct camera_mode mode;
    bool any; // the id that it was asked for, if one was, is forgotten
};

// What a source gave: one step, and the frame if it is one.
struct eye_step {
    uint32_t step;                 // enum source_step
    uint32_t failure;              // of SOURCE_FAILED
    char detail[FAULT_DETAIL_MAX]; // the same
    bool there;                    // the pixels are in the area
    uint32_t format, size;         // bytes of pixels
    struct frame frame;            // without pixels: numbers and view
    uint32_t width, height, stride;
    struct eye_camera camera; // where it is one
};

struct eye_answer {
    uint32_t kind;
    uint32_t number;
    union {
        uint32_t walls; // READY: enum sandbox_wall
        struct eye_result result;
        struct qr_code code;
        struct eye_step step; // SOURCE
        struct eye_errand errand;
    };
};

// Those of the program, as the eye takes them. False: not as they have to be.
bool eye_request_take_known(const struct eye_request *request, struct known_code *out);
bool eye_request_take_frame(const struct eye_request *request, struct span area,
                            struct pixels *out, enum read_effort *effort);

// `out` gets pixels and their fourcc.
bool eye_request_take_coded(const struct eye_request *request, struct span area,
                            struct frame *out);

bool eye_request_take_choice(const struct eye_request *request, struct eye_choice *out);
bool eye_request_take_done(const struct eye_request *request, struct eye_errand_done *out);

// Those of the eye, as the program takes them; `number` is that of the frame it sent. A failure
// is told in `fault`, and `codes` is then 0.
bool eye_answer_take_ready(const struct eye_answer *answer, unsigned *walls);
bool eye_answer_take_result(const struct eye_answer *answer, uint32_t number,
                            struct frame_reading *out, size_t *codes, bool *cut_short,
                            struct fault *fault);
// `out` gets all but the pixels' place, and is to be judged once they are there.
bool eye_answer_take_step(const struct eye_answer *answer, enum source_step *step, bool *there,
                          struct frame *out, struct fault *fault);
// The same of a camera, which has no end and fails in ways of its own.
bool eye_answer_take_filmed(const struct eye_answer *answer, enum source_step *step,
                            bool *there, struct frame *out, struct eye_camera *camera,
                            struct fault *fault);
bool eye_answer_take_errand(const struct eye_answer *answer, struct eye_errand *out);
bool eye_answer_take_code(const struct eye_answer *answer, uint32_t number,
                          struct qr_code *out);

#endif
