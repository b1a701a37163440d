// SPDX-License-Identifier: MIT
#include "scanner/camera_format.h"

#include <errno.h>
#include <math.h>

#define FORMATS_MAX 96u  // looked at of one camera; vivid offers 83
#define STEPS_MAX   256u // sizes, or intervals, looked at of one format

// Costs are hundredths: 100 is worth one doubling of the picture's area.
#define COST_PACKED    20u
#define COST_DEEP      30u
#define COST_JPEG      50u
#define COST_BAYER     80u
#define COST_CONVERT   150u
#define COST_SLOW      200u // fewer frames than enough: a moving hand is never seen sharp
#define COST_TOO_LARGE 400u
#define LARGEST_AREA   (1920.0 * 1080.0)

static const struct camera_format formats[] = {
    {V4L2_PIX_FMT_GREY, CAMERA_AS_IS, PIXEL_GREY, 0, 0, true},
    {V4L2_PIX_FMT_NV12, CAMERA_AS_IS, PIXEL_NV12, 0, 0, false},
    {V4L2_PIX_FMT_NV21, CAMERA_AS_IS, PIXEL_NV21, 0, 0, false},
    {V4L2_PIX_FMT_YUV420, CAMERA_AS_IS, PIXEL_I420, 0, 0, false},
    {V4L2_PIX_FMT_YVU420, CAMERA_AS_IS, PIXEL_YV12, 0, 0, false},
    {V4L2_PIX_FMT_NV16, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_NV61, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_NV24, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_NV42, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_YUV422P, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_NV12M, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_NV21M, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_NV16M, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_NV61M, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_YUV420M, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_YVU420M, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_YUV422M, CAMERA_LUMA_PLANE, PIXEL_GREY, 0, 5, false},
    {V4L2_PIX_FMT_YUYV, CAMERA_AS_IS, PIXEL_YUYV, 0, COST_PACKED, false},
    {V4L2_PIX_FMT_UYVY, CAMERA_AS_IS, PIXEL_UYVY, 0, COST_PACKED, false},
    {V4L2_PIX_FMT_Y10, CAMERA_DEEP, PIXEL_GREY, 2, COST_DEEP, true},
    {V4L2_PIX_FMT_Y12, CAMERA_DEEP, PIXEL_GREY, 4, COST_DEEP, true},
    {V4L2_PIX_FMT_Y14, CAMERA_DEEP, PIXEL_GREY, 6, COST_DEEP, true},
    {V4L2_PIX_FMT_Y16, CAMERA_DEEP, PIXEL_GREY, 8, COST_DEEP, true},
    {V4L2_PIX_FMT_MJPEG, CAMERA_AS_IS, PIXEL_MJPEG, 0, COST_JPEG, false},
    {V4L2_PIX_FMT_JPEG, CAMERA_AS_IS, PIXEL_MJPEG, 0, COST_JPEG, false},
    {V4L2_PIX_FMT_SBGGR8, CAMERA_BAYER, PIXEL_GREY, 0, COST_BAYER, false},
    {V4L2_PIX_FMT_SGBRG8, CAMERA_BAYER, PIXEL_GREY, 0, COST_BAYER, false},
    {V4L2_PIX_FMT_SGRBG8, CAMERA_BAYER, PIXEL_GREY, 0, COST_BAYER, false},
    {V4L2_PIX_FMT_SRGGB8, CAMERA_BAYER, PIXEL_GREY, 0, COST_BAYER, false},
    {V4L2_PIX_FMT_SBGGR10, CAMERA_BAYER_DEEP, PIXEL_GREY, 2, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SGBRG10, CAMERA_BAYER_DEEP, PIXEL_GREY, 2, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SGRBG10, CAMERA_BAYER_DEEP, PIXEL_GREY, 2, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SRGGB10, CAMERA_BAYER_DEEP, PIXEL_GREY, 2, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SBGGR12, CAMERA_BAYER_DEEP, PIXEL_GREY, 4, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SGBRG12, CAMERA_BAYER_DEEP, PIXEL_GREY, 4, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SGRBG12, CAMERA_BAYER_DEEP, PIXEL_GREY, 4, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SRGGB12, CAMERA_BAYER_DEEP, PIXEL_GREY, 4, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SBGGR16, CAMERA_BAYER_DEEP, PIXEL_GREY, 8, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SGBRG16, CAMERA_BAYER_DEEP, PIXEL_GREY, 8, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SGRBG16, CAMERA_BAYER_DEEP, PIXEL_GREY, 8, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SRGGB16, CAMERA_BAYER_DEEP, PIXEL_GREY, 8, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SBGGR10P, CAMERA_BAYER_10P, PIXEL_GREY, 0, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SGBRG10P, CAMERA_BAYER_10P, PIXEL_GREY, 0, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SGRBG10P, CAMERA_BAYER_10P, PIXEL_GREY, 0, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_SRGGB10P, CAMERA_BAYER_10P, PIXEL_GREY, 0, COST_BAYER + 5, false},
    {V4L2_PIX_FMT_YVYU, CAMERA_CONVERT, PIXEL_I420, 0, COST_CONVERT, false},
    {V4L2_PIX_FMT_RGB24, CAMERA_CONVERT, PIXEL_I420, 0, COST_CONVERT, false},
    {V4L2_PIX_FMT_BGR24, CAMERA_CONVERT, PIXEL_I420, 0, COST_CONVERT, false},
    {V4L2_PIX_FMT_RGB565, CAMERA_CONVERT, PIXEL_I420, 0, COST_CONVERT, false},
    {V4L2_PIX_FMT_RGB32, CAMERA_CONVERT, PIXEL_I420, 0, COST_CONVERT, false},
    {V4L2_PIX_FMT_BGR32, CAMERA_CONVERT, PIXEL_I420, 0, COST_CONVERT, false},
};

