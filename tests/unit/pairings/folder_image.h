// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_FOLDER_IMAGE_H
#define QRCONFIRM_TESTS_FOLDER_IMAGE_H

// What is in a folder and the folders in it, names and bytes, as text, so that a test can say
// that nothing has changed. Locks are left out: they are made by whoever looks.

#include "tests/unit/net/scratch.h"

#include <dirent.h>
#include <stdbool.h>

#define FOLDER_IMAGE_MAX 262144u

struct folder_image {
    char text[FOLDER_IMAGE_MAX];
    size_t size;
};

static inline bool folder_image_is_lock(const char *name)
{
    size_t n = strlen(name);
    return n >= 4 && strcmp(name + n - 4, "lock") == 0;
}

static inline void folder_image_add(struct folder_image *image, const char *path)
{
    struct stat is;
    assert_int_equal(lstat(path, &is), 0);
    size_t room = sizeof(image->text) - image->size;
    image->size += (size_t)snprintf(image->text + image->size, room, "\n%s: ", path);
    assert_true(image->size + (size_t)is.st_size < sizeof(image->text));

    if (!S_ISDIR(is.st_mode)) {
        image->size += scratch_read(path, image->text + image->size, (size_t)is.st_size);
        return;
    }

    struct dirent **entry;
    int count = scandir(path, &entry, NULL, alphasort);
    assert_true(count >= 0);
    for (int i = 0; i < count; i++) {
        char *below;
        assert_true(asprintf(&below, "%s/%s", path, entry[i]->d_name) > 0);
        if (entry[i]->d_name[0] != '.' && !folder_image_is_lock(entry[i]->d_name))
            folder_image_add(image, below);
        free(below);
        free(entry[i]);
    }
    free(entry);
}

// Not while calls are counted.
static inline void folder_image_take(struct folder_image *image, const char *path)
{
    char *top = strdup(path); // it may lie where other paths are written
    assert_non_null(top);
    memset(image, 0, sizeof(*image));
    folder_image_add(image, top);
    free(top);
}

#endif
