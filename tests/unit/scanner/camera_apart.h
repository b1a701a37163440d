// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_CAMERA_APART_H
#define QRCONFIRM_TESTS_CAMERA_APART_H

// A camera in the eye whose driver does what a test says. Both sides of it: the nodes that the
// program opens are files of the system, and in the eye a kernel of camera_fake.h answers for
// them.

#include "scanner/eye/eye_camera.h"

// What the driver in the eye does is told to it by this variable, which any process apart gets.
#define APART_VARIABLE  "LD_LIBRARY_PATH"
#define APART_FOLDER    "/nowhere/"
#define APART_WIDTH     64u
#define APART_HEIGHT    48u
#define APART_BYTE(row) ((uint8_t)(3 * (row) + 1))

// What main() of such a test does first: becomes the eye, if that is what it was started for.
// Returns -1 where it was not.
int apart_be_the_eye(int argc, char *argv[]);

// The program's side: two cameras, and a node that is none.
struct apart_nodes {
    struct camera_io io;
    size_t count; // of nodes
    unsigned opened, closed;
};

void apart_nodes_init(struct apart_nodes *nodes);

#endif
