// SPDX-License-Identifier: MIT
#include "scanner/frames/convertible.h"

#include <linux/videodev2.h>
#include <string.h>

static const struct {
    uint32_t fourcc;
    unsigned eighths; // bytes of eight pixels; 0: it is compressed, and may be short
} formats[] = {
    {V4L2_PIX_FMT_M420, 12},         {V4L2_PIX_FMT_SPCA501, 12},
    {V4L2_PIX_FMT_SPCA505, 12},      {V4L2_PIX_FMT_SPCA508, 12},
    {V4L2_PIX_FMT_SN9C20X_I420, 12}, {V4L2_PIX_FMT_PJPG, 0},
    {V4L2_PIX_FMT_PAC207, 0},        {V4L2_PIX_FMT_MR97310A, 0},
    {V4L2_PIX_FMT_SN9C10X, 0},       {V4L2_PIX_FMT_SPCA561, 0},
    {V4L2_PIX_FMT_SE401, 0},         {V4L2_PIX_FMT_CIT_YYVYUY, 12},
    {V4L2_PIX_FMT_KONICA420, 12},    {V4L2_PIX_FMT_STV0680, 8},
    {V4L2_PIX_FMT_SN9C2028, 0},      {V4L2_PIX_FMT_SQ905C, 0},
};

size_t convertible_least(uint32_t fourcc, size_t width, size_t height)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (formats[i].fourcc == fourcc)
            return formats[i].eighths > 0 ? width * height * formats[i].eighths / 8 : 1;
    }
    return 0;
}

bool convertible_bytes(uint32_t fourcc, struct span bytes)
{
    // Start of image and frame; then the sides, of two bytes each; components, start of scan.
    static const uint8_t first[] = {0xff, 0xd8, 0xff, 0xc0, 0x00, 0x11, 0x08};
    static const uint8_t rest[] = {0x03, 0x01, 0x21, 0x00, 0x02, 0x11, 0x01, 0x03,
                                   0x11, 0x01, 0xff, 0xda, 0x00, 0x0c, 0x03, 0x01,
                                   0x00, 0x02, 0x11, 0x03, 0x11, 0x00, 0x3f, 0x00};
    const size_t behind = sizeof(first) + 4;
    if (fourcc != V4L2_PIX_FMT_PJPG)
        return true;
    return bytes.n >= behind + sizeof(rest) && memcmp(bytes.p, first, sizeof(first)) == 0 &&
           memcmp(bytes.p + behind, rest, sizeof(rest)) == 0;
}

bool convertible_sides(size_t width, size_t height)
{
    return width >= CONVERTIBLE_SIDE_MIN && height >= CONVERTIBLE_SIDE_MIN && width % 2 == 0 &&
           height % 2 == 0;
}
