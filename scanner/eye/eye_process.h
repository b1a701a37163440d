// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_PROCESS_H
#define QRCONFIRM_SCANNER_EYE_EYE_PROCESS_H

// The eye from inside: a process that is handed frames, closes itself in before the first
// (apart/sandbox.h), and answers what it read (scanner/eye/eye_message.h). It ends when
// the program does. main() asks before all else:
//
//     if (eye_process_asked(argc, argv))
//         return eye_process_run(argc, argv, NULL);

#include "scanner/eye/eye_message.h"

// Whether this process was started to be the eye.
bool eye_process_asked(int argc, char *const argv[]);

// Tests alone. Each may be NULL.
struct eye_process_test {
    // Called with the codes of each frame before they are told, to do what a reader that was
    // taken over would do.
    void (*taken_over)(struct qr_codes *codes);
    // The same with the pixels of each frame that was opened or converted, before it is told.
    void (*taken_over_by_frame)(struct span pixels);
    // Answers the calls on a camera that the eye was handed.
    const struct camera_io *device;
};

// Does not return before the program is gone; then the exit code. `test` is NULL but in tests.
int eye_process_run(int argc, char *const argv[], const struct eye_process_test *test);

#endif
