// SPDX-License-Identifier: MIT
#include "scanner/camera/camera.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "scanner/camera/camera_pixels.h"
#include "scanner/camera/camera_wishes.h"
#include "scanner/frames/frame_clock.h"

#define TICK_MS        500 // how late a sleep of the whole device is noticed at most
#define EMPTY_MAX      20u // times in a row that the driver promises a frame and has none
#define EMPTY_MS       5   // in between: libcamera's shim is early with its promise
#define RETRY_FIRST_MS 250
#define RETRY_MOST_MS  1000
#define ASLEEP_US      INT64_C(1500000) // shorter sleeps leave the stream alone
#define GAP_MAX        1000u            // a larger gap in the numbers is a new beginning
#define SETTLED_US     INT64_C(500000)  // a new node has its name and its rights by then

struct camera {
    struct source source;
    struct camera_system system;
    char *wanted;                     // id asked for; NULL: any
    char preferred[CAMERA_ALIAS_MAX]; // of any, this one first: the one in use
    struct camera_entry entry;
    struct camera_list list;
    struct camera_device device;
    struct camera_pixels pixels;
    struct camera_wishes wishes;
    int watch; // nodes come and go; -1: not watched
    int retry_ms;
    int64_t recount_us; // when to count the other cameras anew; 0: not at all

    bool held; // a buffer is with the caller
    uint32_t held_index;
    bool any; // a frame came since the opening
    uint32_t last_sequence;
    int64_t last_frame_us; // CLOCK_MONOTONIC, good or damaged
    int64_t damaged_us;    // since when all frames are damaged; 0: the last was good
    struct frame_clock clock;
    int64_t asleep_us; // time slept through, CLOCK_BOOTTIME - CLOCK_MONOTONIC
    uint64_t index;
    struct camera_counts counts;
};

static struct camera *downcast(const struct source *source)
{
    union {
        const struct source *in;
        struct camera *out;
    } camera = {.in = source}; // `source` is the first member
    return camera.out;
}

static int64_t now_us(const struct camera *camera)
{
    const struct camera_io *io = camera->system.kernel;
    return io->clock_us(io->self, CLOCK_MONOTONIC);
}

static int64_t slept_us(const struct camera *camera)
{
    const struct camera_io *io = camera->system.kernel;
    return io->clock_us(io->self, CLOCK_BOOTTIME) - io->clock_us(io->self, CLOCK_MONOTONIC);
}

static const struct camera_entry *choose(struct camera *camera, struct fault *fault)
{
    camera_list_read(&camera->list, camera->system);
    const struct camera_list *list = &camera->list;

    if (camera->wanted) {
        const struct camera_entry *entry = camera_list_find(list, camera->wanted);
        if (!entry)
            // One that was there before has been unplugged; else the name is wrong.
            fault_set(fault,
                      camera->counts.opened ? FAILURE_CAMERA_GONE : FAILURE_CAMERA_UNKNOWN,
                      "no camera \"%s\" among %zu nodes", camera->wanted, list->count);
        return entry;
    }

    // The one that was in use comes before a better one: pictures should not change hands.
    const struct camera_entry *same = camera_list_find(list, camera->preferred);
    if (same && same->verdict.failure == FAILURE_NONE)
        return same;
    if (list->chosen < list->count)
        return &list->entry[list->chosen];
    for (size_t i = 0; i < list->count; i++) {
        enum failure failure = list->entry[i].verdict.failure;
        if (failure != FAILURE_CAMERA_METADATA && failure != FAILURE_CAMERA_OUTPUT)
            return &list->entry[i]; // its verdict says why there is no picture
    }

    fault_set(fault, camera->counts.opened ? FAILURE_CAMERA_GONE : FAILURE_CAMERA_NONE,
              "%zu video nodes, none is a camera", list->count);
    return NULL;
}

// Reads the list anew. The camera that streams is said to be busy, by us.
static void look_around(struct camera *camera)
{
    camera_list_read(&camera->list, camera->system);
    for (size_t i = 0; camera->device.fd >= 0 && i < camera->list.count; i++) {
        struct camera_entry *entry = &camera->list.entry[i];
        if (strcmp(entry->path, camera->device.path) == 0)
            entry->verdict.failure = FAILURE_NONE;
    }
}

// Tells the screen how many cameras there are besides `id`, by the list at hand.
static void count_others(struct camera *camera, const char *id)
{
    size_t others = 0;
    for (size_t i = 0; i < camera->list.count; i++) {
        const struct camera_entry *entry = &camera->list.entry[i];
        others += entry->verdict.failure == FAILURE_NONE && strcmp(entry->id, id) != 0;
    }

    struct camera_in_use in_use;
    camera_wishes_told(&camera->wishes, &in_use);
    in_use.others = others;
    camera_wishes_tell(&camera->wishes, &in_use);
}

