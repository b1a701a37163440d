// SPDX-License-Identifier: MIT
#include "ui/window/key_devices.h"

#include <dirent.h>
#include <limits.h>
#include <linux/input-event-codes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BITMAP_MAX 512 // bytes of the kernel's text: at most 768 bits in hexadecimal
#define WORD_BITS  (sizeof(unsigned long) * CHAR_BIT)

// Words of the kernel in hexadecimal, as wide as a long of whoever reads, the highest first.
static bool has_key(const char *bitmap, unsigned key)
{
    const char *word = bitmap + strlen(bitmap);
    for (unsigned i = 0; i <= key / WORD_BITS; i++) {
        if (word == bitmap)
            return false;
        do
            word--;
        while (word > bitmap && word[-1] != ' ');
    }
    return strtoul(word, NULL, 16) >> key % WORD_BITS & 1;
}

static bool has_letters(const char *bitmap)
{
    static const unsigned keys[] = {KEY_Q, KEY_P, KEY_A, KEY_L, KEY_Z, KEY_M, KEY_SPACE};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (!has_key(bitmap, keys[i]))
            return false;
    }
    return true;
}

static bool types(const char *folder, const char *device)
{
    char path[PATH_MAX], bitmap[BITMAP_MAX] = "";
    snprintf(path, sizeof(path), "%s/%s/capabilities/key", folder, device);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool read = fgets(bitmap, sizeof(bitmap), file) != NULL;
    fclose(file);
    bitmap[strcspn(bitmap, "\n")] = '\0';
    return read && has_letters(bitmap);
}

bool key_devices_type(const char *folder)
{
    DIR *devices = opendir(folder);
    bool found = false;
    if (!devices)
        return false;

    const struct dirent *device;
    while (!found && (device = readdir(devices)))
        found = strncmp(device->d_name, "input", 5) == 0 && types(folder, device->d_name);

    closedir(devices);
    return found;
}