const struct camera_format *camera_format_find(uint32_t fourcc)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (formats[i].fourcc == fourcc)
            return &formats[i];
    }
    return NULL;
}

void camera_fourcc_text(uint32_t fourcc, char out[static 5])
{
    for (unsigned i = 0; i < 4; i++) {
        unsigned c = (fourcc >> (8 * i)) & 0x7f;
        out[i] = c >= ' ' && c < 0x7f ? (char)c : '?';
    }
    out[4] = '\0';
}

static bool layout_is_bayer(enum camera_layout layout)
{
    return layout == CAMERA_BAYER || layout == CAMERA_BAYER_DEEP || layout == CAMERA_BAYER_10P;
}

unsigned camera_mode_cost(const struct camera_mode *mode)
{
    const struct camera_format *format = camera_format_find(mode->fourcc);
    unsigned cost = mode->emulated || !format ? COST_CONVERT : format->cost;

    double area = (double)mode->width * mode->height;
    if (layout_is_bayer(mode->layout))
        area /= 4;
    if (area < 1)
        area = 1;
    cost += (unsigned)(100 * fabs(log2(area / (CAMERA_WIDTH_WANTED * CAMERA_HEIGHT_WANTED))));
    if (area > LARGEST_AREA)
        cost += COST_TOO_LARGE;
    if (mode->fps > 0 && mode->fps < CAMERA_FPS_ENOUGH)
        cost += COST_SLOW + 100 * (CAMERA_FPS_ENOUGH - mode->fps) / CAMERA_FPS_ENOUGH;
    return cost;
}

static unsigned rate(const struct v4l2_fract *interval)
{
    if (interval->numerator == 0)
        return 0;
    return (interval->denominator + interval->numerator / 2) / interval->numerator;
}

// The most frames a second at a size; 0 if the driver does not say.
static unsigned most_fps(const struct camera_io *io, int fd, uint32_t fourcc, uint32_t width,
                         uint32_t height)
{
    unsigned most = 0;
    for (uint32_t i = 0; i < STEPS_MAX; i++) {
        struct v4l2_frmivalenum interval = {
            .index = i, .pixel_format = fourcc, .width = width, .height = height};
        if (camera_ioctl(io, fd, VIDIOC_ENUM_FRAMEINTERVALS, &interval) < 0)
            break;
        if (interval.type != V4L2_FRMIVAL_TYPE_DISCRETE)
            return rate(&interval.stepwise.min);
        unsigned fps = rate(&interval.discrete);
        if (fps > most)
            most = fps;
    }
    return most;
}

