// SPDX-License-Identifier: MIT
// Any file is a recording or a picture, or is refused with a reason; of what is played, every
// byte of luma may be looked at. The order of frames and of their times never breaks.
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "decode/luma.h"
#include "scanner/files/file_source.h"

#define LUMA_MAX (1u << 20) // pixels: larger ones take their time and show nothing new

static void look_at(const struct luma *luma)
{
    FUZZ_MUST(luma->width > 0 && luma->width <= PICTURE_SIDE_MAX);
    FUZZ_MUST(luma->height > 0 && luma->height <= PICTURE_SIDE_MAX);
    FUZZ_MUST(luma->stride >= luma->width);
    unsigned sum = 0;
    for (size_t y = 0; y < luma->height; y++) {
        for (size_t x = 0; x < luma->width; x++)
            sum += luma->p[y * luma->stride + x];
    }
    FUZZ_MUST(sum <= 255u * luma->width * luma->height);
}

static void play(struct source *source)
{
    struct luma_buffer buffer;
    luma_buffer_init(&buffer);
    struct frame frame;
    frame_init(&frame);
    struct fault fault = {0};
    enum source_step step = SOURCE_FAILED;
    int64_t before_us = 0;

    if (source->ops->open(source, &fault)) {
        for (uint64_t index = 0;; index++) {
            step = source->ops->next(source, &frame, &fault);
            if (step != SOURCE_FRAME)
                break;
            FUZZ_MUST(frame.index == index);
            FUZZ_MUST(frame.time_us >= before_us);
            before_us = frame.time_us;

            if (frame.pixels.width * frame.pixels.height > LUMA_MAX)
                continue;
            struct luma luma;
            bool taken = luma_from_pixels(&frame.pixels, &buffer, &luma, &fault);
            FUZZ_MUST(taken || frame.pixels.format == PIXEL_MJPEG);
            if (taken)
                look_at(&luma);
        }
    }

    FUZZ_MUST(step != SOURCE_FAILED || (fault.failure != FAILURE_NONE && fault.detail[0]));
    source->ops->close(source);
    frame_destroy(&frame);
    luma_buffer_destroy(&buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    int fd = memfd_create("input", MFD_CLOEXEC);
    FUZZ_MUST(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    char path[32];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);

    static const enum file_kinds kinds[] = {FILE_ALL, FILE_PICTURES};
    for (size_t i = 0; i < 2; i++) {
        struct source *source = file_source_new(path, kinds[i], NULL);
        FUZZ_MUST(source);
        play(source);
        source->ops->destroy(source);
    }

    close(fd);
    return 0;
}
