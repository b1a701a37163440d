// SPDX-License-Identifier: MIT
#include "scanner/camera/usb_place.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_DIGITS 4

// Four hexadecimal digits of a file of the device.
static bool read_number(const char *device, const char *name, char out[static 8])
{
    char path[PATH_MAX];
    int size = snprintf(path, sizeof(path), "%s/%s", device, name);
    FILE *file = size > 0 && (size_t)size < sizeof(path) ? fopen(path, "re") : NULL;
    if (!file)
        return false;
    bool read = fscanf(file, "%4[0-9a-f]", out) == 1 && strlen(out) == NUMBER_DIGITS;
    fclose(file);
    return read;
}

bool usb_place_read(const char *classes, const char *path, char out[static USB_PLACE_MAX])
{
    char link[PATH_MAX];
    char device[PATH_MAX]; // of the interface, "1-2.4:1.0", then of what has it
    char vendor[8], product[8];
    const char *node = strrchr(path, '/');
    out[0] = '\0';
    int size = snprintf(link, sizeof(link), "%s/%s/device", classes, node ? node + 1 : path);
    if (size < 0 || (size_t)size >= sizeof(link) || !realpath(link, device))
        return false;

    char *interface = strrchr(device, '/');
    if (!interface)
        return false;
    *interface++ = '\0';
    const char *ports = strchr(interface, '-');
    if (!ports || !strchr(ports, ':') || !read_number(device, "idVendor", vendor) ||
        !read_number(device, "idProduct", product))
        return false;

    char place[USB_PLACE_MAX];
    size = snprintf(place, sizeof(place), "%s-%s:%s", ports, vendor, product);
    if (size < 0 || (size_t)size >= sizeof(place))
        return false;
    memcpy(out, place, sizeof(place));
    return true;
}

bool usb_place_is_of(const char *place, const char *id)
{
    size_t n = strlen(place);
    size_t all = strlen(id);
    return n > 0 && all >= n && strcmp(id + all - n, place) == 0;
}
