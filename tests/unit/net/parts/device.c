// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <errno.h>
#include <time.h>

#include "tests/unit/net/parts/device.h"
#include "tests/unit/pairings/cheap_seals.h"

// No event takes as long on a machine that works.
#define PATIENCE_S 60
#define SLOWER     20 // device_slow_down

static void take_event(void *userdata, const struct net_event *event)
{
    struct device *device = userdata;
    pthread_mutex_lock(&device->lock);
    if (device->count < DEVICE_EVENTS_MAX)
        device->events[device->count++] = *event;
    pthread_cond_signal(&device->came);
    pthread_mutex_unlock(&device->lock);
}

static int64_t real_boot_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t boot_clock(void *userdata)
{
    const struct device *device = userdata;
    int64_t slow_since_ms = atomic_load(&device->slow_since_ms), now_ms = real_boot_ms();
    if (slow_since_ms > 0)
        now_ms = slow_since_ms + (now_ms - slow_since_ms) / SLOWER;
    return now_ms + atomic_load(&device->boot_ahead_ms);
}

void device_slow_down(struct device *device)
{
    atomic_store(&device->slow_since_ms, real_boot_ms());
}

void device_keep_time(struct device *device)
{
    atomic_store(&device->slow_since_ms, 0);
}

static int64_t wall_clock(void *userdata)
{
    const struct device *device = userdata;
    return (int64_t)time(NULL) + atomic_load(&device->wall_ahead_s);
}

static const char *variable(void *userdata, const char *name)
{
    const struct device *device = userdata;
    return strcmp(name, "https_proxy") == 0 ? atomic_load(&device->proxy) : NULL;
}

void device_start(struct device *device, const char *folder)
{
    device_start_with(device, folder, dialects);
}

void device_start_with(struct device *device, const char *folder,
                       const struct dialect *const *table)
{
    struct fault fault = {0};
    memset(device, 0, sizeof(*device));
    snprintf(device->data, sizeof(device->data), "%.3000s/device-data", folder);
    snprintf(device->state, sizeof(device->state), "%.3000s/device-state", folder);
    pthread_mutex_init(&device->lock, NULL);
    pthread_cond_init(&device->came, NULL);

    device->pairings = pairing_store_open(device->data, table, &fault);
    assert_non_null(device->pairings);
    make_seals_cheap(device->pairings);

    net_environment_system(&device->environment, device->state);
    device->environment.boot_clock = boot_clock;
    device->environment.wall_clock = wall_clock;
    device->environment.variable = variable;
    device->environment.userdata = device;

    device_go_on(device);
}

void device_go_on(struct device *device)
{
    struct fault fault = {0};
    device->worker =
        net_worker_start(&device->environment, device->pairings, take_event, device, &fault);
    assert_non_null(device->worker);
}

void device_pause(struct device *device)
{
    device_slow_down(device); // what it still says then has three seconds
    net_worker_stop(device->worker);
    device->worker = NULL;
    device_keep_time(device);
}

void device_stop(struct device *device)
{
    device_pause(device);
    pairing_store_close(device->pairings);
    pthread_cond_destroy(&device->came);
    pthread_mutex_destroy(&device->lock);
}

static void next_event(struct device *device, struct net_event *out)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&device->lock);
    int waited = 0;
    while (device->taken == device->count && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&device->came, &device->lock, &until);
    bool came = device->taken < device->count;
    if (came)
        *out = device->events[device->taken++];
    pthread_mutex_unlock(&device->lock);
    assert_true(came);
}

void device_expect(struct device *device, enum net_event_kind kind, struct net_event *out)
{
    do {
        next_event(device, out);
    } while (out->kind == NET_EVENT_RETRYING && kind != NET_EVENT_RETRYING);
    if (out->kind != kind && out->kind == NET_EVENT_FAILED)
        fail_msg("%s: %s", failure_code(out->fault.failure), out->fault.detail);
    assert_int_equal(out->kind, kind);
}

void device_expect_any(struct device *device, struct net_event *out)
{
    next_event(device, out);
}

void device_expect_failure(struct device *device, enum failure failure)
{
    struct net_event event;
    device_expect(device, NET_EVENT_FAILED, &event);
    assert_string_equal(failure_code(event.fault.failure), failure_code(failure));
}

void device_expect_retrying(struct device *device)
{
    struct net_event event;
    device_expect(device, NET_EVENT_RETRYING, &event);
}

bool device_has_begun(const struct device *device)
{
    struct begun_pairing begun;
    return begun_pairing_find(device->pairings, &begun, NULL);
}

struct challenge device_read(const char *qr, enum payload_kind kind)
{
    struct challenge challenge;
    dialect_read_code(dialects, span_str(qr), &challenge);
    assert_string_equal(payload_kind_name(challenge.kind), payload_kind_name(kind));
    return challenge;
}
