// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BASE_FAILURE_H
#define QRCONFIRM_BASE_FAILURE_H

// Everything that can go wrong for a person, in one table (failure.def): a stable code for
// scripts, the exit code, what happened and what to do next. The texts are message ids of
// gettext: the faces translate them, the rooms below only name the row. It lives in base/,
// which every other room may include.
//
// A function that can fail in more than one way takes a `struct fault *` last, returns false
// and fills it in; `detail` says what and where, never a secret. It is in English, except where
// it speaks of what a person typed at the command line or in the configuration: ui/ translates
// that.

#include <stdbool.h>
#include <stddef.h>

#define FAULT_DETAIL_MAX 256

enum exit_code {
    EXIT_CODE_OK = 0,
    EXIT_CODE_INTERNAL = 1,
    EXIT_CODE_USAGE = 2,
    EXIT_CODE_CAMERA = 3, // camera, recording or picture
    EXIT_CODE_NOTHING_SCANNED = 4,
    EXIT_CODE_CHALLENGE = 5,
    EXIT_CODE_DENIED = 6,
    EXIT_CODE_PORTAL = 7,
    EXIT_CODE_NETWORK = 8,
    EXIT_CODE_NOT_PAIRED = 9, // or key locked
    EXIT_CODE_INTERRUPTED = 130,
};

enum failure {
    FAILURE_NONE,
#define X(name, code, exit, text, next) FAILURE_##name,
#include "base/failure.def"
#undef X
    FAILURE_COUNT
};

struct fault {
    enum failure failure;
    char detail[FAULT_DETAIL_MAX];
};

const char *failure_code(enum failure failure); // "challenge.expired"; "none" for FAILURE_NONE
enum exit_code failure_exit(enum failure failure);
const char *failure_text(enum failure failure); // English, a gettext message id
const char *failure_next(enum failure failure); // English, a gettext message id

// The row of a failed system call: too many open files and no memory are the machine's trouble,
// whatever the call was for; any other `error` is `otherwise`.
enum failure failure_of_errno(int error, enum failure otherwise);

// Finds the row of a code, for instance "portal." + the code of a problem document.
bool failure_from_code(const char *code, enum failure *out);

// Fills `fault` in (it may be NULL) and returns false, so that it can be returned at once.
__attribute__((format(printf, 3, 4))) bool fault_set(struct fault *fault, enum failure failure,
                                                     const char *format, ...);

#endif
