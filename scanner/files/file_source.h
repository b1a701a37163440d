// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FILES_FILE_SOURCE_H
#define QRCONFIRM_SCANNER_FILES_FILE_SOURCE_H

// The source of frames from a file or standard input. The format is detected from the first
// bytes, not from the name.

#include "scanner/frames/source.h"

enum file_kinds {
    FILE_RECORDINGS = 1, // Y4M, MJPEG
    FILE_PICTURES = 2,   // JPEG (its first picture alone), PNG, PNM, WebP, GIF, BMP, TIFF
    FILE_ALL = 3         // a JPEG is a recording of one frame or more
};

// A picture with transparency gives up to two frames: laid on white, and laid on black, as far
// as each shows anything.

// Puts the file's name (NULL: standard input) before a fault's detail; of a long path its end.
void file_source_name_fault(const char *path, struct fault *fault);

// A source without a file: file_source_give says which, before open. It closes `fd` in the end;
// `size` is as stream_descriptor() has it, and nothing that fails has a name. `owner` is a
// socket of whoever asks for frames: a read that waits ends once its other end is gone.
struct source *file_source_new_later(int owner, struct fault *fault);
void file_source_give(struct source *source, int fd, int64_t size, enum file_kinds kinds);

// `path` NULL: standard input. The file is opened, and found missing or foreign, by open.
struct source *file_source_new(const char *path, enum file_kinds kinds, struct fault *fault);

#endif
