// SPDX-License-Identifier: MIT
// A kiosk at night: nobody is there, and its screen is black. All else is as in the day; its
// camera is off at the first screen anyway.
#include "ui/window/window_parts.h"

#define SECOND_MS 1000

void window_follow_quiet_hours(struct window *window)
{
    bool dark = navigation_is_left(&window->navigation) && window_is_quiet(window);
    if (dark == window->dark)
        return;
    window->dark = dark;
    window->dirty = true;
}

int window_quiet_wait_ms(const struct window *window)
{
    struct wall_clock clock = wall_clock_here();
    unsigned wait_s = quiet_hours_wait_s(&window->options.quiet, &clock);
    bool watched = wait_s > 0 && navigation_is_left(&window->navigation);
    return watched ? (int)wait_s * SECOND_MS : -1;
}

bool window_darken(struct window *window)
{
    char text[SCREEN_LOG_MAX];
    bool darkened = stage_darken(&window->stage);
    keep_on_set(&window->keep_on, window->stage.window, false);
    pointer_forget(&window->pointer); // what went down before it presses nothing

    // Whatever comes next comes anew, and is not answered by the touch that has brought it.
    window->built = WINDOW_BUILT_NOTHING;
    window->stale = window->rises = false;

    window_tell_started(window);
    if (window->options.verbose && screen_log_dark(&window->screen_log, text))
        fprintf(stderr, "qrconfirm: screen: %s\n", text);
    return darkened;
}
