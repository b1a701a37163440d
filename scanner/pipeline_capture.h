// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPELINE_CAPTURE_H
#define QRCONFIRM_SCANNER_PIPELINE_CAPTURE_H

// The capture thread of a pipeline. Takes the frames of the source, and lends each to the
// decoder and to the screen, until the pipeline ends.

// `argument` is the struct pipeline; the result is NULL.
void *pipeline_capture(void *argument);

#endif
