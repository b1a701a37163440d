// SPDX-License-Identifier: MIT

// A PipeWire camera for tests: it plays a recording, over and over, and misbehaves as it is
// told on standard input. It ends with standard input.
//
//     pipewire_node NAME FORMAT SCALE MEMORY LOCATION FILE [ROTATION]
//
// FORMAT: NV12, I420, GRAY8, YUY2, UYVY, BGRx, RGBx, RGB, MJPG, or H264, which nobody reads.
// MEMORY: daemon (the daemon allocates), sealed, open (a memfd that can shrink), dmabuf (a
// memfd that says it is a DMA-BUF), planes (each plane is a block of its own). SCALE: times
// that the pictures are enlarged. ROTATION: what api.libcamera.rotation says; without it 90.
//
// With PIPEWIRE_NODE_CONTROLS=libcamera or =v4l2 in its environment it offers controls as such
// a camera does, and its pictures are empty until it is asked to focus and to expose by itself;
// =manual: it can do neither by itself, and shows pictures.
//
// Commands, a line each: stall, go, corrupt N (every Nth frame is marked), cut N (every Nth is
// too short), stride N, offset N, size N (what the buffers say from now on; -1: the truth),
// shrink (the memory is cut off), turn N (what SPA_META_VideoTransform says
// after the next negotiation), format NAME SCALE
// (everything is negotiated anew).

#include <fcntl.h>
#include <linux/v4l2-controls.h>
#include <pipewire/pipewire.h>
#include <spa/param/props.h>
#include <spa/param/video/format-utils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "decode/luma.h"
#include "fixtures/jpeg.h"
#include "scanner/files/file_source.h"

#define PICTURES_MAX 32
#define BUFFERS      4
#define ROOM         2048
#define FRAME_NS     33333333

enum memory { MEMORY_DAEMON, MEMORY_SEALED, MEMORY_OPEN, MEMORY_DMABUF, MEMORY_PLANES };

struct picture {
    uint8_t *luma;
    size_t width, height;
};

struct node {
    struct pw_main_loop *loop;
    struct pw_stream *stream;
    struct spa_hook listener;
    struct picture pictures[PICTURES_MAX];
    size_t count, at;
    size_t scale;
    uint32_t format;
    bool jpeg, h264;
    enum memory memory;
    bool stalled, shrunk;
    long corrupt, cut, stride, offset, size;
    bool turns; // buffers say how they are turned, from the next negotiation on
    uint32_t turn;
    uint64_t sequence;
    const char *controls;  // NULL: it offers none
    bool focuses, exposes; // by itself
    uint8_t *large;        // an enlarged picture
    struct jpeg_data coded;
};

static const struct {
    const char *name;
    uint32_t format;
    size_t row; // bytes for two pixels
} formats[] = {
    {"NV12", SPA_VIDEO_FORMAT_NV12, 2},    {"I420", SPA_VIDEO_FORMAT_I420, 2},
    {"GRAY8", SPA_VIDEO_FORMAT_GRAY8, 2},  {"YUY2", SPA_VIDEO_FORMAT_YUY2, 4},
    {"UYVY", SPA_VIDEO_FORMAT_UYVY, 4},    {"BGRx", SPA_VIDEO_FORMAT_BGRx, 8},
    {"RGBx", SPA_VIDEO_FORMAT_RGBx, 8},    {"RGB", SPA_VIDEO_FORMAT_RGB, 6},
    {"MJPG", SPA_VIDEO_FORMAT_UNKNOWN, 0}, {"H264", SPA_VIDEO_FORMAT_UNKNOWN, 0},
};

static void die(const char *what)
{
    fprintf(stderr, "pipewire_node: %s\n", what);
    exit(2);
}

static void choose_format(struct node *node, const char *name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(formats[i].name, name) != 0)
            continue;
        node->format = formats[i].format;
        node->jpeg = strcmp(name, "MJPG") == 0;
        node->h264 = strcmp(name, "H264") == 0;
        return;
    }
    die("unknown format");
}

static size_t row_of(const struct node *node, size_t width)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (formats[i].format == node->format)
            return formats[i].row * width / 2;
    }
    return 0;
}

// ---- pictures ----

