// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_REMOTE_H
#define QRCONFIRM_SCANNER_PIPEWIRE_PIPEWIRE_REMOTE_H

// A connection to the PipeWire daemon, and the cameras that its registry lists.
//
// One thread at a time. Everything that comes from the daemon is dealt with in
// pipewire_remote_run, on the caller's thread; the library's own thread only moves buffers. The
// daemon's word is not trusted: counts and texts have limits, and texts are printable ASCII.

#include "scanner/pipewire/pipewire_camera.h"
#include "scanner/pipewire/pipewire_format.h"
#include "scanner/pipewire/pipewire_library.h"
#include "scanner/pipewire/pipewire_portal.h"

#define PIPEWIRE_CAMERAS_MAX 32u
#define PIPEWIRE_PORTS_MAX   32u // the newest input ports: a new stream's is among them

struct pipewire_remote {
    struct pipewire_library library;
    bool sandboxed; // the portal makes the connection
    struct pipewire_portal portal;
    struct pw_loop *loop;
    struct pw_context *context;
    struct pw_core *core; // NULL: not connected
    struct pw_registry *registry;
    struct spa_hook core_listener, registry_listener;
    struct pipewire_camera cameras[PIPEWIRE_CAMERAS_MAX];
    struct {
        uint32_t node, port;
    } ports[PIPEWIRE_PORTS_MAX];
    size_t next_port;
    bool entered; // this thread has the loop, see pipewire_remote_leave
    bool managed; // a session manager links streams; behind the portal it must
    int sync;
    unsigned synced; // answers to our syncs: after two, all cameras and what they are is known
    bool broken;     // the connection is lost
    bool news;       // a camera came, since this was set to false
    uint32_t node;   // of our own stream; SPA_ID_INVALID: none yet
    struct pw_proxy *link; // to it, whoever made it
    struct spa_hook link_listener;
    bool link_failed; // it does not come about: `error` says why
    uint32_t refused; // the proxy that the daemon reported an error for; SPA_ID_INVALID: none
    char error[FAULT_DETAIL_MAX / 2]; // what it said
};

enum pipewire_run {
    PIPEWIRE_RAN,   // something came, or the time is over
    PIPEWIRE_WOKEN, // `wake` is readable
    PIPEWIRE_BROKEN // the daemon is gone
};

// Finds out whether this program runs in a sandbox.
void pipewire_remote_init(struct pipewire_remote *remote);
void pipewire_remote_destroy(struct pipewire_remote *remote);

// Connects, if it is not connected, and waits until the cameras are known. `wake`: a descriptor
// that ends the wait when it becomes readable; -1: none. Fails with PIPEWIRE_LIBRARY,
// PIPEWIRE_DAEMON, CAMERA_PERMISSION, INTERRUPTED, MEMORY; in a sandbox also as
// pipewire_portal_open does.
bool pipewire_remote_connect(struct pipewire_remote *remote, int wake, struct fault *fault);
void pipewire_remote_disconnect(struct pipewire_remote *remote);

// Between a connect and this the loop belongs to the thread that connected: only then does the
// library's own thread leave the calls of a stream to it. To be called by that thread, once its
// streams are closed; the connection stays.
void pipewire_remote_leave(struct pipewire_remote *remote);

// Waits for the daemon, at most `timeout_ms`, and deals with what came.
enum pipewire_run pipewire_remote_run(struct pipewire_remote *remote, int wake, int timeout_ms);

// The camera of a name, an object path or a video node, or the first that is "front" or "back".
// NULL: there is none.
const struct pipewire_camera *pipewire_remote_find(const struct pipewire_remote *remote,
                                                   const char *id);

// The best of all: as in camera_list.h, the back one before unknown before the front one.
const struct pipewire_camera *pipewire_remote_best(const struct pipewire_remote *remote);

// The camera after the one of this name, in the order of the registry; NULL: there is no other.
const struct pipewire_camera *pipewire_remote_next(const struct pipewire_remote *remote,
                                                   const char *name);

size_t pipewire_remote_count(const struct pipewire_remote *remote); // of cameras

// The camera of a number; NULL: the registry no longer lists it.
const struct pipewire_camera *pipewire_remote_camera(const struct pipewire_remote *remote,
                                                     uint32_t id);

// That camera has told its formats, and none of them can be read.
bool pipewire_remote_unreadable(const struct pipewire_remote *remote, uint32_t id);

// Asks that camera for what it offers and codes are read better by, once it streams; its tuning
// is filled in as its answers come.
void pipewire_remote_tune(struct pipewire_remote *remote, uint32_t id);

// From now on links to this node are watched; whether one failed, and other errors, are
// forgotten. SPA_ID_INVALID: none is. No stream may be left that uses them.
void pipewire_remote_expect(struct pipewire_remote *remote, uint32_t node);

// The input port of a node, or SPA_ID_INVALID.
uint32_t pipewire_remote_input_port(const struct pipewire_remote *remote, uint32_t node);

#endif
