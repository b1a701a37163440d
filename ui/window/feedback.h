// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_FEEDBACK_H
#define QRCONFIRM_UI_WINDOW_FEEDBACK_H

// What the window does besides being seen: short tones, vibration, and spoken texts through
// speech-dispatcher's spd-say where it is installed. All of it happens in a thread of its own,
// which sleeps in between: opening a sound device can take long. Main thread, after SDL is up.

#include <stdbool.h>

#define FEEDBACK_TEXT_MAX 4096u // bytes of a text that is said, with its end

enum feedback_kind {
    FEEDBACK_FOUND, // a code was read
    FEEDBACK_DONE,
    FEEDBACK_STOP // refused, or failed
};

struct feedback;

// NULL if it cannot be started: then there is no feedback.
struct feedback *feedback_start(void);

// Ends at once whatever goes on. NULL is fine, here and below.
void feedback_stop(struct feedback *feedback);

bool feedback_can_vibrate(struct feedback *feedback);
bool feedback_can_speak(const struct feedback *feedback);

// The newest takes the place of one that waits.
void feedback_give(struct feedback *feedback, enum feedback_kind kind, bool sound,
                   bool vibration);

// Says a text of one line, in place of what is being said. Texts go through a pipe, never on a
// command line that others can read.
void feedback_say(struct feedback *feedback, const char *language, const char *text);

#endif
