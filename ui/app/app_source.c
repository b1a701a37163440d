// SPDX-License-Identifier: MIT
#include "ui/app/app_source.h"

#include <stdlib.h>
#include <string.h>

#include "net/known_codes.h"
#include "scanner/source_spec.h"
#include "ui/app/scan_notes.h"

void app_push_flow(struct app *app, unsigned round, const struct flow_event *event)
{
    inbox_push(&app->inbox,
               &(struct message){.kind = MESSAGE_FLOW, .round = round, .event = *event});
}

unsigned app_next_round(atomic_uint *round)
{
    return atomic_fetch_add(round, 2) + 2;
}

static void push_codes(struct app *app, unsigned round, const struct pipeline_codes *found)
{
    struct scan_note notes[SCAN_NOTES_MAX];
    size_t count = scan_notes_from(found, notes);
    for (size_t i = 0; i < count; i++)
        inbox_push(&app->inbox,
                   &(struct message){.kind = MESSAGE_CODE, .round = round, .code = notes[i]});
}

static void on_pipeline_event(void *userdata, const struct pipeline_event *event)
{
    struct app *app = userdata;
    unsigned round = atomic_load(&app->scan_round);
    struct flow_event message = {0};

    switch (event->kind) {
    case PIPELINE_CODES:
        push_codes(app, round, &event->codes);
        return;
    case PIPELINE_NO_CODE:
        inbox_push(&app->inbox, &(struct message){.kind = MESSAGE_NO_CODE,
                                                  .round = round,
                                                  .event = {.kind = FLOW_EVENT_NO_CODE,
                                                            .hint = event->hint}});
        return;
    case PIPELINE_PREVIEW:
        if (app->face.on_preview)
            app->face.on_preview(app->face.userdata);
        return;
    case PIPELINE_WAITING:
        message.kind = FLOW_EVENT_SOURCE_WAITING;
        message.fault = event->fault;
        break;
    case PIPELINE_READER:
        // What lacks walls lacks them in every round.
        inbox_push(
            &app->inbox,
            &(struct message){.kind = MESSAGE_READER,
                              .round = event->fault.failure == FAILURE_READER_LOST ? round : 0,
                              .fault = event->fault});
        return;
    case PIPELINE_RUNNING:
        message.kind = FLOW_EVENT_SOURCE_RUNNING;
        break;
    case PIPELINE_ENDED:
        message.kind = FLOW_EVENT_SOURCE_ENDED;
        break;
    case PIPELINE_FAILED:
        message.kind = FLOW_EVENT_SOURCE_FAILED;
        message.fault = event->fault;
        break;
    }

    app_push_flow(app, round, &message);
}

static void note_camera(struct app *app)
{
    struct camera_in_use in_use;
    if (!source_is_camera(app->source))
        return;
    camera_source_in_use(app->source, &in_use);
    if (in_use.id[0])
        memcpy(app->used_camera, in_use.name, sizeof(app->used_camera));
    if (in_use.id[0] && app->camera_switched)
        memcpy(app->camera, in_use.id, sizeof(app->camera));
}

void app_stop_source(struct app *app)
{
    if (app->pipeline) {
        pipeline_stop(app->pipeline);
        pipeline_join(app->pipeline);
        pipeline_destroy(app->pipeline);
        free(app->pipeline);
        app->pipeline = NULL;
    }
    if (app->source) {
        note_camera(app);
        app->source->ops->destroy(app->source);
        app->source = NULL;
    }
    app_next_round(&app->scan_round);
}

static bool open_source(struct app *app, struct fault *fault)
{
    const char *spec = app->options->source ? app->options->source : "camera";
    app->source = source_apart_from_spec(spec, fault);
    if (!app->source)
        return false;
    if (app->camera[0] && source_is_camera(app->source))
        camera_source_switch(app->source, app->camera);

    struct pipeline *pipeline = calloc(1, sizeof(*pipeline));
    if (!pipeline)
        return fault_set(fault, FAILURE_MEMORY, "pipeline");

    known_codes_of(app->pairings, &app->known);
    struct pipeline_settings settings = {
        .eye = true,
        .known = &app->known,
        .preview = app->face.on_preview != NULL,
        .paced = app->options->face == FACE_WINDOW,
        // A window waits for its camera; a command says what is wrong and ends.
        .reopen = app->options->loop || app->options->face == FACE_WINDOW,
        .on_event = on_pipeline_event,
        .userdata = app,
    };

    if (!pipeline_init(pipeline, app->source, &settings, fault)) {
        free(pipeline);
        return false;
    }
    if (!pipeline_start(pipeline, fault)) {
        pipeline_destroy(pipeline);
        free(pipeline);
        return false;
    }

    app->pipeline = pipeline;
    return true;
}

void app_start_source(struct app *app)
{
    struct flow_event failed = {.kind = FLOW_EVENT_SOURCE_FAILED};
    if (!open_source(app, &failed.fault))
        app_push_flow(app, atomic_load(&app->scan_round), &failed);
}

size_t app_other_cameras(const struct app *app)
{
    struct camera_in_use in_use = {0};
    if (app->source && source_is_camera(app->source))
        camera_source_in_use(app->source, &in_use);
    return in_use.others;
}

void app_switch_camera(struct app *app)
{
    if (!app->source || !source_is_camera(app->source))
        return;
    app->camera_switched = true;
    camera_source_switch(app->source, NULL);
}

void app_forget_camera(struct app *app)
{
    app->camera_switched = false;
    app->camera[0] = '\0';
}

void app_used_camera(const struct app *app, char out[static 32])
{
    memcpy(out, app->used_camera, sizeof(app->used_camera));
}
