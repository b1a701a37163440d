// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "scanner/pipewire/pipewire_format.h"
#include "scanner/pipewire/pipewire_memory.h"

#define MANAGER_MS    1000  // a session manager that has not linked by then will not
#define GAP_MAX       1000u // a larger gap in the numbers is a new beginning
#define BUFFERS_LEAST 2     // some drivers give no more
#define BUFFERS_MOST  16
#define PARAMS_ROOM   1024u // bytes

static void fail(struct pipewire_stream *stream, enum failure failure, const char *what)
{
    if (!stream->failed)
        fault_set(&stream->fault, failure, "%s: %s", stream->device.path, what);
    stream->failed = true;
}

// What an error of the stream or its link means; `otherwise` before a format is agreed on. That
// there is no common one is known by what the camera offers. Where it told nothing, the stream,
// the link or the core says so, as versions differ, but always by that word.
static enum failure failure_of(const struct pipewire_stream *stream, const char *error,
                               enum failure otherwise)
{
    if (stream->agreed)
        return FAILURE_CAMERA_DRIVER;

    bool said = error && strstr(error, "format");
    return said || pipewire_remote_unreadable(stream->remote, stream->camera)
               ? FAILURE_CAMERA_FORMAT
               : otherwise;
}

// ---- frames ----

// Turned as the buffer says, where it says so: the turn was applied, counter-clockwise.
static struct frame_view view_of(const struct pipewire_stream *stream,
                                 const struct spa_buffer *buffer)
{
    struct frame_view view = stream->view;
    const struct spa_meta_videotransform *said =
        spa_buffer_find_meta_data(buffer, SPA_META_VideoTransform, sizeof(*said));
    if (said && said->transform <= SPA_META_TRANSFORMATION_Flipped270) {
        view.rotation = said->transform % 4 * 90;
        if (said->transform >= SPA_META_TRANSFORMATION_Flipped)
            view.mirrored = !view.mirrored;
    }
    return view;
}

// The frame's time and number, where the buffer tells them. False: it is marked as damaged.
static bool read_header(struct pipewire_stream *stream, const struct spa_buffer *buffer)
{
    struct frame *frame = &stream->latest;
    const struct spa_meta_header *header =
        spa_buffer_find_meta_data(buffer, SPA_META_Header, sizeof(*header));
    frame->time_us = 0;
    if (!header)
        return true;

    uint64_t step = header->seq - stream->sequence;
    if (stream->counted && step > 1 && step <= GAP_MAX)
        stream->dropped += step - 1;
    stream->counted = true;
    stream->sequence = header->seq;

    if (header->pts > 0)
        frame->time_us = header->pts / 1000;
    return !(header->flags & SPA_META_HEADER_FLAG_CORRUPTED);
}

// Copies the picture out of `bytes`, which another process may write to meanwhile.
static bool copy_picture(struct pipewire_stream *stream, struct span bytes, size_t stride)
{
    struct camera_device *device = &stream->device;
    const struct camera_format *format = camera_format_find(device->fourcc);
    size_t row = camera_format_row(format, device->width);
    device->stride = stride > 0 ? stride : row;
    if (device->stride < row || device->stride > 16 * PICTURE_SIDE_MAX)
        return false;

    size_t least = device->layout == CAMERA_LUMA_PLANE
                       ? device->stride * device->height
                       : camera_format_least(format, device->stride, device->height);
    if (bytes.n < least)
        return false;
    if (row > 0)
        bytes.n = least; // what stands behind the picture is not worth a copy

    struct frame lent = stream->latest;
    if (!camera_pixels_take(&stream->pixels, device, bytes, &lent.pixels))
        return false;
    return frame_copy(&stream->latest, &lent);
}

