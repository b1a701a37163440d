// SPDX-License-Identifier: MIT
#include "scanner/eye/eye_errand.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void path_of(uint32_t node, char out[static CAMERA_PATH_MAX])
{
    snprintf(out, CAMERA_PATH_MAX, CAMERA_NODE "%u", node);
}

static void list_nodes(const struct camera_io *io, struct eye_errand_done *done)
{
    char paths[CAMERA_NODES_MAX][CAMERA_PATH_MAX];
    size_t count = io->nodes(io->self, paths, CAMERA_NODES_MAX);
    for (size_t i = 0; i < count; i++)
        done->node[i] = (uint32_t)strtoul(paths[i] + strlen(CAMERA_NODE), NULL, 10);
    done->count = (uint32_t)count;
}

static int open_camera(const struct camera_io *io, const char *path,
                       struct eye_errand_done *done)
{
    int fd = io->open(io->self, path);
    if (fd < 0) {
        done->error = errno;
        return -1;
    }

    if (camera_ioctl(io, fd, VIDIOC_QUERYCAP, &done->capability) < 0)
        done->error = errno;
    else if (camera_capabilities_judge(camera_capabilities_of(&done->capability)) ==
             FAILURE_NONE)
        return fd;
    io->close(io->self, fd);
    return -1;
}

void eye_errand_run(const struct camera_io *io, const struct eye_errand *errand,
                    struct eye_request *request, int *fd)
{
    struct eye_errand_done *done = &request->done;
    char path[CAMERA_PATH_MAX];
    memset(request, 0, sizeof(*request)); // gaps too: nothing else of us leaves
    request->kind = EYE_REQUEST_DONE;
    path_of(errand->node, path);
    *fd = -1;

    switch (errand->kind) {
    case EYE_ERRAND_NODES:
        list_nodes(io, done);
        break;
    case EYE_ERRAND_OPEN:
        *fd = open_camera(io, path, done);
        break;
    case EYE_ERRAND_ALIAS:
        if (!io->alias(io->self, path, done->alias, sizeof(done->alias)))
            done->alias[0] = '\0';
        break;
    case EYE_ERRAND_SENSOR:
        done->orientation = done->rotation = CAMERA_NOT_SAID;
        camera_sensor_ask(io, path, &done->orientation, &done->rotation);
        break;
    default: // EYE_ERRAND_WATCH
        *fd = io->watch(io->self);
        break;
    }
}
