// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_CAMERA_FAKE_H
#define QRCONFIRM_TESTS_CAMERA_FAKE_H

// A kernel with video nodes that do what a test says: every answer, every errno, every frame.
// Time stands still but for poll, whose time-outs move it; nothing waits.

#include "scanner/camera/camera.h"

#define FAKE_NODES_MAX   6u
#define FAKE_FORMATS_MAX 8u
#define FAKE_EVENTS_MAX  64u
#define FAKE_BUFFERS     4u

struct fake_format {
    uint32_t fourcc;
    uint32_t flags;
    struct {
        uint32_t width, height;
        unsigned fps;
    } sizes[8];    // ends at width 0
    bool stepwise; // from the first to the second size
};

// What the stream does next.
struct fake_event {
    const void *bytes; // NULL: see `error`
    size_t size;
    uint32_t flags; // V4L2_BUF_FLAG_*
    uint32_t sequence;
    int64_t time_us;
    int64_t far_s;     // more seconds, which microseconds do not hold
    int error;         // DQBUF fails with it
    bool poll_error;   // poll says POLLERR
    int64_t silent_us; // nothing comes for so long
};

struct media_v2_topology;

struct fake_node {
    bool hidden;                           // no video node: it is not listed, but may be opened
    const struct media_v2_topology *graph; // of a media device
    const char *path, *alias, *card, *driver, *bus;
    uint32_t capabilities, device_caps;
    struct fake_format formats[FAKE_FORMATS_MAX];
    size_t format_count;
    uint32_t stride;       // 0: as the format says
    uint32_t gives_fourcc; // S_FMT gives this one; 0: what was asked
    size_t buffer_size;    // 0: enough
    size_t stumps;         // REQBUFS gives so many buffers; 0: FAKE_BUFFERS
    int32_t orientation;   // -1: no such control
    int32_t rotation;      // -1: no such control
    int32_t exposure;      // as V4L2_CID_EXPOSURE_AUTO has it; -1: no such control
    bool has_priority;     // it knows aperture priority, as webcams do
    int focus_error;       // errno of what it says when it is asked to focus; 0: it does
    int open_error, query_error, format_error, buffers_error, stream_error, queue_error;
    unsigned queue_later; // QBUF fails so many times with ENOMEM while streaming
    bool gone;            // not listed, cannot be opened
    struct fake_event events[FAKE_EVENTS_MAX];
    size_t event_count, event_at;

    // what happened
    struct v4l2_format format;
    uint32_t set_numerator, set_denominator;
    bool streaming;
    uint8_t *memory[FAKE_BUFFERS];
    bool queued[FAKE_BUFFERS];
    unsigned opened, closed, mapped, unmapped, streams, focus_auto;
};

struct fake_kernel {
    struct camera_io io;
    struct fake_node nodes[FAKE_NODES_MAX];
    size_t node_count;
    int64_t now_us, slept_us;
    unsigned polls, ioctls;
    bool watched; // changes below /dev can be watched, see fake_change
    int watch[2];
};

// Makes a kernel with one ordinary webcam that offers YUYV at 1280x720.
void fake_kernel_init(struct fake_kernel *kernel);
void fake_kernel_destroy(struct fake_kernel *kernel);

struct camera_system fake_system(const struct fake_kernel *kernel);

// A node's numbers are FAKE_MAJOR and its index.
#define FAKE_MAJOR 81u

// Adds an event to the first node's stream, numbered and timed as a camera would.
struct fake_event *fake_frame(struct fake_kernel *kernel, const void *bytes, size_t size);

struct fake_event *fake_frame_of(struct fake_kernel *kernel, size_t number, const void *bytes,
                                 size_t size);

// A node below /dev came, went or changed its rights.
void fake_change(const struct fake_kernel *kernel, const char *name);

#endif
