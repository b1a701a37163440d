// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_PIPELINE_STATE_H
#define QRCONFIRM_SCANNER_PIPELINE_STATE_H

// What a pipeline is made of, and what its two threads share. See pipeline.h.

#include "decode/qr.h"
#include "scanner/eye/eye.h"
#include "scanner/eye/eye_converter.h"
#include "scanner/eye/eye_losses.h"
#include "scanner/eye/patience.h"
#include "scanner/frames/mailbox.h"
#include "scanner/frames/seen.h"
#include "scanner/frames/source.h"

enum pipeline_event_kind {
    PIPELINE_CODES,   // codes were read: `codes`
    PIPELINE_NO_CODE, // a frame was read and held no code: `hint` says what would help
    PIPELINE_PREVIEW, // a frame waits in the preview mailbox, for the first time since a take
    PIPELINE_WAITING, // the source failed and is opened again as soon as it can be: `fault`
    PIPELINE_RUNNING, // a source that was waited for gives pictures again
    PIPELINE_READER,  // frames go on being read, but one was lost with the process that had it
                      // (READER_LOST), or a process lacks walls (NOT_CLOSED_IN, NO_LANDLOCK),
                      // which is told once of each: `fault`
    PIPELINE_ENDED,   // the recording or picture is over, every frame decoded
    PIPELINE_FAILED   // no more frames will come: `fault`
};

struct pipeline_codes {
    const struct qr_codes *codes; // at least one
    uint64_t frame;               // index, as the source counts
    int64_t time_us;              // of the frame, on the source's clock
    size_t width, height;         // pixels of the luma that was read; corners are within it
    struct frame_view view;       // how to turn it, and the corners, for a person
    int64_t first_frame_us;       // CLOCK_MONOTONIC, when the first frame came in
    int64_t read_us;              // CLOCK_MONOTONIC, when these codes were read
};

struct pipeline_event {
    enum pipeline_event_kind kind;
    union {
        struct pipeline_codes codes; // CODES
        struct fault fault;          // WAITING, READER, FAILED
        enum hint hint;              // NO_CODE
    };
};

struct pipeline_settings {
    bool eye;     // frames are converted and read by processes apart; main() must know them:
                  // eye_process.h
    bool preview; // fill the preview mailbox
    bool paced;   // play recordings at their own rate; else as fast as they are decoded
    bool reopen;  // open a source again that can come back (an unplugged camera); one that a
                  // person is asked about is opened again in any case
    const struct known_codes *known; // of codes to come, see qr_reader_set_known(); or NULL
    void (*on_event)(void *userdata, const struct pipeline_event *event);
    void *userdata;
};

struct pipeline_counters {
    uint64_t frames;  // came in
    uint64_t skipped; // not decoded: a newer one came first, it was one more of the same,
                      // nothing had been to be seen for long, or decoding was paused
    uint64_t decoded; // read, with or without a code
    uint64_t damaged; // no luma could be taken out of them, or only a part
    uint64_t lost;    // the process that read them ended over them
    uint64_t with_codes;
    int64_t luma_us, luma_worst_us; // time taken for luma, in all and for one frame
    int64_t read_us, read_worst_us; // time taken to look for codes
    int64_t first_frame_us;         // CLOCK_MONOTONIC; 0 before the first frame
};

struct pipeline {
    struct pipeline_settings settings;
    struct source *source;
    struct mailbox preview, decode;
    struct frame captured, converted, copy, preview_copy; // of the capture thread
    struct eye_converter converter;                       // the same; where there is an eye
    struct eye_losses losses;                             // the same
    bool source_told, converter_told;                     // the same: that it lacks walls
    bool waited;                                          // the same: that it waits was told
    int64_t blank_us; // the same: since when no frame became a picture; 0: the last one did
    struct frame reading, before; // of the decode thread
    unsigned repeats;             // frames equal to `before`, one after another
    struct patience patience;     // the decode thread's
    struct frame_reader reader;   // where there is no eye
    struct eye eye;
    bool eye_told; // that it lacks walls; the decode thread's
    struct qr_codes *codes;
    pthread_t capture_thread, decode_thread;
    pthread_mutex_t mutex; // of all that follows
    pthread_cond_t changed;
    bool paused, stopped;
    bool captured_all; // the capture thread tells nothing more
    bool failed;       // `fault` says why
    struct fault fault;
    struct panel panel; // that shows the preview
    struct pipeline_counters counters;
};

void pipeline_counters_get(struct pipeline *pipeline, struct pipeline_counters *out);

// ---- for the threads alone ----

void pipeline_emit(struct pipeline *pipeline, const struct pipeline_event *event);
// An event with a fault; NULL: without one.
void pipeline_emit_fault(struct pipeline *pipeline, enum pipeline_event_kind kind,
                         const struct fault *fault);

// Whether no more frames are wanted: it is stopped, or nothing can be read any more.
bool pipeline_is_ending(struct pipeline *pipeline);
bool pipeline_is_ending_locked(const struct pipeline *pipeline);

// Notes that nothing can be read any more. What failed first is told.
void pipeline_fail_locked(struct pipeline *pipeline, const struct fault *fault);

// Counts a frame that came to nothing. The first one's fault is kept for the end: a recording
// none of whose frames could be read has failed, whole as it may be.
void pipeline_note_trouble(struct pipeline *pipeline, uint64_t *counter,
                           const struct fault *fault);

// True if a frame is to be passed by, as decoding is paused; it is counted.
bool pipeline_skip_paused(struct pipeline *pipeline);

#endif
