// SPDX-License-Identifier: MIT
#include "scanner/camera/torch.h"

#include <dirent.h>
#include <errno.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <string.h>

static bool read_number(const char *path, unsigned *out)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool read = fscanf(file, "%u", out) == 1;
    fclose(file);
    return read;
}

static bool find_led(struct torch *torch, const char *leds)
{
    DIR *folder = opendir(leds);
    if (!folder)
        return false;

    bool found = false;
    const struct dirent *entry;

    while (!found && (entry = readdir(folder))) {
        if (!strstr(entry->d_name, "flash") && !strstr(entry->d_name, "torch"))
            continue;
        char most[TORCH_PATH_MAX + 32];
        int size = snprintf(torch->path, sizeof(torch->path), "%s/%s", leds, entry->d_name);
        if (size < 0 || (size_t)size >= sizeof(torch->path))
            continue;

        snprintf(most, sizeof(most), "%s/max_brightness", torch->path);
        found = read_number(most, &torch->brightest) && torch->brightest > 0;
    }

    closedir(folder);
    return found;
}

static bool has_flash(const struct camera_io *io, const char *path)
{
    int fd = io->open(io->self, path);
    if (fd < 0)
        return false;
    struct v4l2_queryctrl query = {.id = V4L2_CID_FLASH_LED_MODE};
    bool has = camera_ioctl(io, fd, VIDIOC_QUERYCTRL, &query) == 0 &&
               !(query.flags & V4L2_CTRL_FLAG_DISABLED);
    io->close(io->self, fd);
    return has;
}

static bool find_flash(struct torch *torch, const struct camera_io *io, const char *devices)
{
    DIR *folder = opendir(devices);
    if (!folder)
        return false;
    bool found = false;
    const struct dirent *entry;
    while (!found && (entry = readdir(folder))) {
        if (strncmp(entry->d_name, "v4l-subdev", 10) != 0 &&
            strncmp(entry->d_name, "video", 5) != 0)
            continue;
        int size = snprintf(torch->path, sizeof(torch->path), "%s/%s", devices, entry->d_name);
        found = size > 0 && (size_t)size < sizeof(torch->path) && has_flash(io, torch->path);
    }
    closedir(folder);
    return found;
}

void torch_find(struct torch *torch, const struct camera_io *io, const char *leds,
                const char *devices)
{
    *torch = (struct torch){.kind = TORCH_NONE};
    if (find_led(torch, leds))
        torch->kind = TORCH_LED;
    else if (find_flash(torch, io, devices))
        torch->kind = TORCH_FLASH;
}

static bool set_led(const struct torch *torch, bool on, struct fault *fault)
{
    char path[TORCH_PATH_MAX + 32];
    snprintf(path, sizeof(path), "%s/brightness", torch->path);
    FILE *file = fopen(path, "we");
    if (!file)
        return fault_set(fault, FAILURE_CAMERA_TORCH, "%s: %s", path, strerror(errno));
    fprintf(file, "%u\n", on ? torch->brightest : 0);
    // The kernel answers a write to such a file when it is flushed.
    if (fclose(file) != 0)
        return fault_set(fault, FAILURE_CAMERA_TORCH, "%s: %s", path, strerror(errno));
    return true;
}

static bool set_flash(const struct torch *torch, const struct camera_io *io, bool on,
                      struct fault *fault)
{
    int fd = io->open(io->self, torch->path);
    struct v4l2_control control = {.id = V4L2_CID_FLASH_LED_MODE,
                                   .value = on ? V4L2_FLASH_LED_MODE_TORCH
                                               : V4L2_FLASH_LED_MODE_NONE};
    if (fd < 0 || camera_ioctl(io, fd, VIDIOC_S_CTRL, &control) < 0) {
        fault_set(fault, FAILURE_CAMERA_TORCH, "%s: %s", torch->path, strerror(errno));
        if (fd >= 0)
            io->close(io->self, fd);
        return false;
    }
    io->close(io->self, fd);
    return true;
}

bool torch_set(const struct torch *torch, const struct camera_io *io, bool on,
               struct fault *fault)
{
    switch (torch->kind) {
    case TORCH_LED:
        return set_led(torch, on, fault);
    case TORCH_FLASH:
        return set_flash(torch, io, on, fault);
    case TORCH_NONE:
        break;
    }
    return fault_set(fault, FAILURE_CAMERA_TORCH, "there is no light");
}
