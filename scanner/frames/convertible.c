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
    static const uint8_t tables[] = {0xff, 0xc4};
    return fourcc != V4L2_PIX_FMT_PJPG || bytes.n == 0 ||
           !memmem(bytes.p, bytes.n, tables, sizeof(tables));
}

bool convertible_sides(size_t width, size_t height)
{
    return width >= CONVERTIBLE_SIDE_MIN && height >= CONVERTIBLE_SIDE_MIN && width % 2 == 0 &&
           height % 2 == 0;
}
