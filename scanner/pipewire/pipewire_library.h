// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_LIBRARY_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_LIBRARY_H

// libpipewire, found at run time: the program starts where PipeWire is not installed, and says
// so only when it is asked for. What the headers define in place needs no library.
//
// The library's own log is kept quiet unless PIPEWIRE_DEBUG is set: its faults are told in our
// words.

#include <pipewire/pipewire.h>

#include "base/failure.h"

// The functions that are called, without "pw_".
#define PIPEWIRE_CALLS(X)                                                                      \
    X(init)                                                                                    \
    X(log_set_level)                                                                           \
    X(get_library_version)                                                                     \
    X(loop_new)                                                                                \
    X(loop_destroy)                                                                            \
    X(context_new)                                                                             \
    X(context_connect)                                                                         \
    X(context_connect_fd)                                                                      \
    X(context_destroy)                                                                         \
    X(core_disconnect)                                                                         \
    X(properties_new_dict)                                                                     \
    X(proxy_destroy)                                                                           \
    X(proxy_get_id)                                                                            \
    X(proxy_add_listener)                                                                      \
    X(stream_new)                                                                              \
    X(stream_destroy)                                                                          \
    X(stream_add_listener)                                                                     \
    X(stream_connect)                                                                          \
    X(stream_get_node_id)                                                                      \
    X(stream_update_params)                                                                    \
    X(stream_dequeue_buffer)                                                                   \
    X(stream_queue_buffer)

struct pipewire_library {
    void *handle; // NULL: not open
#define X(name) __typeof__(pw_##name) *name;
    PIPEWIRE_CALLS(X)
#undef X
};

// Fails with PIPEWIRE_LIBRARY. What is open is left as it is.
bool pipewire_library_open(struct pipewire_library *library, struct fault *fault);
void pipewire_library_close(struct pipewire_library *library);

#endif
