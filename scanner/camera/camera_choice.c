// SPDX-License-Identifier: MIT
#include "scanner/camera/camera_choice.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "scanner/camera/camera_use.h"

enum { WAYS = 2 };

struct choice {
    struct source source;
    struct source *ways[WAYS];
    atomic_size_t current; // the one that is open, or was last
    size_t begin;          // the one to try first
    bool shown;            // it gave a frame since it was opened
    bool second_known;     // the second way gave frames once
    bool second_asks;      // a person is asked about it
};

static struct choice *downcast(const struct source *source)
{
    union {
        const struct source *in;
        struct choice *out;
    } choice = {.in = source}; // `source` is the first member
    return choice.out;
}

static struct source *current(const struct source *source)
{
    struct choice *choice = downcast(source);
    return choice->ways[atomic_load(&choice->current)];
}

// Of two ways that failed: whether the second one's reason helps a person more.
static bool tells_more(const struct choice *choice, enum failure first, enum failure second)
{
    if (choice->second_known)
        return true;

    switch (second) {
    case FAILURE_PIPEWIRE_LIBRARY:
    case FAILURE_PIPEWIRE_DAEMON:
    case FAILURE_PIPEWIRE_NO_CAMERA:
    case FAILURE_PIPEWIRE_PORTAL:
    case FAILURE_CAMERA_UNKNOWN:
    case FAILURE_INTERRUPTED:
        return false;
    default:
        return first == FAILURE_CAMERA_NONE || first == FAILURE_CAMERA_UNKNOWN ||
               first == FAILURE_CAMERA_UNCONFIGURED;
    }
}

// Whoever reads from it counts a process that was lost, and opens it anew; the other way goes
// first then.
static bool choice_open(struct source *source, struct fault *fault)
{
    struct choice *choice = downcast(source);
    struct fault faults[WAYS] = {{FAILURE_NONE, ""}};

    for (size_t i = 0; i < WAYS; i++) {
        size_t at = (choice->begin + i) % WAYS;
        struct source *way = choice->ways[at];
        if (way->ops->open(way, &faults[at])) {
            atomic_store(&choice->current, at);
            choice->shown = false;
            return true;
        }
        way->ops->close(way);
        if (faults[at].failure == FAILURE_READER_LOST) {
            choice->begin = (at + 1) % WAYS;
            return fault_set(fault, FAILURE_READER_LOST, "%s", faults[at].detail);
        }
    }

    choice->begin = 0;
    choice->second_asks = faults[1].failure == FAILURE_PIPEWIRE_ASKS;
    if (fault)
        *fault = faults[tells_more(choice, faults[0].failure, faults[1].failure) ? 1 : 0];
    return false;
}

static enum source_step choice_next(struct source *source, struct frame *out,
                                    struct fault *fault)
{
    struct choice *choice = downcast(source);
    size_t at = atomic_load(&choice->current);
    struct source *way = choice->ways[at];
    enum source_step step = way->ops->next(way, out, fault);

    if (step == SOURCE_FRAME) {
        choice->shown = true;
        choice->second_known = choice->second_known || at == 1;
        choice->begin = at;
    } else if (step == SOURCE_FAILED && !choice->shown) {
        choice->begin = (at + 1) % WAYS;
    }
    return step;
}

static void choice_interrupt(struct source *source)
{
    struct choice *choice = downcast(source);
    for (size_t i = 0; i < WAYS; i++)
        choice->ways[i]->ops->interrupt(choice->ways[i]);
}

static bool choice_await(struct source *source)
{
    struct choice *choice = downcast(source);
    struct source *way = choice->ways[choice->second_known || choice->second_asks ? 1 : 0];
    return way->ops->await(way);
}

static void choice_close(struct source *source)
{
    struct source *way = current(source);
    way->ops->close(way);
}

static void choice_destroy(struct source *source)
{
    struct choice *choice = downcast(source);
    for (size_t i = 0; i < WAYS; i++)
        choice->ways[i]->ops->destroy(choice->ways[i]);
    free(choice);
}

static void choice_in_use(const struct source *source, struct camera_in_use *out)
{
    camera_source_in_use(current(source), out);
}

// Which of the ways has such a camera is not known before it is opened: both are told.
static void choice_switch(struct source *source, const char *id)
{
    struct choice *choice = downcast(source);
    for (size_t i = 0; i < WAYS; i++) {
        if (id || choice->ways[i] == current(source))
            camera_source_switch(choice->ways[i], id);
    }
}

static bool choice_has_all_walls(const struct source *source, struct fault *fault)
{
    const struct choice *choice = downcast(source);
    bool all = true;
    for (size_t i = 0; i < WAYS && all; i++)
        all = source_has_all_walls(choice->ways[i], fault);
    return all;
}

static const struct source_ops choice_ops = {
    .open = choice_open,
    .next = choice_next,
    .interrupt = choice_interrupt,
    .await = choice_await,
    .close = choice_close,
    .destroy = choice_destroy,
    .in_use = choice_in_use,
    .switch_to = choice_switch,
    .has_all_walls = choice_has_all_walls,
};

struct source *camera_choice_new(struct source *first, struct source *second,
                                 struct fault *fault)
{
    struct choice *choice = first && second ? calloc(1, sizeof(*choice)) : NULL;
    if (!choice) {
        if (first && second)
            fault_set(fault, FAILURE_MEMORY, "a camera");
        if (first)
            first->ops->destroy(first);
        if (second)
            second->ops->destroy(second);
        return NULL;
    }

    choice->source.ops = &choice_ops;
    choice->source.live = true;
    choice->ways[0] = first;
    choice->ways[1] = second;
    return &choice->source;
}
