// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPELINE_DECODE_H
#define QRCONFIRM_SCANNER_PIPELINE_DECODE_H

// The decode thread of a pipeline. Reads the codes in the frames that it is lent, until the
// pipeline ends.

// `argument` is the struct pipeline; the result is NULL.
void *pipeline_decode(void *argument);

#endif