static void tell_in_use(struct camera *camera)
{
    const struct camera_entry *entry = &camera->entry;
    struct camera_in_use in_use;
    camera_wishes_told(&camera->wishes, &in_use);
    memcpy(in_use.id, entry->id, sizeof(entry->id));
    memcpy(in_use.name, entry->name, sizeof(entry->name));
    in_use.facing = entry->facing;
    in_use.fps = entry->mode.fps;
    in_use.coded = camera_format_is_coded(camera_format_find(camera->device.fourcc));
    camera_wishes_tell(&camera->wishes, &in_use);
    count_others(camera, entry->id);
}

static bool open_entry(struct camera *camera, const struct camera_entry *entry,
                       struct fault *fault)
{
    if (entry->verdict.failure != FAILURE_NONE) {
        if (fault)
            *fault = entry->verdict;
        return false;
    }

    struct camera_device *device = &camera->device;
    if (!camera_device_open(device, camera->system, entry->path, fault))
        return false;

    struct camera_mode mode;
    if (!camera_device_choose(device, &mode, NULL, fault) ||
        !camera_device_configure(device, &mode, fault) ||
        !camera_pixels_prepare(&camera->pixels, device, fault))
        goto error;
    camera->counts.tuning = camera_controls_set(device);
    if (!camera_device_start(device, fault))
        goto error;

    camera->entry = *entry;
    memcpy(camera->preferred, entry->id, sizeof(entry->id));
    camera->held = false;
    camera->any = false;
    camera->last_frame_us = now_us(camera);
    camera->damaged_us = 0;
    camera->asleep_us = slept_us(camera);
    camera->counts.opened++;
    tell_in_use(camera);
    return true;

error:
    camera_device_close(device);
    return false;
}

// The camera to switch to, which becomes the preferred one; NULL: there is none, all stays.
static const struct camera_entry *choose_other(struct camera *camera, const char *to)
{
    look_around(camera);
    const struct camera_list *list = &camera->list;
    const struct camera_entry *entry =
        to[0] ? camera_list_find(list, to) : camera_list_next(list, camera->preferred);
    count_others(camera, camera->preferred);
    bool streams =
        entry && camera->device.fd >= 0 && strcmp(entry->path, camera->device.path) == 0;
    if (!entry || streams || entry->verdict.failure != FAILURE_NONE)
        return NULL;
    free(camera->wanted);
    camera->wanted = NULL;
    memcpy(camera->preferred, entry->id, sizeof(entry->id));
    return entry;
}

static bool camera_open(struct source *source, struct fault *fault)
{
    struct camera *camera = downcast(source);
    char to[CAMERA_ALIAS_MAX];
    const struct camera_entry *entry = NULL;
    if (camera_wishes_take(&camera->wishes, to) == CAMERA_WISH_SWITCH)
        entry = choose_other(camera, to);
    if (!entry)
        entry = choose(camera, fault);
    if (entry && open_entry(camera, entry, fault))
        return true;
    count_others(camera, entry ? entry->id : "");
    return false;
}

static bool switch_over(struct camera *camera, const char *to, struct fault *fault)
{
    const struct camera_entry *entry = choose_other(camera, to);
    if (!entry)
        return true;
    camera_device_close(&camera->device);
    return open_entry(camera, entry, fault);
}

// True if a node came, went or changed its rights.
static bool nodes_changed(const struct camera *camera)
{
    _Alignas(struct inotify_event) char events[4096];
    bool changed = false;
    ssize_t size;
    while ((size = read(camera->watch, events, sizeof(events))) > 0) {
        for (ssize_t at = 0; at < size;) {
            const struct inotify_event *event = (const void *)(events + at);
            changed = changed || (event->len > 0 && strncmp(event->name, "video", 5) == 0);
            at += (ssize_t)(sizeof(*event) + event->len);
        }
    }
    return changed;
}

// What is wrong with the stream as a whole, if anything.
static bool is_broken(const struct camera *camera, bool ready, struct fault *fault)
{
    const char *path = camera->device.path;
    if (slept_us(camera) - camera->asleep_us > ASLEEP_US) {
        fault_set(fault, FAILURE_CAMERA_ASLEEP, "%s: the device slept", path);
        return true;
    }

    int64_t now = now_us(camera);
    int64_t patience = camera->any ? CAMERA_NEXT_FRAME_US : CAMERA_FIRST_FRAME_US;
    if (!ready && now - camera->last_frame_us >= patience) {
        fault_set(fault, FAILURE_CAMERA_SILENT, "%s: no frame for %lld ms", path,
                  (long long)((now - camera->last_frame_us) / 1000));
        return true;
    }

    if (camera->damaged_us > 0 && now - camera->damaged_us >= CAMERA_DAMAGED_US) {
        fault_set(fault, FAILURE_CAMERA_DAMAGED, "%s: only damaged frames", path);
        return true;
    }
    return false;
}

