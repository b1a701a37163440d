// SPDX-License-Identifier: MIT
#include "scanner/camera/camera_list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void copy_printable(char *to, size_t size, const char *from)
{
    size_t i = 0;
    for (; i + 1 < size && from[i]; i++)
        to[i] = from[i] >= ' ' && from[i] < 0x7f ? from[i] : '?';
    to[i] = '\0';
}

static bool judge(struct camera_entry *entry, struct camera_device *device, struct fault *fault)
{
    if (!camera_device_choose(device, &entry->mode, &entry->gray_only, fault))
        return false;
    struct camera_mounting mounting = camera_mounting_read(device);
    entry->facing = mounting.facing;
    entry->view = mounting.view;
    if (camera_device_needs_pipeline(device))
        return camera_device_configure(device, &entry->mode, fault) &&
               camera_device_probe(device, fault);

    // Whoever has buffers has the camera: asking for one tells, giving it back undoes it.
    struct v4l2_requestbuffers buffers = {
        .count = 1, .type = camera_device_type(device), .memory = V4L2_MEMORY_MMAP};
    if (camera_ioctl(device->io, device->fd, VIDIOC_REQBUFS, &buffers) < 0)
        return camera_fault(fault, errno, device->path, "VIDIOC_REQBUFS");
    return true;
}

static void look_at(struct camera_entry *entry, struct camera_system system, const char *path)
{
    *entry = (struct camera_entry){.verdict = {.failure = FAILURE_NONE}};
    snprintf(entry->path, sizeof(entry->path), "%.*s", (int)CAMERA_PATH_MAX - 1, path);
    struct camera_device device;
    struct fault fault = {FAILURE_NONE, ""};
    bool usable =
        camera_device_open(&device, system, path, &fault) && judge(entry, &device, &fault);
    if (!usable)
        entry->verdict = fault;
    copy_printable(entry->name, sizeof(entry->name), device.card);
    copy_printable(entry->driver, sizeof(entry->driver), device.driver);
    copy_printable(entry->bus, sizeof(entry->bus), device.bus);
    entry->multiplanar = device.multiplanar;
    camera_device_close(&device);
}

// The bus address, and which of its nodes it is.
static void name_by_bus(const struct camera_list *list, const struct camera_entry *entry,
                        char *out, size_t size)
{
    unsigned same = 1;
    for (const struct camera_entry *before = list->entry; before < entry; before++)
        same += strcmp(before->bus, entry->bus) == 0;
    if (entry->bus[0] == '\0')
        snprintf(out, size, "%s", entry->path);
    else if (same == 1)
        snprintf(out, size, "%s", entry->bus);
    else
        snprintf(out, size, "%s#%u", entry->bus, same);
}

static void name_entry(const struct camera_list *list, struct camera_entry *entry,
                       const struct camera_io *io)
{
    char id[CAMERA_ALIAS_MAX];
    if (!io->alias(io->self, entry->path, id, sizeof(id)))
        name_by_bus(list, entry, id, sizeof(id));
    memcpy(entry->id, id, sizeof(id));
}

// Larger is better; 0: cannot be used. A code is held before the back camera of a phone, and
// a camera without colour next to one with colour is the infrared one of a laptop.
static unsigned preference(const struct camera_entry *entry)
{
    if (entry->verdict.failure != FAILURE_NONE)
        return 0;
    if (entry->gray_only)
        return 1;
    switch (entry->facing) {
    case CAMERA_FACING_BACK:
        return 4;
    case CAMERA_FACING_UNKNOWN:
        return 3;
    case CAMERA_FACING_FRONT:
        break;
    }
    return 2;
}

void camera_list_read(struct camera_list *list, struct camera_system system)
{
    const struct camera_io *io = system.kernel;
    char paths[CAMERA_NODES_MAX][CAMERA_PATH_MAX];
    list->count = io->nodes(io->self, paths, CAMERA_NODES_MAX);
    for (size_t i = 0; i < list->count; i++) {
        look_at(&list->entry[i], system, paths[i]);
        name_entry(list, &list->entry[i], io);
    }

    list->chosen = list->count;
    unsigned best = 0;
    for (size_t i = 0; i < list->count; i++) {
        unsigned value = preference(&list->entry[i]);
        if (value > best) {
            best = value;
            list->chosen = i;
        }
    }
}

static bool answers_to(const struct camera_entry *entry, const char *id)
{
    if (strcmp(id, "front") == 0)
        return entry->facing == CAMERA_FACING_FRONT;
    if (strcmp(id, "back") == 0)
        return entry->facing == CAMERA_FACING_BACK;
    if (strcmp(entry->id, id) == 0 || strcmp(entry->path, id) == 0 ||
        (entry->bus[0] && strcmp(entry->bus, id) == 0))
        return true;
    return strncmp(entry->path, "/dev/", 5) == 0 && strcmp(entry->path + 5, id) == 0;
}

const struct camera_entry *camera_list_find(const struct camera_list *list, const char *id)
{
    const struct camera_entry *found = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct camera_entry *entry = &list->entry[i];
        if (!answers_to(entry, id))
            continue;
        if (entry->verdict.failure == FAILURE_NONE)
            return entry;
        if (!found)
            found = entry;
    }
    return found;
}

const struct camera_entry *camera_list_next(const struct camera_list *list, const char *id)
{
    size_t from = list->count;
    for (size_t i = 0; i < list->count; i++) {
        if (answers_to(&list->entry[i], id))
            from = i;
    }
    for (size_t step = 1; step <= list->count; step++) {
        size_t at = (from == list->count ? step - 1 : from + step) % list->count;
        if (at != from && list->entry[at].verdict.failure == FAILURE_NONE)
            return &list->entry[at];
    }
    return NULL;
}

const char *camera_facing_name(enum camera_facing facing)
{
    switch (facing) {
    case CAMERA_FACING_FRONT:
        return "front";
    case CAMERA_FACING_BACK:
        return "back";
    case CAMERA_FACING_UNKNOWN:
        break;
    }
    return "unknown";
}
