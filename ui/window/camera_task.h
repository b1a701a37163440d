// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_CAMERA_TASK_H
#define QRCONFIRM_UI_WINDOW_CAMERA_TASK_H

// Looks for the machine's cameras in a thread of its own: some are started for a moment, and
// the camera portal may ask a person first. All functions on the main thread, but `on_done`.

#include <pthread.h>
#include <stdatomic.h>

#include "ui/places/camera_offers.h"

struct camera_task {
    pthread_t thread;
    bool running;
    int stop_fd; // while it runs
    atomic_bool done;
    struct camera_offers offers;     // once it is done
    void (*on_done)(void *userdata); // on its thread: camera_task_take may be called now
    void *userdata;
};

// Begins to look, if it does not look already. False if that cannot be begun.
bool camera_task_start(struct camera_task *task);

// True once after it is done, with what it found.
bool camera_task_take(struct camera_task *task, struct camera_offers *out);

// Ends it, and waits for that: at most as long as a camera takes to be looked at.
void camera_task_end(struct camera_task *task);

#endif