// While frames come: other cameras come and go too.
static void recount(struct camera *camera)
{
    if (camera->recount_us == 0 || now_us(camera) < camera->recount_us)
        return;
    camera->recount_us = 0;
    look_around(camera);
    count_others(camera, camera->entry.id);
}

// Waits until a buffer may be ready: SOURCE_FRAME. `error` tells that the driver gave up.
static enum source_step wait_for_buffer(struct camera *camera, bool *error, struct fault *fault)
{
    for (;;) {
        const struct camera_io *io = camera->device.io;
        struct pollfd fds[3] = {{.fd = camera->device.fd, .events = POLLIN},
                                {.fd = camera->wishes.wake, .events = POLLIN},
                                {.fd = camera->watch, .events = POLLIN}};
        int count = io->poll(io->self, fds, camera->watch < 0 ? 2 : 3, TICK_MS);
        if (count < 0 && errno != EINTR) {
            fault_set(fault, FAILURE_CAMERA_DRIVER, "%s: poll: %s", camera->device.path,
                      strerror(errno));
            return SOURCE_FAILED;
        }

        char to[CAMERA_ALIAS_MAX];
        switch (count > 0 && fds[1].revents ? camera_wishes_take(&camera->wishes, to)
                                            : CAMERA_WISH_NOTHING) {
        case CAMERA_WISH_END:
            return SOURCE_INTERRUPTED;
        case CAMERA_WISH_SWITCH:
            if (!switch_over(camera, to, fault))
                return SOURCE_FAILED;
            continue; // what was polled is another device's, perhaps
        case CAMERA_WISH_NOTHING:
            break;
        }

        if (count > 0 && fds[2].revents && nodes_changed(camera))
            camera->recount_us = now_us(camera) + SETTLED_US;
        recount(camera);

        bool ready = count > 0 && fds[0].revents;
        if (is_broken(camera, ready, fault))
            return SOURCE_FAILED;

        *error = ready && (fds[0].revents & (POLLERR | POLLHUP | POLLNVAL));
        if (ready)
            return SOURCE_FRAME;
    }
}

static void count_damaged(struct camera *camera)
{
    camera->counts.damaged++;
    camera->last_frame_us = now_us(camera);
    if (camera->damaged_us == 0)
        camera->damaged_us = camera->last_frame_us;
}

static void count_gap(struct camera *camera, uint32_t sequence)
{
    // Numbers wrap round after 2^32, and some drivers start them anywhere.
    uint32_t step = sequence - camera->last_sequence;
    if (camera->any && step > 1 && step <= GAP_MAX) {
        camera->counts.dropped += step - 1;
        camera->index += step - 1;
    }
    camera->last_sequence = sequence;
}

// A taken buffer becomes a frame. SOURCE_END: it holds no picture, take the next.
static enum source_step hand_on(struct camera *camera, const struct camera_taken *taken,
                                struct frame *out, struct fault *fault)
{
    camera->last_frame_us = now_us(camera);
    count_gap(camera, taken->sequence);
    camera->any = true;

    if (!camera_pixels_take(&camera->pixels, &camera->device, taken->bytes, &out->pixels)) {
        count_damaged(camera);
        camera->index++;
        bool given = camera_device_give_back(&camera->device, taken->index, fault);
        return given ? SOURCE_END : SOURCE_FAILED;
    }

    camera->held = true;
    camera->held_index = taken->index;
    camera->damaged_us = 0;
    camera->retry_ms = RETRY_FIRST_MS;

    out->fourcc = camera->device.fourcc;
    out->view = camera->entry.view;
    out->index = camera->index++;
    out->time_us = frame_clock_time(&camera->clock, camera->last_frame_us, taken->monotonic,
                                    taken->time_us);
    camera->counts.frames++;
    return SOURCE_FRAME;
}

static enum source_step camera_next(struct source *source, struct frame *out,
                                    struct fault *fault)
{
    struct camera *camera = downcast(source);
    struct camera_device *device = &camera->device;

    if (camera->held) {
        camera->held = false;
        if (!camera_device_give_back(device, camera->held_index, fault))
            return SOURCE_FAILED;
    }

