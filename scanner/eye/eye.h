// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_H
#define QRCONFIRM_SCANNER_EYE_EYE_H

// Reads frames in a process of its own, the eye, which has no key, no file and no network: what
// a stranger's picture may do to a reader of codes, it does there (docs/security.md). An eye
// that crashes, hangs or lies costs the frame that it had, and another one is started.
//
// One thread reads; eye_interrupt alone may be called by any. The program's main() must know
// the eye: see eye_process.h.

#include "scanner/eye/eye_area.h"
#include "scanner/eye/eye_child.h"

#define EYE_BUSY_US  30000000 // of processor time that a frame may take
#define EYE_START_US 10000000 // and the start
#define EYE_IDLE_US  20000000 // without any
#define EYE_STARTS   3u       // in a row that may fail

struct eye_settings {
    const struct known_codes *known; // of codes to come, outlives the eye; or NULL
    int64_t busy_us, idle_us;        // 0: EYE_BUSY_US, EYE_IDLE_US
};

struct eye {
    struct eye_settings settings;
    struct child child;
    struct eye_area area;
    int wake; // an eventfd, readable once interrupted
    bool ready;
    unsigned walls;          // enum sandbox_wall: those of the eye that was ready last; before
                             // that SANDBOX_UNTOLD
    unsigned failed;         // starts in a row
    uint64_t lost[EYE_ENDS]; // frames, by how the eye ended
    uint32_t number;         // of the last frame
};

enum eye_outcome {
    EYE_READ,
    EYE_NO_PICTURE,  // `fault` says why
    EYE_LOST,        // the frame is; the next one is read again. `fault`: READER_LOST
    EYE_UNAVAILABLE, // no eye can be started. `fault`: READER_LOST, DESCRIPTORS, MEMORY
    EYE_INTERRUPTED
};

// Fails with DESCRIPTORS, MEMORY.
bool eye_init(struct eye *eye, const struct eye_settings *settings, struct fault *fault);
void eye_destroy(struct eye *eye);

// Starts the process, if it does not run: it gets ready while others do their work. eye_read
// does so too. Fails as eye_child_start() does.
bool eye_start(struct eye *eye, struct fault *fault);

// Waits until it is ready; `eye->walls` then says how far it is closed in.
enum eye_outcome eye_await(struct eye *eye, struct fault *fault);

// Reads a frame; `out` and `codes` are filled in where EYE_READ is returned.
enum eye_outcome eye_read(struct eye *eye, const struct pixels *pixels, enum read_effort effort,
                          struct frame_reading *out, struct qr_codes *codes,
                          struct fault *fault);

// What was seen of codes that could not be read is no longer needed: the next frame is of
// another scene. False: the eye is gone, which the next frame tells.
bool eye_forget(struct eye *eye);

// Makes eye_await and eye_read return EYE_INTERRUPTED, now and later.
void eye_interrupt(struct eye *eye);

// Whether the one that was ready last has all its walls. If not, `fault` is NOT_CLOSED_IN or
// NO_LANDLOCK, and says what lacks.
bool eye_has_all_walls(const struct eye *eye, struct fault *fault);

#endif
