// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_CAMERA_UVC_H
#define QRCONFIRM_TESTS_CAMERA_UVC_H

// What a USB camera says of itself, and its answers on the control endpoint. It streams in
// bulk, or, as most cameras do, isochronously: then packets may be lost, and the bus may have
// no room. Formats: USB Device Class Definition for Video Devices 1.1, chapters 3 and 4, and
// its payload documents for uncompressed and Motion-JPEG pictures.

#include "tests/camera/picture.h"
#include "tests/camera/usbip.h"

#define UVC_DESCRIPTORS_MAX 2048u
#define UVC_PAYLOAD_MAX     16384u // bytes of a transfer, with its header
#define UVC_PAYLOAD_HEADER  12u
#define UVC_PACKET_MAX      3072u // bytes of an isochronous packet: three times 1024
#define UVC_PROBE_SIZE      26u

struct uvc {
    bool isochronous;
    bool crowded; // the bus has no room for an isochronous stream
    bool lies;    // of what a pixel, and with it a frame, takes
    unsigned said_bits;
    unsigned width, height, fps;
    const struct picture_format *formats[PICTURE_FORMATS_MAX];
    size_t format_count;
    uint8_t configuration[UVC_DESCRIPTORS_MAX];
    size_t configuration_size;
    size_t chosen;  // format the host committed to
    bool streaming; // the host wants frames
    bool restarted; // since the flag was last cleared: frames begin anew
};

// `formats` and sizes are filled in by the caller.
void uvc_describe(struct uvc *uvc);

// Answers a request on the control endpoint.
bool uvc_control(struct uvc *uvc, int link, const struct usbip_request *request);

// Bytes of a whole frame in the chosen format, at most, as the camera says.
size_t uvc_frame_size(const struct uvc *uvc);

#endif
