// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_DEVICE_H
#define QRCONFIRM_TESTS_DEVICE_H

// A device in a folder of its own: pairings and network thread, and its events as a queue.

#include "net/begun_pairing.h"
#include "net/dialects/dialects.h"
#include "net/pairings/pairing_store.h"
#include "net/worker.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#define DEVICE_EVENTS_MAX 256u

struct device {
    char data[PATH_MAX], state[PATH_MAX];
    struct net_environment environment;
    atomic_llong boot_ahead_ms, wall_ahead_s; // of the real clocks; 0 when it starts
    atomic_llong slow_since_ms;               // of the real boot clock; 0: it keeps time
    const char *_Atomic proxy;                // NULL when it starts
    struct pairing_store *pairings;
    struct net_worker *worker;
    pthread_mutex_t lock;
    pthread_cond_t came;
    struct net_event events[DEVICE_EVENTS_MAX];
    size_t count, taken;
};

// Its files are in `folder`, as those of a former run of the program.
void device_start(struct device *device, const char *folder);
// ... that knows these dialects, instead of those of the program.
void device_start_with(struct device *device, const char *folder,
                       const struct dialect *const *table);
void device_stop(struct device *device);
// Its network thread ends, so that a test can do what it does: after each command that thread
// locks the keys, and makes the signer forget what was shown. It goes on with a new one.
void device_pause(struct device *device);
void device_go_on(struct device *device);
// From now on a second of its boot clock takes many: where something has to be done within a
// few seconds, a busy machine may need more. What has to pass takes as much longer.
void device_slow_down(struct device *device);
void device_keep_time(struct device *device); // again

// The next event other than NET_EVENT_RETRYING must be of this kind.
void device_expect(struct device *device, enum net_event_kind kind, struct net_event *out);
// The next event, whatever it is.
void device_expect_any(struct device *device, struct net_event *out);
// ... or NET_EVENT_FAILED with this failure.
void device_expect_failure(struct device *device, enum failure failure);
// Waits for a NET_EVENT_RETRYING.
void device_expect_retrying(struct device *device);

// Whether a pairing was begun and is not over.
bool device_has_begun(const struct device *device);

// The code of a QR text must be of this kind.
struct challenge device_read(const char *qr, enum payload_kind kind);

#endif