static void load(struct node *node, const char *path)
{
    struct fault fault = {0};
    struct source *source = file_source_new(path, FILE_RECORDINGS, &fault);
    struct frame frame;
    struct luma_buffer buffer;
    struct luma luma;
    frame_init(&frame);
    luma_buffer_init(&buffer);
    if (!source || !source->ops->open(source, &fault))
        die(fault.detail);

    while (node->count < PICTURES_MAX &&
           source->ops->next(source, &frame, &fault) == SOURCE_FRAME &&
           luma_from_pixels(&frame.pixels, &buffer, &luma, &fault)) {
        struct picture *picture = &node->pictures[node->count++];
        *picture = (struct picture){malloc(luma.width * luma.height), luma.width, luma.height};
        if (!picture->luma)
            die("no memory");
        for (size_t y = 0; y < luma.height; y++)
            memcpy(picture->luma + y * luma.width, luma.p + y * luma.stride, luma.width);
    }

    if (node->count == 0)
        die("no pictures");
    luma_buffer_destroy(&buffer);
    frame_destroy(&frame);
    source->ops->close(source);
    source->ops->destroy(source);
}

static size_t width_of(const struct node *node)
{
    return node->pictures[0].width * node->scale;
}

static size_t height_of(const struct node *node)
{
    return node->pictures[0].height * node->scale;
}

static void enlarge(struct node *node, const struct picture *picture)
{
    size_t width = width_of(node);
    for (size_t y = 0; y < height_of(node); y++) {
        if (node->controls && strcmp(node->controls, "manual") != 0 &&
            !(node->focuses && node->exposes)) {
            memset(node->large + y * width, 128, width);
            continue;
        }
        const uint8_t *row = picture->luma + y / node->scale * picture->width;
        for (size_t x = 0; x < width; x++)
            node->large[y * width + x] = row[x / node->scale];
    }
}

// The size of a picture in the format that is sent.
static size_t whole_size(const struct node *node)
{
    size_t area = width_of(node) * height_of(node);
    if (node->jpeg || node->h264)
        return area;
    if (node->format == SPA_VIDEO_FORMAT_NV12 || node->format == SPA_VIDEO_FORMAT_I420)
        return area * 3 / 2;
    return row_of(node, width_of(node)) * height_of(node);
}

// What of it stands in the first block of a buffer.
static size_t first_size(const struct node *node)
{
    return node->memory == MEMORY_PLANES ? width_of(node) * height_of(node) : whole_size(node);
}

// Writes the picture into a buffer of `size` bytes; returns how many it took.
static size_t write_picture(struct node *node, uint8_t *to, size_t size)
{
    size_t area = width_of(node) * height_of(node);
    if (node->jpeg) {
        if (!jpeg_encode(&node->coded, node->large, width_of(node), height_of(node), 70, true,
                         NULL) ||
            node->coded.size > size)
            die("a JPEG");
        memcpy(to, node->coded.p, node->coded.size);
        return node->coded.size;
    }

    size_t step = row_of(node, 2) / 2;
    size_t whole = whole_size(node);
    memset(to, 128, whole);
    for (size_t i = 0; i < area; i++) {
        if (step == 1)
            to[i] = node->large[i];
        else if (step == 2)
            to[2 * i + (node->format == SPA_VIDEO_FORMAT_UYVY)] = node->large[i];
        else
            memset(to + step * i, node->large[i], step);
    }
    return whole;
}

// ---- the stream ----

static bool every(const struct node *node, long n)
{
    return n > 0 && node->sequence % (uint64_t)n == 0;
}

static void write_meta(struct node *node, struct spa_buffer *buffer)
{
    struct spa_meta_header *header =
        spa_buffer_find_meta_data(buffer, SPA_META_Header, sizeof(*header));
    struct spa_meta_videotransform *turn =
        spa_buffer_find_meta_data(buffer, SPA_META_VideoTransform, sizeof(*turn));
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);

    if (header) {
        header->pts = now.tv_sec * 1000000000LL + now.tv_nsec;
        header->seq = node->sequence;
        header->flags = every(node, node->corrupt) ? SPA_META_HEADER_FLAG_CORRUPTED : 0;
    }
    if (turn)
        turn->transform = node->turn;
}

