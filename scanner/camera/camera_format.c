// SPDX-License-Identifier: MIT
#include "scanner/camera/camera_format.h"

#include <errno.h>
#include <math.h>

#define FORMATS_MAX 96u  // looked at of one camera; vivid offers 83
#define STEPS_MAX   256u // sizes, or intervals, looked at of one format

// Costs are hundredths: 100 is worth one doubling of the picture's area.
#define COST_PACKED    20u
#define COST_DEEP      30u
#define COST_JPEG      50u
#define COST_RGB       60u
#define COST_BAYER     80u
#define COST_CONVERT   150u
#define COST_SLOW      200u // fewer frames than enough: a moving hand is never seen sharp
#define COST_TOO_LARGE 400u
#define LARGEST_AREA   (1920.0 * 1080.0)

#define ROW(code, how, price)                                                                  \
    .fourcc = V4L2_PIX_FMT_##code, .layout = CAMERA_##how, .cost = (price)

static const struct camera_format formats[] = {
    {ROW(GREY, AS_IS, 0), .pixels = PIXEL_GREY, .gray = true},
    {ROW(NV12, AS_IS, 0), .pixels = PIXEL_NV12},
    {ROW(NV21, AS_IS, 0), .pixels = PIXEL_NV21},
    {ROW(YUV420, AS_IS, 0), .pixels = PIXEL_I420},
    {ROW(YVU420, AS_IS, 0), .pixels = PIXEL_YV12},
    {ROW(NV16, LUMA_PLANE, 5)},
    {ROW(NV61, LUMA_PLANE, 5)},
    {ROW(NV24, LUMA_PLANE, 5)},
    {ROW(NV42, LUMA_PLANE, 5)},
    {ROW(YUV422P, LUMA_PLANE, 5)},
    {ROW(NV12M, LUMA_PLANE, 5)},
    {ROW(NV21M, LUMA_PLANE, 5)},
    {ROW(NV16M, LUMA_PLANE, 5)},
    {ROW(NV61M, LUMA_PLANE, 5)},
    {ROW(YUV420M, LUMA_PLANE, 5)},
    {ROW(YVU420M, LUMA_PLANE, 5)},
    {ROW(YUV422M, LUMA_PLANE, 5)},
    {ROW(YUYV, AS_IS, COST_PACKED), .pixels = PIXEL_YUYV},
    {ROW(UYVY, AS_IS, COST_PACKED), .pixels = PIXEL_UYVY},
    {ROW(Y10, DEEP, COST_DEEP), .shift = 2, .gray = true},
    {ROW(Y12, DEEP, COST_DEEP), .shift = 4, .gray = true},
    {ROW(Y14, DEEP, COST_DEEP), .shift = 6, .gray = true},
    {ROW(Y16, DEEP, COST_DEEP), .shift = 8, .gray = true},
    {ROW(MJPEG, AS_IS, COST_JPEG), .pixels = PIXEL_MJPEG},
    {ROW(JPEG, AS_IS, COST_JPEG), .pixels = PIXEL_MJPEG},
    {ROW(SBGGR8, BAYER, COST_BAYER)},
    {ROW(SGBRG8, BAYER, COST_BAYER)},
    {ROW(SGRBG8, BAYER, COST_BAYER)},
    {ROW(SRGGB8, BAYER, COST_BAYER)},
    {ROW(SBGGR10, BAYER_DEEP, COST_BAYER + 5), .shift = 2},
    {ROW(SGBRG10, BAYER_DEEP, COST_BAYER + 5), .shift = 2},
    {ROW(SGRBG10, BAYER_DEEP, COST_BAYER + 5), .shift = 2},
    {ROW(SRGGB10, BAYER_DEEP, COST_BAYER + 5), .shift = 2},
    {ROW(SBGGR12, BAYER_DEEP, COST_BAYER + 5), .shift = 4},
    {ROW(SGBRG12, BAYER_DEEP, COST_BAYER + 5), .shift = 4},
    {ROW(SGRBG12, BAYER_DEEP, COST_BAYER + 5), .shift = 4},
    {ROW(SRGGB12, BAYER_DEEP, COST_BAYER + 5), .shift = 4},
    {ROW(SBGGR16, BAYER_DEEP, COST_BAYER + 5), .shift = 8},
    {ROW(SGBRG16, BAYER_DEEP, COST_BAYER + 5), .shift = 8},
    {ROW(SGRBG16, BAYER_DEEP, COST_BAYER + 5), .shift = 8},
    {ROW(SRGGB16, BAYER_DEEP, COST_BAYER + 5), .shift = 8},
    {ROW(SBGGR10P, BAYER_10P, COST_BAYER + 5)},
    {ROW(SGBRG10P, BAYER_10P, COST_BAYER + 5)},
    {ROW(SGRBG10P, BAYER_10P, COST_BAYER + 5)},
    {ROW(SRGGB10P, BAYER_10P, COST_BAYER + 5)},
    {ROW(YVYU, PACKED, COST_DEEP)},
    {ROW(VYUY, PACKED, COST_DEEP), .shift = 1},
    {ROW(RGB24, RGB, COST_RGB), .step = 3, .red = 0, .green = 1, .blue = 2},
    {ROW(BGR24, RGB, COST_RGB), .step = 3, .red = 2, .green = 1, .blue = 0},
    {ROW(RGB32, RGB, COST_RGB), .step = 4, .red = 1, .green = 2, .blue = 3},
    {ROW(XRGB32, RGB, COST_RGB), .step = 4, .red = 1, .green = 2, .blue = 3},
    {ROW(ARGB32, RGB, COST_RGB), .step = 4, .red = 1, .green = 2, .blue = 3},
    {ROW(BGR32, RGB, COST_RGB), .step = 4, .red = 2, .green = 1, .blue = 0},
    {ROW(XBGR32, RGB, COST_RGB), .step = 4, .red = 2, .green = 1, .blue = 0},
    {ROW(ABGR32, RGB, COST_RGB), .step = 4, .red = 2, .green = 1, .blue = 0},
    {ROW(RGBX32, RGB, COST_RGB), .step = 4, .red = 0, .green = 1, .blue = 2},
    {ROW(RGBA32, RGB, COST_RGB), .step = 4, .red = 0, .green = 1, .blue = 2},
    {ROW(BGRX32, RGB, COST_RGB), .step = 4, .red = 3, .green = 2, .blue = 1},
    {ROW(BGRA32, RGB, COST_RGB), .step = 4, .red = 3, .green = 2, .blue = 1},
    {ROW(RGB565, RGB565, COST_RGB)},
    // Of old webcams (gspca) and capture cards; libv4lconvert knows them, in the eye.
    {ROW(M420, CONVERT, COST_CONVERT)},
    {ROW(PJPG, CONVERT, COST_CONVERT)},
    {ROW(PAC207, CONVERT, COST_CONVERT)},
    {ROW(MR97310A, CONVERT, COST_CONVERT)},
    {ROW(SN9C10X, CONVERT, COST_CONVERT)},
    {ROW(SN9C20X_I420, CONVERT, COST_CONVERT)},
    {ROW(SPCA501, CONVERT, COST_CONVERT)},
    {ROW(SPCA505, CONVERT, COST_CONVERT)},
    {ROW(SPCA508, CONVERT, COST_CONVERT)},
    {ROW(SPCA561, CONVERT, COST_CONVERT)},
    {ROW(SE401, CONVERT, COST_CONVERT)},
    {ROW(CIT_YYVYUY, CONVERT, COST_CONVERT)},
    {ROW(KONICA420, CONVERT, COST_CONVERT)},
    {ROW(STV0680, CONVERT, COST_CONVERT)},
    {ROW(SN9C2028, CONVERT, COST_CONVERT)},
    {ROW(SQ905C, CONVERT, COST_CONVERT)},
};

