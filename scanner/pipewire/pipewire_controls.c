// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_controls.h"

#include <linux/v4l2-controls.h>
#include <spa/param/props.h>
#include <spa/pod/iter.h>
#include <spa/pod/parser.h>
#include <spa/utils/type.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define AF_MODE_CONTINUOUS 2 // libcamera's AfModeContinuous

// The first that is offered is asked for. A switch is either off or on.
static const struct control {
    const char *name;  // libcamera's; NULL: it is one of V4L2
    uint32_t number;   // V4L2's
    int32_t wanted[2]; // in this order
    size_t tuned;      // which part of the tuning
} controls[] = {
    {"AfMode",
     0,
     {AF_MODE_CONTINUOUS, AF_MODE_CONTINUOUS},
     offsetof(struct camera_tuning, focus)},
    {NULL, V4L2_CID_FOCUS_AUTO, {1, 1}, offsetof(struct camera_tuning, focus)},
    {"AeEnable", 0, {1, 1}, offsetof(struct camera_tuning, exposure)},
    // Webcams know aperture priority, sensors the full one.
    {NULL,
     V4L2_CID_EXPOSURE_AUTO,
     {V4L2_EXPOSURE_AUTO, V4L2_EXPOSURE_APERTURE_PRIORITY},
     offsetof(struct camera_tuning, exposure)},
};

static const struct control *find(uint32_t id, const char *name)
{
    for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
        const struct control *control = &controls[i];
        bool same = control->name ? name && strcmp(control->name, name) == 0
                                  : id == SPA_PROP_START_CUSTOM + control->number;
        if (same)
            return control;
    }
    return NULL;
}

static bool offers(const struct spa_pod *type, int32_t wanted)
{
    uint32_t count, choice;
    struct spa_pod *value = spa_pod_get_values(type, &count, &choice);
    if (value->type != SPA_TYPE_Int || value->size != sizeof(int32_t) || count == 0)
        return false;

    const int32_t *values = SPA_POD_BODY_CONST(value);
    if (choice == SPA_CHOICE_Range || choice == SPA_CHOICE_Step)
        return count >= 3 && values[1] <= wanted && wanted <= values[2];
    // The first of an enumeration is the value that it begins with.
    for (uint32_t i = choice == SPA_CHOICE_Enum && count > 1; i < count; i++) {
        if (values[i] == wanted)
            return true;
    }
    return false;
}

static const struct spa_pod *set(struct spa_pod_builder *builder, uint32_t id, bool is_switch,
                                 int32_t value)
{
    struct spa_pod_frame frame;
    spa_pod_builder_push_object(builder, &frame, SPA_TYPE_OBJECT_Props, SPA_PARAM_Props);
    spa_pod_builder_prop(builder, id, 0);
    if (is_switch)
        spa_pod_builder_bool(builder, value != 0);
    else
        spa_pod_builder_int(builder, value);
    return spa_pod_builder_pop(builder, &frame);
}

const struct spa_pod *pipewire_controls_wish(struct spa_pod_builder *builder,
                                             const struct spa_pod *offer,
                                             struct camera_tuning *tuning)
{
    uint32_t id;
    const char *name = NULL;
    const struct spa_pod *type = NULL;
    if (spa_pod_parse_object(offer, SPA_TYPE_OBJECT_PropInfo, NULL, SPA_PROP_INFO_id,
                             SPA_POD_Id(&id), SPA_PROP_INFO_description,
                             SPA_POD_OPT_String(&name), SPA_PROP_INFO_type,
                             SPA_POD_PodChoice(&type)) < 0)
        return NULL;

    const struct control *control = find(id, name);
    if (!control)
        return id == SPA_PROP_START_CUSTOM + V4L2_CID_EXPOSURE_AUTO_PRIORITY
                   ? set(builder, id, true, 0)
                   : NULL;

    enum camera_setting *setting =
        (enum camera_setting *)(void *)((char *)tuning + control->tuned);
    uint32_t count, choice;
    bool is_switch = spa_pod_get_values(type, &count, &choice)->type == SPA_TYPE_Bool;
    for (size_t i = 0; i < 2; i++) {
        if (!is_switch && !offers(type, control->wanted[i]))
            continue;
        *setting = CAMERA_SETTING_AUTOMATIC;
        return set(builder, id, is_switch, control->wanted[i]);
    }
    *setting = CAMERA_SETTING_REFUSED;
    return NULL;
}
