// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_CAMERA_CAMERA_WISHES_H
#define QRCONFIRM_SCANNER_CAMERA_CAMERA_WISHES_H

// What other threads ask of a camera's source, and what they are told of it, whichever way its
// pictures come. The capture thread takes the wishes and tells; any thread may do the rest.

#include <pthread.h>

#include "base/failure.h"
#include "scanner/camera/camera_use.h"

enum camera_wish { CAMERA_WISH_NOTHING, CAMERA_WISH_END, CAMERA_WISH_SWITCH };

struct camera_wishes {
    int wake;  // to be waited for: readable while there is a wish
    bool lent; // `wake` is the maker's

    pthread_mutex_t mutex; // of all that follows
    bool interrupted, switching;
    char switch_to[CAMERA_ALIAS_MAX]; // "": the next one
    struct camera_in_use in_use;
};

// Fails with DESCRIPTORS, MEMORY; then there is nothing to destroy.
bool camera_wishes_init(struct camera_wishes *wishes, struct fault *fault);

// The same, in a process that has one thread: wishes come over `wake`, a descriptor of the
// caller's, who takes them from there before camera_wishes_take is called.
bool camera_wishes_init_lent(struct camera_wishes *wishes, int wake, struct fault *fault);
void camera_wishes_destroy(struct camera_wishes *wishes);

void camera_wishes_end(struct camera_wishes *wishes); // for good
// To the camera that `id` names; NULL: the next one.
void camera_wishes_switch(struct camera_wishes *wishes, const char *id);

// Takes what was asked for; the end stays asked for. `to` is filled in with CAMERA_WISH_SWITCH.
enum camera_wish camera_wishes_take(struct camera_wishes *wishes,
                                    char to[static CAMERA_ALIAS_MAX]);
// Takes nothing.
bool camera_wishes_ended(struct camera_wishes *wishes);

void camera_wishes_tell(struct camera_wishes *wishes, const struct camera_in_use *in_use);
void camera_wishes_told(struct camera_wishes *wishes, struct camera_in_use *out);

#endif
