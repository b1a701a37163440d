// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_CAMERA_USBIP_H
#define QRCONFIRM_TESTS_CAMERA_USBIP_H

// One device on the kernel's virtual USB host controller (vhci_hcd): the kernel sends requests
// through a socket pair, we answer as the device would. Format: the kernel's
// Documentation/usb/usbip_protocol.rst.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USBIP_OUT_MAX     4096u // bytes a request may carry to the device
#define USBIP_PACKETS_MAX 64u   // of an isochronous request

// A packet of an isochronous request.
struct usbip_packet {
    uint32_t room; // bytes that it may hold, as the host says
    uint32_t size; // bytes that it holds
    int status;    // 0, or a negative errno: it was lost
};

struct usbip_request {
    bool unlink;       // take back the request `victim`
    uint32_t sequence; // names the request
    uint32_t victim;
    uint32_t endpoint;   // 0: control
    bool in;             // device to host
    uint32_t size;       // bytes wanted, or carried in `out`
    uint8_t setup[8];    // of a control request
    size_t packet_count; // isochronous, if it is not 0
    struct usbip_packet packets[USBIP_PACKETS_MAX];
    uint8_t out[USBIP_OUT_MAX];
};

// Plugs a high-speed device into port 0. Returns the descriptor to talk over, -1 on failure.
int usbip_plug(void);

// Takes the next request; false when the link is closed.
bool usbip_receive(int link, struct usbip_request *out);

// Answers a request: `status` 0 or a negative errno; `size` bytes that were moved, of which
// `data` (may be NULL) goes to the host. False when the link is closed.
bool usbip_answer(int link, uint32_t sequence, int status, const void *data, size_t size);

// The same for an isochronous request, whose packets stand in `data` one behind the other.
bool usbip_answer_packets(int link, uint32_t sequence, const struct usbip_packet *packets,
                          size_t count, const void *data, size_t size);
bool usbip_answer_unlink(int link, uint32_t sequence, int status);

#endif