// The value nearest to `wanted` that the steps allow.
static uint32_t nearest_step(uint32_t wanted, uint32_t min, uint32_t max, uint32_t step)
{
    if (wanted <= min)
        return min;
    if (wanted >= max)
        return max;
    return step > 1 ? min + (wanted - min + step / 2) / step * step : wanted;
}

struct choice {
    const struct camera_io *io;
    int fd;
    struct camera_mode best;
    unsigned cost;
    bool found;
};

static void consider(struct choice *choice, struct camera_mode mode)
{
    if (mode.width == 0 || mode.height == 0)
        return;
    // A mosaic is seen at half its size, so it may be twice the side.
    size_t limit = layout_is_bayer(mode.layout) ? 2u * PICTURE_SIDE_MAX : PICTURE_SIDE_MAX;
    if (mode.width > limit || mode.height > limit)
        return;
    mode.fps = most_fps(choice->io, choice->fd, mode.fourcc, mode.width, mode.height);
    unsigned cost = camera_mode_cost(&mode);
    if (choice->found && cost >= choice->cost)
        return;
    choice->best = mode;
    choice->cost = cost;
    choice->found = true;
}

static void consider_sizes(struct choice *choice, struct camera_mode mode)
{
    uint32_t factor = layout_is_bayer(mode.layout) ? 2 : 1;
    uint32_t i;
    for (i = 0; i < STEPS_MAX; i++) {
        struct v4l2_frmsizeenum size = {.index = i, .pixel_format = mode.fourcc};
        if (camera_ioctl(choice->io, choice->fd, VIDIOC_ENUM_FRAMESIZES, &size) < 0)
            break;
        if (size.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
            const struct v4l2_frmsize_stepwise *steps = &size.stepwise;
            mode.width = nearest_step(factor * CAMERA_WIDTH_WANTED, steps->min_width,
                                      steps->max_width, steps->step_width);
            mode.height = nearest_step(factor * CAMERA_HEIGHT_WANTED, steps->min_height,
                                       steps->max_height, steps->step_height);
            consider(choice, mode);
            return;
        }
        mode.width = size.discrete.width;
        mode.height = size.discrete.height;
        consider(choice, mode);
    }
    if (i > 0)
        return;
    // It does not say: ask for what is wanted and let the driver come near.
    mode.width = factor * CAMERA_WIDTH_WANTED;
    mode.height = factor * CAMERA_HEIGHT_WANTED;
    consider(choice, mode);
}

bool camera_mode_choose(const struct camera_io *io, int fd, uint32_t type, bool convert,
                        struct camera_mode *out, bool *gray_only, struct fault *fault)
{
    struct choice choice = {.io = io, .fd = fd};
    bool gray = true;
    char last[5] = "none";
    for (uint32_t i = 0; i < FORMATS_MAX; i++) {
        struct v4l2_fmtdesc description = {.index = i, .type = type};
        if (camera_ioctl(io, fd, VIDIOC_ENUM_FMT, &description) < 0)
            break;
        camera_fourcc_text(description.pixelformat, last);
        const struct camera_format *format = camera_format_find(description.pixelformat);
        bool emulated = description.flags & V4L2_FMT_FLAG_EMULATED;
        if (!emulated && !(format && format->gray))
            gray = false;
        if (!format || (format->layout == CAMERA_CONVERT && !convert))
            continue;
        consider_sizes(&choice, (struct camera_mode){.fourcc = description.pixelformat,
                                                     .layout = format->layout,
                                                     .emulated = emulated});
    }
    if (!choice.found)
        return fault_set(fault, FAILURE_CAMERA_FORMAT, "no usable format, the last was %s",
                         last);
    *out = choice.best;
    if (gray_only)
        *gray_only = gray;
    return true;
}