static bool take(struct pipewire_stream *stream, struct pw_buffer *buffer)
{
    struct pipewire_memory *memory = buffer->user_data;
    struct span bytes;
    size_t stride = 0;
    if (!read_header(stream, buffer->buffer) || !stream->agreed || !memory ||
        !pipewire_memory_enter(memory, &bytes, &stride))
        return false;
    bool taken = copy_picture(stream, bytes, stride);
    pipewire_memory_leave(memory);
    stream->latest.view = view_of(stream, buffer->buffer);
    return taken;
}

static void on_process(void *userdata)
{
    struct pipewire_stream *stream = userdata;
    const struct pipewire_library *library = &stream->remote->library;
    struct pw_buffer *newest = NULL;
    struct pw_buffer *buffer;

    while ((buffer = library->stream_dequeue_buffer(stream->stream))) {
        if (newest) {
            read_header(stream, newest->buffer);
            stream->dropped++;
            library->stream_queue_buffer(stream->stream, newest);
        }
        newest = buffer;
    }
    if (!newest)
        return;

    if (take(stream, newest))
        stream->fresh = true;
    else
        stream->damaged++;
    library->stream_queue_buffer(stream->stream, newest);
}

static void on_add_buffer(void *userdata, struct pw_buffer *buffer)
{
    struct pipewire_stream *stream = userdata;
    struct pipewire_memory *memory = malloc(sizeof(*memory));
    buffer->user_data = NULL;

    // libcamera keeps each plane in a block of its own. The first one is luma, and enough.
    if (buffer->buffer->n_datas > 1 && stream->device.layout == CAMERA_AS_IS)
        stream->device.layout = CAMERA_LUMA_PLANE;
    if (memory && buffer->buffer->n_datas > 0 &&
        pipewire_memory_init(memory, &buffer->buffer->datas[0])) {
        buffer->user_data = memory;
        return;
    }
    free(memory);
    fail(stream, FAILURE_CAMERA_FORMAT, "its buffers cannot be read");
}

static void on_remove_buffer(void *userdata, struct pw_buffer *buffer)
{
    (void)userdata;
    struct pipewire_memory *memory = buffer->user_data;
    if (memory)
        pipewire_memory_destroy(memory);
    free(memory);
    buffer->user_data = NULL;
}

// ---- what is agreed on ----

static const struct spa_pod *ask_meta(struct spa_pod_builder *builder, uint32_t type,
                                      size_t size)
{
    struct spa_pod_frame frame;
    spa_pod_builder_push_object(builder, &frame, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta);
    spa_pod_builder_add(builder, SPA_PARAM_META_type, SPA_POD_Id(type), SPA_PARAM_META_size,
                        SPA_POD_Int((int32_t)size), 0);
    return spa_pod_builder_pop(builder, &frame);
}

static const struct spa_pod *ask_buffers(struct spa_pod_builder *builder)
{
    struct spa_pod_frame frame;
    int32_t kinds = 1 << SPA_DATA_MemFd | 1 << SPA_DATA_MemPtr | 1 << SPA_DATA_DmaBuf;
    spa_pod_builder_push_object(builder, &frame, SPA_TYPE_OBJECT_ParamBuffers,
                                SPA_PARAM_Buffers);
    spa_pod_builder_add(
        builder, SPA_PARAM_BUFFERS_buffers,
        SPA_POD_CHOICE_RANGE_Int((int32_t)CAMERA_BUFFERS_WANTED, BUFFERS_LEAST, BUFFERS_MOST),
        SPA_PARAM_BUFFERS_dataType, SPA_POD_CHOICE_FLAGS_Int(kinds), 0);
    return spa_pod_builder_pop(builder, &frame);
}

