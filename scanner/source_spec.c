// SPDX-License-Identifier: MIT
#include "scanner/source_spec.h"

#include "scanner/camera/camera.h"
#include "scanner/camera/camera_choice.h"
#include "scanner/eye/eye_camera.h"
#include "scanner/eye/eye_source.h"
#include "scanner/files/file_source.h"
#include "scanner/pipewire/pipewire_source.h"

// A preloaded shim answers in this process alone.
static struct source *kernels_camera(const char *id, bool apart, struct fault *fault)
{
    return apart && !camera_system_is_shimmed()
               ? eye_camera_new(camera_system_real().kernel, id, fault)
               : camera_source_new(camera_system_real(), id, fault);
}

// NULL: the best camera there is, of the kernel or of PipeWire.
static struct source *camera_source(const char *id, bool apart, struct fault *fault)
{
    struct source *kernels = kernels_camera(id, apart, fault);
    struct source *pipewires = pipewire_source_new(id, fault);
    return camera_choice_new(kernels, pipewires, fault);
}

static struct source *pipewire_source(const char *id, bool apart, struct fault *fault)
{
    (void)apart;
    return pipewire_source_new(id, fault);
}

// What may stand before the colon, and who makes the source of what stands behind it: a camera,
// which may stand without a colon (`rest` is NULL then), or a file of these kinds.
static const struct {
    const char *name;
    struct source *(*make)(const char *rest, bool apart, struct fault *fault);
    enum file_kinds file;
} kinds[] = {
    {"camera", camera_source, 0},
    {"pipewire", pipewire_source, 0},
    {"replay", NULL, FILE_RECORDINGS},
    {"image", NULL, FILE_PICTURES},
};

static struct source *file_of(const char *path, enum file_kinds file, bool apart,
                              struct fault *fault)
{
    return apart ? eye_source_new(path, file, fault) : file_source_new(path, file, fault);
}

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

static struct source *from_spec(const char *spec, bool apart, struct fault *fault)
{
    if (strcmp(spec, "-") == 0)
        return file_of(NULL, FILE_ALL, apart, fault);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t n = strlen(kinds[i].name);
        if (strncmp(spec, kinds[i].name, n) != 0)
            continue;
        if (spec[n] == '\0' && kinds[i].make)
            return kinds[i].make(NULL, apart, fault);
        if (spec[n] == ':' && spec[n + 1] != '\0')
            return kinds[i].make ? kinds[i].make(spec + n + 1, apart, fault)
                                 : file_of(spec + n + 1, kinds[i].file, apart, fault);
        if (spec[n] == ':') {
            fault_set(fault, FAILURE_USAGE, "nothing stands after \"%s\"", spec);
            return NULL;
        }
    }

    if (spec[0] == '\0') {
        fault_set(fault, FAILURE_USAGE, "the name of the source is empty");
        return NULL;
    }

    return file_of(spec, FILE_ALL, apart, fault);
}

struct source *source_from_spec(const char *spec, struct fault *fault)
{
    return from_spec(spec, false, fault);
}

struct source *source_apart_from_spec(const char *spec, struct fault *fault)
{
    return from_spec(spec, true, fault);
}
