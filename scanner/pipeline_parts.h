// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPELINE_PARTS_H
#define QRCONFIRM_SCANNER_PIPELINE_PARTS_H

// What the threads of a pipeline share, for the files of the pipeline alone.

#include "scanner/frames/clock.h"
#include "scanner/pipeline.h"

// The threads; their argument is the pipeline.
void *pipeline_capture(void *argument);
void *pipeline_decode(void *argument);

void pipeline_emit(struct pipeline *pipeline, const struct pipeline_event *event);
// An event with a fault; NULL: without one.
void pipeline_emit_fault(struct pipeline *pipeline, enum pipeline_event_kind kind,
                         const struct fault *fault);

// Whether no more frames are wanted: it is stopped, or nothing can be read any more.
bool pipeline_is_ending(struct pipeline *pipeline);
bool pipeline_is_ending_locked(const struct pipeline *pipeline);

// Notes that nothing can be read any more. What failed first is told.
void pipeline_fail_locked(struct pipeline *pipeline, const struct fault *fault);

// True if a frame is to be passed by, as decoding is paused; it is counted.
bool pipeline_skip_paused(struct pipeline *pipeline);

#endif
