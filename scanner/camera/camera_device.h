// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CAMERA_DEVICE_H
#define QRCONFIRM_SCANNER_CAMERA_CAMERA_DEVICE_H

// One open video node: what it is, its mode, and its mapped buffers, one of which at a time is
// lent to the caller. Method: "Streaming I/O (Memory Mapping)" of the V4L2 API.
//
//   open -> choose -> configure -> start -> (take -> give_back)... -> close
//
// One thread. `close` may be called after any failure and undoes everything; a device that
// failed is closed and opened again, never mended.

#include "scanner/camera/camera_format.h"

#define CAMERA_BUFFERS_WANTED 4u
#define CAMERA_BUFFERS_MAX    16u

struct camera_map {
    void *p;
    size_t size;
};

struct camera_device {
    struct camera_system system;
    const struct camera_io *io; // the one in use: the kernel's, or libv4l2's
    int fd;                     // -1: closed
    char path[CAMERA_PATH_MAX];
    char driver[16], card[32], bus[32]; // as VIDIOC_QUERYCAP says
    uint32_t capabilities;              // of this node, V4L2_CAP_*
    bool multiplanar;

    uint32_t fourcc; // as configured: what the driver gave, which need not be what was asked
    enum camera_layout layout;
    uint32_t width, height;
    size_t stride; // bytes
    struct v4l2_format native;

    struct camera_map buffers[CAMERA_BUFFERS_MAX];
    size_t buffer_count;
    uint32_t planes; // of a buffer
    bool streaming;
};

// A buffer lent by the driver, until it is given back.
struct camera_taken {
    uint32_t index;
    struct span bytes; // what the driver wrote
    uint32_t sequence;
    int64_t time_us; // the driver's time stamp
    bool monotonic;  // of CLOCK_MONOTONIC, so it says
};

enum camera_take {
    CAMERA_TAKEN,
    CAMERA_EMPTY,   // none is ready
    CAMERA_SPOILED, // the driver marked it as damaged; it was given back already
    CAMERA_TAKE_FAILED
};

// Opens a node and finds out what it is. Fails with CAMERA_PERMISSION, BUSY, GONE, REFUSED, and
// with CAMERA_METADATA or CAMERA_OUTPUT where the node is not a camera; what it says of itself
// is kept in the device also then.
bool camera_device_open(struct camera_device *device, struct camera_system system,
                        const char *path, struct fault *fault);

// What is wrong with a node that can do this (V4L2_CAP_*): CAMERA_METADATA, CAMERA_OUTPUT where
// it is no camera, CAMERA_FORMAT where it does not stream; NONE: nothing.
enum failure camera_capabilities_judge(uint32_t capabilities);

// Of this node alone.
uint32_t camera_capabilities_of(const struct v4l2_capability *capability);

// True if frames come only when a media pipeline was set up before.
bool camera_device_needs_pipeline(const struct camera_device *device);

uint32_t camera_device_type(const struct camera_device *device); // V4L2_BUF_TYPE_*

// Chooses the mode, see camera_mode_choose, and whether the kernel or libv4l2 is talked to from
// now on: libv4l2 streams, and converts nothing. Fails with CAMERA_FORMAT.
bool camera_device_choose(struct camera_device *device, struct camera_mode *out,
                          bool *gray_only, struct fault *fault);

bool camera_device_configure(struct camera_device *device, const struct camera_mode *mode,
                             struct fault *fault);

// Maps the buffers and starts the stream.
bool camera_device_start(struct camera_device *device, struct fault *fault);

enum camera_take camera_device_take(struct camera_device *device, struct camera_taken *out,
                                    struct fault *fault);
bool camera_device_give_back(struct camera_device *device, uint32_t index, struct fault *fault);

// Finds out whether the stream could start now, by starting it without looking at a frame.
bool camera_device_probe(struct camera_device *device, struct fault *fault);

void camera_device_close(struct camera_device *device);

// Says which failure an errno of a camera call is; returns false.
bool camera_fault(struct fault *fault, int error, const char *path, const char *call);

#endif
