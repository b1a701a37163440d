// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FILES_REPLAY_MJPEG_H
#define QRCONFIRM_SCANNER_FILES_REPLAY_MJPEG_H

// JPEG pictures one behind the other, as a camera sends them, or a single one. Other bytes
// before and between them (padding, headers of a multipart stream, the rest of a picture whose
// beginning was missed) are skipped, up to a limit. A picture that has damaged markers or
// breaks off is handed on as far as it goes; the JPEG library decides what can be read of it.
// Such a recording holds no times: it is played at MJPEG_RATE.

#include "scanner/files/jpeg_split.h"
#include "scanner/frames/frame.h"
#include "scanner/frames/source.h"
#include "scanner/frames/stream.h"

#define MJPEG_RATE        30u                  // frames a second
#define MJPEG_PICTURE_MAX (32u * 1024u * 1024) // bytes of one picture
#define MJPEG_GAP_MAX     (16u * 1024u * 1024) // bytes without a picture

struct mjpeg {
    uint8_t *p; // owned
    size_t capacity, begin, end;
    bool single;  // a picture: what follows the first is not looked at
    bool cut_off; // the bytes ended inside the last picture that was given
    uint64_t index;
};

void mjpeg_begin(struct mjpeg *mjpeg, bool single);
void mjpeg_destroy(struct mjpeg *mjpeg);

// Lends the next picture: valid until the next call. Its width and height are left 0. One that
// the reader of luma does not take (jpeg_picture.h) is decoded into the frame's storage. A
// recording that breaks off inside a picture fails with SOURCE_DAMAGED after that picture,
// unless it is the only one. Fails with SOURCE_FORMAT where there is no picture at all, and
// with SOURCE_TOO_LARGE, MEMORY.
enum source_step mjpeg_next(struct mjpeg *mjpeg, struct stream *stream, struct frame *out,
                            struct fault *fault);

#endif
