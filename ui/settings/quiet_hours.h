// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SETTINGS_QUIET_HOURS_H
#define QRCONFIRM_UI_SETTINGS_QUIET_HOURS_H

// Hours of each day in which the window makes no sound and says nothing, and that of a kiosk is
// dark while nobody is there. They go by the clock and in the zone of the device: an hour that
// the clock passes twice counts twice, one that it leaves out does not come. Pure.

#include <stdbool.h>

#include "ui/text/wall_clock.h"

struct quiet_hours {
    unsigned from, until; // minutes since midnight; `until` is not one of them; the same: none
};

// "22:00-06:00": over midnight, if need be. False if it is not of this form.
bool quiet_hours_parse(const char *text, struct quiet_hours *out);

bool quiet_hours_hold(const struct quiet_hours *hours, const struct wall_clock *clock);

// Seconds, 1 to 60, after which quiet_hours_hold may say something else: to the end of the
// minute, as the clock may be set and the zone change at any. 0: there are no such hours.
unsigned quiet_hours_wait_s(const struct quiet_hours *hours, const struct wall_clock *clock);

#endif