static void on_tick(void *userdata, uint64_t expirations)
{
    struct node *node = userdata;
    (void)expirations;
    if (node->stalled || pw_stream_get_state(node->stream, NULL) != PW_STREAM_STATE_STREAMING)
        return;
    struct pw_buffer *buffer = pw_stream_dequeue_buffer(node->stream);
    if (!buffer)
        return;

    struct spa_data *data = &buffer->buffer->datas[0];
    if (data->data && data->maxsize >= first_size(node)) {
        node->sequence++;
        size_t size = first_size(node);
        if (!node->shrunk) { // writing would kill us, as reading would the reader
            enlarge(node, &node->pictures[node->at++ % node->count]);
            size_t whole = write_picture(node, data->data, whole_size(node));
            size = node->memory == MEMORY_PLANES ? size : whole;
        }
        for (uint32_t i = 1; i < buffer->buffer->n_datas; i++)
            *data[i].chunk = (struct spa_chunk){.size = data[i].maxsize};
        if (every(node, node->cut))
            size /= 3;
        data->chunk->flags = 0;
        data->chunk->offset = node->offset < 0 ? 0 : (uint32_t)node->offset;
        data->chunk->size = node->size < 0 ? (uint32_t)size : (uint32_t)node->size;
        data->chunk->stride =
            node->stride < 0 ? (int32_t)row_of(node, width_of(node)) : (int32_t)node->stride;
        write_meta(node, buffer->buffer);
    }
    pw_stream_queue_buffer(node->stream, buffer);
}