const struct camera_format *camera_format_find(uint32_t fourcc)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (formats[i].fourcc == fourcc)
            return &formats[i];
    }
    return NULL;
}

bool camera_format_is_coded(const struct camera_format *format)
{
    return format->layout == CAMERA_CONVERT ||
           (format->layout == CAMERA_AS_IS && format->pixels == PIXEL_MJPEG);
}

size_t camera_format_row(const struct camera_format *format, size_t width)
{
    switch (format->layout) {
    case CAMERA_DEEP:
    case CAMERA_BAYER_DEEP:
    case CAMERA_RGB565:
        return 2 * width;
    case CAMERA_PACKED:
        return (width + 1) / 2 * 4;
    case CAMERA_RGB:
        return format->step * width;
    case CAMERA_BAYER_10P:
        return (width + 3) / 4 * 5;
    case CAMERA_AS_IS:
        if (format->pixels == PIXEL_MJPEG)
            return 0;
        return format->pixels == PIXEL_YUYV || format->pixels == PIXEL_UYVY
                   ? (width + 1) / 2 * 4
                   : width;
    case CAMERA_CONVERT:
        return 0; // as the converter knows
    case CAMERA_LUMA_PLANE:
    case CAMERA_BAYER:
        break;
    }

    return width;
}

size_t camera_format_least(const struct camera_format *format, size_t stride, size_t height)
{
    size_t rows = stride * height;
    if (format->layout == CAMERA_CONVERT)
        return 0;
    if (format->layout != CAMERA_AS_IS)
        return rows;

    switch (format->pixels) {
    case PIXEL_NV12:
    case PIXEL_NV21:
        return rows + stride * ((height + 1) / 2);
    case PIXEL_I420:
    case PIXEL_YV12:
        return rows + 2 * (stride / 2) * ((height + 1) / 2);
    case PIXEL_MJPEG:
        return 4;
    case PIXEL_GREY:
    case PIXEL_YUYV:
    case PIXEL_UYVY:
    case PIXEL_V4L2:
        break;
    }

    return rows;
}

void camera_fourcc_text(uint32_t fourcc, char out[static 5])
{
    for (unsigned i = 0; i < 4; i++) {
        unsigned c = (fourcc >> (8 * i)) & 0x7f;
        out[i] = c >= ' ' && c < 0x7f ? (char)c : '?';
    }
    out[4] = '\0';
}

bool camera_layout_is_bayer(enum camera_layout layout)
{
    return layout == CAMERA_BAYER || layout == CAMERA_BAYER_DEEP || layout == CAMERA_BAYER_10P;
}

unsigned camera_mode_cost(const struct camera_mode *mode)
{
    const struct camera_format *format = camera_format_find(mode->fourcc);
    unsigned cost =
        (mode->emulated ? COST_CONVERT : 0) + (format ? format->cost : COST_CONVERT);

    double area = (double)mode->width * mode->height;
    if (camera_layout_is_bayer(mode->layout))
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
    size_t limit =
        camera_layout_is_bayer(mode.layout) ? 2u * PICTURE_SIDE_MAX : PICTURE_SIDE_MAX;
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
    uint32_t factor = camera_layout_is_bayer(mode.layout) ? 2 : 1;
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
