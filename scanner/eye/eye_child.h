// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_CHILD_H
#define QRCONFIRM_SCANNER_EYE_EYE_CHILD_H

// The eye as a process, seen by the program: begun, spoken to, watched, ended. It is this
// program once more (apart/child.h). One thread uses it.

#include "apart/child.h"
#include "scanner/eye/eye_message.h"

// What it does for the program, and the argument by which a program knows that it is the eye.
enum eye_role { EYE_READS, EYE_OPENS, EYE_CONVERTS, EYE_FILMS };
#define EYE_ROLES             4u
#define EYE_READS_ARGUMENT    "--be-the-eye-that-reads"    // codes in frames
#define EYE_OPENS_ARGUMENT    "--be-the-eye-that-opens"    // recordings and pictures
#define EYE_CONVERTS_ARGUMENT "--be-the-eye-that-converts" // coded frames to luma
#define EYE_FILMS_ARGUMENT    "--be-the-eye-that-films"    // a camera to frames

enum eye_end {
    EYE_RUNS,
    EYE_CRASHED,   // a signal ended it: a fault in the reader
    EYE_FORBIDDEN, // it called the system for what it may not have
    EYE_HUNG,      // it used more time than a frame may take
    EYE_LIED,      // what it sent is not as it has to be
    EYE_LEFT,      // it ended by itself
    EYE_STOPPED    // we are to wait no longer
};
#define EYE_ENDS 7u

// Starts the eye. Fails with READER_LOST, DESCRIPTORS, MEMORY.
bool eye_child_start(struct child *child, enum eye_role role, struct fault *fault);

// Ends it, if there is one. Returns how it ended before that: `how`, if it still ran.
enum eye_end eye_child_end(struct child *child, enum eye_end how);

const char *eye_role_argument(enum eye_role role);
const char *eye_role_name(enum eye_role role); // for programs, and a fault's detail

// Whether the walls that it told of are all that it needs. If not, `fault` is NOT_CLOSED_IN and
// says who lacks what.
bool eye_child_is_closed_in(enum eye_role role, unsigned walls, struct fault *fault);

// The same, and whether it has all that there are: else also NO_LANDLOCK.
bool eye_child_has_all_walls(enum eye_role role, unsigned walls, struct fault *fault);

const char *eye_end_words(enum eye_end end); // English, for a fault's detail

// Sends a request, and a descriptor with it if that is not -1.
bool eye_child_send(const struct child *child, const struct eye_request *request, int fd);

// The same, but waits for nothing. EYE_RUNS; else EYE_HUNG: it has not taken what was sent
// before; EYE_LEFT.
enum eye_end eye_child_send_at_once(const struct child *child,
                                    const struct eye_request *request, int fd);

// Waits for its next message. Returns EYE_RUNS with `answer`, or why there is none.
enum eye_end eye_child_receive(const struct child *child, const struct child_patience *patience,
                               struct eye_answer *answer);

#endif
