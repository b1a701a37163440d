// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_USB_PLACE_H
#define QRCONFIRM_SCANNER_CAMERA_USB_PLACE_H

// Where a USB camera is plugged in, as libcamera writes it at the end of a camera's id:
// "-PORTS:CONFIGURATION.INTERFACE-VENDOR:PRODUCT". By it the video node of the kernel and the
// camera that libcamera makes of it are known to be one.

#include <stdbool.h>
#include <stddef.h>

#define USB_PLACE_MAX 64u // bytes, with its end

// `classes`: "/sys/class/video4linux"; `path`: of a video node. False, and "", where it is not
// on USB.
bool usb_place_read(const char *classes, const char *path, char out[static USB_PLACE_MAX]);

// Whether libcamera's id is of the camera at this place; "" is no place.
bool usb_place_is_of(const char *place, const char *id);

#endif