    for (unsigned empty = 0; empty < EMPTY_MAX;) {
        bool error = false;
        enum source_step step = wait_for_buffer(camera, &error, fault);
        if (step != SOURCE_FRAME)
            return step;

        struct camera_taken taken;
        switch (camera_device_take(device, &taken, fault)) {
        case CAMERA_TAKEN:
            step = hand_on(camera, &taken, out, fault);
            if (step != SOURCE_END)
                return step;
            empty = 0;
            break;
        case CAMERA_SPOILED:
            count_damaged(camera);
            empty = 0;
            break;
        case CAMERA_EMPTY:
            empty += error ? EMPTY_MAX : 1;
            device->io->poll(device->io->self, NULL, 0, error ? 0 : EMPTY_MS);
            break;
        case CAMERA_TAKE_FAILED:
            return SOURCE_FAILED;
        }
    }

    fault_set(fault, FAILURE_CAMERA_DRIVER, "%s: a frame was promised, none was there",
              device->path);
    return SOURCE_FAILED;
}

static void camera_interrupt(struct source *source)
{
    camera_wishes_end(&downcast(source)->wishes);
}

static bool camera_await(struct source *source)
{
    struct camera *camera = downcast(source);
    const struct camera_io *io = camera->system.kernel;
    struct pollfd fds[2] = {{.fd = camera->wishes.wake, .events = POLLIN},
                            {.fd = camera->watch, .events = POLLIN}};

    io->poll(io->self, fds, camera->watch < 0 ? 1 : 2, camera->retry_ms);
    char to[CAMERA_ALIAS_MAX];
    switch (fds[0].revents ? camera_wishes_take(&camera->wishes, to) : CAMERA_WISH_NOTHING) {
    case CAMERA_WISH_END:
        return false;
    case CAMERA_WISH_SWITCH:
        choose_other(camera, to);
        return true;
    case CAMERA_WISH_NOTHING:
        break;
    }

    bool came = camera->watch >= 0 && nodes_changed(camera);
    // A node that has just come gets its permissions a moment later: look again soon.
    camera->retry_ms = came ? RETRY_FIRST_MS : 2 * camera->retry_ms;
    if (camera->retry_ms > RETRY_MOST_MS)
        camera->retry_ms = RETRY_MOST_MS;
    return true;
}

static void camera_close(struct source *source)
{
    struct camera *camera = downcast(source);
    camera->held = false;
    camera_device_close(&camera->device);
}

static void camera_destroy(struct source *source)
{
    struct camera *camera = downcast(source);
    camera_device_close(&camera->device);
    camera_pixels_destroy(&camera->pixels);
    const struct camera_io *io = camera->system.kernel;
    if (camera->watch >= 0)
        io->close(io->self, camera->watch);
    camera_wishes_destroy(&camera->wishes);
    free(camera->wanted);
    free(camera);
}

static void camera_in_use(const struct source *source, struct camera_in_use *out)
{
    camera_wishes_told(&downcast(source)->wishes, out);
}

static void camera_switch(struct source *source, const char *id)
{
    camera_wishes_switch(&downcast(source)->wishes, id);
}

static const struct source_ops camera_ops = {
    .open = camera_open,
    .next = camera_next,
    .interrupt = camera_interrupt,
    .await = camera_await,
    .close = camera_close,
    .destroy = camera_destroy,
    .in_use = camera_in_use,
    .switch_to = camera_switch,
};

static bool init_wishes(struct camera_wishes *wishes, int wake, struct fault *fault)
{
    return wake < 0 ? camera_wishes_init(wishes, fault)
                    : camera_wishes_init_lent(wishes, wake, fault);
}

struct source *camera_source_new_woken(struct camera_system system, const char *id, int wake,
                                       struct fault *fault)
{
    struct camera *camera = calloc(1, sizeof(*camera));
    if (!camera)
        goto error;
    if (!init_wishes(&camera->wishes, wake, fault)) {
        free(camera);
        return NULL;
    }

    camera->source.ops = &camera_ops;
    camera->source.live = true;
    camera->system = system;
    camera->device.fd = -1;
    camera->retry_ms = RETRY_FIRST_MS;
    camera_pixels_init(&camera->pixels);

    camera->watch = system.kernel->watch(system.kernel->self);
    camera->wanted = id ? strdup(id) : NULL;
    if (id && !camera->wanted) {
        camera_destroy(&camera->source);
        goto error;
    }

    return &camera->source;
error:
    fault_set(fault, FAILURE_MEMORY, "camera");
    return NULL;
}

struct source *camera_source_new(struct camera_system system, const char *id,
                                 struct fault *fault)
{
    return camera_source_new_woken(system, id, -1, fault);
}

bool camera_source_takes_any(const struct source *source)
{
    return !downcast(source)->wanted;
}

struct camera_counts camera_source_counts(const struct source *source)
{
    return downcast(source)->counts;
}

const struct camera_entry *camera_source_entry(const struct source *source)
{
    return &downcast(source)->entry;
}
