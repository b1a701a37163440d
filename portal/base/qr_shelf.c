// SPDX-License-Identifier: MIT
#include "portal/base/qr_shelf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"
#include "portal/base/qr_picture.h"

void qr_shelf_init(struct qr_shelf *shelf)
{
    *shelf = (struct qr_shelf){0};
    pthread_mutex_init(&shelf->lock, NULL);
}

void qr_shelf_destroy(struct qr_shelf *shelf)
{
    for (size_t i = 0; i < QR_SHELF_PLACES; i++) {
        free(shelf->places[i].text);
        json_decref(shelf->places[i].picture);
    }
    pthread_mutex_destroy(&shelf->lock);
}

static size_t place_of(const char *text)
{
    uint32_t hash = 2166136261u; // FNV-1a
    for (const char *at = text; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    return hash % QR_SHELF_PLACES;
}

// What JSON values count their users by is not for several threads: each gets a copy.
static json_t *take(struct qr_shelf *shelf, const char *text)
{
    json_t *copy = NULL;
    size_t i = place_of(text);
    pthread_mutex_lock(&shelf->lock);
    if (shelf->places[i].text && strcmp(shelf->places[i].text, text) == 0)
        copy = json_deep_copy(shelf->places[i].picture);
    pthread_mutex_unlock(&shelf->lock);
    return copy;
}

static void put(struct qr_shelf *shelf, const char *text, const json_t *picture)
{
    char *name = shortage_strdup(text);
    json_t *copy = json_deep_copy(picture);
    if (!name || !copy) {
        free(name);
        json_decref(copy);
        return;
    }

    size_t i = place_of(text);
    pthread_mutex_lock(&shelf->lock);
    free(shelf->places[i].text);
    json_decref(shelf->places[i].picture);
    shelf->places[i].text = name;
    shelf->places[i].picture = copy;
    pthread_mutex_unlock(&shelf->lock);
}

json_t *qr_shelf_picture(struct qr_shelf *shelf, const char *text)
{
    json_t *picture = take(shelf, text);
    if (!picture) {
        picture = qr_picture(text);
        if (picture)
            put(shelf, text, picture);
    }
    return picture;
}
