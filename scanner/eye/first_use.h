// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_EYE_FIRST_USE_H
#define QRCONFIRM_SCANNER_EYE_FIRST_USE_H

// What libraries do when they are used for the first time: they load parts of themselves, or
// ask the system what its processor can do. On arm64 libjpeg-turbo reads /proc/cpuinfo, once in
// each thread that decodes. A process that will open no file any more does it all before. What
// fails here is told when it is needed.

#include "decode/luma.h"

// JPEG by the buffer's decoder.
void first_use_of_jpeg(struct luma_buffer *buffer);

// Of frames: ZBar, the character sets that it converts, and JPEG by the buffer's decoder. False
// if memory is short.
bool first_use_to_read(struct luma_buffer *buffer);

// Of recordings and pictures.
void first_use_to_open(void);

#endif
