// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_TUNING_H
#define QRCONFIRM_SCANNER_CAMERA_TUNING_H

// What became of what a camera is asked for, so that codes are read: to focus by itself, and
// all the time; to expose by itself.

enum camera_setting {
    CAMERA_SETTING_NOT_OFFERED, // the camera has no such control
    CAMERA_SETTING_AUTOMATIC,
    CAMERA_SETTING_REFUSED // it has one, which stays as it was
};

struct camera_tuning {
    enum camera_setting focus, exposure;
};

// "not-offered", "automatic", "refused"
static inline const char *camera_setting_name(enum camera_setting setting)
{
    static const char *const names[] = {"not-offered", "automatic", "refused"};
    return names[setting];
}

#endif
