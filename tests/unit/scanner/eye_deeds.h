// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_EYE_DEEDS_H
#define QRCONFIRM_TESTS_EYE_DEEDS_H

// A process apart that a picture takes over: what is seeded here, the code "do: NAME" in a
// frame sets off in the one that reads, and the pixels "do: NAME" at the beginning of a frame
// in the one that opens or converts it. The programs of these tests alone are built with it.

#include <stdint.h>

#include "scanner/eye/eye_process.h"

#define DEED "do: "

// Those that none of them may do: each ends the process.
#define DEEDS_FORBIDDEN                                                                        \
    "open", "proc", "stat", "socket", "fork", "exec", "trace", "kill", "reach", "run"

// What main() of such a test does first: becomes the eye, if that is what it was started for.
// Returns -1 where it was not.
int deeds_be_the_eye(int argc, char *argv[]);

// Does what the codes say, in the process that calls. "do: peek HEX" reads DEED_PEEKED bytes
// from any address, and makes them the code's payload. "do: second ECI" has the second reader
// read "second" from a code that declares this character set; 0: none.
#define DEED_PEEKED 32u
void deeds_do(struct qr_codes *codes);

// Does the one of this name, but those that need a code.
void deeds_run(const char *name);

// With this in its environment the eye ends before it is ready.
#define DEED_NO_START "LD_LIBRARY_PATH", "/nowhere/no-start"
// And with this it says of whatever it is asked that the file is over.
#define DEED_ALL_OVER "LD_LIBRARY_PATH", "/nowhere/all-over"

#endif
