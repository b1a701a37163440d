// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_PIPELINE_RIG_H
#define QRCONFIRM_TESTS_PIPELINE_RIG_H

// One pipeline, and a log of what it told.

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include "scanner/pipeline.h"

extern atomic_size_t rig_allocations; // a test that watches memory counts here

enum { SIDE = 160, EVENTS_MAX = 512, TEXT_MAX = 32 };

struct noted {
    enum pipeline_event_kind kind;
    uint64_t frame;
    char payload[TEXT_MAX];
    enum failure failure;
    char detail[TEXT_MAX]; // of it, the beginning
    size_t allocations;    // so far
};

struct log {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct noted events[EVENTS_MAX];
    size_t count;
    struct pipeline *pipeline;
    bool pause_at_codes, stop_at_codes;
};

struct rig {
    struct log log;
    struct pipeline pipeline;
    struct source *source;
};

size_t count_events(struct log *log, enum pipeline_event_kind kind);
void await_events(struct log *log, enum pipeline_event_kind kind, size_t count);
// The same of READER events that tell of a process that was lost, not of one that lacks a wall.
size_t count_lost(struct log *log);
void await_lost(struct log *log, size_t count);
// The event `index` of a kind; the pipeline is at rest.
const struct noted *event_of(const struct log *log, enum pipeline_event_kind kind,
                             size_t index);
void assert_codes(const struct log *log, size_t index, uint64_t frame, const char *text);
void rig_init(struct rig *rig, struct source *source, struct pipeline_settings settings);
// The same where it may fail; then there is nothing to destroy but the source.
bool rig_try(struct rig *rig, struct source *source, struct pipeline_settings settings,
             struct fault *fault);
void rig_start(struct rig *rig);
// Waits for the end, whichever it is.
const struct noted *rig_await_end(struct rig *rig);
// Waits for the end, and checks that nothing comes after it.
void rig_finish(struct rig *rig, enum pipeline_event_kind end);
void rig_stop(struct rig *rig);
void rig_destroy(struct rig *rig);
struct pipeline_counters counters_of(struct rig *rig);

#endif
