// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_list.h"

#include <stdlib.h>
#include <string.h>

#include "scanner/camera/camera_list.h"
#include "scanner/camera/usb_place.h"
#include "scanner/pipewire/pipewire_remote.h"

#define QUESTION_MS 30000 // how long a person may think about the portal's question

_Static_assert(PIPEWIRE_LIST_ID_MAX == PIPEWIRE_TEXT_MAX, "texts are copied whole");
_Static_assert(PIPEWIRE_LIST_MAX == PIPEWIRE_CAMERAS_MAX, "all of them are listed");

static void fill_in(struct pipewire_list *list, const struct pipewire_remote *remote)
{
    const struct pipewire_camera *best = pipewire_remote_best(remote);

    for (size_t i = 0; i < PIPEWIRE_CAMERAS_MAX; i++) {
        const struct pipewire_camera *camera = &remote->cameras[i];
        if (camera->id == SPA_ID_INVALID)
            continue;
        if (camera == best)
            list->chosen = list->count;
        struct pipewire_entry *entry = &list->entry[list->count++];
        memcpy(entry->id, camera->name, sizeof(entry->id));
        memcpy(entry->name, camera->description, sizeof(entry->name));
        memcpy(entry->video, camera->video, sizeof(entry->video));
        memcpy(entry->libcamera, camera->libcamera, sizeof(entry->libcamera));
        entry->facing = camera->facing;
        entry->view = camera->view;
        entry->modes = camera->modes;
    }

    if (!best)
        list->chosen = list->count;
    list->managed = remote->managed;
}

static bool connect_patiently(struct pipewire_remote *remote, int wake, struct fault *fault)
{
    bool connected = pipewire_remote_connect(remote, wake, fault);
    if (!connected && remote->portal.word.answer == PIPEWIRE_WORD_ASKED) {
        pipewire_portal_wait(&remote->portal, wake, QUESTION_MS);
        connected = pipewire_remote_connect(remote, wake, fault);
    }
    return connected;
}

bool pipewire_list_read(struct pipewire_list *list, int wake, struct fault *fault)
{
    list->count = list->chosen = 0;
    list->managed = false;
    struct pipewire_remote *remote = malloc(sizeof(*remote));
    if (!remote)
        return fault_set(fault, FAILURE_MEMORY, "the cameras of PipeWire");

    pipewire_remote_init(remote);
    bool connected = connect_patiently(remote, wake, fault);
    if (connected) {
        fill_in(list, remote);
        pipewire_remote_leave(remote);
    }
    pipewire_remote_destroy(remote);
    free(remote);
    return connected;
}

const struct pipewire_entry *pipewire_list_of_video(const struct pipewire_list *list,
                                                    const char *path, const char *place)
{
    for (size_t i = 0; i < list->count; i++) {
        if ((path[0] && strcmp(list->entry[i].video, path) == 0) ||
            usb_place_is_of(place, list->entry[i].libcamera))
            return &list->entry[i];
    }
    return NULL;
}

const struct pipewire_entry *pipewire_list_find(const struct pipewire_list *list,
                                                const char *id)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct pipewire_entry *entry = &list->entry[i];
        if (strcmp(entry->id, id) == 0 || (entry->video[0] && strcmp(entry->video, id) == 0) ||
            (entry->facing != CAMERA_FACING_UNKNOWN &&
             strcmp(camera_facing_name(entry->facing), id) == 0))
            return entry;
    }
    return NULL;
}