static void on_param_changed(void *userdata, uint32_t id, const struct spa_pod *param)
{
    struct pipewire_stream *stream = userdata;
    if (id != SPA_PARAM_Format)
        return;
    stream->agreed = false;
    if (!param)
        return; // the link is gone, or a new format is about to be agreed on

    struct fault fault;
    if (!pipewire_format_take(&stream->device, param, &fault) ||
        !camera_pixels_prepare(&stream->pixels, &stream->device, &fault)) {
        fail(stream, fault.failure, fault.detail);
        return;
    }

    uint8_t room[PARAMS_ROOM];
    struct spa_pod_builder builder;
    spa_pod_builder_init(&builder, room, sizeof(room));
    const struct spa_pod *params[3];
    params[0] = ask_buffers(&builder);
    params[1] = ask_meta(&builder, SPA_META_Header, sizeof(struct spa_meta_header));
    params[2] =
        ask_meta(&builder, SPA_META_VideoTransform, sizeof(struct spa_meta_videotransform));
    stream->agreed =
        stream->remote->library.stream_update_params(stream->stream, params, 3) >= 0;
}

static void on_state_changed(void *userdata, enum pw_stream_state old,
                             enum pw_stream_state state, const char *error)
{
    struct pipewire_stream *stream = userdata;
    if (state == PW_STREAM_STATE_STREAMING && old != state)
        pipewire_remote_tune(stream->remote, stream->camera);
    if (state == PW_STREAM_STATE_PAUSED && !stream->ready)
        pipewire_remote_expect(stream->remote,
                               stream->remote->library.stream_get_node_id(stream->stream));
    stream->ready = state == PW_STREAM_STATE_PAUSED || state == PW_STREAM_STATE_STREAMING;
    if (state == PW_STREAM_STATE_ERROR)
        fail(stream, failure_of(stream, error, FAILURE_CAMERA_REFUSED),
             error ? error : "error");
}

static const struct pw_stream_events stream_events = {
    PW_VERSION_STREAM_EVENTS,          .state_changed = on_state_changed,
    .param_changed = on_param_changed, .add_buffer = on_add_buffer,
    .remove_buffer = on_remove_buffer, .process = on_process,
};

// ---- opening and closing ----

void pipewire_stream_init(struct pipewire_stream *stream)
{
    *stream = (struct pipewire_stream){.device = {.fd = -1}};
    camera_pixels_init(&stream->pixels);
    frame_init(&stream->latest);
}

static struct pw_properties *properties(const struct pipewire_library *library,
                                        const struct pipewire_camera *camera)
{
    // Another camera must never take the place of the one that was chosen.
    const struct spa_dict_item items[] = {
        {PW_KEY_MEDIA_TYPE, "Video"},      {PW_KEY_MEDIA_CATEGORY, "Capture"},
        {PW_KEY_MEDIA_ROLE, "Camera"},     {PW_KEY_NODE_NAME, "qrconfirm"},
        {"node.dont-fallback", "true"},    {PW_KEY_NODE_DONT_RECONNECT, "true"},
        {"target.object", camera->serial},
    };
    const struct spa_dict dict = SPA_DICT_INIT_ARRAY(items);
    return library->properties_new_dict(&dict);
}

static bool connect_stream(struct pipewire_stream *stream)
{
    uint8_t room[PIPEWIRE_OFFER_ROOM];
    struct spa_pod_builder builder;
    spa_pod_builder_init(&builder, room, sizeof(room));
    const struct spa_pod *offers[PIPEWIRE_OFFERS_MAX];
    size_t count = pipewire_offers(&builder, offers);
    return stream->remote->library.stream_connect(stream->stream, PW_DIRECTION_INPUT, PW_ID_ANY,
                                                  PW_STREAM_FLAG_AUTOCONNECT |
                                                      PW_STREAM_FLAG_DONT_RECONNECT,
                                                  offers, (uint32_t)count) >= 0;
}

