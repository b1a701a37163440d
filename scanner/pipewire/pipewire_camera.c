// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_camera.h"

#include <pipewire/pipewire.h>

#include "scanner/pipewire/pipewire_format.h"
#include "scanner/pipewire/pipewire_property.h"

static void read_mounting(struct pipewire_camera *camera, const struct spa_dict *properties)
{
    camera->facing = CAMERA_FACING_UNKNOWN;
    if (pipewire_property_is(properties, "api.libcamera.location", "front"))
        camera->facing = CAMERA_FACING_FRONT;
    else if (pipewire_property_is(properties, "api.libcamera.location", "back"))
        camera->facing = CAMERA_FACING_BACK;

    camera->view = (struct frame_view){.mirrored = camera->facing == CAMERA_FACING_FRONT,
                                       .built_in = camera->facing != CAMERA_FACING_UNKNOWN};
    // The property is the turn, counter-clockwise, that undoes how the sensor is mounted.
    uint32_t turn;
    if (pipewire_property_number(properties, "api.libcamera.rotation", &turn) && turn > 0 &&
        turn < 360 && turn % 90 == 0)
        camera->view.rotation = 360 - turn;
}

static void on_info(void *userdata, const struct pw_node_info *info)
{
    struct pipewire_camera *camera = userdata;
    if (!(info->change_mask & PW_NODE_CHANGE_MASK_PROPS) || !info->props)
        return;
    pipewire_property_copy(camera->path, sizeof(camera->path), info->props, PW_KEY_OBJECT_PATH);
    pipewire_property_copy(camera->video, sizeof(camera->video), info->props, "api.v4l2.path");
    pipewire_property_copy(camera->libcamera, sizeof(camera->libcamera), info->props,
                           "api.libcamera.path");
    read_mounting(camera, info->props);
}

static struct pw_node *node_of(const struct pipewire_camera *camera)
{
    union {
        struct pw_proxy *in;
        struct pw_node *out;
    } node = {.in = camera->node};
    return node.out;
}

static void wish(struct pipewire_camera *camera, const struct spa_pod *offer)
{
    uint8_t room[PIPEWIRE_CONTROLS_ROOM];
    struct spa_pod_builder builder;
    spa_pod_builder_init(&builder, room, sizeof(room));
    const struct spa_pod *set = pipewire_controls_wish(&builder, offer, &camera->tuning);
    if (set)
        pw_node_set_param(node_of(camera), SPA_PARAM_Props, 0, set);
}

static void on_param(void *userdata, int sequence, uint32_t id, uint32_t index, uint32_t next,
                     const struct spa_pod *param)
{
    struct pipewire_camera *camera = userdata;
    (void)sequence;
    (void)next;
    if (id == SPA_PARAM_PropInfo && param)
        wish(camera, param);
    if (id != SPA_PARAM_EnumFormat || !param)
        return;
    if (index == 0)
        camera->modes = (struct pipewire_modes){0};
    pipewire_modes_add(&camera->modes, param);
}

static const struct pw_node_events node_events = {PW_VERSION_NODE_EVENTS, .info = on_info,
                                                  .param = on_param};

void pipewire_camera_listen(struct pipewire_camera *camera)
{
    pw_node_add_listener(node_of(camera), &camera->listener, &node_events, camera);
    pw_node_enum_params(node_of(camera), 0, SPA_PARAM_EnumFormat, 0, PIPEWIRE_MODES_MAX, NULL);
}

void pipewire_camera_tune(struct pipewire_camera *camera)
{
    camera->tuning = (struct camera_tuning){0};
    pw_node_enum_params(node_of(camera), 0, SPA_PARAM_PropInfo, 0, PIPEWIRE_CONTROLS_MAX, NULL);
}