static const struct spa_pod *enum_format(struct node *node, struct spa_pod_builder *builder)
{
    struct spa_pod_frame frame;
    struct spa_rectangle size = {(uint32_t)width_of(node), (uint32_t)height_of(node)};
    struct spa_fraction rate = {30, 1};
    uint32_t subtype = node->jpeg   ? SPA_MEDIA_SUBTYPE_mjpg
                       : node->h264 ? SPA_MEDIA_SUBTYPE_h264
                                    : SPA_MEDIA_SUBTYPE_raw;
    spa_pod_builder_push_object(builder, &frame, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
    spa_pod_builder_add(builder, SPA_FORMAT_mediaType, SPA_POD_Id(SPA_MEDIA_TYPE_video),
                        SPA_FORMAT_mediaSubtype, SPA_POD_Id(subtype), 0);
    if (subtype == SPA_MEDIA_SUBTYPE_raw)
        spa_pod_builder_add(builder, SPA_FORMAT_VIDEO_format, SPA_POD_Id(node->format), 0);
    spa_pod_builder_add(builder, SPA_FORMAT_VIDEO_size, SPA_POD_Rectangle(&size),
                        SPA_FORMAT_VIDEO_framerate, SPA_POD_Fraction(&rate), 0);
    return spa_pod_builder_pop(builder, &frame);
}

static const struct spa_pod *meta(struct spa_pod_builder *builder, uint32_t type, size_t size)
{
    struct spa_pod_frame frame;
    spa_pod_builder_push_object(builder, &frame, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta);
    spa_pod_builder_add(builder, SPA_PARAM_META_type, SPA_POD_Id(type), SPA_PARAM_META_size,
                        SPA_POD_Int((int32_t)size), 0);
    return spa_pod_builder_pop(builder, &frame);
}

// ---- controls ----

#define AF_MODE    (SPA_PROP_START_CUSTOM + 29) // libcamera's numbers differ between versions
#define AE_ENABLE  (SPA_PROP_START_CUSTOM + 1)
#define FOCUS_AUTO (SPA_PROP_START_CUSTOM + V4L2_CID_FOCUS_AUTO)
#define EXPOSURE   (SPA_PROP_START_CUSTOM + V4L2_CID_EXPOSURE_AUTO)
#define OFFERS_MAX 2

static const struct spa_pod *offer_switch(struct spa_pod_builder *builder, uint32_t id,
                                          const char *name)
{
    struct spa_pod_frame frame;
    spa_pod_builder_push_object(builder, &frame, SPA_TYPE_OBJECT_PropInfo, SPA_PARAM_PropInfo);
    spa_pod_builder_add(builder, SPA_PROP_INFO_id, SPA_POD_Id(id), SPA_PROP_INFO_description,
                        SPA_POD_String(name), SPA_PROP_INFO_type, SPA_POD_CHOICE_Bool(false),
                        0);
    return spa_pod_builder_pop(builder, &frame);
}

static const struct spa_pod *offer_one_of(struct spa_pod_builder *builder, uint32_t id,
                                          const char *name, int32_t first, int32_t last)
{
    struct spa_pod_frame frame;
    spa_pod_builder_push_object(builder, &frame, SPA_TYPE_OBJECT_PropInfo, SPA_PARAM_PropInfo);
    spa_pod_builder_add(builder, SPA_PROP_INFO_id, SPA_POD_Id(id), SPA_PROP_INFO_description,
                        SPA_POD_String(name), SPA_PROP_INFO_type,
                        SPA_POD_CHOICE_ENUM_Int(3, first, first, last), 0);
    return spa_pod_builder_pop(builder, &frame);
}

static void offer_controls(struct node *node)
{
    uint8_t room[ROOM];
    struct spa_pod_builder builder;
    spa_pod_builder_init(&builder, room, sizeof(room));
    const struct spa_pod *offers[OFFERS_MAX];
    bool v4l2 = strcmp(node->controls, "v4l2") == 0;
    bool manual = strcmp(node->controls, "manual") == 0;

    if (v4l2) { // as a webcam: by hand, or with aperture priority
        offers[0] = offer_switch(&builder, FOCUS_AUTO, "Focus, Automatic Continuous");
        offers[1] = offer_one_of(&builder, EXPOSURE, "Auto Exposure", 1, 3);
    } else {
        offers[0] = offer_one_of(&builder, AF_MODE, "AfMode", 0, manual ? 1 : 2);
        offers[1] = manual ? offer_one_of(&builder, EXPOSURE, "Auto Exposure", 1, 1)
                           : offer_switch(&builder, AE_ENABLE, "AeEnable");
    }
    pw_stream_update_params(node->stream, offers, OFFERS_MAX);
}

static void take_controls(struct node *node, const struct spa_pod *param)
{
    const struct spa_pod_prop *focus = spa_pod_find_prop(param, NULL, AF_MODE);
    const struct spa_pod_prop *exposure = spa_pod_find_prop(param, NULL, AE_ENABLE);
    int32_t mode;
    bool on;
    if (strcmp(node->controls, "v4l2") == 0) {
        focus = spa_pod_find_prop(param, NULL, FOCUS_AUTO);
        exposure = spa_pod_find_prop(param, NULL, EXPOSURE);
        if (focus && spa_pod_get_bool(&focus->value, &on) == 0)
            node->focuses = on;
        if (exposure && spa_pod_get_int(&exposure->value, &mode) == 0)
            node->exposes = mode == V4L2_EXPOSURE_APERTURE_PRIORITY;
        return;
    }
    if (focus && spa_pod_get_int(&focus->value, &mode) == 0)
        node->focuses = mode == 2; // AfModeContinuous
    if (exposure && spa_pod_get_bool(&exposure->value, &on) == 0)
        node->exposes = on;
}

static void on_param(void *userdata, uint32_t id, const struct spa_pod *param)
{
    struct node *node = userdata;
    if (param && id == SPA_PARAM_Props && node->controls)
        take_controls(node, param);
    if (!param || id != SPA_PARAM_Format)
        return;

    static const uint32_t types[] = {
        [MEMORY_DAEMON] = 1 << SPA_DATA_MemFd | 1 << SPA_DATA_MemPtr,
        [MEMORY_SEALED] = 1 << SPA_DATA_MemFd,
        [MEMORY_OPEN] = 1 << SPA_DATA_MemFd,
        [MEMORY_DMABUF] = 1 << SPA_DATA_DmaBuf,
        [MEMORY_PLANES] = 1 << SPA_DATA_MemFd,
    };
    uint8_t room[ROOM];
    struct spa_pod_builder builder;
    spa_pod_builder_init(&builder, room, sizeof(room));
    const struct spa_pod *params[3];
    struct spa_pod_frame frame;
    spa_pod_builder_push_object(&builder, &frame, SPA_TYPE_OBJECT_ParamBuffers,
                                SPA_PARAM_Buffers);
    spa_pod_builder_add(
        &builder, SPA_PARAM_BUFFERS_buffers, SPA_POD_CHOICE_RANGE_Int(BUFFERS, 2, 16),
        SPA_PARAM_BUFFERS_blocks, SPA_POD_Int(node->memory == MEMORY_PLANES ? 2 : 1),
        SPA_PARAM_BUFFERS_size, SPA_POD_Int((int32_t)whole_size(node)),
        SPA_PARAM_BUFFERS_stride, SPA_POD_Int((int32_t)row_of(node, width_of(node))),
        SPA_PARAM_BUFFERS_dataType, SPA_POD_CHOICE_FLAGS_Int((int32_t)types[node->memory]), 0);
    params[0] = spa_pod_builder_pop(&builder, &frame);
    params[1] = meta(&builder, SPA_META_Header, sizeof(struct spa_meta_header));
    params[2] = meta(&builder, SPA_META_VideoTransform, sizeof(struct spa_meta_videotransform));
    pw_stream_update_params(node->stream, params, node->turns ? 3 : 2);
}

// Memory of our own, where the daemon is not to give it.
static void on_add_buffer(void *userdata, struct pw_buffer *buffer)
{
    struct node *node = userdata;
    struct spa_data *data = &buffer->buffer->datas[0];
    if (node->memory == MEMORY_DAEMON)
        return;

    size_t size = whole_size(node);
    int fd = memfd_create("picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0)
        die("memfd");
    if (node->memory == MEMORY_SEALED)
        fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    data->type = node->memory == MEMORY_DMABUF ? SPA_DATA_DmaBuf : SPA_DATA_MemFd;
    data->flags = SPA_DATA_FLAG_READWRITE;
    data->fd = fd;
    data->mapoffset = 0;
    data->maxsize = (uint32_t)first_size(node);
    data->data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (data->data == MAP_FAILED)
        die("mmap");

    // The planes of colour follow the first in the same memory, as libcamera has them.
    for (uint32_t i = 1; i < buffer->buffer->n_datas; i++) {
        struct spa_chunk *chunk = data[i].chunk;
        data[i] = data[0];
        data[i].fd = dup(fd);
        data[i].mapoffset = data->maxsize;
        data[i].maxsize = (uint32_t)size - data->maxsize;
        data[i].data = (uint8_t *)data->data + data->maxsize;
        data[i].chunk = chunk;
    }
}

static void on_remove_buffer(void *userdata, struct pw_buffer *buffer)
{
    struct node *node = userdata;
    struct spa_data *data = &buffer->buffer->datas[0];
    if (node->memory == MEMORY_DAEMON)
        return;
    munmap(data->data, whole_size(node));
    for (uint32_t i = 0; i < buffer->buffer->n_datas; i++)
        close((int)data[i].fd);
}

static const struct pw_stream_events events = {
    PW_VERSION_STREAM_EVENTS,
    .param_changed = on_param,
    .add_buffer = on_add_buffer,
    .remove_buffer = on_remove_buffer,
};

// ---- commands ----

static void negotiate(struct node *node, const char *name, size_t scale)
{
    uint8_t room[ROOM];
    struct spa_pod_builder builder;
    spa_pod_builder_init(&builder, room, sizeof(room));
    choose_format(node, name);
    node->scale = scale;
    node->large = realloc(node->large, width_of(node) * height_of(node));
    if (!node->large)
        die("no memory");
    const struct spa_pod *offer = enum_format(node, &builder);
    if (node->stream)
        pw_stream_update_params(node->stream, &offer, 1);
}

static void shrink(struct node *node)
{
    // The descriptors are those of the buffers that were added.
    for (int fd = 3; fd < 256; fd++) {
        char link[64];
        char target[64] = "";
        snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
        ssize_t n = readlink(link, target, sizeof(target) - 1);
        if (n > 0 && strstr(target, "memfd:picture"))
            (void)!ftruncate(fd, 4096);
    }
    node->shrunk = true;
}

static void obey(struct node *node, const char *line)
{
    char word[32] = "";
    char name[32] = "";
    long value = 0;
    unsigned scale = 1;
    sscanf(line, "%31s %ld", word, &value);

    if (strcmp(word, "format") == 0 && sscanf(line, "%*s %31s %u", name, &scale) == 2)
        negotiate(node, name, scale);
    else if (strcmp(word, "stall") == 0 || strcmp(word, "go") == 0)
        node->stalled = word[0] == 's';
    else if (strcmp(word, "corrupt") == 0)
        node->corrupt = value;
    else if (strcmp(word, "cut") == 0)
        node->cut = value;
    else if (strcmp(word, "stride") == 0)
        node->stride = value;
    else if (strcmp(word, "offset") == 0)
        node->offset = value;
    else if (strcmp(word, "size") == 0)
        node->size = value;
    else if (strcmp(word, "turn") == 0) {
        node->turns = true;
        node->turn = (uint32_t)value;
    } else if (strcmp(word, "shrink") == 0)
        shrink(node);
    else
        die(line);
}

static void on_command(void *userdata, int fd, uint32_t mask)
{
    struct node *node = userdata;
    char line[128];
    size_t at = 0;
    char byte;
    (void)mask;
    ssize_t n;
    while ((n = read(fd, &byte, 1)) == 1 && byte != '\n' && at + 1 < sizeof(line))
        line[at++] = byte;
    line[at] = '\0';
    if (n <= 0)
        pw_main_loop_quit(node->loop);
    else
        obey(node, line);
}

static void connect_node(struct node *node, const char *name, const char *location,
                         const char *rotation)
{
    uint8_t room[ROOM];
    struct spa_pod_builder builder;
    spa_pod_builder_init(&builder, room, sizeof(room));
    struct pw_loop *loop = pw_main_loop_get_loop(node->loop);
    node->stream = pw_stream_new_simple(
        loop, name,
        pw_properties_new(PW_KEY_MEDIA_CLASS, "Video/Source", PW_KEY_MEDIA_ROLE, "Camera",
                          PW_KEY_NODE_NAME, name, PW_KEY_NODE_DESCRIPTION, "Test camera",
                          "api.libcamera.location", location, "api.libcamera.rotation",
                          rotation, NULL),
        &events, node);
    if (!node->stream)
        die("no stream");

    const struct spa_pod *offer = enum_format(node, &builder);
    enum pw_stream_flags memory = node->memory == MEMORY_DAEMON ? PW_STREAM_FLAG_MAP_BUFFERS
                                                                : PW_STREAM_FLAG_ALLOC_BUFFERS;
    if (pw_stream_connect(node->stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
                          PW_STREAM_FLAG_DRIVER | memory, &offer, 1) < 0)
        die("cannot connect");
    if (node->controls)
        offer_controls(node);
}

int main(int argc, char **argv)
{
    static const char *const memories[] = {"daemon", "sealed", "open", "dmabuf", "planes"};
    if (argc != 7 && argc != 8)
        die("see the head of tests/pipewire/node.c");
    struct node node = {.controls = getenv("PIPEWIRE_NODE_CONTROLS"),
                        .corrupt = 0,
                        .stride = -1,
                        .offset = -1,
                        .size = -1};
    load(&node, argv[6]);
    while (node.memory < MEMORY_PLANES && strcmp(memories[node.memory], argv[4]) != 0)
        node.memory++;
    negotiate(&node, argv[2], (size_t)atoi(argv[3]));

    pw_init(NULL, NULL);
    node.loop = pw_main_loop_new(NULL);
    connect_node(&node, argv[1], argv[5], argc == 8 ? argv[7] : "90");
    struct pw_loop *loop = pw_main_loop_get_loop(node.loop);
    struct spa_source *timer = pw_loop_add_timer(loop, on_tick, &node);
    struct timespec first = {0, 1};
    struct timespec interval = {0, FRAME_NS};
    pw_loop_update_timer(loop, timer, &first, &interval, false);
    pw_loop_add_io(loop, STDIN_FILENO, SPA_IO_IN | SPA_IO_HUP, false, on_command, &node);
    pw_main_loop_run(node.loop);

    pw_stream_destroy(node.stream);
    pw_main_loop_destroy(node.loop);
    for (size_t i = 0; i < node.count; i++)
        free(node.pictures[i].luma);
    free(node.large);
    jpeg_data_destroy(&node.coded);
    return 0;
}
