// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FILES_REPLAY_Y4M_H
#define QRCONFIRM_SCANNER_FILES_REPLAY_Y4M_H

// Y4M (YUV4MPEG2) recordings, as mjpegtools' yuv4mpeg(5) describes them: gray, 4:2:0 of any
// chroma siting, and 4:2:2, 4:4:4, 4:4:0, 4:1:1 and 4:4:4 with alpha, of which only the luma is
// looked at. As FFmpeg writes them, samples may have 9 to 16 bits: the upper 8 are taken.

#include "scanner/frames/frame.h"
#include "scanner/frames/source.h"
#include "scanner/frames/stream.h"

#define Y4M_MAGIC    "YUV4MPEG2"
#define Y4M_LINE_MAX 1024u    // bytes of the header and of each frame's header
#define Y4M_RATE_MAX 1000000u // of numerator and denominator

struct y4m_header {
    size_t width, height;        // pixels
    uint32_t rate_num, rate_den; // frames a second; 30:1 where it is not told
    enum pixel_format format;    // GREY also where chroma follows that is not looked at
    size_t frame_size;           // bytes
    unsigned bits;               // of a sample: 8, or 9 to 16 in two bytes, the lower first
};

struct y4m {
    struct y4m_header header;
    uint64_t index;
    int64_t time_us;    // of the next frame
    uint64_t time_rest; // what rounding took from time_us, in 1/rate_num microseconds
};

// Reads the line that a recording begins with, without its '\n'. Fails with SOURCE_FORMAT,
// SOURCE_DAMAGED, SOURCE_TOO_LARGE.
bool y4m_parse_header(struct span line, struct y4m_header *out, struct fault *fault);

// Reads the header of a recording. SOURCE_FRAME: frames may be read.
enum source_step y4m_begin(struct y4m *y4m, struct stream *stream, struct fault *fault);

// Reads the next frame into the frame's own storage. A recording that breaks off inside a frame
// fails with SOURCE_DAMAGED after the frames before it.
enum source_step y4m_next(struct y4m *y4m, struct stream *stream, struct frame *out,
                          struct fault *fault);

#endif
