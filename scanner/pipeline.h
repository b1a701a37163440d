// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPELINE_H
#define QRCONFIRM_SCANNER_PIPELINE_H

// Runs a source: a capture thread takes its frames, a decode thread reads the codes in them.
//
//     source -> capture thread -> preview mailbox -> the screen, whenever it likes
//                             `-> decode mailbox  -> decode thread -> PIPELINE_CODES
//
// A live source (a camera) is never waited for: what the decoder has no time for is skipped and
// counted. Of any other source (a recording, a picture, standard input) every frame is decoded:
// the one readable frame must not be the one that was skipped. The preview skips always.
//
// Events come on the threads of the pipeline, one at a time for each thread and with no lock
// held; what they point to is valid during the call only. The last event is PIPELINE_ENDED or
// PIPELINE_FAILED, after all others, unless the pipeline is stopped before.
//
// With `eye` the decode thread only hands frames over: they are read in a process of their own
// (scanner/eye/eye.h). What has to be made pixels first, as a JPEG, becomes luma before anybody
// gets it, in another one (scanner/eye/eye_converter.h). Without `eye` it is read as it is.

#include "scanner/pipeline_state.h"

// The source is the caller's, not yet open, and outlives the pipeline. Fails with MEMORY,
// DESCRIPTORS.
bool pipeline_init(struct pipeline *pipeline, struct source *source,
                   const struct pipeline_settings *settings, struct fault *fault);

// Starts both threads. A source that cannot be opened is told by PIPELINE_FAILED.
bool pipeline_start(struct pipeline *pipeline, struct fault *fault);

// Makes both threads end soon; may be called by any thread, from an event too, more than once.
void pipeline_stop(struct pipeline *pipeline);

// Waits for both threads, after pipeline_start; the source is closed then. Not from an event.
void pipeline_join(struct pipeline *pipeline);

// After pipeline_join, or where pipeline_start was never called or failed.
void pipeline_destroy(struct pipeline *pipeline);

// While paused nothing is decoded. A live source's frames go on to the preview; any other
// source waits, so that nothing of it is lost. A read in progress when a live source is paused
// gives no event; that of another source is given after pipeline_resume.
void pipeline_pause(struct pipeline *pipeline);
void pipeline_resume(struct pipeline *pipeline);

// The size of what shows the preview, as the person sees it. From then on only what it shows is
// copied out of each frame. Any thread.
void pipeline_preview_on(struct pipeline *pipeline, struct panel panel);

// Takes the newest frame for the screen, if there is one since the last take; `frame` is
// swapped with it, see mailbox.h.
bool pipeline_take_preview(struct pipeline *pipeline, struct frame *frame);

#endif
