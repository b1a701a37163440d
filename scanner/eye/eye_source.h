// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_EYE_SOURCE_H
#define QRCONFIRM_SCANNER_EYE_EYE_SOURCE_H

// The source of frames from a file or standard input, as file_source.h has it, but read in a
// process that is closed in (scanner/eye/eye.h): the libraries of pictures see a stranger's
// bytes there alone. The file is opened here, and its descriptor handed over. If that process
// ends, the file is over: SOURCE_FAILED with READER_LOST.

#include "scanner/files/file_source.h"

// `path` NULL: standard input. Fails with MEMORY, DESCRIPTORS.
struct source *eye_source_new(const char *path, enum file_kinds kinds, struct fault *fault);

#endif
