// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_format.h"

#include <spa/param/video/format-utils.h>

enum rank { RANK_PLANAR, RANK_PACKED, RANK_JPEG, RANK_RGB, RANK_COUNT };

// In the order of what luma costs. Gray comes behind what has colour: it may be an infrared
// picture.
static const struct {
    enum rank rank;
    uint32_t spa;
    uint32_t fourcc;
} formats[] = {
    {RANK_PLANAR, SPA_VIDEO_FORMAT_NV12, V4L2_PIX_FMT_NV12},
    {RANK_PLANAR, SPA_VIDEO_FORMAT_I420, V4L2_PIX_FMT_YUV420},
    {RANK_PLANAR, SPA_VIDEO_FORMAT_NV21, V4L2_PIX_FMT_NV21},
    {RANK_PLANAR, SPA_VIDEO_FORMAT_YV12, V4L2_PIX_FMT_YVU420},
    {RANK_PLANAR, SPA_VIDEO_FORMAT_GRAY8, V4L2_PIX_FMT_GREY},
    {RANK_PACKED, SPA_VIDEO_FORMAT_YUY2, V4L2_PIX_FMT_YUYV},
    {RANK_PACKED, SPA_VIDEO_FORMAT_UYVY, V4L2_PIX_FMT_UYVY},
    {RANK_PACKED, SPA_VIDEO_FORMAT_YVYU, V4L2_PIX_FMT_YVYU},
    {RANK_PACKED, SPA_VIDEO_FORMAT_GRAY16_LE, V4L2_PIX_FMT_Y16},
    {RANK_RGB, SPA_VIDEO_FORMAT_BGRx, V4L2_PIX_FMT_XBGR32},
    {RANK_RGB, SPA_VIDEO_FORMAT_RGBx, V4L2_PIX_FMT_RGBX32},
    {RANK_RGB, SPA_VIDEO_FORMAT_xRGB, V4L2_PIX_FMT_XRGB32},
    {RANK_RGB, SPA_VIDEO_FORMAT_xBGR, V4L2_PIX_FMT_BGRX32},
    {RANK_RGB, SPA_VIDEO_FORMAT_BGRA, V4L2_PIX_FMT_XBGR32},
    {RANK_RGB, SPA_VIDEO_FORMAT_RGBA, V4L2_PIX_FMT_RGBX32},
    {RANK_RGB, SPA_VIDEO_FORMAT_RGB, V4L2_PIX_FMT_RGB24},
    {RANK_RGB, SPA_VIDEO_FORMAT_BGR, V4L2_PIX_FMT_BGR24},
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

// Sizes and rates, the best first. A source takes the first offer that it can meet, so each
// window is as narrow as its pictures are alike in worth.
static const struct window {
    struct spa_rectangle least, most;
    uint32_t least_fps;
} windows[] = {
    {{1024, 720}, {1600, 1200}, CAMERA_FPS_ENOUGH},
    {{640, 480}, {1920, 1200}, CAMERA_FPS_ENOUGH},
    {{1, 1}, {PICTURE_SIDE_MAX, PICTURE_SIDE_MAX}, 0},
};

#define WINDOWS (sizeof(windows) / sizeof(windows[0]))

static void offer_formats(struct spa_pod_builder *builder, enum rank rank)
{
    struct spa_pod_frame frame;
    bool first = true;
    spa_pod_builder_prop(builder, SPA_FORMAT_VIDEO_format, 0);
    spa_pod_builder_push_choice(builder, &frame, SPA_CHOICE_Enum, 0);

    for (size_t i = 0; i < FORMATS; i++) {
        if (formats[i].rank != rank)
            continue;
        if (first)
            spa_pod_builder_id(builder, formats[i].spa); // the default stands before the list
        first = false;
        spa_pod_builder_id(builder, formats[i].spa);
    }

    spa_pod_builder_pop(builder, &frame);
}

static const struct spa_pod *offer(struct spa_pod_builder *builder, enum rank rank,
                                   const struct window *window)
{
    struct spa_pod_frame frame;
    uint32_t subtype = rank == RANK_JPEG ? SPA_MEDIA_SUBTYPE_mjpg : SPA_MEDIA_SUBTYPE_raw;
    const struct spa_rectangle wanted = {CAMERA_WIDTH_WANTED, CAMERA_HEIGHT_WANTED};
    const struct spa_fraction rate = {CAMERA_FPS_WANTED, 1};
    const struct spa_fraction slowest = {window->least_fps, 1};
    const struct spa_fraction fastest = {1000, 1};

    spa_pod_builder_push_object(builder, &frame, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
    spa_pod_builder_add(builder, SPA_FORMAT_mediaType, SPA_POD_Id(SPA_MEDIA_TYPE_video),
                        SPA_FORMAT_mediaSubtype, SPA_POD_Id(subtype), 0);
    if (rank != RANK_JPEG)
        offer_formats(builder, rank);
    spa_pod_builder_add(builder, SPA_FORMAT_VIDEO_size,
                        SPA_POD_CHOICE_RANGE_Rectangle(&wanted, &window->least, &window->most),
                        SPA_FORMAT_VIDEO_framerate,
                        SPA_POD_CHOICE_RANGE_Fraction(&rate, &slowest, &fastest), 0);
    return spa_pod_builder_pop(builder, &frame);
}

size_t pipewire_offers(struct spa_pod_builder *builder,
                       const struct spa_pod *out[static PIPEWIRE_OFFERS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < WINDOWS; i++) {
        for (enum rank rank = 0; rank < RANK_COUNT; rank++)
            out[count++] = offer(builder, rank, &windows[i]);
    }
    return count;
}

static uint32_t fourcc_of(uint32_t spa)
{
    for (size_t i = 0; i < FORMATS; i++) {
        if (formats[i].spa == spa)
            return formats[i].fourcc;
    }
    return 0;
}

// The values of a property that is one, or a choice of some. Of a range the default alone is a
// value; a list has it twice. NULL and none where it is neither: a choice may be said to be
// shorter than its own head.
static const void *values_of(const struct spa_pod *param, uint32_t key, uint32_t type,
                             size_t size, uint32_t *count)
{
    const struct spa_pod_prop *property = spa_pod_find_prop(param, NULL, key);
    *count = 0;
    if (!property ||
        (property->value.type == SPA_TYPE_Choice && !spa_pod_is_choice(&property->value)))
        return NULL;

    uint32_t choice = SPA_CHOICE_None;
    uint32_t values = 0;
    const struct spa_pod *value = spa_pod_get_values(&property->value, &values, &choice);
    if (value->type != type || value->size != size || values == 0)
        return NULL;

    *count = choice == SPA_CHOICE_Enum ? values : 1;
    return SPA_POD_BODY_CONST(value);
}

// `sizes` may be NULL, with a count of 0.
static void add_sizes(struct pipewire_modes *modes, uint32_t fourcc,
                      const struct spa_rectangle *sizes, uint32_t count)
{
    modes->readable = true;
    for (uint32_t i = count > 1 ? 1 : 0; i < count && modes->count < PIPEWIRE_MODES_MAX; i++) {
        if (sizes[i].width == 0 || sizes[i].width > PICTURE_SIDE_MAX || sizes[i].height == 0 ||
            sizes[i].height > PICTURE_SIDE_MAX)
            continue;
        modes->mode[modes->count].fourcc = fourcc;
        modes->mode[modes->count].width = sizes[i].width;
        modes->mode[modes->count++].height = sizes[i].height;
    }
}

void pipewire_modes_add(struct pipewire_modes *modes, const struct spa_pod *param)
{
    uint32_t type = 0;
    uint32_t subtype = 0;
    uint32_t sizes = 0;
    uint32_t formats_offered = 0;
    if (spa_format_parse(param, &type, &subtype) < 0 || type != SPA_MEDIA_TYPE_video)
        return;

    modes->offered = true;
    const struct spa_rectangle *size =
        values_of(param, SPA_FORMAT_VIDEO_size, SPA_TYPE_Rectangle, sizeof(*size), &sizes);
    if (subtype == SPA_MEDIA_SUBTYPE_mjpg)
        add_sizes(modes, V4L2_PIX_FMT_MJPEG, size, sizes);
    if (subtype != SPA_MEDIA_SUBTYPE_raw)
        return;

    const uint32_t *format = values_of(param, SPA_FORMAT_VIDEO_format, SPA_TYPE_Id,
                                       sizeof(*format), &formats_offered);
    for (uint32_t i = formats_offered > 1 ? 1 : 0; i < formats_offered; i++) {
        uint32_t fourcc = fourcc_of(format[i]);
        if (fourcc)
            add_sizes(modes, fourcc, size, sizes);
    }
}

bool pipewire_format_take(struct camera_device *device, const struct spa_pod *param,
                          struct fault *fault)
{
    uint32_t type = 0;
    uint32_t subtype = 0;
    uint32_t fourcc = 0;
    struct spa_rectangle size = {0, 0};

    if (spa_format_parse(param, &type, &subtype) >= 0 && type == SPA_MEDIA_TYPE_video) {
        struct spa_video_info_raw raw = {.format = SPA_VIDEO_FORMAT_UNKNOWN};
        struct spa_video_info_mjpg jpeg = {.size = {0, 0}};
        if (subtype == SPA_MEDIA_SUBTYPE_raw && spa_format_video_raw_parse(param, &raw) >= 0) {
            fourcc = fourcc_of(raw.format);
            size = raw.size;
        } else if (subtype == SPA_MEDIA_SUBTYPE_mjpg &&
                   spa_format_video_mjpg_parse(param, &jpeg) >= 0) {
            fourcc = V4L2_PIX_FMT_MJPEG;
            size = jpeg.size;
        }
    }

    const struct camera_format *format = fourcc ? camera_format_find(fourcc) : NULL;
    if (!format || size.width == 0 || size.height == 0 || size.width > PICTURE_SIDE_MAX ||
        size.height > PICTURE_SIDE_MAX)
        return fault_set(fault, FAILURE_CAMERA_FORMAT, "%s: gave %u/%u, %ux%u", device->path,
                         type, subtype, size.width, size.height);

    device->fourcc = fourcc;
    device->layout = format->layout;
    device->width = size.width;
    device->height = size.height;
    device->stride = camera_format_row(format, size.width);
    return true;
}
