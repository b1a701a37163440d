// SPDX-License-Identifier: MIT
// A frame of any coded format, with any sizes, over the bytes that are left: its luma lies in
// the room that was lent or in the converter, or it is refused. A lying driver says such
// things. The first 6 bytes: format, of the room how much there is, width, height.
// libv4lconvert is not built with a sanitizer: what it reads beyond the frame is seen only
// where it is fatal.
#include "tests/fuzz/fuzz.h"

#include <linux/videodev2.h>

#include "scanner/eye/frame_converter.h"

static const uint32_t formats[] = {
    0, // a JPEG
    V4L2_PIX_FMT_M420,
    V4L2_PIX_FMT_PJPG,
    V4L2_PIX_FMT_PAC207,
    V4L2_PIX_FMT_MR97310A,
    V4L2_PIX_FMT_SN9C10X,
    V4L2_PIX_FMT_SN9C20X_I420,
    V4L2_PIX_FMT_SPCA501,
    V4L2_PIX_FMT_SPCA505,
    V4L2_PIX_FMT_SPCA508,
    V4L2_PIX_FMT_SPCA561,
    V4L2_PIX_FMT_SE401,
    V4L2_PIX_FMT_CIT_YYVYUY,
    V4L2_PIX_FMT_STV0680,
    V4L2_PIX_FMT_KONICA420,
    V4L2_PIX_FMT_SN9C2028,
    V4L2_PIX_FMT_SQ905C,
};
enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

// Up to 1023: larger pictures only take longer.
static size_t number(const uint8_t *p)
{
    return (size_t)((p[0] & 3) << 8 | p[1]);
}

static void check(const struct pixels *luma)
{
    unsigned sum = 0;
    FUZZ_MUST(luma->format == PIXEL_GREY && pixels_are_whole(luma));
    for (size_t i = 0; i < luma->data.n; i++)
        sum += luma->data.p[i];
    FUZZ_MUST(sum <= 255u * luma->data.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { HEAD = 6, ROOM = 64 * 64 };
    static uint8_t room[ROOM];
    if (size < HEAD)
        return 0;

    uint32_t fourcc = formats[bytes[0] % FORMATS];
    const struct frame frame = {
        .pixels = {.format = fourcc ? PIXEL_V4L2 : PIXEL_MJPEG,
                   .width = number(bytes + 2),
                   .height = number(bytes + 4),
                   .data = span_of(bytes + HEAD, size - HEAD)},
        .fourcc = fourcc,
    };
    struct frame_converter converter;
    FUZZ_MUST(frame_converter_init(&converter, NULL));

    // Twice: a frame must not be read differently because of the one before it.
    for (int turn = 0; turn < 2; turn++) {
        struct pixels luma;
        struct fault fault = {0};
        bool damaged;
        if (frame_converter_convert(&converter, &frame, room, bytes[1] * (size_t)16, &luma,
                                    &damaged, &fault))
            check(&luma);
        else
            FUZZ_MUST(fault.failure != FAILURE_NONE && fault.detail[0]);
    }
    frame_converter_destroy(&converter);
    return 0;
}