bool pipewire_stream_open(struct pipewire_stream *stream, struct pipewire_remote *remote,
                          const struct pipewire_camera *camera, struct fault *fault)
{
    const struct pipewire_library *library = &remote->library;
    stream->remote = remote;
    stream->camera = camera->id;
    stream->view = camera->view;
    stream->opened_ms = clock_us(CLOCK_MONOTONIC) / 1000;
    stream->ready = stream->agreed = stream->fresh = stream->counted = stream->failed = false;
    stream->dropped = stream->damaged = 0;
    snprintf(stream->device.path, sizeof(stream->device.path), "%.*s", (int)CAMERA_PATH_MAX - 1,
             camera->name);
    pipewire_remote_expect(remote, SPA_ID_INVALID);

    stream->stream =
        library->stream_new(remote->core, "qrconfirm", properties(library, camera));
    if (!stream->stream)
        return fault_set(fault, FAILURE_MEMORY, "a stream of PipeWire");
    library->stream_add_listener(stream->stream, &stream->listener, &stream_events, stream);
    if (!connect_stream(stream))
        return fault_set(fault, FAILURE_CAMERA_REFUSED, "%s: pw_stream_connect",
                         stream->device.path);
    return true;
}

void pipewire_stream_close(struct pipewire_stream *stream)
{
    if (stream->stream)
        pipewire_remote_expect(stream->remote, SPA_ID_INVALID);
    if (stream->link)
        stream->remote->library.proxy_destroy(stream->link);
    if (stream->stream)
        stream->remote->library.stream_destroy(stream->stream);
    stream->link = NULL;
    stream->stream = NULL;
}

void pipewire_stream_destroy(struct pipewire_stream *stream)
{
    pipewire_stream_close(stream);
    camera_pixels_destroy(&stream->pixels);
    frame_destroy(&stream->latest);
}

// ---- linking ----

static void link_up(struct pipewire_stream *stream, const uint32_t ids[static 4])
{
    char text[4][16];
    for (size_t i = 0; i < 4; i++)
        snprintf(text[i], sizeof(text[i]), "%u", ids[i]);
    const struct spa_dict_item items[] = {
        {PW_KEY_LINK_OUTPUT_NODE, text[0]},
        {PW_KEY_LINK_OUTPUT_PORT, text[1]},
        {PW_KEY_LINK_INPUT_NODE, text[2]},
        {PW_KEY_LINK_INPUT_PORT, text[3]},
    };
    const struct spa_dict dict = SPA_DICT_INIT_ARRAY(items);
    stream->link = pw_core_create_object(stream->remote->core, "link-factory",
                                         PW_TYPE_INTERFACE_Link, PW_VERSION_LINK, &dict, 0);
    if (!stream->link)
        fail(stream, FAILURE_MEMORY, "a link of PipeWire");
}

// Links the stream where no session manager does, as soon as both ports are known. The portal
// gives no right to it.
static void link_alone(struct pipewire_stream *stream)
{
    const struct pipewire_remote *remote = stream->remote;
    if (remote->sandboxed || stream->link || !stream->ready || stream->agreed ||
        (remote->managed && clock_us(CLOCK_MONOTONIC) / 1000 - stream->opened_ms < MANAGER_MS))
        return;

    const struct pipewire_camera *camera = pipewire_remote_camera(remote, stream->camera);
    uint32_t node = remote->library.stream_get_node_id(stream->stream);
    uint32_t port = pipewire_remote_input_port(remote, node);
    if (camera && camera->port != SPA_ID_INVALID && port != SPA_ID_INVALID)
        link_up(stream, (const uint32_t[4]){camera->id, camera->port, node, port});
}

void pipewire_stream_tend(struct pipewire_stream *stream)
{
    struct pipewire_remote *remote = stream->remote;
    link_alone(stream);

    bool refused =
        stream->link && remote->refused == remote->library.proxy_get_id(stream->link);
    // Both tell of the same, in either order.
    if (remote->link_failed)
        fail(stream, failure_of(stream, remote->error, FAILURE_CAMERA_FORMAT), remote->error);
    else if (refused)
        fail(stream, failure_of(stream, remote->error, FAILURE_PIPEWIRE_UNLINKED),
             remote->error);
    remote->refused = SPA_ID_INVALID;
}
