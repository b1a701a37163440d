// SPDX-License-Identifier: MIT
#include "scanner/camera_survey.h"

#include "scanner/camera/usb_place.h"

// The same camera, as PipeWire has it, if it has.
static const struct pipewire_entry *shared_of(const struct pipewire_list *pipewires,
                                              const struct camera_entry *entry)
{
    char place[USB_PLACE_MAX];
    usb_place_read("/sys/class/video4linux", entry->path, place);
    return pipewire_list_of_video(pipewires, entry->path, place);
}

static void add(struct camera_survey *survey, struct camera_find find)
{
    survey->find[survey->count++] = find;
}

bool camera_survey_read(struct camera_survey *survey, int wake)
{
    const struct camera_list *kernels = &survey->kernels;
    const struct pipewire_list *pipewires = &survey->pipewires;
    bool shown[PIPEWIRE_LIST_MAX] = {false};
    survey->count = 0;
    survey->pipewire_fault = (struct fault){0};

    camera_list_read(&survey->kernels, camera_system_real());
    if (pipewire_list_read(&survey->pipewires, wake, &survey->pipewire_fault) &&
        pipewires->count == 0)
        fault_set(&survey->pipewire_fault, FAILURE_PIPEWIRE_NO_CAMERA, "it lists none");
    bool usable = kernels->chosen < kernels->count;

    for (size_t i = 0; i < kernels->count; i++) {
        const struct pipewire_entry *shared = shared_of(pipewires, &kernels->entry[i]);
        struct camera_find find = {&kernels->entry[i], shared, CAMERA_WAY_NONE};
        if (shared)
            shown[shared - pipewires->entry] = true;
        if (i == kernels->chosen)
            find.used = CAMERA_WAY_KERNEL;
        else if (!usable && shared && shared == &pipewires->entry[pipewires->chosen])
            find.used = CAMERA_WAY_PIPEWIRE;
        add(survey, find);
    }

    for (size_t i = 0; i < pipewires->count; i++) {
        bool used = !usable && i == pipewires->chosen;
        if (!shown[i])
            add(survey, (struct camera_find){NULL, &pipewires->entry[i],
                                             used ? CAMERA_WAY_PIPEWIRE : CAMERA_WAY_NONE});
    }
    return usable || pipewires->count > 0;
}
