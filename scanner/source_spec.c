// SPDX-License-Identifier: MIT
#include "scanner/source_spec.h"

#include "scanner/camera.h"
#include "scanner/camera_choice.h"
#include "scanner/file_source.h"
#include "scanner/pipewire_source.h"

// NULL: the best camera there is, of the kernel or of PipeWire.
static struct source *camera_source(const char *id, struct fault *fault)
{
    struct source *kernels = camera_source_new(camera_system_real(), id, fault);
    struct source *pipewires = pipewire_source_new(id, fault);
    return camera_choice_new(kernels, pipewires, fault);
}

static struct source *replay_source(const char *path, struct fault *fault)
{
    return file_source_new(path, FILE_RECORDINGS, fault);
}

static struct source *picture_source(const char *path, struct fault *fault)
{
    return file_source_new(path, FILE_PICTURES, fault);
}

// What may stand before the colon, and who makes the source of what stands behind it.
static const struct {
    const char *name;
    bool alone; // may stand without a colon; `rest` is NULL then
    struct source *(*make)(const char *rest, struct fault *fault);
} kinds[] = {
    {"camera", true, camera_source},
    {"pipewire", true, pipewire_source_new},
    {"replay", false, replay_source},
    {"image", false, picture_source},
};

bool source_spec_is_camera(const char *spec)
{
    static const char *const names[] = {"camera", "pipewire"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t n = strlen(names[i]);
        if (strncmp(spec, names[i], n) == 0 && (spec[n] == '\0' || spec[n] == ':'))
            return true;
    }
    return false;
}

struct source *source_from_spec(const char *spec, struct fault *fault)
{
    if (strcmp(spec, "-") == 0)
        return file_source_new(NULL, FILE_ALL, fault);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t n = strlen(kinds[i].name);
        if (strncmp(spec, kinds[i].name, n) != 0)
            continue;
        if (spec[n] == '\0' && kinds[i].alone)
            return kinds[i].make(NULL, fault);
        if (spec[n] == ':' && spec[n + 1] != '\0')
            return kinds[i].make(spec + n + 1, fault);
        if (spec[n] == ':') {
            fault_set(fault, FAILURE_USAGE, "nothing stands after \"%s\"", spec);
            return NULL;
        }
    }

    if (spec[0] == '\0') {
        fault_set(fault, FAILURE_USAGE, "the name of the source is empty");
        return NULL;
    }

    return file_source_new(spec, FILE_ALL, fault);
}
